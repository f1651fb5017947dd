"""`gridsim.clear` at one price: orders that take any, void books, ties at the margin, bounds of the price."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from tests.core.uniform_as_worded import as_worded

ROWS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(348, 352)), st.integers(1, 6), st.integers(0, 3)), max_size=9
)
"""price or none, energy, minute"""


def frame_of(sells: list[tuple], buys: list[tuple]) -> pd.DataFrame:
    rows = [("sell", *row) for row in sells] + [("buy", *row) for row in buys]
    frame = pd.DataFrame(rows, columns=["side", "price_yuan_per_mwh", "energy_mwh", "minute"])
    frame["price_yuan_per_mwh"] = pd.array(frame["price_yuan_per_mwh"], dtype="Float64")
    frame["participant_id"] = [f"P{number}" for number in range(len(frame))]
    frame["submitted_at"] = pd.Timestamp("2021-03-01 09:00") + pd.to_timedelta(frame.pop("minute"), unit="min")
    return frame


def told(found: pd.DataFrame) -> list[tuple]:
    return list(
        found[["sell_row", "buy_row", "energy_mwh", "price_yuan_per_mwh"]]
        .astype(float)
        .itertuples(index=False, name=None)
    )


def in_words(sells: list[tuple], buys: list[tuple]) -> list[tuple]:
    """Unit by unit: takers first, then by price, each by time and file order."""
    sell_line = sorted(range(len(sells)), key=lambda s: (sells[s][0] is not None, sells[s][0], sells[s][2], s))
    buy_line = sorted(range(len(buys)), key=lambda b: (buys[b][0] is not None, -(buys[b][0] or 0), buys[b][2], b))
    pairs: list[list[int]] = []
    left_sell, left_buy = [row[1] for row in sells], [row[1] for row in buys]
    while sell_line and buy_line:
        s, b = sell_line[0], buy_line[0]
        if sells[s][0] is not None and buys[b][0] is not None and sells[s][0] > buys[b][0]:
            break
        energy = min(left_sell[s], left_buy[b])
        pairs.append([s, b, energy])
        left_sell[s] -= energy
        left_buy[b] -= energy
        sell_line = sell_line[left_sell[s] == 0 :]
        buy_line = buy_line[left_buy[b] == 0 :]
    if not pairs:
        return []
    named = [price for price in (sells[pairs[-1][0]][0], buys[pairs[-1][1]][0]) if price is not None]
    if not named:
        return []
    price = float(Fraction(sum(named), len(named)))
    return [(s + 1, len(sells) + b + 1, energy, price) for s, b, energy in pairs]


@given(sells=ROWS, buys=ROWS)
def test_orders_without_a_price_take_any(sells: list[tuple], buys: list[tuple]) -> None:
    if not sells and not buys:
        return
    assert told(gridsim.clear(frame_of(sells, buys), mechanism="uniform")) == in_words(sells, buys)


PRICED = st.lists(st.tuples(st.integers(348, 352), st.integers(1, 6), st.integers(0, 3)), min_size=1, max_size=9)


@given(sells=PRICED, buys=PRICED)
def test_ties_at_the_margin(sells: list[tuple], buys: list[tuple]) -> None:
    frame = frame_of(sells, buys).assign(energy_mwh=lambda of: of["energy_mwh"] / 1000)  # kWh: shares have remainders
    found = gridsim.clear(frame, mechanism="uniform", ties="pro_rata_at_the_margin")
    expected = as_worded(*([(row[0] * 1000, row[1], 0, row[2]) for row in rows] for rows in (sells, buys)), 5000)
    assert told(found) == [(s + 1, len(sells) + b + 1, energy / 1000, price / 1000) for s, b, energy, price in expected]


def test_books_by_themselves() -> None:
    """Three in one call: one void, one where a taker pays the other's price, one plain."""
    frame = pd.concat(
        [
            frame_of([(None, 5, 0)], [(None, 5, 0)]).assign(month="2021-01"),
            frame_of([(None, 5, 0)], [(351, 5, 0)]).assign(month="2021-02"),
            frame_of([(349, 5, 0)], [(351, 3, 0)]).assign(month="2021-03"),
        ],
        ignore_index=True,
    )
    found = gridsim.clear(frame, mechanism="uniform")
    assert found[["month", "energy_mwh", "price_yuan_per_mwh"]].astype(object).to_numpy().tolist() == [
        ["2021-02", 5, 351],
        ["2021-03", 3, 350],
    ]


@pytest.mark.parametrize(
    ("bounds", "price"),
    [
        ({}, 350),
        ({"price_floor": "350.001"}, 350.001),
        ({"price_cap": Decimal("349.9")}, 349.9),
        ({"price_cap": 400}, 350),
    ],
)
def test_bounds_change_the_price_and_nothing_else(bounds: dict, price: float) -> None:
    for mechanism in ("uniform", "high_low"):
        found = gridsim.clear(frame_of([(349, 5, 0)], [(351, 3, 0)]), mechanism=mechanism, **bounds)
        assert told(found) == [(1, 2, 3, price)]


def test_what_does_not_go_together() -> None:
    frame = frame_of([(349, 5, 0)], [(351, 3, 0)])
    with pytest.raises(ValueError, match="need mechanism='uniform'"):
        gridsim.clear(frame, ties="pro_rata_at_the_margin")
    with pytest.raises(ValueError, match="price_floor must not lie above price_cap"):
        gridsim.clear(frame, price_floor=2, price_cap=1)
    with pytest.raises(ValueError, match="price_cap must be a number of yuan/MWh with at most 3 decimals"):
        gridsim.clear(frame, price_cap=0.1234)
    with pytest.raises(gridsim.ScenarioError, match="empty cell"):
        gridsim.clear(frame_of([(None, 5, 0)], [(351, 3, 0)]))


def test_no_order_has_a_price() -> None:
    frame = frame_of([(None, 5, 0)], [(None, 3, 0)])
    frame["price_yuan_per_mwh"] = np.nan
    assert len(gridsim.clear(frame, mechanism="uniform")) == 0
