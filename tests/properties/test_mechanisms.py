"""Books of every mechanism through `gridsim.clear` and through the oracle: the same pairs, in the same order."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from tests.oracle.matching import Order, match_book
from tests.oracle.rolling import roll_book
from tests.properties.draws import ORDER_ENERGIES, PRICES, Chooser, SeededChooser
from tests.properties.harness import portion

Row = dict[str, Any]
WAYS = (
    ("high_low", "time"), ("high_low", "pro_rata"), ("uniform", "time"), ("uniform", "pro_rata"),
    ("uniform", "pro_rata_at_the_margin"), ("rolling", "time"),
)  # fmt: skip


def book_of(choose: Chooser, mechanism: str) -> list[Row]:
    """A book of few prices and few moments; takers in uniform ones, withdrawals and several steps in rolling ones."""
    prices = choose.some([price for price in PRICES if price], 1, 3)
    moments = [datetime(2023, 5, 1, 9) + timedelta(minutes=minute) for minute in range(choose.number(1, 6))]
    rows = []
    for _ in range(choose.number(1, 14)):
        side = choose.one(("buy", "sell"))
        taker = mechanism == "uniform" and choose.chance(15)
        rows.append(
            {
                "participant_id": f"{side} {choose.number(1, 3)}",
                "side": side,
                "price": None if taker else choose.one(prices),
                "energy": 0 if mechanism == "rolling" and choose.chance(10) else choose.one(ORDER_ENERGIES),
                "submitted_at": choose.one(moments),
                "heat_priority": mechanism != "rolling" and side == "sell" and choose.chance(30),
            }
        )
    return rows


def by_gridsim(rows: list[Row], mechanism: str, ties: str, k: str) -> list[tuple[int, int, int, int]]:
    orders = [
        {
            "participant_id": row["participant_id"],
            "side": row["side"],
            "price_yuan_per_mwh": None if row["price"] is None else f"{row['price'] / 1000:.3f}",
            "energy_mwh": f"{row['energy'] / 1000:.3f}",
            "submitted_at": row["submitted_at"],
            "heat_priority": row["heat_priority"],
        }
        for row in rows
    ]
    return [
        (
            trade["sell_row"], trade["buy_row"], round(trade["energy_mwh"] * 1000),
            round(trade["price_yuan_per_mwh"] * 1000),
        )
        for trade in gridsim.clear(orders, mechanism=mechanism, ties=ties, k=float(k))
    ]  # fmt: skip


def by_oracle(rows: list[Row], mechanism: str, ties: str, k: str) -> list[tuple[int, int, int, int]]:
    orders = [
        (
            row["side"],
            Order(n, row["participant_id"], row["price"], row["energy"], row["submitted_at"], row["heat_priority"]),
        )
        for n, row in enumerate(rows, start=1)
    ]
    if mechanism == "rolling":
        pairs, _ = roll_book(orders)
    else:
        sells, buys = ([order for side, order in orders if side == wanted] for wanted in ("sell", "buy"))
        pairs = match_book(sells, buys, mechanism=mechanism, ties=ties, k=Fraction(k), heat_priority=True)
    return [(pair.sell.row, pair.buy.row, pair.energy, pair.price) for pair in pairs]


@pytest.mark.parametrize(("mechanism", "ties"), WAYS)
@portion(50)
@given(st.integers(0, 2**32 - 1))
def test_a_book_clears_as_the_oracle_clears_it(mechanism: str, ties: str, seed: int) -> None:
    choose = SeededChooser(seed)
    rows, k = book_of(choose, mechanism), choose.one(("0.5", "0", "1", "0.3333"))
    assert by_gridsim(rows, mechanism, ties, k) == by_oracle(rows, mechanism, ties, k), rows
