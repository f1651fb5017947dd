"""A random market driven step by step is the run of what was submitted to it: every table, and the manifest."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from gridsim.io import scenario_from_tables
from gridsim.market_tables import input_tables, result_tables
from tests.properties.harness import Scenario, portion, text_frames
from tests.properties.scenarios import seeded_scenario
from tests.properties.test_transfers import in_closing_order

Frames = dict[str, pd.DataFrame]
_SUBMITTED = ("bilateral", "orders", "meter")


def loaded(frames: Frames, scenario: Scenario) -> gridsim.Scenario:
    return scenario_from_tables(frames, name=scenario["name"], year=scenario["year"], overrides=scenario["rules"])


def in_steps(scenario: Scenario) -> tuple[gridsim.Market, list[pd.DataFrame], Frames]:
    """A market to which a scenario's rows are submitted as their sessions come; its trades, and what it took."""
    frames = text_frames(scenario)
    specs = input_tables(gridsim.rules.load("henan-2021").shape)
    none: Frames = {
        name: pd.DataFrame({column.name: pd.array([], dtype="str") for column in specs[name]}) for name in _SUBMITTED
    }
    market = gridsim.Market(loaded({**frames, **none}, scenario))
    taken: dict[str, list[pd.DataFrame]] = {name: [] for name in _SUBMITTED}
    trades = []
    for session in market.sessions:
        market.open(session)
        rows = frames.get(session.table, none[session.table])
        rows = rows[rows["session"] == session.id].reset_index(drop=True)
        receipt = market.submit(rows)
        # One contract in two sessions: the later filing would change the earlier session.
        assert not receipt.faults or session.table == "bilateral"
        if not receipt.faults:
            taken[session.table].append(rows)
        trades.append(market.clear())
    meter = frames["meter"]
    for month in dict.fromkeys(meter["month"]):
        rows = meter[meter["month"] == month].reset_index(drop=True)
        market.meter(month, rows)
        taken["meter"].append(rows)
        market.settle(month, to_date=False)
    submitted = {name: pd.concat([none[name], *parts], ignore_index=True).fillna("") for name, parts in taken.items()}
    return market, trades, {**frames, **submitted}


def assert_same(found: gridsim.Result, expected: gridsim.Result) -> None:
    for name in result_tables(expected.rules.shape):
        assert found.exact.arrow(name).equals(expected.exact.arrow(name)), name
    assert {name: table.to_pydict() for name, table in found.inputs.items()} == {
        name: table.to_pydict() for name, table in expected.inputs.items()
    }
    assert dict(found.manifest) == dict(expected.manifest)


def plain(trades: pd.DataFrame) -> list[Any]:
    return sorted(map(tuple, trades.drop(columns="provisional", errors="ignore").astype(str).to_numpy().tolist()))


@portion(8)
@given(st.integers(0, 2**32 - 1))
def test_steps_are_the_run(seed: int) -> None:
    market, trades, submitted = in_steps(seeded_scenario(seed, with_sessions=True, with_load=False))
    expected = gridsim.run(loaded(submitted, seeded_scenario(seed, with_sessions=True, with_load=False)))
    assert_same(market.result(), expected)
    made = expected.trades[expected.trades["sell_row"].notna() | expected.trades["bilateral_row"].notna()]
    told = pd.concat(trades, ignore_index=True)
    final = told[~told["provisional"]]
    if not told["provisional"].any():
        assert plain(final) == plain(made)
    else:
        assert set(plain(final)) <= set(plain(made))


@portion(8)
@given(st.integers(0, 10**9))
def test_where_closed_sessions_count_nothing_is_provisional(seed: int) -> None:
    market, trades, submitted = in_steps(in_closing_order(seed))
    expected = gridsim.run(loaded(submitted, in_closing_order(seed)))
    assert_same(market.result(), expected)
    told = pd.concat(trades, ignore_index=True)
    assert not told["provisional"].any()
    made = expected.trades[expected.trades["sell_row"].notna() | expected.trades["bilateral_row"].notna()]
    assert plain(told) == plain(made)


@portion(8)
@given(st.integers(0, 2**32 - 1))
def test_a_scenario_alone_in_steps_is_its_run(seed: int) -> None:
    scenario = seeded_scenario(seed, with_sessions=True)
    whole = loaded(text_frames(scenario), scenario)
    market = gridsim.Market(whole)
    for session in market.sessions:
        assert market.clear(session) is not None
    assert_same(market.result(), gridsim.run(whole))
