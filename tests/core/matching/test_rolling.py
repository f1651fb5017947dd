"""The rolling kernel against the rulebook's own words (part 9), told with lists that are searched from the front."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core.jit import BAD_INPUT, OK
from gridsim.core.matching import rolling
from gridsim.core.matching.book import Trades
from gridsim.core.matching.rolling import NO_LIMIT, NOBODY_GIVES, Accounts, Incoming, rolling_work

SELL, BUY = 0, 1
KERNELS = pytest.mark.parametrize("match", [rolling.match_rolling, rolling._match_rolling], ids=["compiled", "plain"])


@dataclass
class Order:
    """One row."""

    side: int
    price: int
    energy: int
    account: int
    time: int
    row: int = -1
    left: int = 0


@dataclass
class Market:
    """What is left of one book while its orders come."""

    gives: int
    room: dict[int, int]
    given: dict[int, int]
    resting: list[Order] = field(default_factory=list)
    submissions: dict[tuple[int, int], tuple[int, list[Order]]] = field(default_factory=dict)
    trades: list[tuple[int, int, int, int]] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)

    def come(self, order: Order) -> None:
        who = (order.account, order.side)
        time, steps = self.submissions.get(who, (None, []))
        if order.side == self.gives:
            offered = sum(step.left for step in steps) if time == order.time else 0
            if self.given[order.account] + offered + order.energy > self.room[order.account]:
                self.refused.add(order.row)
                return
        if time != order.time:
            self.resting = [one for one in self.resting if not any(one is step for step in steps)]
            steps = []
            self.submissions[who] = (order.time, steps)
        steps.append(order)
        order.left = order.energy
        while order.left:
            crossing = [one for one in self.resting if one.side != order.side and crosses(order, one)]
            if not crossing:
                self.resting.append(order)
                break
            best = min(crossing, key=lambda one: one.price if one.side == SELL else -one.price)  # the first of them
            self.trade(order, best)

    def trade(self, order: Order, best: Order) -> None:
        energy = min(order.left, best.left)
        order.left -= energy
        best.left -= energy
        sell, buy = (order, best) if order.side == SELL else (best, order)
        self.trades.append((sell.row, buy.row, energy, best.price))
        if self.gives != NOBODY_GIVES:
            giver = sell if self.gives == SELL else buy
            self.given[giver.account] += energy
        if not best.left:
            self.resting = [one for one in self.resting if one is not best]


def crosses(one: Order, other: Order) -> bool:
    sell, buy = (one, other) if one.side == SELL else (other, one)
    return sell.price <= buy.price


def as_the_rulebook_has_it(books: list[list[Order]], gives: list[int], room: list[int]):
    given = dict.fromkeys(range(len(room)), 0)
    trades, refused, row = [], set(), 0
    for orders, side in zip(books, gives, strict=True):
        market = Market(side, dict(enumerate(room)), given)
        for order in orders:
            order.row = row
            row += 1
        for order in sorted(orders, key=lambda order: order.time):
            market.come(order)
        trades += market.trades
        refused |= market.refused
    return trades, refused, list(given.values())


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
