from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridsim.core import rounding as price_rule
from gridsim.core.jit import BAD_INPUT, NO_ROOM, OK
from gridsim.core.matching import match
from tests.core.books import Bid, Book, Pair, Terms, all_terms, books, match_one
from tests.shared import examples, sampled

HALFWAY = Terms()
Ways = Callable[..., tuple[int, int]]
# Every way of matching must find the same pairs. The plain functions are the reference: what the compiler made of them
# is compared with them, and with NUMBA_DISABLE_JIT=1 they are all there is.


def every_book(sells: match.Side, buys: match.Side, *rest: Any, small: int = match.SMALL) -> tuple[int, int]:
    return match.match_range(sells, buys, 0, len(sells.start) - 1, *rest, small=small)


KERNELS = [pytest.param(every_book, id="insertion"), pytest.param(partial(every_book, small=0), id="words")]


def side(lists: Sequence[list[Bid]]) -> match.Side:
    start = np.cumsum([0, *map(len, lists)])
    bids = np.array([bid for bids in lists for bid in bids], dtype=np.int64).reshape(-1, 4)
    return match.Side(start, *(np.ascontiguousarray(column) for column in bids.T))


def room(length: int) -> match.Trades:
    return match.Trades(*(np.full(length, -7, dtype=np.int64) for _ in match.Trades._fields))


_GUARD = 8
"""Places that no kernel may write to, for they are not in the room it was given."""


def run(several: Sequence[Book], terms: Terms = HALFWAY, kernel: Ways = every_book) -> list[list[Pair]]:
    """The pairs of each book; the output has the size that the kernel asks for."""
    sells, buys = side([book.sells for book in several]), side([book.buys for book in several])
    largest = [max([0, *np.diff(one.start)]) for one in (sells, buys)]
    work = match.workspace(*largest)
    trades = room(0)
    with np.errstate(over="ignore"):
        status, count = kernel(sells, buys, *terms, trades, work)
        assert status == (NO_ROOM if count else OK)
        guarded = room(count + _GUARD)
        trades = match.Trades(*(column[:-_GUARD] for column in guarded))
        assert kernel(sells, buys, *terms, trades, work) == (OK, count)
        assert all((column[-_GUARD:] == -7).all() for column in guarded)
    return by_book(sells, buys, trades, count)


def by_book(sells: match.Side, buys: match.Side, trades: match.Trades, count: int) -> list[list[Pair]]:
    """The pairs of each book, their places counted from its first orders."""
    pairs: list[list[Pair]] = [[] for _ in sells.start[1:]]
    last = 0
    for sell, buy, energy, price in zip(*(column[:count].tolist() for column in trades), strict=True):
        book = int(np.searchsorted(sells.start, sell, side="right")) - 1
        assert book >= last, "books come out in their order"
        last = book
        assert buys.start[book] <= buy < buys.start[book + 1], "nothing crosses between books"
        pairs[book].append(Pair(int(sell - sells.start[book]), int(buy - buys.start[book]), energy, price))
    return pairs


@pytest.mark.slow
@settings(max_examples=examples(400))
@pytest.mark.parametrize("kernel", KERNELS)
@given(book=books(buyers_in_classes=True), terms=all_terms)
@example(book=Book([], []), terms=Terms())
@example(book=Book([Bid(1, 5)], []), terms=Terms())
@example(book=Book([], [Bid(1, 5)]), terms=Terms())
@example(book=Book([Bid(1, 0)], [Bid(1, 5)]), terms=Terms())
@example(book=Book([Bid(1, 5)], [Bid(1, 0)]), terms=Terms(uniform=True))
@example(book=Book([Bid(2, 5)], [Bid(1, 5)]), terms=Terms())
@example(book=Book([Bid(-3, 5)], [Bid(-2, 5)]), terms=Terms())  # −2.5 rounds to −3
@example(book=Book([Bid(-1, 5)], [Bid(0, 5)]), terms=Terms())  # −0.5 rounds to −1
@example(book=Book([Bid(0, 5)], [Bid(1, 5)]), terms=Terms())  # 0.5 rounds to 1
@example(book=Book([Bid(0, 3), Bid(0, 3), Bid(0, 3)], [Bid(0, 1)] * 8), terms=Terms(pro_rata=True))
def test_one_book_as_the_rulebook_has_it(kernel, book, terms):
    assert run([book], terms, kernel) == [match_one(book, terms)]


