"""What the search over a report finds beside what stands in its page: users, and the clauses of the derivations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gridsim.rules.citations import clause_text
from gridsim.scenario.party_names import party_names

if TYPE_CHECKING:
    from gridsim.explain.model import Explanation
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["CitedStep", "Finding", "cited_steps"]

_PLACES = 3  # so many units are found by one clause and step; the others' derivations are alike

CitedStep = tuple[str, str, str, int]
"""Clauses, title, month and number of a step of a derivation."""


def cited_steps(derivations: Sequence[Explanation], words: PageWords) -> list[CitedStep]:
    """Each clause and step of a unit's months, where they come first.

    Parameters
    ----------
    derivations : sequence of Explanation
        Of one unit, in order of its months.
    words : PageWords
    """
    found: dict[tuple[str, str], CitedStep] = {}
    for derivation in derivations:
        for step in derivation.steps:
            if step.clause:
                clauses = clause_text(step.clause, words.lang)
                found.setdefault((clauses, step.title), (clauses, step.title, derivation.month, step.number))
    return list(found.values())


class Finding:
    """What the page's script is handed, gathered while the pages of the units are written.

    Parameters
    ----------
    result : Result
    units : sequence of str, optional
        Whose users are found; everybody if left out.
    """

    def __init__(self, result: Result, units: Sequence[str] | None = None) -> None:
        self._users = _users(result, units)
        self._months: list[Sequence[tuple[str, str]]] = []
        self._steps: dict[tuple[str, str], list[tuple[int, str, int]]] = {}

    def add(self, place: int, months: Sequence[tuple[str, str]], steps: Sequence[CitedStep]) -> None:
        """The months, with their names, and the steps of the unit whose page stands in this place."""
        self._months.append(months)
        for clauses, title, month, number in steps:
            places = self._steps.setdefault((clauses, title), [])
            if len(places) < _PLACES:
                places.append((place, month, number))

    def data(self) -> dict[str, Any]:
        """Users with their name and unit; each unit's months; steps with their clauses, unit, month and number."""
        steps = [[*cited, *place] for cited, places in self._steps.items() for place in places]
        return {"users": self._users, "months": self._months, "steps": steps}


def _users(result: Result, only: Sequence[str] | None) -> list[list[str]]:
    """Each user, its name, and the settlement unit that it is in, or was; empty outside the market."""
    names = party_names(result.inputs, ("users",))
    units: dict[str, str] = {}
    if only is None:
        units = dict.fromkeys(result.inputs["users"].column("user_id").to_pylist(), "")
    where = None if only is None else {"unit": list(only)}
    for user, unit in result.statistics.energy(("user", "unit"), where).exact.index:
        units[str(user)] = units.get(str(user)) or str(unit)
    return [[user, names.get(user, ""), unit] for user, unit in units.items() if user]
