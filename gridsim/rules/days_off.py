"""The days off and the weekends worked of a year: those that the rule set lists, or those of a kept-up list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from gridsim.rules.content import RuleContent

__all__ = ["DaysOff", "days_off", "has_days_off", "lists_days_off"]

_LISTS = ("calendar.holidays", "calendar.working_weekends")


class DaysOff(NamedTuple):
    """What is not as the day of the week says."""

    holidays: frozenset[dt.date]
    working_weekends: frozenset[dt.date]


_NOTHING = DaysOff(frozenset(), frozenset())


def days_off(rules: RuleContent, years: Iterable[int]) -> DaysOff:
    """The days off and the weekends worked of some years.

    Parameters
    ----------
    rules : RuleSet
        Where it lists a day of a year, its two lists hold in that year. What a scenario sets in place of them holds
        in every year.
    years : iterable of int
        For those that the rule set doesn't list, the kept-up list of mainland China's calendars is asked (the library
        chinesecalendar). A year that it doesn't know has neither days off nor weekends worked (`has_days_off`).

    Returns
    -------
    DaysOff
    """
    holidays, worked = map(set, _own(rules))
    for year in years:
        if not lists_days_off(rules, year):
            listed = _kept_up(year) or _NOTHING
            holidays |= listed.holidays
            worked |= listed.working_weekends
    return DaysOff(frozenset(holidays), frozenset(worked))


def has_days_off(rules: RuleContent, year: int) -> bool:
    """Whether the days off of a year are known, be there none."""
    return lists_days_off(rules, year) or _kept_up(year) is not None


def lists_days_off(rules: RuleContent, year: int) -> bool:
    """Whether the rule set's own lists hold in a year."""
    if not rules.has(_LISTS[0]):
        return False
    # Results that were saved before there was another list were computed without it.
    if not rules.has("calendar.by_date") or any(rules.entry(path).instead_of is not None for path in _LISTS):
        return True
    return any(day.year == year for days in _own(rules) for day in days)


def _own(rules: RuleContent) -> DaysOff:
    """What the rule set lists itself."""
    if not rules.has(_LISTS[0]):
        return _NOTHING
    own = rules.values.calendar
    return DaysOff(frozenset(own.holidays), frozenset(own.working_weekends))


@cache
def _kept_up(year: int) -> DaysOff | None:
    """What the library knows of a year; None if it doesn't know it."""
    import chinese_calendar  # only where a rule set lacks a year

    first = dt.date(year, 1, 1)
    days = [first + dt.timedelta(days=number) for number in range(dt.date(year, 12, 31).timetuple().tm_yday)]
    try:
        works = [chinese_calendar.is_workday(day) for day in days]
    except NotImplementedError:
        return None
    return DaysOff(
        frozenset(day for day, is_worked in zip(days, works, strict=True) if day.weekday() < 5 and not is_worked),
        frozenset(day for day, is_worked in zip(days, works, strict=True) if day.weekday() >= 5 and is_worked),
    )
