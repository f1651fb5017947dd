"""None"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsim.core.jit import BAD_INPUT
from gridsim.core.matching import match
from gridsim.errors import KernelError
from gridsim.trading import matching, placing
from tests.core.books import Bid, Book, Pair, Terms, all_terms, books, match_one
from tests.shared import examples
from tests.trading.columns import COLUMNS, in_blocks, matched, orders, rows


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


@pytest.mark.slow
@settings(max_examples=examples(200))
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
