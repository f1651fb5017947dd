"""Which period each quarter-hour of a year belongs to, by the hours of a market's shape (rulebook part 9)."""

from __future__ import annotations

import datetime as dt
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from gridsim.rules.day_hours import owners_of
from gridsim.rules.days_off import days_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridsim.rules.content import RuleContent
    from gridsim.rules.shape_lists import HoursEntry

__all__ = ["MINUTES_OF_HOUR", "QUARTERS_OF_DAY", "pairs_of_months", "periods_of_quarters", "ranges_of"]

MINUTES_OF_HOUR = 60
QUARTERS_OF_DAY = 96
_WEEKEND = 5  # from this day of the week on, Monday being 0


def periods_of_quarters(
    rules: RuleContent, year: int, hours: tuple[HoursEntry, ...] | None = None
) -> NDArray[np.int64]:
    """The period of each quarter-hour of each day of a year.

    Parameters
    ----------
    rules : RuleSet
    year : int
    hours : tuple of HoursEntry, optional
        Others than the rule set's: those of a unit with periods of its own.

    Returns
    -------
    (days, 96) int64 array
        Places in the periods of the shape; -1 where no entry of its hours fits.
    """
    first = dt.date(year, 1, 1)
    days = [first + dt.timedelta(days=number) for number in range((dt.date(year + 1, 1, 1) - first).days)]
    entries = rules.shape.hours if hours is None else hours
    works = _works(rules, days) if any(entry.days != "all" for entry in entries) else [True] * len(days)
    found = np.empty((len(days), QUARTERS_OF_DAY), dtype=np.int64)
    made: dict[tuple[int, str], NDArray[np.int64]] = {}
    for row, (day, is_worked) in enumerate(zip(days, works, strict=True)):
        month = f"{day:%Y-%m}"
        place = next((place for place, entry in enumerate(entries) if _fits(entry, day, month, is_worked)), None)
        if place is None:
            found[row] = -1
            continue
        if (place, month) not in made:
            made[place, month] = _day(entries[place], rules, month)
        found[row] = made[place, month]
    return found


def pairs_of_months(rules: RuleContent, year: int, sets: Sequence[tuple[HoursEntry, ...] | None]) -> NDArray[np.bool_]:
    """Whether a period of some hours and one of the rule set's share a quarter-hour of a month.

    Parameters
    ----------
    rules : RuleSet
    year : int
    sets : sequence of hours
        As for `periods_of_quarters`.

    Returns
    -------
    (sets, 12, periods, periods) bool array
        By set, month, its period, and the rule set's.
    """
    periods = len(rules.shape.periods)
    tariff = periods_of_quarters(rules, year)
    first = np.datetime64(str(year), "D")
    month = (first + np.arange(len(tariff))).astype("datetime64[M]").astype(np.int64) % 12
    found = np.zeros((len(sets), 12, periods, periods), dtype=bool)
    for number, hours in enumerate(sets):
        contract = tariff if hours is None else periods_of_quarters(rules, year, hours)
        found[number, month[:, np.newaxis], contract, tariff] = True
    return found


def ranges_of(entry: HoursEntry, rules: RuleContent, month: str) -> dict[str, tuple[tuple[int, int], ...]]:
    """By period, the ranges of minutes of the day [start, end) that an entry gives it in a month."""
    values = rules.at(month)
    found = {}
    for period, ranges in entry.use:
        if isinstance(ranges, str):  # the path of a value that lists whole hours
            hours = attrgetter(ranges)(values)
            found[period] = tuple((start * MINUTES_OF_HOUR, end * MINUTES_OF_HOUR) for start, end in hours)
        else:
            found[period] = ranges
    return found


def _fits(entry: HoursEntry, day: dt.date, month: str, is_worked: bool) -> bool:
    is_of_kind = entry.days == "all" or (entry.days == "working_days") == is_worked
    return is_of_kind and day.month in entry.months and month >= entry.since


def _day(entry: HoursEntry, rules: RuleContent, month: str) -> NDArray[np.int64]:
    """(96,) the period of each quarter-hour of a day; a range past midnight means both ends of the same day."""
    periods = rules.shape.periods
    owners = owners_of(entry, rules.at(month))
    return np.array([periods.index(names[0]) if names else -1 for names in owners], dtype=np.int64)


def _works(rules: RuleContent, days: list[dt.date]) -> list[bool]:
    """Whether each day is a working day."""
    off = days_off(rules, {day.year for day in days})
    return [day in off.working_weekends or (day.weekday() < _WEEKEND and day not in off.holidays) for day in days]
