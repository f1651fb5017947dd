"""Kinds of value that are days, months or hours."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from gridsim.calendar import is_month
from gridsim.errors import WrongValueError, shown_value
from gridsim.rules.kinds import Kind, Plain, list_of, whole_number
from gridsim.words import Sentence

__all__ = ["Dates", "HourRanges", "MonthDay", "MonthNumbers", "Months"]

_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(\d\d)", re.ASCII)
_HOURS_OF_DAY = 24
_MONTHS_OF_YEAR = 12
_LONGEST_RUN = 366


class Months(Kind):
    """Calendar months, ascending, none twice; may be none at all."""

    unit = "months"
    allowed = Sentence("a list of months YYYY-MM, each once")

    def parse(self, value: object) -> tuple[str, ...]:
        months = list_of(value)
        for month in months:
            if not is_month(month):
                raise WrongValueError(Sentence("{value} is not a month YYYY-MM", value=shown_value(month)))
        return _each_once(months)


class MonthNumbers(Kind):
    """Months of any year, 1 to 12, ascending, none twice."""

    unit = "month of year"
    allowed = Sentence("a list of whole numbers from 1 to 12, each once")

    def parse(self, value: object) -> tuple[int, ...]:
        months = tuple(whole_number(item) for item in list_of(value))
        for month in months:
            if not 1 <= month <= _MONTHS_OF_YEAR:
                raise WrongValueError(Sentence("{value} is no month of a year", value=month))
        return _each_once(months)


class MonthDay(Kind):
    """A day of any year, MM-DD."""

    unit = "month-day"
    allowed = Sentence("a day of the year as MM-DD")

    def parse(self, value: object) -> str:
        match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise WrongValueError(Sentence("not a day MM-DD"))
        try:
            date(2001, int(match[1]), int(match[2]))  # a common year: 02-29 is not in every one
        except ValueError:
            raise WrongValueError(Sentence("no such day in every year")) from None
        return match[0]


class Dates(Kind):
    """Calendar days, ascending, none twice. A run of days may be written ``first/last``, as in ``2021-10-01/10-07``.

    Parameters
    ----------
    weekend : bool
        Saturdays and Sundays alone.
    """

    unit = "dates"

    def __init__(self, *, weekend: bool = False) -> None:
        self.weekend = weekend
        self.allowed = (
            Sentence(
                "a list of dates YYYY-MM-DD, or of runs YYYY-MM-DD/YYYY-MM-DD, each day once, "
                "Saturdays and Sundays only"
            )
            if weekend
            else Sentence("a list of dates YYYY-MM-DD, or of runs YYYY-MM-DD/YYYY-MM-DD, each day once")
        )

    def parse(self, value: object) -> tuple[date, ...]:
        days = tuple(day for item in list_of(value) for day in _days(item))
        for day in days:
            if self.weekend and day.isoweekday() < 6:  # ISO: Saturday is 6
                raise WrongValueError(Sentence("{value} is no Saturday or Sunday", value=day))
        return _each_once(days)

    def plain(self, typed: tuple[date, ...]) -> Plain:
        return tuple(day.isoformat() for day in typed)


class HourRanges(Kind):
    """Hours of the day as ranges ``[start, end)``, ascending and apart."""

    unit = "hours"
    allowed = Sentence(
        "a list of [start, end] in whole hours, 0 <= start < end <= 24, ascending and apart; "
        "one over midnight is two: [[0, 7], [23, 24]]"
    )

    def parse(self, value: object) -> tuple[tuple[int, int], ...]:
        ranges: list[tuple[int, int]] = []
        for item in list_of(value):
            ends = tuple(whole_number(hour) for hour in list_of(item))
            if len(ends) != 2:
                raise WrongValueError(Sentence("a range of hours has a start and an end"))
            start, end = ends
            if not 0 <= start < end <= _HOURS_OF_DAY:
                if 0 <= end < start <= _HOURS_OF_DAY:
                    raise WrongValueError(Sentence("{start} to {end} goes over midnight", start=start, end=end))
                raise WrongValueError(Sentence("{start} to {end} is no range of hours", start=start, end=end))
            if ranges and start < ranges[-1][1]:
                raise WrongValueError(Sentence("ranges of hours overlap or are out of order"))
            ranges.append((start, end))
        return tuple(ranges)


def _days(value: object) -> list[date]:
    """A day, or a run of days ``first/last`` with both ends in it; the last without its year if it has the same."""
    if not isinstance(value, str) or "/" not in value:
        return [_day(value)]
    first, _, last = value.partition("/")
    start = _day(first)
    end = _day(first[:5] + last if len(last) == len("MM-DD") else last)
    if not 0 < (end - start).days < _LONGEST_RUN:
        raise WrongValueError(Sentence("{value} is no run of days", value=shown_value(value)))
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


def _day(value: object) -> date:
    if isinstance(value, datetime):
        raise WrongValueError(Sentence("{value} is not a date YYYY-MM-DD", value=value))
    if isinstance(value, date):
        return value
    # fromisoformat alone would also take 20210101 and week dates.
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise WrongValueError(Sentence("{value} is not a date YYYY-MM-DD", value=shown_value(value)))


def _each_once(items: tuple[Any, ...]) -> tuple[Any, ...]:
    ordered = tuple(sorted(items))
    for before, after in pairwise(ordered):
        if before == after:
            raise WrongValueError(Sentence("{value} stands there twice", value=before))
    return ordered
