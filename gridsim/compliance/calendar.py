"""Windows and announcement days of the trading sessions (rulebook part 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from gridsim.calendar import delivery_months, is_month, month_ordinal, working_days
from gridsim.compliance.calendar_rules import SECOND_HALF, includes_the_day, rules_of_kind
from gridsim.compliance.row import Row
from gridsim.details import COMPLIANCE
from gridsim.rules.days_off import days_off

if TYPE_CHECKING:
    from gridsim.compliance.calendar_rules import Announcement, Closing, Delivery, KindRules, Window
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario

__all__ = ["calendar"]


class _Session(NamedTuple):
    name: str
    rules: KindRules
    announced: dt.date | None
    opens: dt.date
    closes: dt.date
    deliveries: tuple[tuple[str, str], ...]
    """Delivery and segment of everything that was ordered or filed in it, ascending."""


def calendar(scenario: Scenario) -> Iterator[Row]:
    """Check each session's window, closing day, announcement and delivery; nothing without a table of sessions.

    What is checked of a kind of session stands in its `rules` (`gridsim.compliance.calendar_rules`).
    """
    if "sessions" not in scenario.given:
        return
    rules = scenario.rules
    for session in _sessions(scenario):
        asked = session.rules
        if asked.window is not None:
            yield _window(session, asked.window, rules)
        if asked.closes is not None:
            yield _close(session, asked.closes, rules, scenario.year)
        if asked.announced is not None:
            yield from _announcements(session, asked.announced, rules)
        if asked.delivers is not None:
            yield from _misfits(session, asked.delivers, scenario.year)


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
    by_kind = {kind.id: rules_of_kind(kind, scenario.rules) for kind in scenario.rules.shape.sessions}
    for name, kind, announced, opens, closes in zip(
        table["session"], table["kind"], table["announced_on"], table["opens_at"], table["closes_at"], strict=True
    ):
        yield _Session(
            name=name,
            rules=by_kind[kind],
            announced=None if pd.isna(announced) else announced.date(),
            opens=opens.date(),
            closes=closes.date(),
            deliveries=tuple(sorted(delivered[name])),
        )


def _window(session: _Session, asked: Window, rules: RuleSet) -> Row:
    days = working_days(
        session.opens, session.closes, *days_off(rules, range(session.opens.year, session.closes.year + 1))
    )
    passed, detail = days == asked.days, COMPLIANCE["window_exactly"]
    if asked.at_least:
        passed, detail = days >= asked.days, COMPLIANCE["window_at_least"]
    return Row("calendar", session.name, None, str(days), str(asked.days), passed, asked.clause, detail)


def _close(session: _Session, asked: Closing, rules: RuleSet, year: int) -> Row:
    limit = dt.date.fromisoformat(f"{year + asked.year:04d}-{asked.day}")
    if includes_the_day(rules, "by_date"):
        passed, detail = session.closes <= limit, COMPLIANCE["close"]
    else:
        passed, detail = session.closes < limit, COMPLIANCE["close_before"]
    return Row(
        "calendar", session.name, None, session.closes.isoformat(), limit.isoformat(), passed, asked.clause, detail
    )


def _announcements(session: _Session, asked: Mapping[str, Announcement], rules: RuleSet) -> Iterator[Row]:
    is_included = includes_the_day(rules, "before_day")
    detail = COMPLIANCE["announcement_by" if is_included else "announcement"]
    for month, segment in session.deliveries:
        rule = asked.get(segment) or asked.get("")
        if not is_month(month) or rule is None:
            continue  # no single month: a misfit
        year, number = divmod(month_ordinal(month) + rule.month, 12)
        limit = dt.date(year, number + 1, rule.before_day)
        value, passed = None, None
        if session.announced is not None:
            value = session.announced.isoformat()
            announced_in = (session.announced.year, session.announced.month)
            in_time = session.announced < limit or (is_included and session.announced == limit)
            passed = in_time and announced_in == (limit.year, limit.month)
            if rule.months is not None:
                passed = passed and limit.year == int(month[:4]) and limit.month in rule.months
        yield Row("calendar", session.name, month, value, limit.isoformat(), passed, rule.clause, detail)


def _misfits(session: _Session, asked: Delivery, year: int) -> Iterator[Row]:
    """Deliveries that are not of the session's kind."""
    second_half = f"{year}-H2"
    for delivery, _ in session.deliveries:
        if asked.what == SECOND_HALF:
            within = delivery_months(second_half, year)
            fits, limit = set(delivery_months(delivery, year)) <= set(within), second_half
        else:
            fits, limit = is_month(delivery), "a single month"
        if not fits:
            detail = COMPLIANCE["delivery"]
            yield Row("calendar", session.name, None, delivery, limit, False, asked.clause, detail)
