"""Orders placed in books: what does not fit is refused and named."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gridsim.core.matching.match import PRIORITY_MAX
from gridsim.errors import InputOverflowError
from gridsim.trading import placing
from tests.core.books import Terms
from tests.core.naive import round_half_away
from tests.trading.columns import COLUMNS, in_blocks, matched, orders, rows


def test_bounds_hold_in_every_block():
    columns = orders(*((0, n % 2 == 0, 5, 5) for n in range(16)))
    wrong = {"energy": -1, "priority": PRIORITY_MAX + 1, "price": 2**62, "time": -(2**62)}
    with in_blocks(length=3):
        for name, value in wrong.items():
            for row in (0, 4, 9, 15):
                number = columns[name].copy()
                number[row] = value
                with pytest.raises((ValueError, InputOverflowError), match=rf"row {row + 1}\b"):
                    matched(columns | {name: number})
                number[0] = value
                with pytest.raises((ValueError, InputOverflowError), match=r"row 1\b"):
                    matched(columns | {name: number})


def test_prices_far_apart_in_different_blocks():
    columns = orders(*((0, n % 2 == 0, 5, 5) for n in range(16)))
    columns["price"][14] += FAR
    with in_blocks(length=3):
        matched(columns)
        columns["price"][14] += 1
        with pytest.raises(InputOverflowError, match=r"orders, row 15: the price .* so far from that of row 1 "):
            matched(columns)


def test_orders_beyond_what_row_numbers_reach(monkeypatch):
    monkeypatch.setattr(placing, "MOST_ORDERS", 2)
    matched(orders((0, True, 1, 5), (0, False, 3, 4)))
    with pytest.raises(ValueError, match="at most 2 orders can be matched at once, not 3"):
        matched(orders(*[(0, True, 1, 5)] * 3))


def test_book_codes_may_have_gaps():
    assert rows(matched(orders((7, True, 1, 5), (7, False, 3, 4), (2, True, 1, 5)))) == [(7, 0, 1, 4, 2)]


@pytest.mark.parametrize("name", COLUMNS)
def test_dtypes_are_not_guessed(name):
    columns = orders((0, True, 1, 5))
    with pytest.raises(TypeError, match=f"{name} must be an array of (int64|bool), not float64"):
        matched(columns | {name: columns[name].astype(float)})
    with pytest.raises(TypeError, match=f"{name} must be an array of (int64|bool), not list"):
        matched(columns | {name: [0]})


def test_lengths_agree():
    columns = orders((0, True, 1, 5))
    with pytest.raises(ValueError, match=r"price must have shape \(1,\) like the others, not \(2,\)"):
        matched(columns | {"price": np.zeros(2, dtype=np.int64)})
    with pytest.raises(ValueError, match="is_sell must have shape"):
        matched(columns | {"is_sell": np.zeros((1, 1), dtype=bool)})


@pytest.mark.parametrize("name", ["book", "energy", "priority"])
def test_nothing_negative_where_it_makes_no_sense(name):
    columns = orders((0, True, 1, 5), (0, False, 1, 5))
    with pytest.raises(ValueError, match=rf"{name} must not be negative \(row 2\)"):
        matched(columns | {name: np.array([0, -1])})


def test_priority_classes_are_few():
    columns = orders((0, True, 1, 5), (0, True, 1, 5))
    matched(columns | {"priority": np.array([0, PRIORITY_MAX])})
    with pytest.raises(ValueError, match=r"priority must be at most 8191 \(row 2\)"):
        matched(columns | {"priority": np.array([0, PRIORITY_MAX + 1])})


FAR = (2**62 - 1) // 10_000  # the furthest that prices of one book may lie apart


def test_prices_as_far_apart_as_they_may():
    low = -FAR // 2
    columns = orders((0, True, low, 5), (0, False, low + FAR, 5))
    price = round_half_away(low + Fraction(9_999, 10_000) * FAR)
    assert rows(matched(columns, Terms(k=9_999))) == [(0, 0, 1, 5, price)]


@pytest.mark.parametrize("is_sell", [True, False])
def test_prices_further_apart_name_the_outlier(is_sell):
    columns = orders((0, True, 9, 1), (1, True, 5, 1), (1, is_sell, 6 + FAR, 1), (1, False, 7, 1))
    columns["book"] = columns["book"] if is_sell else 1 - columns["book"]
    with pytest.raises(InputOverflowError, match=r"orders, row 3: the price .* lies so far from that of row 2 \(5\)"):
        matched(columns)
    with pytest.raises(InputOverflowError, match="orders, row 3: the price"):
        matched(columns | {"price": -columns["price"]})


def test_books_may_lie_far_apart_from_each_other():
    columns = orders((0, True, -(2**61), 5), (1, True, 2**61, 5), (0, False, 1 - 2**61, 5), (1, False, 2**61 + 3, 5))
    assert rows(matched(columns, Terms(k=0))) == [(0, 0, 2, 5, -(2**61)), (1, 1, 3, 5, 2**61)]


@pytest.mark.parametrize("price", [2**62, -(2**62), 2**63 - 1, -(2**63)])
def test_a_price_beyond_all_reason(price):
    with pytest.raises(InputOverflowError, match=f"orders, row 2: the price {price}"):
        matched(orders((0, True, 0, 5), (1, True, price, 5)))


def test_times_that_are_missing_are_refused():
    columns = orders((0, True, 1, 5), (0, True, 1, 5))
    missing = np.array(["2021-01-01", "NaT"], dtype="datetime64[us]").astype(np.int64)
    with pytest.raises(InputOverflowError, match="orders, row 2: the time"):
        matched(columns | {"time": missing})


def test_energy_of_one_side_of_a_book_is_bounded():
    half = 2**61
    fits = orders((0, True, 1, half), (0, True, 1, half - 1), (0, False, 2, 2**62 - 1), (1, True, 1, half))
    assert [row[3] for row in rows(matched(fits))] == [half, half - 1]
    with pytest.raises(
        InputOverflowError, match=f"orders, row 2: the energies of its book and side sum to {2**62} kWh"
    ):
        matched(orders((0, True, 1, half), (0, True, 1, half), (0, False, 2, 1)))


def test_energy_of_pro_rata_ties_is_what_the_split_can_divide():
    most = 10**15
    fits = orders((0, True, 1, most - 1), (0, True, 1, 1), (0, False, 2, most // 3), (1, False, 2, most))
    assert [row[3] for row in rows(matched(fits, Terms(pro_rata=True)))] == [most // 3]
    with pytest.raises(InputOverflowError, match=r"orders, row 2: .* above 1000000000000000"):
        matched(orders((0, False, 1, most), (0, False, 1, 1)), Terms(pro_rata=True))
