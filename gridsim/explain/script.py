"""The steps as they are written down: numbered, and with the readings of the rule set that each leans on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gridsim.explain.model import Section, Step
from gridsim.rules.citations import cites_unstated

if TYPE_CHECKING:
    from gridsim.explain.model import Block, Transfer
    from gridsim.explain.words import Words
    from gridsim.rules import RuleSet

__all__ = ["FIRST", "Condensed", "Script", "condense", "conventions"]

_WHOLE = 30  # so many rows are listed one by one
FIRST = 10  # of more, so many are, and the largest

# What every explanation rests on.
_GENERAL = (
    "in_force",
    "scope.capacity_and_demand_charges",
    "scope.power_factor_adjustment",
    "scope.value_added_tax",
)

_T = TypeVar("_T")


class Condensed(NamedTuple):
    """Positions of what is listed one by one, and of the rest, which is summed up."""

    shown: list[int]
    rest: list[int]


def condense(items: Sequence[_T], size: Callable[[_T], int]) -> Condensed:
    """List a few items, or of many the first ones and the largest."""
    count = len(items)
    if count <= _WHOLE:
        return Condensed(list(range(count)), [])
    largest = max(range(count), key=lambda i: size(items[i]))
    shown = sorted({*range(FIRST), largest})
    taken = set(shown)
    return Condensed(shown, [i for i in range(count) if i not in taken])


class Script:
    """Collects the steps of an explanation.

    Parameters
    ----------
    words : Words

    Attributes
    ----------
    sections : list of Section
    leans : dict of str to list of int
        By path of the rule set: the steps that rest on it; 0 stands for all of them.
    is_trial : bool
        Whether steps written down from now on belong to the trial settlement.
    """

    def __init__(self, words: Words) -> None:
        self.words = words
        self.sections: list[Section] = []
        self.leans: dict[str, list[int]] = {}
        self.rest_on(*_GENERAL)
        self.is_trial = False
        self._steps: list[Step] = []
        self._count = 0

    def step(
        self,
        title: str,
        clause: str,
        formula: str,
        lines: Iterable[Block],
        *,
        transfers: Iterable[Transfer] = (),
        values: Mapping[str, int] | None = None,
        leans: Iterable[str] = (),
    ) -> int:
        """Write down a step and return its number. `title` is a key of the texts, `formula` is text."""
        self._count += 1
        text = self.words.say(title)
        self._steps.append(
            Step(
                number=self._count,
                title=self.words.say("trial_step", title=text) if self.is_trial else text,
                clause=clause,
                formula=formula,
                lines=tuple(lines),
                transfers=tuple(transfers),
                values=dict(values or {}),
            )
        )
        for path in leans:
            self.leans.setdefault(path, []).append(self._count)
        return self._count

    def rest_on(self, *paths: str) -> None:
        """Note readings of the rule set that everything rests on."""
        for path in paths:
            self.leans.setdefault(path, []).append(0)

    def section(self, title: str, lead: Iterable[Block] = ()) -> None:
        """Close a section: it gets the steps written down since the last one."""
        self.sections.append(Section(title, tuple(lead), tuple(self._steps), self.is_trial))
        self._steps = []


def conventions(words: Words, rules: RuleSet) -> list[str]:
    """How numbers and clauses are to be read."""
    how_to_read = rules.how_to_read
    said = [
        words.say("rules", title=rules.title(words.lang), id=rules.id, number=rules.number),
        words.say("units"),
        words.say("clauses", how_to_read=how_to_read.in_(words.lang)) if how_to_read else words.say("clauses_plain"),
    ]
    return [*said, words.say("clauses_unstated")] if cites_unstated(rules) else said
