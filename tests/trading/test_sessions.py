"""Sessions of a scenario: windows with both ends, and kinds where there is no table of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

import gridsim
from gridsim.trading.sessions import NO_KIND, Sessions, sessions_of
from tests.markets import HENAN

TABLE = pd.DataFrame(
    {
        "session": pd.Categorical(["late", "early"]),
        "kind": pd.Categorical(["monthly", "annual_bilateral"]),
        "opens_at": pd.to_datetime(["2021-06-02 09:00", "2021-06-01 09:00"]),
        "closes_at": pd.to_datetime(["2021-06-02 17:00", "2021-06-01 17:00"]),
    }
)
KINDS = HENAN.sessions
OF_SESSION = np.array([3, 0])
SESSIONS = Sessions(["late", "early"], TABLE, KINDS, (), OF_SESSION, OF_SESSION)


def column(*names: str) -> pd.Series:
    """With categories in another order than the table's rows, and one that no row has."""
    return pd.Series(pd.Categorical(names, categories=["early", "unused", "late"]))


def test_positions_are_those_of_the_table() -> None:
    assert SESSIONS.position_of(column("early", "late", "early")).tolist() == [1, 0, 1]


def test_both_ends_belong_to_the_window() -> None:
    texts = ("08:59:59.999999", "09:00", "17:00", "17:00:00.000001")
    times = pd.Series(pd.to_datetime([f"2021-06-02 {text}" for text in texts], format="ISO8601"))
    assert SESSIONS.is_outside(column(*["late"] * 4), times).tolist() == [True, False, False, True]


def test_every_time_must_lie_inside() -> None:
    inside, outside = (pd.Series(pd.to_datetime([text])) for text in ("2021-06-01 12:00", "2021-06-02 12:00"))
    session = column("early")
    assert [SESSIONS.is_outside(session, *times).tolist() for times in ((inside, inside), (inside, outside), ())] == [
        [False], [True], [False],
    ]  # fmt: skip


def test_without_a_table_nothing_is_outside_and_kinds_are_two() -> None:
    kinds = HENAN.without_sessions
    sessions = Sessions(SESSIONS.names, None, kinds, (), np.array([0, 0]), np.array([1, 1]))
    assert not sessions.is_outside(column("late"), pd.Series(pd.to_datetime(["1999-01-01"]))).any()
    assert [kind.id for kind in sessions.of_trades] == ["bilateral", "matched"]


def test_deals_count_as_any_kind_of_the_market_or_as_none(scenario: gridsim.Scenario) -> None:
    assert [kind.id for kind in sessions_of(scenario).of_trades] == [kind.id for kind in HENAN.sessions]
    deal = scenario.tables["deals"].reindex([0])
    with_deals = dataclasses.replace(scenario, tables={**scenario.tables, "deals": deal})
    assert sessions_of(with_deals).of_trades == (*HENAN.sessions, *HENAN.sessions, NO_KIND)


def test_names_are_the_tables_or_those_that_filings_and_orders_name(scenario: gridsim.Scenario) -> None:
    assert list(sessions_of(scenario).names) == scenario.tables["sessions"]["session"].tolist()
    without = sessions_of(dataclasses.replace(scenario, given=scenario.given - {"sessions"}))
    named = [
        *scenario.tables["bilateral"]["session"].cat.categories,
        *scenario.tables["orders"]["session"].cat.categories,
    ]
    assert without.table is None and list(without.names) == list(dict.fromkeys(named))
