"""The rolling kernel against the rulebook's own words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core.jit import BAD_INPUT, OK
from gridsim.core.matching import rolling
from gridsim.core.matching.book import Trades
from gridsim.core.matching.rolling import NO_LIMIT, Accounts, Incoming, rolling_work
from tests.core.rolling_as_worded import BUY, NOBODY_GIVES, SELL, Order, as_the_rulebook_has_it

KERNELS = pytest.mark.parametrize("match", [rolling.match_rolling, rolling._match_rolling], ids=["compiled", "plain"])


def by_the_kernel(match, books: list[list[Order]], gives: list[int], room: list[int], work=None):
    orders = [order for book in books for order in book]
    start = np.cumsum([0, *map(len, books)])

    def column(name: str) -> np.ndarray:
        return np.array([getattr(order, name) for order in orders], dtype=np.int64)

    incoming = Incoming(start, np.array(gives), *map(column, ("side", "price", "energy", "account", "time")))
    accounts = Accounts(np.array(room), np.zeros(len(room), dtype=np.int64))
    trades = Trades(*(np.empty(len(orders), dtype=np.int64) for _ in Trades._fields))
    refused = np.zeros(len(orders), dtype=bool)
    work = work or rolling_work(max(map(len, books)), len(room))
    status, count = match(0, len(books), incoming, accounts, work, trades, refused)
    assert status == OK
    pairs = list(zip(*(column[:count].tolist() for column in trades), strict=True))
    return pairs, set(np.flatnonzero(refused).tolist()), accounts.given.tolist()


ORDERS = st.lists(
    st.builds(
        Order,
        side=st.integers(0, 1),
        price=st.one_of(st.integers(95, 105), st.integers(-5, 500)),
        energy=st.integers(0, 9),
        account=st.integers(0, 5),
        time=st.integers(0, 12),
    ),
    max_size=40,
)


@KERNELS
@given(
    books=st.lists(st.tuples(ORDERS, st.sampled_from([NOBODY_GIVES, SELL, BUY])), min_size=1, max_size=4),
    room=st.lists(st.one_of(st.integers(0, 30), st.just(NO_LIMIT)), min_size=6, max_size=6),
)
def test_random_books(match, books, room):
    orders, gives = [list(book) for book, _ in books], [side for _, side in books]
    assert by_the_kernel(match, orders, gives, room) == as_the_rulebook_has_it(orders, gives, room)


@KERNELS
def test_the_resting_order_sets_the_price(match):
    books = [
        [Order(SELL, 350, 4, 0, 1), Order(SELL, 340, 3, 1, 2), Order(BUY, 345, 5, 2, 3), Order(SELL, 330, 9, 3, 4)]
    ]
    trades, _, _ = by_the_kernel(match, books, [NOBODY_GIVES], [NO_LIMIT] * 4)
    # The buyer takes all at 340 and rests with 2 at 345, which the last seller gets.
    assert trades == [(1, 2, 3, 340), (3, 2, 2, 345)]


@KERNELS
def test_a_later_order_takes_the_place_of_all_steps_and_loses_their_time(match):
    books = [
        [
            Order(SELL, 350, 4, 0, 1),
            Order(SELL, 351, 4, 0, 1),
            Order(SELL, 350, 4, 1, 2),
            Order(SELL, 350, 4, 0, 3),
            Order(BUY, 352, 20, 2, 4),
        ]
    ]
    trades, _, _ = by_the_kernel(match, books, [NOBODY_GIVES], [NO_LIMIT] * 3)
    assert trades == [(2, 4, 4, 350), (3, 4, 4, 350)]


@KERNELS
def test_nothing_takes_back_what_traded_and_zero_takes_back_the_rest(match):
    books = [
        [Order(BUY, 350, 10, 0, 1), Order(SELL, 350, 4, 1, 2), Order(BUY, 350, 0, 0, 3), Order(SELL, 350, 4, 1, 4)]
    ]
    trades, _, _ = by_the_kernel(match, books, [NOBODY_GIVES], [NO_LIMIT] * 2)
    assert trades == [(1, 0, 4, 350)]


@KERNELS
def test_what_exceeds_the_room_is_refused_and_the_older_order_stays(match):
    books = [[Order(SELL, 350, 6, 0, 1), Order(SELL, 340, 11, 0, 2), Order(BUY, 360, 20, 1, 3)]] * 1
    trades, refused, given = by_the_kernel(match, books, [SELL], [10, 0])
    assert (trades, refused, given) == ([(0, 2, 6, 350)], {1}, [6, 0])


@pytest.mark.slow
@KERNELS
def test_what_was_given_in_the_book_before_counts(match):
    def book() -> list[Order]:
        return [Order(BUY, 350, 8, 0, 1), Order(SELL, 340, 5, 1, 2)]

    trades, refused, given = by_the_kernel(match, [book(), book()], [BUY, BUY], [10, 0])
    assert (trades, refused, given) == ([(1, 0, 5, 350)], {2}, [5, 0])


@pytest.mark.slow
def test_scratch_is_as_new_after_every_call():
    work = rolling_work(3, 3)
    books = [[Order(SELL, 350, 5, 0, 1), Order(BUY, 360, 2, 1, 2)]]
    first = by_the_kernel(rolling.match_rolling, books, [NOBODY_GIVES], [NO_LIMIT] * 3, work)
    assert by_the_kernel(rolling.match_rolling, books, [NOBODY_GIVES], [NO_LIMIT] * 3, work) == first


@KERNELS
def test_too_little_room(match):
    one = np.zeros(2, dtype=np.int64)
    incoming = Incoming(np.array([0, 2]), np.array([NOBODY_GIVES]), *(one for _ in range(5)))
    accounts = Accounts(np.array([NO_LIMIT]), np.zeros(1, dtype=np.int64))
    refused = np.zeros(2, dtype=bool)

    def trades(length: int) -> Trades:
        return Trades(*(np.empty(length, dtype=np.int64) for _ in Trades._fields))

    assert match(0, 1, incoming, accounts, rolling_work(2, 1), trades(1), refused) == (BAD_INPUT, 0)
    assert match(0, 1, incoming, accounts, rolling_work(1, 1), trades(2), refused) == (BAD_INPUT, 0)
    assert match(0, 1, incoming, accounts, rolling_work(2, 1), trades(2), refused) == (OK, 0)
