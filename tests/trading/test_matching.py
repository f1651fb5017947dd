from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsim.core.jit import BAD_INPUT
from gridsim.core.matching import match
from gridsim.core.matching.match import PRIORITY_MAX
from gridsim.errors import InputOverflowError, KernelError
from gridsim.trading import matching, placing
from gridsim.trading.matching import Matches, match_orders
from tests.core.books import Bid, Book, Pair, Terms, all_terms, books, match_one
from tests.core.naive import round_half_away

HALFWAY = Terms()
COLUMNS = ("book", "is_sell", "price", "energy", "priority", "time")


def orders(*rows: tuple[int, bool, int, int]) -> dict[str, np.ndarray]:
    """Rows of book, is_sell, price, energy."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    zeros = np.zeros(len(rows), dtype=np.int64)
    given_columns = (columns[0], columns[1].astype(bool), columns[2], columns[3], zeros, zeros)
    return dict(zip(COLUMNS, given_columns, strict=True))


def matched(columns: dict[str, np.ndarray], terms: Terms = HALFWAY, **options: Any) -> Matches:
    words = {
        "mechanism": "uniform" if terms.uniform else "high_low",
        "ties": "pro_rata" if terms.pro_rata else "time",
        "k": terms.k,
    }
    return match_orders(*(columns[name] for name in COLUMNS), **(words | options))


def rows(matches: Matches) -> list[tuple[int, ...]]:
    arrays = [getattr(matches, field.name) for field in fields(Matches)]
    assert all(array.dtype == np.int64 for array in arrays)
    return list(zip(*(array.tolist() for array in arrays), strict=True))


@st.composite
def mixed(draw: st.DrawFn, several: Sequence[Book]) -> tuple[dict[str, np.ndarray], list[tuple[list[int], list[int]]]]:
    """The orders of several books in any order, and at which row each stands."""
    order = draw(
        st.permutations(
            [
                (b, is_sell, i)
                for b, book in enumerate(several)
                for is_sell in (0, 1)
                for i in range(len(book[1 - is_sell]))
            ]
        )
    )
    # Within one side of one book the order of the rows is the file order that the oracle counts by.
    places: list[tuple[list[int], list[int]]] = [([], []) for _ in several]
    table = []
    for row, (b, is_sell, _) in enumerate(order):
        place = places[b][1 - is_sell]
        bid = several[b][1 - is_sell][len(place)]
        place.append(row)
        table.append((b, is_sell, bid.price, bid.energy, bid.priority, bid.time))
    columns = np.array(table, dtype=np.int64).reshape(-1, 6).T.copy()
    return dict(zip(COLUMNS, columns, strict=True)) | {"is_sell": columns[1].astype(bool)}, places


@contextmanager
def in_blocks(length: int) -> Iterator[None]:
    """As if there were many orders: on three threads, and read in several blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "_MANY", 0)
        patch.setattr(match, "_PIECE", 1)
        patch.setattr(matching.os, "cpu_count", lambda: 3)
        patch.setattr(placing, "BLOCK", length)
        yield


@settings(max_examples=200)
@given(several=st.lists(books(longest=6), max_size=4), terms=all_terms, data=st.data())
def test_rows_in_any_order(several, terms, data):
    columns, places = data.draw(mixed(several))
    expected = [
        (b, places[b][0][pair.sell], places[b][1][pair.buy], pair.energy, pair.price)
        for b, book in enumerate(several)
        for pair in match_one(book, terms)
    ]
    assert rows(matched(columns, terms)) == expected
    with in_blocks(length=3):
        assert rows(matched(columns, terms)) == expected


@given(several=st.lists(books(longest=6), max_size=3), terms=all_terms, data=st.data())
def test_priority_means_nothing_for_buyers(several, terms, data):
    columns, _ = data.draw(mixed(several))
    rank = np.arange(len(columns["price"]))[::-1]
    moved = columns | {"priority": np.where(columns["is_sell"], columns["priority"], rank)}
    assert rows(matched(moved, terms)) == rows(matched(columns, terms))


def test_no_orders_make_no_pairs():
    assert rows(matched(orders())) == []


def test_matches_are_memory_of_their_own():
    columns = orders((0, True, 1, 5), (0, False, 3, 4))
    first = matched(columns)
    kept = rows(first)
    matched(columns | {"energy": columns["energy"] + 1})
    assert rows(first) == kept


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


def test_inputs_that_cannot_be_written_to_serve_and_stay():
    columns = orders((0, True, 1, 5), (0, False, 3, 4))
    for array in columns.values():
        array.flags.writeable = False
    strided = {name: np.repeat(array, 2)[::2] for name, array in columns.items()}
    assert rows(matched(columns)) == rows(matched(strided)) == [(0, 0, 1, 4, 2)]
    assert columns["energy"].tolist() == [5, 4]


def test_one_compiled_kernel_serves_all_inputs():
    if not hasattr(match.match_large_books, "signatures"):
        pytest.skip("the compiler is off")
    test_inputs_that_cannot_be_written_to_serve_and_stay()
    matched(orders((0, True, 1, 5), (0, False, 3, 4)), Terms(True, True, 0))
    assert len(match.match_small_books.signatures) == len(match.match_large_books.signatures) == 1
    assert len(placing.count_orders.signatures) == len(placing.place_orders.signatures) == 1


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


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mechanism": "low_high"}, "mechanism must be one of high_low, uniform, not 'low_high'"),
        ({"ties": "size"}, "ties must be one of time, pro_rata, not 'size'"),
        ({"k": -1}, "k must lie between 0 and 10000"),
        ({"k": 10_001}, "k must lie between 0 and 10000"),
    ],
)
def test_unknown_options(options, message):
    with pytest.raises(ValueError, match=message):
        matched(orders(), **options)


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


def test_a_status_that_should_not_be_is_no_result(monkeypatch):
    monkeypatch.setattr(matching, "match_books", lambda *_, **__: (BAD_INPUT, []))
    with pytest.raises(KernelError, match="match_books returned status 2 for 1 books"):
        matched(orders((0, True, 1, 5)))


def test_pro_rata_ties_with_more_pairs_than_orders():
    book = Book([Bid(price, 100) for price in range(10)], [Bid(20, 1000)] * 10)
    columns = orders(*((0, True, *bid[:2]) for bid in book.sells), *((0, False, *bid[:2]) for bid in book.buys))
    found = [Pair(sell, buy - 10, *rest) for _, sell, buy, *rest in rows(matched(columns, Terms(pro_rata=True)))]
    assert found == match_one(book, Terms(pro_rata=True))
    assert len(found) == 100


def test_matches_do_not_change():
    matches = matched(orders((0, True, 1, 5), (0, False, 3, 4)))
    with pytest.raises(AttributeError):
        matches.book = matches.sell  # type: ignore[misc]
