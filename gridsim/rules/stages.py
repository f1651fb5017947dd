"""The values of each stretch of months between two changes, and what is wrong between values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from gridsim.rules.catalogue import Catalogue
from gridsim.rules.entries import Entry
from gridsim.rules.model_faults import RefusedError
from gridsim.rules.schema import OWN_DEFAULTS, OWN_FIELDS, RuleValues, tree_of
from gridsim.words import NOTHING, Sentence, verbatim

__all__ = ["MISSING", "Problem", "resolve"]

MISSING = Sentence("the value is missing")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong between values, or with a value or group that is not there.

    Attributes
    ----------
    path : str
        The group's path.
    candidates : tuple of str
        The values to look at, the likeliest first; the missing ones.
    message, allowed : Sentence
    """

    path: str
    candidates: tuple[str, ...]
    message: Sentence
    allowed: Sentence


def resolve(entries: Iterable[Entry], catalogue: Catalogue) -> tuple[tuple[tuple[str, RuleValues], ...], list[Problem]]:
    """The values of each stretch of months between two changes.

    Returns
    -------
    tuple of (str, RuleValues)
        The first month of each stretch ("" for the first) and its values; none if there is a problem.
    list of Problem
        Contradictions between values, and missing values.
    """
    values = [entry for entry in entries if entry.also is None]
    starts = sorted({piece.start or "" for entry in values for piece in entry.pieces} | {""})
    there = {entry.path for entry in values}
    problems: dict[Problem, None] = {}  # each once, in order
    for path in catalogue.kinds:
        if path not in there and path not in OWN_DEFAULTS and path not in catalogue.unsaid:
            problems[Problem(path, (path,), MISSING, NOTHING)] = None
    stages: list[tuple[str, RuleValues]] = []
    for start in starts:
        plain = dict(catalogue.unsaid) | {
            entry.path: [piece.value for piece in entry.pieces if (piece.start or "") <= start][-1] for entry in values
        }
        typed = {
            path: value if path in OWN_FIELDS else catalogue.kinds[path].parse_again(value)
            for path, value in plain.items()
        }
        try:
            stages.append((start, tree_of(typed)))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                if detail["type"] != "missing":
                    problems.setdefault(_problem(detail, error.title), None)
    return (() if problems else tuple(stages)), list(problems)


def _problem(detail: Any, group: str) -> Problem:
    """What one of gridsim's own groups refuses; `group` is the title of its model."""
    path = ".".join((group.lower(), *(str(part) for part in detail["loc"])))
    check = detail.get("ctx", {}).get("error")
    if isinstance(check, RefusedError):
        return Problem(path, tuple(f"{path}.{name}" for name in check.fields), check.sentence, check.allowed)
    return Problem(path, (path,), verbatim(detail["msg"]), OWN_FIELDS[path].allowed if path in OWN_FIELDS else NOTHING)
