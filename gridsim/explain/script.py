"""The steps as they are written down: numbered, and with the readings of the rule set that each leans on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gridsim.explain.model import Section, Step
from gridsim.rules.citations import cites_unstated
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.explain.model import Block, Transfer
    from gridsim.explain.words import Wording
    from gridsim.rules import RuleSet

__all__ = ["FIRST", "Condensed", "Script", "condense", "condensed", "conventions"]

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


def condensed(words: Wording, count: int, *, by_price: bool = False) -> str:
    """What is said above rows of which not all are listed."""
    return words.say(
        msg(
            "There are {count} rows: shown are the first {first} and the largest; the rest is summed up by tariff and "
            "price."
        )
        if by_price
        else msg("There are {count} rows: shown are the first {first} and the largest; the rest is summed up."),
        count=f"{count:,}",
        first=FIRST,
    )


class Script:
    """Collects the steps of an explanation.

    Parameters
    ----------
    words : Wording

    Attributes
    ----------
    sections : list of Section
    leans : dict of str to list of int
        By path of the rule set: the steps that rest on it; 0 stands for all of them.
    is_trial : bool
        Whether steps written down from now on belong to the trial settlement.
    """

    def __init__(self, words: Wording) -> None:
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
        """Write down a step and return its number. `title` is not yet said in the language, `formula` is."""
        self._count += 1
        text = self.words.say(title)
        self._steps.append(
            Step(
                number=self._count,
                title=self.words.say("Trial: {title}", title=text) if self.is_trial else text,
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


def conventions(words: Wording, rules: RuleSet) -> list[str]:
    """How numbers and clauses are to be read."""
    how_to_read = rules.how_to_read
    said = [
        words.say(
            "Rules: {title} ({id}; notice {number}).", title=rules.title(words.lang), id=rules.id, number=rules.number
        ),
        words.say(
            "Energy is in MWh to the kWh (3 decimals), prices in yuan/MWh, money in yuan. Where "
            "something is rounded, the number before and after stand side by side with an arrow; half up "
            "means away from zero for a negative number. All else is exact. “…” means that a decimal "
            "goes on: it is cut off for reading, never for computing."
        ),
        words.say(
            "In brackets: the clause that a step follows. {how_to_read}; “choice” is a reading of the "
            "rule set where the notice is silent (listed in the last step).",
            how_to_read=how_to_read.in_(words.lang),
        )
        if how_to_read
        else words.say(
            "In brackets: the clause that a step follows; “choice” is a reading of the rule set where "
            "the notice is silent (listed in the last step)."
        ),
    ]
    return (
        [*said, words.say("“No clause stated”: the rule set has a value of its own there and names no clause for it.")]
        if cites_unstated(rules)
        else said
    )
