"""`gridsim.clear` of rolling books, against the rulebook's own words."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from gridsim.errors import InputOverflowError
from gridsim.trading.placing import OrderColumns
from gridsim.trading.rolling import roll
from tests.core.rolling_as_worded import NOBODY_GIVES, SELL, Order, as_the_rulebook_has_it

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["2021-03", "2021-04"]),
        st.integers(0, 1),
        st.integers(348, 352),
        st.integers(0, 9),
        st.integers(0, 3),
        st.integers(0, 6),
    ),
    min_size=1,
    max_size=30,
)
"""month, side, price, energy, participant, minute"""


def frame_of(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(
        rows, columns=["month", "side", "price_yuan_per_mwh", "energy_mwh", "participant_id", "minute"]
    )
    frame["side"] = frame["side"].map({0: "sell", 1: "buy"})
    frame["participant_id"] = "P" + frame["participant_id"].astype(str)
    frame["submitted_at"] = pd.Timestamp("2021-03-01 09:00") + pd.to_timedelta(frame.pop("minute"), unit="min")
    return frame


@pytest.mark.filterwarnings("ignore:orders. trades of a participant with itself")
@given(rows=ROWS)
def test_clear_is_as_worded(rows: list[tuple]) -> None:
    found = gridsim.clear(frame_of(rows), mechanism="rolling")
    expected = []
    for month in sorted({row[0] for row in rows}):
        of_book = [number for number, row in enumerate(rows) if row[0] == month]
        orders = [Order(rows[at][1], *rows[at][2:]) for at in of_book]
        trades, _, _ = as_the_rulebook_has_it([orders], [NOBODY_GIVES], [0] * 4)
        expected += [(month, of_book[sell] + 1, of_book[buy] + 1, energy, price) for sell, buy, energy, price in trades]
    columns = ["month", "sell_row", "buy_row", "energy_mwh", "price_yuan_per_mwh"]
    assert list(found[columns].astype(object).itertuples(index=False, name=None)) == expected


@given(rows=ROWS, threads=st.integers(1, 5))
def test_threads_change_nothing(rows: list[tuple], threads: int) -> None:
    month, side, price, energy, participant, time = (np.array(column) for column in zip(*rows, strict=True))
    book = (month == "2021-04").astype(np.int64) * 7  # books without orders between them
    columns = OrderColumns(book, side == SELL, price, energy, None, time)
    one, many = (roll(columns, participant, threads=count) for count in (1, threads))
    assert all(np.array_equal(*both) for both in zip(one.trades, many.trades, strict=True))


def test_steps_amendments_and_bounds() -> None:
    rows = [
        ("2021-03", 0, 350, 4, 0, 1),
        ("2021-03", 0, 351, 4, 0, 1),  # a second step of it
        ("2021-03", 0, 350, 4, 1, 2),
        ("2021-03", 0, 349, 0, 1, 3),  # taken back
        ("2021-03", 1, 355, 6, 2, 4),
    ]
    found = gridsim.clear(frame_of(rows), mechanism="rolling", price_cap=Decimal("350.5"))
    assert found[["sell_row", "energy_mwh", "price_yuan_per_mwh"]].to_numpy().tolist() == [[1, 4, 350], [2, 2, 350.5]]


def test_without_times_every_row_is_an_order_of_its_own_in_file_order() -> None:
    frame = frame_of([("2021-03", 0, 350, 4, 0, 0), ("2021-03", 0, 350, 5, 0, 0), ("2021-03", 1, 350, 9, 1, 0)])
    assert len(gridsim.clear(frame, mechanism="rolling")) == 2  # one instant: two steps of one order
    found = gridsim.clear(frame.drop(columns="submitted_at"), mechanism="rolling")
    assert found["energy_mwh"].tolist() == [5]  # the second order took the place of the first


def test_no_trade_at_all_has_the_columns() -> None:
    found = gridsim.clear(frame_of([("2021-03", 0, 350, 4, 0, 0)]), mechanism="rolling")
    assert found.columns.tolist()[-4:] == ["energy_mwh", "price_yuan_per_mwh", "sell_row", "buy_row"]
    assert len(found) == 0


def test_what_rolling_does_not_know() -> None:
    frame = frame_of([("2021-03", 0, 350, 4, 0, 0)])
    with pytest.raises(ValueError, match="ties='time'"):
        gridsim.clear(frame, mechanism="rolling", ties="pro_rata")
    with pytest.raises(gridsim.ScenarioError, match="empty cell"):
        gridsim.clear(frame.assign(price_yuan_per_mwh=None), mechanism="rolling")
    with pytest.raises(gridsim.ScenarioError, match="zero"):
        gridsim.clear(frame.assign(energy_mwh=0))


def test_numbers_that_leave_64_bits() -> None:
    side, one = np.array([True, False]), np.ones(2, dtype=np.int64)
    columns = OrderColumns(None, side, one, one, None, None)
    with pytest.raises(InputOverflowError, match="row 2: the energies"):
        roll(columns._replace(energy=np.array([2**61, 2**61])), one)
    with pytest.raises(InputOverflowError, match="row 2: the price"):
        roll(columns._replace(price=np.array([1, 2**62])), one)
