"""Months, deliveries and working days: the market's calendar as plain functions on text and dates."""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
import re
from collections.abc import Collection
from functools import lru_cache

__all__ = [
    "FIRST_DELIVERIES",
    "SPREADSHEET_DAY_0",
    "day_of_month",
    "days_in_month",
    "deliveries",
    "delivery_months",
    "delivery_name",
    "is_day",
    "is_month",
    "month_ordinal",
    "months_of",
    "working_days",
]

SPREADSHEET_DAY_0 = dt.date(1899, 12, 30)
"""From it spreadsheets count the days of a date that is shown as a number."""

_PARTS = {"H": 6, "Q": 3}  # halves and quarters of a year [months]
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def is_month(value: object) -> bool:
    """Whether `value` is a month, as a text ``YYYY-MM``."""
    return isinstance(value, str) and _MONTH.fullmatch(value) is not None


def is_day(value: object) -> bool:
    """Whether `value` is a day, as a text ``YYYY-MM-DD``."""
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        return False
    return is_month(value[:7]) and 1 <= int(value[8:]) <= days_in_month(value[:7])


def day_of_month(value: str) -> int:
    """The day on which a month ``YYYY-MM`` or a day ``YYYY-MM-DD`` begins, from 1."""
    return int(value[8:]) if len(value) > 7 else 1


def month_ordinal(month: str) -> int:
    """Months since year 0, so that months compare and subtract as integers; of a day, those of its month."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_text(ordinal: int) -> str:
    """The month that `month_ordinal` counts so."""
    year, month = divmod(ordinal, 12)
    return f"{year:04d}-{month + 1:02d}"


@lru_cache(maxsize=64)
def months_of(year: int) -> tuple[str, ...]:
    """The twelve months ``YYYY-MM`` of a year, in order."""
    return tuple(f"{year:04d}-{number:02d}" for number in range(1, 13))


@lru_cache(maxsize=64)
def deliveries(year: int) -> tuple[str, ...]:
    """Everything that a ``delivery`` column may hold: a year, or months of it that follow each other (docs/formats.md).

    Equal deliveries are one, under the shortest name. The first are the year, its second half and its months, in which
    most tables of deliveries have all that they name (`FIRST_DELIVERIES`); then all others.
    """
    first = (delivery_name(year, 1, 12), delivery_name(year, 7, 12), *months_of(year))
    every = (delivery_name(year, first, last) for first in range(1, 13) for last in range(first, 13))
    return tuple(dict.fromkeys((*first, *every)))


FIRST_DELIVERIES = 14
"""So many deliveries of a year, in most tables all that are named, stand before the others."""


def delivery_name(year: int, first: int, last: int) -> str:
    """The shortest name of the months of a year from the first to the last (1 to 12)."""
    count = last - first + 1
    if count == 12:
        return f"{year:04d}"
    if count == 1:
        return f"{year:04d}-{first:02d}"
    for letter, length in _PARTS.items():
        if count == length and last % length == 0:
            return f"{year:04d}-{letter}{last // length}"
    return f"{year:04d}-{first:02d}/{year:04d}-{last:02d}"


def delivery_months(delivery: str, year: int) -> tuple[str, ...]:
    """The months that a delivery covers, in order.

    Raises
    ------
    ValueError
        `delivery` is none of `deliveries(year)`.
    """
    if delivery not in _spans(year):
        raise ValueError(f"{delivery!r} is no delivery of {year}")
    first, last = _spans(year)[delivery]
    return months_of(year)[first - 1 : last]


@lru_cache(maxsize=64)
def _spans(year: int) -> dict[str, tuple[int, int]]:
    return {delivery_name(year, first, last): (first, last) for first in range(1, 13) for last in range(first, 13)}


def days_in_month(month: str) -> int:
    """Calendar days of a month ``YYYY-MM``."""
    return _calendar.monthrange(int(month[:4]), int(month[5:7]))[1]


def working_days(
    first: dt.date, last: dt.date, holidays: Collection[dt.date], working_weekends: Collection[dt.date]
) -> int:
    """Working days from `first` to `last`, both included (rulebook part 3).

    Monday to Friday, less the holidays, plus the weekend days that are worked in their stead.
    """
    count = 0
    for offset in range((last - first).days + 1):
        day = first + dt.timedelta(days=offset)
        is_worked = day in working_weekends if day.weekday() >= 5 else day not in holidays
        count += is_worked
    return count
