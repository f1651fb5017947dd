"""Months, deliveries, instants and working days (rulebook 3; formats 1)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

from .rule_values import Rules


@cache
def months_of_year(year: int) -> list[str]:
    return [f"{year}-{month:02d}" for month in range(1, 13)]


@cache
def months_of_delivery(delivery: str, year: int) -> list[str]:
    """Formats 1: a month, the year (``2021``), or its second half (``2021-H2``); formats 4: or from month to month.

    Issue 15: or a quarter (``2021-Q2``); so the first half, too.
    """
    months = months_of_year(year)
    parts = {str(year): months, f"{year}-H1": months[:6], f"{year}-H2": months[6:]}
    parts |= {f"{year}-Q{quarter}": months[3 * quarter - 3 : 3 * quarter] for quarter in range(1, 5)}
    if delivery in parts:
        return parts[delivery]
    first, _, last = delivery.partition("/")
    found = [month for month in months if first <= month <= (last or first)]
    if not found or (found[0], found[-1]) != (first, last or first):
        raise ValueError(f"{delivery!r} is no delivery of {year}")
    return found


@cache
def shortest_name(delivery: str, year: int) -> str:
    """Formats 4: equal deliveries are one, under the shortest name."""
    months = months_of_delivery(delivery, year)
    names = [str(year), *(f"{year}-H{half}" for half in (1, 2)), *(f"{year}-Q{quarter}" for quarter in range(1, 5))]
    names += [months[0], f"{months[0]}/{months[-1]}"]
    return min((name for name in names if months_of_delivery(name, year) == months), key=len)


def days_of_month(month: str) -> int:
    first = date.fromisoformat(month + "-01")
    return ((first + timedelta(days=32)).replace(day=1) - first).days


def instant(text: str) -> datetime:
    """Rulebook 3: seconds left out are zero; a date alone is 00:00:00."""
    return datetime.fromisoformat(text)


def closing_instant(text: str) -> datetime:
    """Rulebook 3: a date alone as `closes_at` is 23:59:59 of that day."""
    when = datetime.fromisoformat(text)
    return when.replace(hour=23, minute=59, second=59) if len(text) == len("2021-01-01") else when


def is_working_day(day: date, rules: Rules) -> bool:
    """Rulebook 3: Monday to Friday, adjusted by the rule set's holiday list."""
    if day.isoformat() in rules["calendar.holidays"]:
        return False
    if day.isoformat() in rules["calendar.working_weekends"]:
        return True
    return day.isoweekday() <= 5


def working_days_touched(opens: datetime, closes: datetime, rules: Rules) -> int:
    """Rulebook 3: a window's length is the working days that it touches."""
    count, day = 0, opens.date()
    while day <= closes.date():
        count += is_working_day(day, rules)
        day += timedelta(days=1)
    return count
