"""What the search over a report finds beside what stands in its page: users, and the clauses of the derivations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gridsim.rules.citations import clause_text

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
    """

    def __init__(self, result: Result) -> None:
        self._users = _users(result)
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


def _users(result: Result) -> list[list[str]]:
    """Each user, its name, and the settlement unit that it is in, or was; empty outside the market."""
    table = result.inputs["users"]
    names = dict(zip(table.column("user_id").to_pylist(), _texts(table, "name"), strict=True))
    units: dict[str, str] = dict.fromkeys(names, "")
    for user, unit in result.statistics.energy(("user", "unit")).exact.index:
        units[str(user)] = units.get(str(user)) or str(unit)
    return [[user, names.get(user, ""), unit] for user, unit in units.items() if user]


def _texts(table: Any, name: str) -> list[str]:
    if name not in table.column_names:
        return [""] * len(table)
    return [text or "" for text in table.column(name).to_pylist()]
