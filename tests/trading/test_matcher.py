from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gridsim
from gridsim.errors import InputOverflowError
from gridsim.trading import matcher as module
from tests.core.books import Bid, Book, Pair, Terms, all_terms, books, match_one
from tests.shared import examples, ints


def columns(book: Book) -> dict[str, np.ndarray]:
    sells, buys = (ints(bids).reshape(-1, 4) for bids in (book.sells, book.buys))
    return {
        "sell_price": sells[:, 0],  # columns of a table: not contiguous
        "sell_energy": sells[:, 1],
        "sell_priority": sells[:, 2],
        "sell_time": sells[:, 3],
        "buy_price": buys[:, 0],
        "buy_energy": buys[:, 1],
        "buy_time": buys[:, 3],
    }


def words(terms: Terms) -> dict[str, Any]:
    return {
        "mechanism": "uniform" if terms.uniform else "high_low",
        "ties": "pro_rata" if terms.pro_rata else "time",
        "k": terms.k,
    }


def pairs(trades: Any) -> list[Pair]:
    return [Pair(*row) for row in zip(*(column.tolist() for column in trades), strict=True)]


MATCHER = gridsim.Matcher(200)


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(book=st.one_of(books(longest=6), books(longest=60)), terms=all_terms)
def test_one_book(book, terms):
    expected = match_one(book, terms)
    assert pairs(MATCHER.match(**columns(book), **words(terms))) == expected
    assert pairs(gridsim.match(**columns(book), **words(terms))) == expected


@settings(max_examples=examples(50))
@given(
    several=st.lists(books(longest=6), min_size=1, max_size=5), terms=all_terms, threads=st.sampled_from([1, 2, 3, 7])
)
def test_many_books(several, terms, threads):
    together = columns(
        Book([bid for book in several for bid in book.sells], [bid for book in several for bid in book.buys])
    )
    sell_start = np.cumsum([0, *(len(book.sells) for book in several)])
    buy_start = np.cumsum([0, *(len(book.buys) for book in several)])
    found = gridsim.match(**together, sell_start=sell_start, buy_start=buy_start, threads=threads, **words(terms))
    expected = [
        pair._replace(sell=pair.sell + int(sell_start[place]), buy=pair.buy + int(buy_start[place]))
        for place, book in enumerate(several)
        for pair in match_one(book, terms)
    ]
    assert pairs(found) == expected


WORKED = {
    "sell_price": ints([335_000, 345_000, 350_000]),
    "sell_energy": ints([300_000, 400_000, 500_000]),
    "buy_price": ints([360_000, 355_000, 340_000]),
    "buy_energy": ints([400_000, 300_000, 200_000]),
}
EXPECTED = [Pair(0, 0, 300_000, 347_500), Pair(1, 0, 100_000, 352_500), Pair(1, 1, 300_000, 350_000)]


def test_the_worked_case_without_classes_and_times():
    assert pairs(gridsim.match(**WORKED)) == EXPECTED
    assert pairs(MATCHER.match(**WORKED)) == EXPECTED
    assert pairs(gridsim.match(*(ints([]) for _ in range(4)))) == []


def test_a_matcher_writes_over_what_it_gave():
    matcher = gridsim.Matcher(6)
    first = matcher.match(**WORKED)
    kept = [column.copy() for column in first]
    second = matcher.match(**WORKED | {"buy_energy": ints([7, 0, 0])})
    assert np.shares_memory(first.sell, second.sell)
    assert pairs(second) == [Pair(0, 0, 7, 347_500)]
    assert pairs(kept) == EXPECTED
    assert not np.shares_memory(gridsim.match(**WORKED).sell, gridsim.match(**WORKED).sell)


def test_pro_rata_ties_may_make_more_pairs_than_there_are_orders():
    book = Book([Bid(price, 100) for price in range(10)], [Bid(20, 1000)] * 10)
    found = gridsim.Matcher(20).match(**columns(book), ties="pro_rata")
    assert len(found.sell) == 100
    assert pairs(found) == match_one(book, Terms(pro_rata=True))


def calls() -> list[Any]:
    return [pytest.param(gridsim.match, id="match"), pytest.param(MATCHER.match, id="Matcher")]


@pytest.mark.parametrize("call", calls())
@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"sell_price": [1, 2, 3]}, TypeError, "sell_price must be an array of int64, not list"),
        ({"buy_energy": np.zeros(3)}, TypeError, "buy_energy must be an array of int64, not float64"),
        ({"sell_energy": ints([1])}, ValueError, r"sell_energy must have shape \(3,\), not \(1,\)"),
        ({"sell_energy": ints([1, -2, 3])}, ValueError, r"sell_energy must not be negative: \[1\] is -2"),
        ({"sell_priority": ints([0, 0, 8192])}, ValueError, r"sell_priority must lie .* 8191: \[2\] is 8192"),
        ({"buy_energy": ints([2**61, 2**61, 0])}, InputOverflowError, r"buy_energy: up to \[1\] .* more than"),
        ({"buy_price": ints([2**62, 0, 0])}, InputOverflowError, r"buy_price: \[0\] is 4611686018427387904, not"),
        ({"buy_time": ints([0, -(2**62), 0])}, InputOverflowError, r"buy_time: \[1\] is -4611686018427387904"),
        ({"buy_price": ints([0, 2**50, 0])}, InputOverflowError, r"buy_price: \[1\] is 1125899906842624 .* away from"),
        ({"mechanism": "low_high"}, ValueError, "mechanism must be one of high_low, uniform, not 'low_high'"),
        ({"k": 10_001}, ValueError, "k must lie between 0 and 10000"),
    ],
)  # fmt: skip
def test_what_is_refused(call, wrong, error, message):
    with pytest.raises(error, match=message):
        call(**WORKED | wrong)


def test_sells_far_apart_from_each_other_are_refused():
    with pytest.raises(InputOverflowError, match=r"sell_price: \[0\] is 1 micro-yuan/kWh"):
        gridsim.match(ints([1, 2**50]), ints([1, 1]), ints([]), ints([]))


def test_a_matcher_is_made_for_so_many_orders():
    with pytest.raises(ValueError, match="this Matcher was made for 5 orders of one book, not 6"):
        gridsim.Matcher(5).match(**WORKED)
    with pytest.raises(ValueError, match="max_orders must not be negative"):
        gridsim.Matcher(-1)
    assert pairs(gridsim.Matcher(0).match(*(ints([]) for _ in range(4)))) == []


@pytest.mark.parametrize("start", [[0, 2], [1, 3], [], [0, 4, 3]])
def test_starts_that_do_not_fit(start):
    with pytest.raises(ValueError, match="sell_start must ascend from 0 to the number of orders, 3"):
        gridsim.match(**WORKED, sell_start=ints(start), buy_start=ints([0, 3]))
    with pytest.raises(ValueError, match="sell_start and buy_start must name as many books, not 2 and 1"):
        gridsim.match(**WORKED, sell_start=ints([0, 1, 3]))


def test_every_class_of_fault_is_told():
    """Whoever adds a kind of fault to the kernel must say here what it means."""
    assert {module.NEGATIVE, module.TOO_MUCH, module.FAR_PRICE, module.FAR_TIME, module.SPREAD} | {4} == set(
        range(1, 7)
    )
