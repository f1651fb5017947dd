"""Windows and announcement days of the trading sessions (rulebook part 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from gridsim.calendar import month_ordinal, working_days
from gridsim.compliance.row import Row
from gridsim.details import COMPLIANCE
from gridsim.rules.days_off import days_off

if TYPE_CHECKING:
    from gridsim.rules import RuleSet
    from gridsim.rules.schema import Calendar
    from gridsim.scenario import Scenario

__all__ = ["calendar"]


class _Session(NamedTuple):
    name: str
    kind: str
    announced: dt.date | None
    opens: dt.date
    closes: dt.date
    deliveries: tuple[tuple[str, str], ...]
    """Delivery and segment of everything that was ordered or filed in it, ascending."""


def calendar(scenario: Scenario) -> Iterator[Row]:
    """Check each session's window, closing day, announcement and delivery; nothing without a table of sessions."""
    if "sessions" not in scenario.given:
        return
    rules = scenario.rules
    for session in _sessions(scenario):
        yield _window(session, rules)
        if session.kind != "monthly" and session.kind != "intra_month":
            yield _close(session, rules, scenario.year)
        else:
            yield from _announcements(session, rules)
        yield from _misfits(session, rules, scenario.year)


def _sessions(scenario: Scenario) -> Iterator[_Session]:
    table = scenario.tables["sessions"]
    delivered: dict[str, set[tuple[str, str]]] = {name: set() for name in table["session"]}
    for source, keys in (("bilateral", ("session", "month")), ("orders", ("session", "month", "segment"))):
        columns = [scenario.tables[source][key].array for key in keys]
        key = np.zeros(len(scenario.tables[source]), dtype=np.int64)
        for column in columns:
            key = key * (len(column.categories) + 1) + column.codes + 1
        row = np.unique(key, return_index=True)[1]
        seen = []
        for column in columns:
            texts = [*column.categories.tolist(), ""]  # no code, -1, has the last
            seen.append([texts[code] for code in column.codes[row].tolist()])
        for name, month, *segment in zip(*seen, strict=True):
            delivered[name].add((month, segment[0] if segment else ""))
    for name, kind, announced, opens, closes in zip(
        table["session"], table["kind"], table["announced_on"], table["opens_at"], table["closes_at"], strict=True
    ):
        yield _Session(
            name=name,
            kind=kind,
            announced=None if pd.isna(announced) else announced.date(),
            opens=opens.date(),
            closes=closes.date(),
            deliveries=tuple(sorted(delivered[name])),
        )


def _window(session: _Session, rules: RuleSet) -> Row:
    values = rules.values.calendar
    days = working_days(
        session.opens, session.closes, *days_off(rules, range(session.opens.year, session.closes.year + 1))
    )
    if session.kind == "annual_bilateral":
        limit, detail = values.annual_bilateral_working_days, COMPLIANCE["window_at_least"]
        passed, clause = days >= limit, rules.cited("compliance.window.annual_bilateral")
    else:
        limit, detail = values.matched_working_days, COMPLIANCE["window_exactly"]
        passed, clause = days == limit, rules.cited("compliance.window.matched")
    return Row("calendar", session.name, None, str(days), str(limit), passed, clause, detail)


def _close(session: _Session, rules: RuleSet, year: int) -> Row:
    values = rules.values.calendar
    if session.kind == "half_year":
        limit, clause = _day(year, values.half_year_closes_by), rules.cited("compliance.close.half_year")
    else:
        limit, clause = _day(year - 1, values.annual_closes_by), rules.cited("compliance.close.annual")
    if values.by_date == "includes_the_day":
        passed, detail = session.closes <= limit, COMPLIANCE["close"]
    else:
        passed, detail = session.closes < limit, COMPLIANCE["close_before"]
    return Row("calendar", session.name, None, session.closes.isoformat(), limit.isoformat(), passed, clause, detail)


def _announcements(session: _Session, rules: RuleSet) -> Iterator[Row]:
    values = rules.values.calendar
    is_included = values.before_day == "includes_the_day"
    detail = COMPLIANCE["announcement_by" if is_included else "announcement"]
    for month, segment in session.deliveries:
        if "H" in month or "-" not in month:
            continue  # no single month: a misfit
        limit = _announcement_limit(month, segment, values)
        clause = rules.cited(f"compliance.announcement.{segment or 'monthly'}")
        value, passed = None, None
        if session.announced is not None:
            value = session.announced.isoformat()
            announced_in = (session.announced.year, session.announced.month)
            in_time = session.announced < limit or (is_included and session.announced == limit)
            passed = in_time and announced_in == (limit.year, limit.month)
            if session.kind == "monthly":
                is_of_year = limit.year == int(month[:4]) and limit.month in values.monthly_announcement_months
                passed = passed and is_of_year
        yield Row("calendar", session.name, month, value, limit.isoformat(), passed, clause, detail)


def _announcement_limit(month: str, segment: str, rules: Calendar) -> dt.date:
    """The day before which a session must be announced: in the month before for monthly sessions, else in the month."""
    if segment == "mid":
        return dt.date(int(month[:4]), int(month[5:]), rules.mid_announced_before_day)
    if segment == "late":
        return dt.date(int(month[:4]), int(month[5:]), rules.late_announced_before_day)
    year, number = divmod(month_ordinal(month) - 1, 12)
    return dt.date(year, number + 1, rules.monthly_announced_before_day)


def _misfits(session: _Session, rules: RuleSet, year: int) -> Iterator[Row]:
    """Deliveries that are not of the session's kind."""
    second_half = f"{year}-H2"
    for delivery, _ in session.deliveries:
        is_month = len(delivery) == 7 and delivery != second_half
        if session.kind == "half_year":
            fits, limit = delivery == second_half or (is_month and int(delivery[5:]) >= 7), second_half
            clause = rules.cited("compliance.delivery.half_year")
        elif session.kind in ("monthly", "intra_month"):
            fits, limit = is_month, "a single month"
            clause = rules.cited("compliance.delivery.month")
        else:
            continue
        if not fits:
            detail = COMPLIANCE["delivery"]
            yield Row("calendar", session.name, None, delivery, limit, False, clause, detail)


def _day(year: int, month_and_day: str) -> dt.date:
    return dt.date.fromisoformat(f"{year:04d}-{month_and_day}")
