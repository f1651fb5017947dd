"""Trading in markets of any shape, against the oracle: trades, what is rejected, legs, their order, and prices."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridsim.contracts import givers as holders
from gridsim.contracts.concluded import concluded, split_by_kernel
from gridsim.contracts.filling import rank_of_legs
from gridsim.integrity.pairs import faults_of_pairs
from gridsim.integrity.rolled import rolling_books_again
from gridsim.integrity.settled import legs_again, new_legs_again
from gridsim.settlement.figures import Figure
from gridsim.settlement.month_prices import month_prices
from gridsim.settlement.names import names_of
from gridsim.settlement.tables import leg_ids, legs_table
from gridsim.trading.buyers import buyers_of
from gridsim.trading.market import trade
from gridsim.trading.sessions import sessions_of
from gridsim.trading.standing import rejected_table, standing_orders
from gridsim.trading.trades import NO_ROW, MatchedOrders, generators_of, traded_as, trades_table
from tests.oracle import FaultError, load_shape
from tests.oracle.contracts import clear, legs_of_trades
from tests.oracle.legs import filling_order
from tests.oracle.market import read_market
from tests.properties.draws import SeededChooser
from tests.properties.harness import portion
from tests.properties.shaped import shaped_scenario
from tests.settlement.shaped import MONTHS, Shaped, shape_of
from tests.shared import IS_FULL
from tests.trading.shaped import HENAN, scenario_of

LEG_COLUMNS = ("unit_id", "seller_id", "energy_kwh", "price_micro_yuan_per_kwh", "contract_id", "from_leg_id")


@portion(100)
@given(st.integers(0, 2**32 - 1))
def test_any_market_trades_as_the_oracle_has_it(seed: int) -> None:
    against_oracle(without_own_periods(shaped_scenario(SeededChooser(seed))))


def test_jiangsus_kinds_of_session_trade_as_the_oracle_has_them() -> None:
    shape = load_shape("jiangsu-2023")
    outside = shape["outside"] | {"priority_purchase": [{"charges": "market"}]}
    assert sum(
        against_oracle(without_own_periods(shaped_scenario(SeededChooser(seed), shape | {"outside": outside})))
        for seed in range(40 if IS_FULL else 10)
    )


def without_own_periods(plain: dict[str, Any]) -> dict[str, Any]:
    """The scenario with the hours of its rule set alone."""
    for user in plain["tables"]["users"]:
        user.pop("period_set", None)
    plain.pop("period_sets", None)
    return plain


def against_oracle(plain: dict[str, Any]) -> bool:
    """Trade a market both ways; False if the oracle has a fault of it."""
    market = read_market(plain)
    try:
        trades, rejected = clear(market)
        legs = legs_of_trades(trades, market)
    except FaultError:
        return False
    scenario = scenario_of(plain, shape_of(market.shape.data))
    buyers, sessions = buyers_of(scenario), sessions_of(scenario)
    cleared, book = concluded(scenario, buyers, sessions, trade(scenario, buyers, sessions))
    table = trades_table(cleared.trades, scenario, buyers, sessions)
    assert filled(table.to_pylist()) == trades
    found = rejected_table(cleared.filings, cleared.orders).to_pylist()
    assert [{name: row[name] for name in ("table", "row", "reason")} for row in found] == rejected
    made = legs_table(book, table, names_of(scenario, buyers), leg_ids(len(book))).to_pylist()
    assert filled(made) == [leg.as_row() for leg in legs]
    rank, order = rank_of_legs(scenario, sessions, cleared.trades, book), filling_order(legs, market.shape)
    assert (None if rank is None else np.argsort(rank).tolist()) == order
    derived_again(scenario, buyers, sessions, cleared, book)
    prices = month_prices(scenario, buyers, sessions, cleared.trades, cleared.orders, book, split_by_kernel)
    try:
        expected = Shaped(plain)
    except FaultError:
        return True
    prices_agree(prices, expected, buyers.unit_ids.tolist())
    return True


def derived_again(scenario: Any, buyers: Any, sessions: Any, cleared: Any, book: Any) -> None:
    """What a result is held against finds no fault, the same refusals and the same legs, without a kernel."""
    among, trades = traded_as(scenario), cleared.trades
    orders = standing_orders(scenario.tables["orders"], among, generators_of(scenario) >= 0, sessions, buyers)
    legs = new_legs_again(trades, HENAN.values, 2023, sessions)
    givers = holders.givers_of(scenario, buyers, sessions, orders, legs, trades)
    first = int((trades.sell_row == NO_ROW).sum())
    columns = (trades.sell_row, trades.buy_row, trades.energy, trades.price)
    pairs = MatchedOrders(*(column[first:] for column in columns))
    reason, again = rolling_books_again(scenario, sessions, givers, orders, pairs)
    assert reason.tolist() == cleared.orders.tolist()
    assert not list(map(str, faults_of_pairs(scenario, sessions, pairs, reason, first, again)))
    legs = legs_again(trades, buyers, HENAN.values, 2023, sessions)
    for name in ("trade", "unit", "month", "product", "seller", "energy", "price"):
        assert getattr(legs, name).tolist() == getattr(book, name).tolist()


def filled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with an empty text where the oracle has one."""
    numbers = ("sell_row", "buy_row", "bilateral_row", "traded_kwh", "traded_micro_yuan_per_kwh")
    return [
        {name: "" if value is None and name not in numbers else value for name, value in row.items()} for row in rows
    ]


def prices_agree(prices: Any, expected: Shaped, units: list[str]) -> None:
    """Columns, means and unfilled orders of every month."""
    theirs = expected.rules.prices
    for name, figure in theirs.market.items():
        alike(prices.market[name], figure)
    kinds = [kind.id for kind in expected.shape.sessions]
    for some in (*((kind,) for kind in kinds), tuple(kinds[1:3])):
        alike(prices.mean(some), theirs.mean(some))
    alike(prices.transfers, theirs.transfers)
    mine = [units.index(unit) for unit in expected.units]
    for kind in kinds[1:]:
        for least in (0, 350_000):
            at_least = Figure(np.full(len(MONTHS), least), np.ones(len(MONTHS), dtype=bool))
            found, wanted = prices.unfilled(kind, at_least), theirs.unfilled(kind, at_least)
            assert np.array_equal(found[:, mine], wanted)


def alike(one: Figure, other: Figure) -> None:
    assert one.is_there is not None and other.is_there is not None
    assert one.is_there.tolist() == other.is_there.tolist()
    assert one.values[one.is_there].tolist() == other.values[other.is_there].tolist()
