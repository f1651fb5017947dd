"""The worked cases of a rule set, run: what each settles to, and the steps by which `explain` derives it.

They stand in tests/cases, in a file of the name of the rule set.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the tree beside this script, not some installed gridsim

import gridsim  # noqa: E402, after the path is set
from gridsim.explain import Step  # noqa: E402
from gridsim.words import Lang  # noqa: E402
from tests.cases.reading import CASE_FILES, read_cases, scenario_of  # noqa: E402
from tests.properties.harness import gridsim_result  # noqa: E402


class Place(NamedTuple):
    """Where a worked case stands: its file, from the root of the repository, and what it is called in Chinese."""

    file: str
    zh: str


@dataclass(frozen=True)
class Case:
    """A worked case that was run.

    Attributes
    ----------
    name : str
    result : gridsim.Result
    clauses : frozenset of str
        Which it shows, where it says so.
    sets : frozenset of str
        Paths of the values that it has of its own.
    checks : frozenset of str
        Checks of compliance of which it says the outcome.
    calls : frozenset of str
        Of the functions that are watched: those that it calls.
    """

    name: str
    result: gridsim.Result
    clauses: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()

    def explanations(self, lang: Lang = "en") -> Iterator[tuple[str, str, Sequence[Step]]]:
        """Whatever there is to explain, with its month and its steps; a trial settlement's are not told apart."""
        cells, ledger = self.result.exact.cell_settlement, self.result.exact.ledger
        found = {*zip(self.result.exact.positions["unit_id"], self.result.exact.positions["month"], strict=True)}
        found |= {*zip(cells["user_id"], cells["month"], strict=True)}
        found |= {*zip(ledger["payee"], ledger["month"], strict=True)}
        for subject, month in sorted((str(subject), str(month)) for subject, month in found):
            try:
                explanation = self.result.explain(subject, month, lang=lang)
            except gridsim.ResultError:  # a user without a bill, a generator that buyers pay, an account
                continue
            yield subject, month, [step for section in explanation.sections if not section.trial
                                   for step in section.steps]  # fmt: skip


def places(rules: str) -> dict[str, Place]:
    """Every worked case of a rule set by its name."""
    (file,) = (each.relative_to(ROOT).as_posix() for each in CASE_FILES if each.stem == rules)
    return {case["case"]: Place(file, case["zh"]) for case in read_cases(rules)}


@contextmanager
def watched(functions: Mapping[str, Callable[..., Any]]) -> Iterator[tuple[set[str], set[str]]]:
    """Watch functions, by name: the set of those that were called, and the set of those of which a call is seen.

    A call is seen where a module outside the kernels calls the function by a name that it has, and not from a list of
    functions to call.
    """
    names = {id(function): name for name, function in functions.items()}
    called: set[str] = set()
    kept: list[tuple[Any, str, Any]] = []

    def noting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def noted(*given: Any, **named: Any) -> Any:
            called.add(name)
            return function(*given, **named)

        return noted

    listed: set[int] = set()

    for module in [each for name, each in sys.modules.items() if name.startswith("gridsim.")]:
        listed |= {id(each) for held in vars(module).values() if isinstance(held, tuple) for each in held}
        if not module.__name__.startswith("gridsim.core."):  # compiled code calls what it was compiled with
            kept += [(module, name, held) for name, held in vars(module).items() if id(held) in names]
    try:
        for module, name, held in kept:
            setattr(module, name, noting(names[id(held)], held))
        yield called, {names[id(held)] for _, _, held in kept if id(held) not in listed}
    finally:
        for module, name, held in kept:
            setattr(module, name, held)


def run_cases(rules: str, called: set[str] | None = None) -> Iterator[Case]:
    """The worked cases of a rule set, in the order in which they are written; `called` as `watched` gives it."""
    called = set() if called is None else called
    called.clear()
    for case in _cases(rules):
        yield replace(case, calls=frozenset(called))
        called.clear()  # also of what its explanation called


def _cases(rules: str) -> Iterator[Case]:
    for case in read_cases(rules):
        expected = case.get("expect", {}).get("compliance", ())
        rows = () if isinstance(expected, Mapping) else [row for row in expected if "none" not in row]
        yield Case(
            case["case"],
            gridsim_result(scenario_of(case)),
            frozenset(case["clause"].split(", ")),
            frozenset(case.get("rules", ())),
            frozenset(row.get("detail") if row["check"] == "calendar" else row["check"] for row in rows),
        )
