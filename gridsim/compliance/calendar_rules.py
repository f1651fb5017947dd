"""What a rule set asks of the calendar of each kind of session: data of the kind, with the rule set's values put in.

Under ``rules`` of a kind of session (each part may be left out, and is not checked then; ``{value: PATH}`` stands for a
value of the rule set)::

    window: {at_least: 2}                            # or exactly: working days that the window touches
    closes: {by: 12-31, year: before}                # month and day; of the year before, or the same
    announced: {in: month_before, before_day: 20, months: [1, 2]}   # or in: month; months of the year, if not all
    announced: {in: month, by_segment: {mid: {before_day: 5}, late: {before_day: 15}}}
    delivers: {what: month}                          # or second_half

``cites`` names what the rule set's clauses call it, ``clause`` gives the clause itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from gridsim.rules import RuleSet
    from gridsim.rules.shape_lists import SessionKind

__all__ = [
    "SECOND_HALF",
    "Announcement",
    "Closing",
    "Delivery",
    "KindRules",
    "Window",
    "includes_the_day",
    "rules_of_kind",
]

SECOND_HALF = "second_half"
_BEFORE = {"month": 0, "month_before": -1}
_YEARS = {"same": 0, "before": -1}


class Window(NamedTuple):
    """How many working days the window touches."""

    days: int
    at_least: bool
    clause: str


class Closing(NamedTuple):
    """The day by which a session closes, ``MM-DD``, in the scenario's year or so many after it."""

    day: str
    year: int
    clause: str


class Announcement(NamedTuple):
    """The day before which a delivery is announced, in its month or so many after it.

    `months`: in which months of the delivery's year alone; None: in any.
    """

    before_day: int
    month: int
    months: tuple[int, ...] | None
    clause: str


class Delivery(NamedTuple):
    """What a session delivers: ``month`` or `SECOND_HALF`."""

    what: str
    clause: str


class KindRules(NamedTuple):
    """What is asked of one kind of session; None, or nothing: not checked."""

    window: Window | None
    closes: Closing | None
    announced: Mapping[str, Announcement] | None
    """By segment; empty text: any."""
    delivers: Delivery | None


def rules_of_kind(kind: SessionKind, rules: RuleSet) -> KindRules:
    """The calendar of a kind of session.

    Parameters
    ----------
    kind : SessionKind
    rules : RuleSet
    """
    read = _Reading(kind, rules)
    return KindRules(read.window(), read.closing(), read.announced(), read.delivery())


def includes_the_day(rules: RuleSet, limit: str) -> bool:
    """Whether a limit of the calendar, ``before_day`` or ``by_date``, includes its day.

    A rule set without values of the calendar takes the words as the rulebook does: before a day excludes it, by a date
    includes it.

    Parameters
    ----------
    rules : RuleSet
    limit : str
    """
    path = f"calendar.{limit}"
    if not rules.has(path):
        return limit == "by_date"
    return str(attrgetter(path)(rules.values)) == "includes_the_day"


class _Reading:
    def __init__(self, kind: SessionKind, rules: RuleSet) -> None:
        self._raw: Mapping[str, Any] = kind.rules
        self._rules = rules

    def window(self) -> Window | None:
        raw = self._raw.get("window")
        if raw is None:
            return None
        at_least = "at_least" in raw
        days = self._value(raw["at_least" if at_least else "exactly"])
        return Window(int(days), at_least, self._clause(raw))

    def closing(self) -> Closing | None:
        raw = self._raw.get("closes")
        if raw is None:
            return None
        return Closing(str(self._value(raw["by"])), _YEARS[raw.get("year", "same")], self._clause(raw))

    def announced(self) -> Mapping[str, Announcement] | None:
        raw = self._raw.get("announced")
        if raw is None:
            return None
        month = _BEFORE[raw.get("in", "month")]
        return {
            segment: Announcement(
                before_day=int(self._value(each["before_day"])),
                month=month,
                months=tuple(map(int, self._value(each["months"]))) if "months" in each else None,
                clause=self._clause(each),
            )
            for segment, each in raw.get("by_segment", {"": raw}).items()
        }

    def delivery(self) -> Delivery | None:
        raw = self._raw.get("delivers")
        return None if raw is None else Delivery(str(raw["what"]), self._clause(raw))

    def _value(self, raw: Any) -> Any:
        return attrgetter(raw["value"])(self._rules.values) if isinstance(raw, Mapping) else raw

    def _clause(self, raw: Mapping[str, Any]) -> str:
        if "cites" in raw:
            return self._rules.cited(f"compliance.{raw['cites']}")
        return str(raw.get("clause", ""))
