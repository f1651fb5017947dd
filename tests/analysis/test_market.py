"""Prices of the market."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

import gridsim
from tests.analysis.edited import TRANSFERS, edited
from tests.analysis.plain import as_dict, grouped, result_of, results
from tests.shared import MINI


@results
@pytest.mark.parametrize("by", [("session",), ("session", "delivery", "segment", "product"), ("kind",), ()])
def test_market_prices(of: str, by: tuple[str, ...]) -> None:
    result = result_of(of)
    table = result.statistics.market_prices(by)
    trades = result.exact.trades.rename(columns={"month": "delivery"})
    trades["money"] = trades["energy_kwh"] * trades["price_micro_yuan_per_kwh"]
    money = grouped(trades, by, ["money", "energy_kwh"])
    price = "price_micro_yuan_per_kwh"
    lowest, highest = grouped(trades, by, [price], "min"), grouped(trades, by, [price], "max")
    sellers, buyers = (grouped(trades, by, [name], "nunique") for name in ("seller_id", "buyer_id"))
    keys = list(as_dict(table.exact, ["energy_kwh"]))
    assert set(keys) == set(money)
    for key, row in zip(keys, table.itertuples(), strict=True):
        assert row.energy_mwh == money[key][1] / 1000
        assert row.average_yuan_per_mwh == float(Fraction(*money[key]) / 1000)
        assert (row.lowest_yuan_per_mwh, row.highest_yuan_per_mwh) == (lowest[key][0] / 1000, highest[key][0] / 1000)
        assert (row.sellers, row.buyers) == (sellers[key][0], buyers[key][0])


def test_what_changes_hands_is_no_part_of_the_market_price() -> None:
    before, after = edited(None).statistics, edited(TRANSFERS).statistics
    by = ("session", "product", "buyer", "generator")
    pd.testing.assert_frame_equal(after.market_prices(by), before.market_prices(by))
    moved = after.market_prices(("session", "transfer"), {"transfer": ["buyers", "generators"]})
    assert moved.index.tolist() == [("I-2021-06-mid", "buyers"), ("I-2021-06-mid", "generators")]
    assert moved["energy_mwh"].tolist() == [50, 50] and moved["average_yuan_per_mwh"].tolist() == [360, 356]
    assert after.market_prices("transfer").index.tolist() == ["buyers", "generators", ""]
    assert after.values("buyer") == before.values("buyer")
    pd.testing.assert_frame_equal(
        after.curve("I-2021-06-mid", "total").orders, before.curve("I-2021-06-mid", "total").orders
    )


@results
def test_sessions_stand_in_the_order_of_their_opening(of: str) -> None:
    result = result_of(of)
    sessions = result.inputs["sessions"].to_pandas().sort_values(["opens_at", "session"])["session"].tolist()
    order = [sessions.index(session) for session in result.statistics.market_prices().index]
    assert order == sorted(order) and len(order) > 1


def test_a_market_without_trades_has_no_kinds() -> None:
    mini = MINI
    tables = {name: pd.read_csv(mini / f"{name}.csv", dtype=str) for name in ("generators", "retailers", "users")}
    tables |= {name: pd.read_csv(mini / f"{name}.csv", dtype=str) for name in ("tariffs", "meter")}
    result = gridsim.run(gridsim.scenario_from_tables(tables, name="no trades", year=2021))
    statistics, ledger = result.statistics, result.exact.ledger
    assert statistics.money("kind").exact["amount_micro_yuan"].tolist() == [
        ledger.loc[~ledger["trial"], "amount_micro_yuan"].sum()
    ]
    assert (
        len(statistics.energy("kind")) == len(statistics.prices("kind")) == len(statistics.concentration("kind")) == 0
    )
