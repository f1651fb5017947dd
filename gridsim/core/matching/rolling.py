"""Rolling matching (挂牌滚动撮合): orders trade as they come, against those that rest in the book (rulebook part 9).

An order trades with the resting orders of the other side, the best price first and of one price the earliest, each at
the price of the order that rests; what is left of it then rests. An order may have several steps of price, and a later
one of the same participant takes the place of all that is left of it.

All orders of a book are known before the first of them trades. So each side is sorted once, by price and by time of
coming, and an order's place in that line never changes: the book is the set of places where an order rests, and the
next to trade is the lowest of them (`gridsim.core.matching.places`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridsim.core.jit import BAD_INPUT, OK, njit
from gridsim.core.matching.book import Ints, Trades
from gridsim.core.matching.places import NO_PLACE, Layers, Words, add, discard, layers_of, lowest
from gridsim.core.matching.sort import DIGIT_BINS, sort_span

__all__ = ["NOBODY_GIVES", "NO_LIMIT", "Accounts", "Incoming", "RollingWork", "match_rolling", "rolling_work"]

NO_LIMIT = 2**62
"""As room of an account: it may give what it likes."""
NOBODY_GIVES = -1
"""As the giving side of a book: new energy, of which nobody has to have any."""

_SELL, _BUY = 0, 1
_NO_ORDER = -1
_NO_TIME = -(2**63)


class Incoming(NamedTuple):
    """Orders, book by book, and in file order within a book; all arrays but `start` and `gives` are of shape (orders,).

    Attributes
    ----------
    start : int64 array, shape (books + 1,)
        Book ``b`` holds the orders ``start[b]`` to ``start[b + 1] - 1``.
    gives : int64 array, shape (books,)
        The side that gives away energy that it must have: 0 the sellers, 1 the buyers; `NOBODY_GIVES`.
    side : int64 array
        0 sells, 1 buys.
    price : int64 array [micro-yuan/kWh]
        Those of one book and side differ by less than 2⁶³.
    energy : int64 array [kWh]
        Not negative. The sum of one account below 2⁶²; 0 takes back what is left of the account's order.
    account : int64 array
        Row in `Accounts`: a participant in all books that share what it has to give.
    time : int64 array
        When it was submitted. Orders of one account, side, book and time are one order with several steps of price.
    """

    start: Ints
    gives: Ints
    side: Ints
    price: Ints
    energy: Ints
    account: Ints
    time: Ints


class Accounts(NamedTuple):
    """What participants may give, and have given so far; each of shape (accounts,)."""

    room: Ints
    """[kWh] all that it has to give; `NO_LIMIT`"""
    given: Ints
    """[kWh] read and written: by the books before, and behind the call by these too"""


class RollingWork(NamedTuple):
    """Scratch for books of up to so many orders, and for so many accounts."""

    order: Ints  # of a book, in the order in which they come
    key: Ints
    spare_key: Ints
    spare_order: Ints
    bins: Ints
    line: Ints  # the orders of both sides as they are sorted: the sells, then the buys
    place: Ints  # of each order in the line
    left: Ints  # energy, by place
    step_before: Ints  # of the same submission, or none
    words: Words  # which places rest: of the sells, then of the buys
    standing: Ints  # (2 × accounts,) the last step of the submission that stands, by side and account
    stands_since: Ints  # its time


def rolling_work(orders: int, accounts: int) -> RollingWork:
    """Scratch for books of up to so many orders.

    Parameters
    ----------
    orders : int
        Of the largest book.
    accounts : int
    """
    words = layers_of(orders, 0).stop + 6  # two sets that share the orders: two words more at most in each layer
    order, key, spare_key, spare_order, line, place, left, step_before = np.empty((8, orders), dtype=np.int64)
    return RollingWork(
        order,
        key,
        spare_key,
        spare_order,
        np.empty(DIGIT_BINS, dtype=np.int64),
        line,
        place,
        left,
        step_before,
        np.zeros(words, dtype=np.uint64),
        np.full(2 * accounts, _NO_ORDER, dtype=np.int64),
        np.full(2 * accounts, _NO_TIME, dtype=np.int64),
    )


def _put_in_line(first: int, count: int, orders: Incoming, work: RollingWork) -> int:
    """Sort a book's orders as they come, and each side by price and as they come; how many sell is returned.

    Orders are numbered from the front of their book. In `key` stands, by place, the price, that of a buy turned
    negative: the lower, the sooner its order trades.
    """
    order, key, spare_key, spare_order, bins, line, place = work[:7]
    side, price, time = orders.side, orders.price, orders.time
    for i in range(count):
        order[i] = i
        key[i] = time[first + i]
    sort_span(key, order, 0, count, spare_key, spare_order, bins)
    sells = 0
    for i in range(count):
        sells += 1 - side[first + i]
    sell, buy = 0, sells
    for i in range(count):
        this = order[i]
        if side[first + this] == _SELL:
            key[sell] = price[first + this]
            line[sell] = this
            sell += 1
        else:
            key[buy] = -price[first + this]
            line[buy] = this
            buy += 1
    sort_span(key, line, 0, sells, spare_key, spare_order, bins)
    sort_span(key, line, sells, count, spare_key, spare_order, bins)
    for i in range(count):
        place[line[i]] = i
    return sells


put_in_line = njit(_put_in_line)


def _offered(step: int, left: Ints, step_before: Ints, place: Ints) -> int:
    """What the steps of a submission still offer, from its last one on [kWh]."""
    energy = np.int64(0)
    while step != _NO_ORDER:
        energy += left[place[step]]
        step = step_before[step]
    return energy


offered_by = njit(_offered, inlined=True)


def _take_back(step: int, left: Ints, step_before: Ints, place: Ints, words: Words, layers: Layers, front: int) -> None:
    """Take all steps of a submission that still rest out of the book."""
    while step != _NO_ORDER:
        at = place[step]
        if left[at] > 0:
            discard(words, layers, at - front)
            left[at] = 0
        step = step_before[step]


take_back = njit(_take_back, inlined=True)


def _forget(first: int, stop: int, orders: Incoming, standing: Ints, stands_since: Ints) -> None:
    """Leave the scratch of accounts as it came: what rests when a book ends offers nothing any more."""
    for i in range(first, stop):
        slot = np.uint64(2 * orders.account[i] + orders.side[i])
        standing[slot] = _NO_ORDER
        stands_since[slot] = _NO_TIME


_forget_jit = njit(_forget)


def _match_book(
    first: int,
    stop: int,
    gives: int,
    orders: Incoming,
    accounts: Accounts,
    work: RollingWork,
    trades: Trades,
    made: int,
    refused: NDArray[np.bool_],
) -> int:
    """Match one book; the place behind its last trade is returned."""
    count = stop - first
    sells = put_in_line(first, count, orders, work)
    order, key, line, place, left = work.order, work.key, work.line, work.place, work.left
    step_before, words, standing, stands_since = work.step_before, work.words, work.standing, work.stands_since
    sell_layers = layers_of(sells, 0)
    buy_layers = layers_of(count - sells, sell_layers.stop)
    words[: buy_layers.stop] = 0
    side, price, energy, account, time = orders.side, orders.price, orders.energy, orders.account, orders.time
    room, given = accounts
    out_sell, out_buy, out_energy, out_price = trades
    for turn in range(count):
        this = np.uint64(order[turn])
        row = np.uint64(first) + this
        own_side, own_account = side[row], account[row]
        sells_itself = own_side == _SELL
        own_layers, own_front = (sell_layers, 0) if sells_itself else (buy_layers, sells)
        layers, front = (buy_layers, sells) if sells_itself else (sell_layers, 0)
        slot = np.uint64(2 * own_account + own_side)
        is_new = stands_since[slot] != time[row]
        rest = energy[row]
        if own_side == gives:
            offered = np.int64(0) if is_new else offered_by(standing[slot], left, step_before, place)
            if given[own_account] + offered + rest > room[own_account]:
                refused[row] = True
                continue
        if is_new:
            take_back(standing[slot], left, step_before, place, words, own_layers, own_front)
            standing[slot] = _NO_ORDER
            stands_since[slot] = time[row]
        step_before[this] = standing[slot]
        standing[slot] = np.int64(this)
        # All that a trade reads of the other side stands by place: the best orders are neighbours there, in the line
        # as in memory, while they are strewn over the orders as these were filed.
        reach = -price[row] if sells_itself else price[row]
        while rest > 0:
            best = lowest(words, layers)
            if best == NO_PLACE:
                break
            at = np.uint64(front + best)
            level = key[at]
            if level > reach:
                break
            traded = min(rest, left[at])
            rest -= traded
            left[at] -= traded
            if left[at] == 0:
                discard(words, layers, best)
            other = np.uint64(first) + np.uint64(line[at])
            if gives >= 0:
                given[own_account if gives == own_side else account[other]] += traded
            out_sell[made] = np.int64(row if sells_itself else other)
            out_buy[made] = np.int64(other if sells_itself else row)
            out_energy[made] = traded
            out_price[made] = -level if sells_itself else level
            made += 1
        at = np.uint64(place[this])
        left[at] = rest
        if rest > 0:
            add(words, own_layers, np.int64(at) - own_front)
    _forget_jit(first, stop, orders, standing, stands_since)
    return made


match_book = njit(_match_book)


def _match_rolling(
    first: int,
    last: int,
    orders: Incoming,
    accounts: Accounts,
    work: RollingWork,
    trades: Trades,
    refused: NDArray[np.bool_],
) -> tuple[int, int]:
    """Match the books ``first`` up to, not including, ``last``, one after the other.

    Parameters
    ----------
    first, last : int
        Ranges that share no account may run at once in several threads, each with its own scratch.
    orders : Incoming
        Within the bounds that it names; nothing is checked but the room.
    accounts : Accounts
        An order of the giving side is refused, and what it was to replace stays, where what its account has given, in
        the books before and in this one, what earlier steps of the same submission still offer and its own energy
        exceed the account's room. What rests when a book ends offers nothing any more.
    work : RollingWork
        For the largest book, and for all accounts.
    trades : Trades
        Out, with room for a trade per order of these books, in the order in which they happen: every trade uses up one
        of its two orders. `sell` and `buy` are rows of `orders`.
    refused : bool array, shape (orders,)
        Out: set where an order was refused.

    Returns
    -------
    status : int
        `OK`, or `BAD_INPUT` for too little room.
    count : int
        How many trades there are.
    """
    if orders.start[last] - orders.start[first] > len(trades.price):
        return BAD_INPUT, 0
    count = 0
    for book in range(first, last):
        start, stop = orders.start[book], orders.start[book + 1]
        if stop - start > len(work.order):
            return BAD_INPUT, 0
        count = match_book(start, stop, orders.gives[book], orders, accounts, work, trades, count, refused)
    return OK, count


match_rolling = njit(_match_rolling)
