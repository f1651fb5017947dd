"""The finest level that all users of a unit have, and what is added up to reach it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from gridsim.analysis.attribution.history import Histories
from gridsim.analysis.attribution.plan import Mean

PERIODS = ("peak", "flat", "valley")
Row = tuple[str, int, str | None, str | None, int]


def histories(*rows: Row) -> Histories:
    names = ("user_id", "year", "month", "period", "energy_kwh")
    columns = zip(*rows, strict=True)
    return Histories(pa.table({name: list(column) for name, column in zip(names, columns, strict=True)}))


def means(found: Histories, users: list[str], periods: tuple[str, ...] = PERIODS, month: str = "05") -> Any:
    return found.means(users, month, periods, PERIODS)


def test_years_are_what_all_have() -> None:
    found = histories(("A", 2019, None, None, 10), ("A", 2020, None, None, 30), ("B", 2020, None, None, 7))
    assert means(found, ["A", "C", "B"]) == ("year", [Mean(40, 2), None, Mean(7, 1)])
    assert means(found, ["C"]) == ("month_and_period" if False else "month", [None])
    assert means(Histories(None), ["A"])[1] == [None]


def test_a_month_counts_where_every_user_has_it() -> None:
    rows: list[Row] = [("A", 2020, "05", None, 3), ("A", 2020, "06", None, 4), ("B", 2020, "05", None, 5)]
    assert means(histories(*rows), ["A", "B"]) == ("month", [Mean(3, 1), Mean(5, 1)])
    # Another month is not there for B, so that the year is; A's is the sum of its months.
    assert means(histories(*rows), ["A", "B"], month="06") == ("year", [Mean(7, 1), Mean(5, 1)])
    # A year that is given as a whole is not added up.
    assert means(histories(*rows, ("A", 2020, None, None, 100)), ["A", "B"], month="06")[1] == [
        Mean(100, 1),
        Mean(5, 1),
    ]


def test_month_and_period_before_month_before_period_before_year() -> None:
    by_both: list[Row] = [("A", 2020, "05", period, kwh) for period, kwh in zip(PERIODS, (1, 2, 4), strict=True)]
    found = histories(*by_both, ("B", 2020, "05", "peak", 9), ("C", 2020, "05", None, 50), ("D", 2020, None, "peak", 6))
    assert means(found, ["A", "B"], ("peak",)) == ("month_and_period", [Mean(1, 1), Mean(9, 1)])
    assert means(found, ["A", "C"], ("peak",)) == ("month", [Mean(7, 1), Mean(50, 1)])
    assert means(found, ["A", "D"], ("peak",)) == ("period", [Mean(1, 1), Mean(6, 1)])
    assert means(found, ["A", "C", "D"], ("peak",)) == ("year", [Mean(7, 1), Mean(50, 1), Mean(6, 1)])
    # All periods together are no level of their own.
    assert means(found, ["A", "B"]) == ("month", [Mean(7, 1), Mean(9, 1)])


def test_only_years_that_have_the_level_count() -> None:
    found = histories(("A", 2019, None, None, 1000), ("A", 2020, "05", None, 3), ("A", 2018, "05", None, 5))
    assert means(found, ["A"]) == ("month", [Mean(8, 2)])
    assert means(found, ["A"], month="07") == ("year", [Mean(1008, 3)])
