"""Months, deliveries and working days: the market's calendar as plain functions on text and dates."""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
import re
from collections.abc import Collection

__all__ = [
    "SPREADSHEET_DAY_0",
    "days_in_month",
    "deliveries",
    "delivery_months",
    "is_month",
    "month_ordinal",
    "months_of",
    "working_days",
]

SPREADSHEET_DAY_0 = dt.date(1899, 12, 30)
"""From it spreadsheets count the days of a date that is shown as a number."""

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def is_month(value: object) -> bool:
    """Whether `value` is a month, as a text ``YYYY-MM``."""
    return isinstance(value, str) and _MONTH.fullmatch(value) is not None


def month_ordinal(month: str) -> int:
    """Months since year 0, so that months compare and subtract as integers."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def months_of(year: int) -> tuple[str, ...]:
    """The twelve months ``YYYY-MM`` of a year, in order."""
    return tuple(f"{year:04d}-{number:02d}" for number in range(1, 13))


def deliveries(year: int) -> tuple[str, ...]:
    """Everything that a ``delivery`` column may hold: the year, its second half, its months (docs/formats.md)."""
    return (f"{year:04d}", f"{year:04d}-H2", *months_of(year))


def delivery_months(delivery: str, year: int) -> tuple[str, ...]:
    """The months that a delivery covers, in order.

    Raises
    ------
    ValueError
        `delivery` is none of `deliveries(year)`.
    """
    months = months_of(year)
    if delivery == f"{year:04d}":
        return months
    if delivery == f"{year:04d}-H2":
        return months[6:]
    if delivery in months:
        return (delivery,)
    raise ValueError(f"{delivery!r} is no delivery of {year}")


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
