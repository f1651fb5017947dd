"""Values of a rule set as people read them, in English and Chinese."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from gridsim.rules.calendar_kinds import Dates, HourRanges, MonthNumbers, Months
from gridsim.rules.kinds import Flag, Kind, Option, Plain, Weights
from gridsim.words import Lang, Language, msg

__all__ = ["UNITS", "Lang", "literal_text", "other_values", "unit_text", "value_text"]

# Values that need no unit beside them: words, dates and hours say what they are.
_NO_UNIT = ("option", "flag", "months", "month of year", "month-day", "day of month", "hours", "dates")
UNITS = {
    "ratio": msg("ratio"),
    "yuan/MWh": msg("yuan/MWh"),
    "MWh": msg("MWh"),
    "working days": msg("working days"),
    "years": msg("years"),
}
"""What units of values are called."""

_T = TypeVar("_T")


def unit_text(unit: str, lang: Lang) -> str:
    """A unit's name; empty for values that need none."""
    if unit in _NO_UNIT:
        return ""
    return Language(lang).say(UNITS[unit])


def literal_text(kind: Kind, value: Plain, lang: Lang) -> str:
    """A plain value as it is written in a file, where that is a word; else as `value_text`."""
    if isinstance(kind, (Flag, Option)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value_text(kind, value, lang)


def other_values(kind: Kind, value: Plain) -> tuple[str, ...]:
    """The names that might stand in place of `value`; none if it is no name."""
    names = kind.names if isinstance(kind, Option) else ("true", "false") if isinstance(kind, Flag) else ()
    return tuple(name for name in names if name != literal_text(kind, value, "en"))


def value_text(kind: Kind, value: Plain, lang: Lang) -> str:
    """A plain value in words, without its unit."""
    words = Language(lang)
    nothing = words.say("none")
    if isinstance(kind, Flag):
        return words.say("yes") if value else words.say("no")
    if isinstance(kind, Option):
        told = kind.told.get(str(value))
        return str(value) if told is None else told.in_(lang)
    if isinstance(kind, HourRanges):
        spans = (words.say("{first}–{last}", first=first, last=last) for first, last in kind.parse(value))
        return words.listed(spans) or nothing
    if isinstance(kind, Dates):
        return words.listed(_runs(kind.parse(value), lambda day: day + timedelta(days=1), _day_run)) or nothing
    if isinstance(kind, MonthNumbers):
        return words.listed(_runs(kind.parse(value), lambda month: month + 1, _number_run)) or nothing
    if isinstance(kind, (Months, Weights)):
        assert isinstance(value, tuple)
        return words.listed(str(item) for item in value) or nothing
    return str(value)


def _runs(items: tuple[_T, ...], following: Callable[[_T], _T], write: Callable[[_T, _T], str]) -> list[str]:
    """Items in order, each run of followers written as one."""
    runs: list[tuple[_T, _T]] = []
    for item in items:
        if runs and following(runs[-1][1]) == item:
            runs[-1] = (runs[-1][0], item)
        else:
            runs.append((item, item))
    return [write(first, last) for first, last in runs]


def _day_run(first: date, last: date) -> str:
    if first == last:
        return first.isoformat()
    return f"{first}/{last.isoformat()[5:]}" if first.year == last.year else f"{first}/{last}"


def _number_run(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
