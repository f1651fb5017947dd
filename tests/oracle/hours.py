"""Rulebook 9 `hours`, and rulebook 11: which quarter-hour of which day belongs to which period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from .dates import days_of_month, is_working_day, months_of_year
from .rule_values import Rules

QUARTERS = 96  # of a day


def quarter_of(clock: str) -> int:
    """``17:30`` as the number of the quarter-hour that begins there; ``24:00`` is 96."""
    hour, minute = (int(part) for part in clock.split(":"))
    if minute % 15:
        raise ValueError(f"{clock} is no quarter-hour")
    return hour * 4 + minute // 15


@cache
def quarters_of_range(text: str) -> frozenset[int]:
    """``08:00-12:00``; one past midnight means both ends of the same day."""
    start, end = (quarter_of(clock) for clock in text.split("-"))
    if start < end:
        return frozenset(range(start, end))
    return frozenset(range(start, QUARTERS)) | frozenset(range(end))


def entry_fits(entry: dict[str, Any], day: date, rules: Rules) -> bool:
    """By months and by kind of day; what an entry leaves out is all."""
    months = entry.get("months", "all")
    if months != "all" and day.month not in [int(month) for month in months]:
        return False
    kind = entry.get("days", "all")
    if kind == "all":
        return True
    return (kind == "working_days") == is_working_day(day, rules)


def use_of_day(hours: list[dict[str, Any]], day: date, rules: Rules) -> dict[str, list[str]]:
    """The first entry that fits holds."""
    return next(entry["use"] for entry in hours if entry_fits(entry, day, rules))


def period_at(hours: list[dict[str, Any]], when: datetime, rules: Rules) -> str:
    """The period of the quarter-hour that holds an instant: every quarter-hour lies in exactly one."""
    quarter = when.hour * 4 + when.minute // 15
    use = use_of_day(hours, when.date(), rules)
    (period,) = (p for p, ranges in use.items() if any(quarter in quarters_of_range(text) for text in ranges))
    return period


def days_of(month: str) -> Iterator[date]:
    for number in range(days_of_month(month)):
        yield date.fromisoformat(month + "-01") + timedelta(days=number)


def quarters_of_period(hours: list[dict[str, Any]], period: str, year: int, rules: Rules) -> int:
    """How many quarter-hours a period has, of a year or, where all days are alike, of a day."""
    days = [day for month in months_of_year(year) for day in days_of(month)]
    if all(set(entry) == {"use"} for entry in hours):  # every day alike: one tells the shares of all
        days = days[:1]
    ranges = [text for day in days for text in use_of_day(hours, day, rules).get(period, [])]
    return sum(len(quarters_of_range(text)) for text in ranges)
