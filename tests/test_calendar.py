"""Months, deliveries, working days."""

from __future__ import annotations

import datetime as dt

import pytest

from gridsim.calendar import (
    FIRST_DELIVERIES,
    days_in_month,
    deliveries,
    delivery_months,
    is_month,
    month_ordinal,
    months_of,
    working_days,
)  # fmt: skip


def test_deliveries() -> None:
    assert deliveries(2021)[:3] == ("2021", "2021-H2", "2021-01")
    assert len(delivery_months("2021", 2021)) == 12
    assert delivery_months("2021-H2", 2021)[0] == "2021-07"
    assert delivery_months("2021-03", 2021) == ("2021-03",)
    with pytest.raises(ValueError, match="2022"):
        delivery_months("2022-01", 2021)


def test_each_run_of_months_has_one_name_the_shortest() -> None:
    names = deliveries(2021)
    assert len(names) == len(set(names)) == 78
    assert names[:FIRST_DELIVERIES] == ("2021", "2021-H2", *months_of(2021))  # codes of saved scenarios stay
    assert {delivery_months(name, 2021) for name in names} == {
        months_of(2021)[first : last + 1] for first in range(12) for last in range(first, 12)
    }
    assert [name for name in names if "-H" in name or "-Q" in name] == [
        "2021-H2", "2021-Q1", "2021-H1", "2021-Q2", "2021-Q3", "2021-Q4",
    ]  # fmt: skip
    assert delivery_months("2021-04/2021-05", 2021) == ("2021-04", "2021-05")
    for name in ("2021-04/2021-06", "2021-05/2021-04", "2021-Q5", "2021-H3"):
        with pytest.raises(ValueError, match=name):
            delivery_months(name, 2021)


def test_months_count() -> None:
    assert month_ordinal("2021-01") - month_ordinal("2020-12") == 1
    assert days_in_month("2020-02") == 29
    assert is_month("2021-12") and not is_month("2021-13") and not is_month("2021-1")


def test_working_days_follow_holidays_and_weekends_worked() -> None:
    friday, sunday, monday = dt.date(2020, 12, 25), dt.date(2020, 12, 27), dt.date(2020, 12, 28)
    assert working_days(friday, monday, (), ()) == 2
    assert working_days(friday, monday, (monday,), ()) == 1
    assert working_days(friday, monday, (), (sunday,)) == 3
    assert working_days(sunday, sunday, (), ()) == 0
    assert working_days(sunday, sunday, (sunday,), (sunday,)) == 1