@pytest.mark.slow
@settings(max_examples=examples(60))
@given(book=books(longest=100, buyers_in_classes=True), terms=all_terms)
def test_books_too_long_for_insertion(book, terms):
    assert run([book], terms) == [match_one(book, terms)]


@pytest.mark.parametrize("pro_rata", [False, True])
@pytest.mark.parametrize("in_time", [False, True])
def test_a_long_book_of_market_prices(pro_rata, in_time):
    random = np.random.default_rng(7)
    count = 300

    def bids(priorities):
        times = random.integers(0, 10**9, count)
        columns = (random.integers(335_000, 336_000, count) // 50 * 50, random.integers(0, 10**6, count))
        return [
            Bid(*map(int, row))
            for row in zip(
                *columns, random.integers(0, priorities, count), sorted(times) if in_time else times, strict=True
            )
        ]

    book = Book(bids(2), bids(1))
    terms = Terms(pro_rata=pro_rata)
    expected = match_one(book, terms)
    assert len(expected) > count
    assert run([book], terms) == [expected]


@pytest.mark.parametrize("kernel", KERNELS)
@given(several=st.lists(books(longest=5, buyers_in_classes=True), max_size=5), terms=all_terms)
def test_many_books_at_once_are_the_books_one_by_one(kernel, several, terms):
    assert run(several, terms, kernel) == [run([book], terms, kernel)[0] for book in several]


def a_market(count: int, ticks: int, tick: int, in_time: bool, sell_classes: int = 2) -> Book:
    """Prices between 335 and `ticks` steps above, and a few orders of no energy."""
    random = np.random.default_rng(count + ticks)

    def bids(classes):
        times = random.integers(0, 10**9, count)
        columns = (
            335_000 + tick * random.integers(0, ticks, count),
            random.integers(0, 50, count),
            random.integers(0, classes, count),
            np.sort(times) if in_time else times,
        )
        return [Bid(*map(int, row)) for row in zip(*columns, strict=True)]

    return Book(bids(sell_classes), bids(1))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("in_time", sampled([True, False], 2))
@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((300, 1, 1), id="one price"),
        pytest.param((300, 40, 10), id="ticks"),
        pytest.param((300, 10**6, 1), id="hardly a price twice"),
        pytest.param((300, 3000, 10**13 // 3000), id="far apart"),
        pytest.param((300, 40, 10, 2**13), id="many classes"),
    ],
)
def test_markets_of_every_shape(kernel, in_time, shape):
    count, ticks, tick, *classes = shape
    book = a_market(count, ticks, tick, in_time, *classes)
    for terms in (Terms(), Terms(uniform=True, k=1234), Terms(pro_rata=True)):
        assert run([book], terms, kernel) == [match_one(book, terms)]


@pytest.mark.parametrize("in_time", sampled([True, False], 2))
@pytest.mark.parametrize("count", [1, 15, 16, 17, 48, 49])
@pytest.mark.parametrize("shape", [(3, 10), (10**6, 1), (16, 2**44), (17, 2**44)])
def test_books_at_the_edges_of_what_is_small(in_time, count, shape):
    # 16 orders are ranked, if prices lie less than 2⁴⁴ apart and times ascend; 48 are put in line one by one.
    book = a_market(count, *shape, in_time)
    assert run([book, book]) == [match_one(book, Terms())] * 2


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("count", [3, 300])
@pytest.mark.parametrize(
    ("ticks", "tick", "energy"),
    [
        pytest.param(2**12, 1, 10**6, id="all in one word"),
        pytest.param(2**12, 1, 2**50, id="no place for the energy"),
        pytest.param(2**20, 1, 2**40, id="nor for all bits in the sort"),
        pytest.param(2**20, 2**28, 10**6, id="a price of many bits"),
        pytest.param(2**20, 2**10, 10**6, id="more bits than are sorted by"),
    ],
)
def test_what_does_not_fit_a_word(kernel, count, ticks, tick, energy):
    market = a_market(count, ticks, tick, in_time=True)
    book = Book([bid._replace(energy=energy + row) for row, bid in enumerate(market.sells)], market.buys)
    for terms in (Terms(), Terms(pro_rata=energy < 2**40)):  # shares are bounded by 10¹⁵ kWh in all
        assert run([book], terms, kernel) == [match_one(book, terms)]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("in_time", sampled([True, False], 2))
def test_one_price_so_far_away_that_all_others_share_a_range(kernel, in_time):
    market = a_market(300, 997, 1, in_time)
    book = Book([Bid(-(10**9), 5), *market.sells], [*market.buys, Bid(10**9, 5)])
    assert run([book], kernel=kernel) == [match_one(book, Terms())]


@pytest.mark.slow
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("in_time", sampled([True, False], 2))
def test_no_place_for_all_of_price_and_class(kernel, in_time):
    # 49 bits of price, 13 of the class, 9 of the position: the lowest of the class are left out; runs of 75 orders.
    random = np.random.default_rng(5)
    times = random.integers(0, 10**9, 300).tolist()
    times = sorted(times) if in_time else times
    market = [
        Bid(price, energy, priority, time)
        for price, energy, priority, time in zip(
            random.choice([0, 2**48], 300).tolist(),
            random.integers(1, 50, 300).tolist(),
            random.choice([0, 1, match.PRIORITY_MAX], 300, p=[0.4, 0.5, 0.1]).tolist(),
            times,
            strict=True,
        )
    ]
    book = Book(market, [Bid(2**48, 37, 0, time) for time in times])
    for terms in (Terms(), Terms(pro_rata=True)):
        assert run([book], terms, kernel) == [match_one(book, terms)]


@pytest.mark.slow
@pytest.mark.parametrize("in_time", sampled([True, False], 2))
@pytest.mark.parametrize(
    "often",
    [
        pytest.param(Bid(335_000, 0), id="without energy"),
        pytest.param(Bid(335_500, 3), id="in the middle"),
        pytest.param(Bid(400_000, 3), id="above all others"),
        pytest.param(Bid(0, 3), id="below all others"),
    ],
)
def test_a_long_book_with_one_order_again_and_again(in_time, often):
    market = a_market(1100, 997, 1, in_time)
    book = Book(
        *([often._replace(time=bid.time) if row % 3 == 0 else bid for row, bid in enumerate(bids)] for bids in market)
    )
    for terms in (Terms(), Terms(pro_rata=True)):
        expected = [match_one(book, terms)]
        for kernel in KERNELS:
            assert run([book], terms, *kernel.values) == expected, kernel.id


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(
    "book",
    [
        pytest.param(Book([Bid(10, 5)] * 8, [Bid(20, 7)]), id="a buyer alone"),
        pytest.param(
            Book([Bid(10, 5), Bid(31, 5), Bid(33, 5), Bid(38, 5)], [Bid(45, 1), Bid(25, 99), Bid(24, 99)]),
            id="prices part",
        ),
        pytest.param(Book([Bid(1, 5)] * 8, [Bid(2, 5)] * 8), id="orders end together"),
        pytest.param(Book([Bid(1, 5)] * 8, [Bid(2, 20)] * 8), id="some orders end together"),
        pytest.param(Book([Bid(1, 5)] * 8, [Bid(2, 21)] * 8), id="the last buyer has energy left"),
        pytest.param(Book([Bid(1, 2**31)] * 3, [Bid(2, 2**31)] * 3), id="energy that does not fit beside a row"),
        pytest.param(Book([Bid(1, 2**31 - 1)] * 3, [Bid(2, 2**31 - 1)] * 3), id="energy that just fits"),
        pytest.param(Book([Bid(9, 5)] * 3, [Bid(2, 5)] * 3), id="no trade"),
    ],
)
def test_where_trading_ends(kernel, book):
    for terms in (Terms(), Terms(uniform=True)):
        assert run([book], terms, kernel) == [match_one(book, terms)]


def test_the_worked_case_of_high_low_matching():
    book = Book(
        sells=[Bid(335_000, 300_000), Bid(345_000, 400_000), Bid(350_000, 500_000)],
        buys=[Bid(360_000, 400_000), Bid(355_000, 300_000), Bid(340_000, 200_000)],
    )
    pairs = [Pair(0, 0, 300_000, 347_500), Pair(1, 0, 100_000, 352_500), Pair(1, 1, 300_000, 350_000)]
    assert run([book]) == [pairs]
    assert run([book], Terms(uniform=True)) == [[pair._replace(price=350_000) for pair in pairs]]


def test_the_worked_case_of_heat_priority():
    book = Book([Bid(345_000, 300_000, 1, 1), Bid(345_000, 300_000, 0, 2)], [Bid(350_000, 400_000)])
    assert run([book]) == [[Pair(1, 0, 300_000, 347_500), Pair(0, 0, 100_000, 347_500)]]


def test_pro_rata_shares_are_paired_in_time_order():
    # 10 over weights 5, 5, 10: 2.5, 2.5 and 5; the unit left over goes to the earlier of the equal remainders.
    book = Book([Bid(0, 5, 0, 2), Bid(0, 5, 0, 1), Bid(0, 10, 0, 3)], [Bid(1, 4), Bid(1, 6)])
    assert run([book], Terms(pro_rata=True, k=0)) == [
        [Pair(1, 0, 3, 0), Pair(0, 0, 1, 0), Pair(0, 1, 1, 0), Pair(2, 1, 5, 0)]
    ]


def test_a_group_of_priority_trades_out_before_the_next():
    book = Book([Bid(0, 5, 1), Bid(0, 5, 0)], [Bid(1, 6)])
    assert run([book], Terms(pro_rata=True, k=10_000)) == [[Pair(1, 0, 5, 1), Pair(0, 0, 1, 1)]]


@given(book=books(), terms=all_terms)
def test_no_trade_above_its_bid_or_below_its_offer(book, terms):
    for pair in run([book], terms)[0]:
        low, high = book.sells[pair.sell].price, book.buys[pair.buy].price
        assert low <= high
        assert terms.uniform or low <= pair.price <= high
        assert pair.energy > 0


@given(book=books(), terms=all_terms)
def test_all_that_can_trade_does(book, terms):
    sell_left = [bid.energy for bid in book.sells]
    buy_left = [bid.energy for bid in book.buys]
    for pair in run([book], terms)[0]:
        sell_left[pair.sell] -= pair.energy
        buy_left[pair.buy] -= pair.energy
    assert min([0, *sell_left, *buy_left]) == 0
    offers = [bid.price for bid, left in zip(book.sells, sell_left, strict=True) if left]
    wishes = [bid.price for bid, left in zip(book.buys, buy_left, strict=True) if left]
    assert not offers or not wishes or min(offers) > max(wishes)


@given(book=books(), terms=all_terms, data=st.data())
def test_file_order_decides_among_equals_alone(book, terms, data):
    distinct = Book(
        [bid._replace(time=time) for time, bid in enumerate(book.sells)],
        [bid._replace(time=time) for time, bid in enumerate(book.buys)],
    )
    sell_order = data.draw(st.permutations(range(len(book.sells))))
    buy_order = data.draw(st.permutations(range(len(book.buys))))
    shuffled = Book([distinct.sells[row] for row in sell_order], [distinct.buys[row] for row in buy_order])
    back = [pair._replace(sell=sell_order[pair.sell], buy=buy_order[pair.buy]) for pair in run([shuffled], terms)[0]]
    assert back == run([distinct], terms)[0]


@given(book=books(), terms=all_terms, shift=st.integers(-(10**9), 10**9))
def test_only_the_order_of_times_counts(book, terms, shift):
    def moved(bids: list[Bid]) -> list[Bid]:
        ranks = {time: rank for rank, time in enumerate(sorted({bid.time for bid in bids}))}
        return [bid._replace(time=ranks[bid.time] * 1000 + shift) for bid in bids]

    assert run([Book(moved(book.sells), moved(book.buys))], terms) == run([book], terms)


@given(low=st.integers(-(2**47), 2**47), distance=st.integers(0, 2**47))
def test_a_price_between_rises_with_k(low, distance):
    prices = [price_rule._price_between(low, low + distance, k) for k in range(0, 10_001, 500)]
    assert prices[0] == low
    assert prices[-1] == low + distance
    assert all(a <= b for a, b in pairwise(prices))


@pytest.mark.parametrize("kernel", KERNELS)
def test_pairs_of_pro_rata_ties_can_outnumber_the_orders(kernel):
    # Every step shares the buyers' whole group, so each of the ten sellers meets each of the ten buyers.
    book = Book([Bid(price, 100) for price in range(10)], [Bid(20, 1000)] * 10)
    pairs = run([book], Terms(pro_rata=True), kernel)[0]
    assert len(pairs) == 100
    assert pairs == match_one(book, Terms(pro_rata=True))


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("pro_rata", [False, True])
def test_too_little_room_says_how_much_is_needed(kernel, pro_rata):
    sells, buys = side([[Bid(0, 2), Bid(1, 2)]]), side([[Bid(1, 1), Bid(2, 3)]])
    assert kernel(sells, buys, True, pro_rata, 5000, room(2), match.workspace(2, 2)) == (NO_ROOM, 3)
    trades = room(3)
    assert kernel(sells, buys, True, pro_rata, 5000, trades, match.workspace(2, 2)) == (OK, 3)
    assert trades.price.tolist() == [1, 1, 1]


@pytest.mark.parametrize("kernel", KERNELS)
def test_sides_and_workspace_must_fit(kernel):
    one, two = side([[Bid(0, 1)]]), side([[Bid(0, 1)], []])
    wide = side([[Bid(0, 1), Bid(0, 1)]])

    def status(sells: match.Side, buys: match.Side, work: Any) -> int:
        return kernel(sells, buys, False, False, 5000, room(9), work)[0]

    assert status(one, two, match.workspace(9, 9)) == BAD_INPUT
    assert status(wide, one, match.workspace(1, 9)) == BAD_INPUT
    assert status(one, wide, match.workspace(9, 1)) == BAD_INPUT
    assert status(wide, wide, match.workspace(2, 2)) == OK


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize("terms", [Terms(), Terms(uniform=True, k=37), Terms(pro_rata=True)])
@pytest.mark.parametrize("piece", [1, 50, 10**6])
def test_books_shared_out_among_threads_trade_what_they_trade_one_after_the_other(monkeypatch, threads, terms, piece):
    monkeypatch.setattr(match, "_PIECE", piece)
    random = np.random.default_rng(threads)
    several = [
        Book(*([Bid(int(price), 9, time=time) for time, price in enumerate(side)] for side in prices))
        for prices in (random.integers(0, 9, (2, count)) for count in random.integers(0, 60, 40))
    ]
    several[3:5] = [Book([], []), Book([], [])]
    sells, buys = side([book.sells for book in several]), side([book.buys for book in several])
    largest = [int(np.diff(one.start).max()) for one in (sells, buys)]
    works = [match.workspace(*largest) for _ in range(threads)]
    trades = room(len(sells.price) + len(buys.price))
    status, pieces = match.match_books(sells, buys, *terms, trades, works)
    assert status == OK
    assert len(pieces) == 1 if threads == 1 or piece == 10**6 else len(pieces) > threads
    joined = match.Trades(*(np.concatenate(column) for column in zip(*pieces, strict=True)))
    assert by_book(sells, buys, joined, len(joined.sell)) == run(several, terms)


def test_books_shared_out_among_threads_must_fit_too():
    one, two = side([[Bid(0, 1)]]), side([[Bid(0, 1)], []])
    works = [match.workspace(1, 1)]
    assert match.match_books(one, two, *HALFWAY, room(9), works) == (BAD_INPUT, [])
    assert match.match_books(one, one, *HALFWAY, room(1), works) == (BAD_INPUT, [])
    wide = side([[Bid(0, 1), Bid(0, 1)]])
    assert match.match_books(wide, one, *HALFWAY, room(9), works)[0] == BAD_INPUT
    assert match.match_range(one, one, 0, 2, *HALFWAY, room(9), works[0]) == (BAD_INPUT, 0)
