"""Windows, closing days, announcements and deliveries of sessions: each check on the day before, at, and after."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

import gridsim
from gridsim.compliance.calendar import calendar
from gridsim.details import COMPLIANCE


def checked(
    scenario: gridsim.Scenario, kind: str, announced: str | None, opens: str, closes: str, delivery: str, segment=None
) -> list[tuple[str | None, bool | None, str]]:
    """Value, verdict and detail of each line about the one session, in which one order was submitted."""
    sessions = scenario.tables["sessions"]
    name = sessions["session"].iloc[0]
    one = sessions.iloc[:1].assign(
        kind=pd.Categorical([kind]),
        announced_on=pd.to_datetime(pd.Series([announced])),
        opens_at=pd.to_datetime([opens]),
        closes_at=pd.to_datetime([closes]),
    )
    order = scenario.tables["orders"].iloc[:1].assign(
        session=pd.Categorical([name]), month=pd.Categorical([delivery]), segment=pd.Categorical([segment])
    )  # fmt: skip
    tables = {**scenario.tables, "sessions": one, "orders": order, "bilateral": scenario.tables["bilateral"].iloc[:0]}
    lines = list(calendar(dataclasses.replace(scenario, tables=tables)))
    assert all(line.check == "calendar" and line.subject == name and line.clause for line in lines)
    return [(line.value, line.passed, line.detail) for line in lines]


def verdicts(lines: list[tuple[str | None, bool | None, str]], check: str) -> list[bool | None]:
    return [passed for _, passed, detail in lines if detail == COMPLIANCE[check]]


def test_without_a_table_of_sessions_nothing_is_checked(scenario: gridsim.Scenario) -> None:
    assert list(calendar(dataclasses.replace(scenario, given=scenario.given - {"sessions"}))) == []


def test_a_bilateral_window_may_be_longer_and_a_matched_one_has_its_length(scenario: gridsim.Scenario) -> None:
    values = scenario.rules.values.calendar
    days = pd.bdate_range("2020-11-02", periods=values.annual_bilateral_working_days + 1)  # weeks without holidays
    for length, passed in ((len(days) - 2, False), (len(days) - 1, True), (len(days), True)):
        window = (days[0].isoformat(), days[length - 1].isoformat())
        lines = checked(scenario, "annual_bilateral", None, *window, "2021")
        assert lines[0][0] == str(length) and verdicts(lines, "window_at_least") == [passed]
    for length in range(1, values.matched_working_days + 2):
        window = (days[0].isoformat(), days[length - 1].isoformat())
        lines = checked(scenario, "annual_matched", None, *window, "2021")
        assert verdicts(lines, "window_exactly") == [length == values.matched_working_days]


@pytest.mark.parametrize(
    ("kind", "key", "year"), [("annual_matched", "annual_closes_by", 2020), ("half_year", "half_year_closes_by", 2021)]
)
def test_the_last_day_to_close_belongs_to_the_window(
    scenario: gridsim.Scenario, kind: str, key: str, year: int
) -> None:
    last = pd.Timestamp(f"{year}-{getattr(scenario.rules.values.calendar, key)} 23:00")
    for closes, passed in ((last, True), (last + pd.Timedelta(days=1), False)):
        lines = checked(
            scenario, kind, None, (closes - pd.Timedelta(hours=8)).isoformat(), closes.isoformat(), "2021-H2"
        )
        assert verdicts(lines, "close") == [passed]


@pytest.mark.parametrize(
    ("kind", "delivery", "segment", "key"),
    [
        ("monthly", "2021-04", None, "monthly_announced_before_day"),
        ("intra_month", "2021-04", "mid", "mid_announced_before_day"),
        ("intra_month", "2021-04", "late", "late_announced_before_day"),
    ],
)
def test_an_announcement_comes_before_its_day_and_in_its_month(
    scenario: gridsim.Scenario, kind: str, delivery: str, segment: str | None, key: str
) -> None:
    day = getattr(scenario.rules.values.calendar, key)
    limit = pd.Timestamp(f"{delivery if segment else '2021-03'}-{day:02d}")
    month_before = limit - pd.DateOffset(months=1)
    one_day = pd.Timedelta(days=1)
    for announced, passed in ((limit - one_day, True), (limit, False), (month_before - one_day, False), (None, None)):
        text = announced and announced.date().isoformat()
        lines = checked(scenario, kind, text, "2021-04-08", "2021-04-08", delivery, segment)
        assert verdicts(lines, "announcement") == [passed]
        assert verdicts(lines, "delivery") == []


def test_other_readings_of_the_day_itself_say_so(scenario: gridsim.Scenario) -> None:
    other = {"calendar.before_day": "includes_the_day", "calendar.by_date": "excludes_the_day"}
    scenario = scenario.with_overrides(other)
    window = ("2021-03-25", "2021-03-25")
    for announced, passed in (("2021-03-20", True), ("2021-03-21", False)):
        lines = checked(scenario, "monthly", announced, *window, "2021-04")
        assert verdicts(lines, "announcement_by") == [passed] and verdicts(lines, "announcement") == []
    for closes, passed in (("2021-06-29", True), ("2021-06-30", False)):
        lines = checked(scenario, "half_year", None, closes, closes, "2021-H2")
        assert verdicts(lines, "close_before") == [passed] and verdicts(lines, "close") == []


@pytest.mark.parametrize(
    ("kind", "delivery", "fits"),
    [
        ("monthly", "2021-04", True),
        ("monthly", "2021", False),
        ("intra_month", "2021-H2", False),
        ("half_year", "2021-H2", True),
        ("half_year", "2021-07", True),
        ("half_year", "2021-06", False),
        ("half_year", "2021", False),
        ("annual_matched", "2021-04", True),
    ],
)
def test_deliveries_of_another_kind_of_session_are_told(
    scenario: gridsim.Scenario, kind: str, delivery: str, fits: bool
) -> None:
    lines = checked(scenario, kind, None, "2021-06-10", "2021-06-10", delivery)
    assert verdicts(lines, "delivery") == ([] if fits else [False])
