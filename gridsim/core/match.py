"""High-low matching of many books in one call (rulebook part 3, 高低匹配, N3), on integers alone.

A book has two sides. Each is put in line: sells by price upwards, buys by price downwards, then by priority class
(0 first), time and file order. The two fronts then trade the smaller of their remaining energies as long as the buy
price reaches the sell price. Books know nothing of each other.

Both sides run through the same code: a side's `rank` is its price, with the sign turned for buys, so that on either
side the smaller rank comes first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridsim.core._jit import njit
from gridsim.core.sort import DIGIT_BINS, mend_runs, sort_span
from gridsim.core.split import scratch_size, split
from gridsim.core.status import BAD_INPUT, NO_ROOM, OK

__all__ = ["PRIORITY_MAX", "RATIO_ONE", "Queue", "Side", "Trades", "Workspace", "match_books", "workspace"]

RATIO_ONE = 10_000
"""K is given in 10⁻⁴."""
PRIORITY_MAX = 2**13 - 1
"""Greatest priority class: with price differences below 2⁶² / 10⁴ < 2⁴⁹, price and class fit one key below 2⁶²."""

_NOBODY = 2**63 - 1  # the rank of the front of an empty side; real ranks stay within ±2⁶²
# Typed, not plain 1, -1 and 0: for a literal argument numba compiles the callee once more, which doubled the time.
_SELL = np.int64(1)
_BUY = np.int64(-1)
_ZERO = np.int64(0)

Ints = NDArray[np.int64]


class Side(NamedTuple):
    """All sell orders, or all buy orders, of all books: book by book, and in file order within a book.

    Attributes
    ----------
    start : int64 array, shape (books + 1,)
        Book ``b`` holds the orders ``start[b]`` to ``start[b + 1] - 1``.
    price : int64 array, shape (orders,) [micro-yuan/kWh]
        Within ±2⁶²; within a book, both sides together, differences below 2⁶² / 10⁴.
    energy : int64 array, shape (orders,) [kWh]
        Not negative; an order of zero never trades. The sum of one book below 2⁶², and for pro-rata ties at most
        10¹⁵.
    priority : int64 array, shape (orders,)
        0 … `PRIORITY_MAX`; of one price, the smaller class comes first.
    time : int64 array, shape (orders,)
        Within ±2⁶²; of one price and class, the smaller comes first, then file order.
    """

    start: Ints
    price: Ints
    energy: Ints
    priority: Ints
    time: Ints


class Trades(NamedTuple):
    """Where pairs are written, all of one length: book by book, and in matching order within a book.

    Attributes
    ----------
    sell, buy : int64 arrays
        Positions in the two sides.
    energy : int64 array [kWh]
    price : int64 array [micro-yuan/kWh]
    """

    sell: Ints
    buy: Ints
    energy: Ints
    price: Ints


class Queue(NamedTuple):
    """One side of one book in line, as far as it can trade at all. All arrays are as long as its largest book."""

    key: Ints  # price and priority class in one number, ascending
    row: Ints  # position in the side
    price: Ints
    rest: Ints  # energy not yet traded
    share: Ints  # what each order of the front gets of one step; pro-rata ties only


class Spare(NamedTuple):
    """What sorting and splitting need beside a queue."""

    key: Ints
    row: Ints
    bins: Ints
    remainders: Ints


class Workspace(NamedTuple):
    """Scratch memory, to be used again as often as one likes."""

    sell: Queue
    buy: Queue
    spare: Spare


def workspace(largest_sell: int, largest_buy: int) -> Workspace:
    """Scratch for books of up to so many sell and buy orders.

    NumPy allocates it because what a kernel allocates itself never gets huge pages.
    """

    def array(length: int) -> Ints:
        return np.empty(length, dtype=np.int64)

    def queue(length: int) -> Queue:
        return Queue(*(array(length) for _ in Queue._fields))

    longest = max(largest_sell, largest_buy)
    spare = Spare(array(longest), array(longest), array(DIGIT_BINS), array(scratch_size(longest)))
    return Workspace(queue(largest_sell), queue(largest_buy), spare)


def _front_rank(side: Side, first: int, stop: int, sign: int) -> tuple[int, int]:
    """The rank that comes first among orders with energy, and how many bits the priority classes need."""
    best = _NOBODY
    top = 0
    for i in range(first, stop):
        if side.energy[i] > 0:
            best = min(best, sign * side.price[i])
        top |= side.priority[i]
    bits = 0
    while top >> bits > 0:
        bits += 1
    return best, bits


_front_rank_jit = njit(_front_rank)


def _line_up(
    side: Side, first: int, stop: int, sign: int, best: int, bits: int, last: int, queue: Queue, spare: Spare
) -> int:
    """Put in line the orders whose rank is at most `last`, and return their number.

    Beyond `last` an order could not trade with the very front of the other side.
    """
    count = _ZERO
    in_time = True
    for i in range(first, stop):
        rank = sign * side.price[i]
        queue.key[count] = ((rank - best) << bits) | side.priority[i]
        queue.row[count] = i
        count += side.energy[i] > 0 and rank <= last
        in_time &= i == first or side.time[i - 1] <= side.time[i]
    sort_span(queue.key, queue.row, _ZERO, count, spare.key, spare.row, spare.bins)
    if not in_time:
        mend_runs(queue.key, queue.row, count, side.time, spare.key, spare.row, spare.bins)
    for i in range(count):
        queue.price[i] = sign * (best + (queue.key[i] >> bits))
        queue.rest[i] = side.energy[queue.row[i]]
    return count


_line_up_jit = njit(_line_up)


def _price_between(sell: int, buy: int, k: int) -> int:
    """``sell + k × (buy − sell)``, rounded half away from zero; `k` in 10⁻⁴ and ``sell <= buy``."""
    distance = k * (buy - sell)
    price = sell + distance // RATIO_ONE
    twice_the_rest = 2 * (distance % RATIO_ONE)
    # The exact value is `price` plus a rest below one: it is negative exactly if `price` is.
    if twice_the_rest > RATIO_ONE or (twice_the_rest == RATIO_ONE and price >= 0):
        price += 1
    return price


_price_between_jit = njit(_price_between)


def _pair_orders(sell: Queue, sells: int, buy: Queue, buys: int, k: int, trades: Trades, count: int) -> int:
    """Ties by time: the two fronts are single orders. Returns `count` and the number of its pairs."""
    room = len(trades.energy)
    i = _ZERO
    j = _ZERO
    while i < sells and j < buys and sell.price[i] <= buy.price[j]:
        energy = min(sell.rest[i], buy.rest[j])
        if count < room:
            trades.sell[count] = sell.row[i]
            trades.buy[count] = buy.row[j]
            trades.energy[count] = energy
            trades.price[count] = _price_between_jit(sell.price[i], buy.price[j], k)
        count += 1
        sell.rest[i] -= energy
        buy.rest[j] -= energy
        i += sell.rest[i] == 0
        j += buy.rest[j] == 0
    return count


_pair_orders_jit = njit(_pair_orders)


def _next_front(queue: Queue, first: int, count: int) -> tuple[int, int]:
    """Where the group of orders alike in price and priority ends that begins at `first`, and its energy."""
    stop = first
    energy = 0
    while stop < count and queue.key[stop] == queue.key[first]:
        energy += queue.rest[stop]
        stop += 1
    return stop, energy


_next_front_jit = njit(_next_front)


def _pair_groups(
    sell: Queue, sells: int, buy: Queue, buys: int, k: int, trades: Trades, count: int, remainders: Ints
) -> int:
    """Ties pro rata: the two fronts are groups. Returns `count` and the number of its pairs."""
    room = len(trades.energy)
    i = _ZERO
    i_stop = _ZERO
    i_energy = _ZERO
    j = _ZERO
    j_stop = _ZERO
    j_energy = _ZERO
    while True:
        if i_energy == 0:
            i = i_stop
            i_stop, i_energy = _next_front_jit(sell, i, sells)
        if j_energy == 0:
            j = j_stop
            j_stop, j_energy = _next_front_jit(buy, j, buys)
        if i == sells or j == buys or sell.price[i] > buy.price[j]:
            return count
        energy = min(i_energy, j_energy)
        split(energy, i_energy, sell.rest, i, i_stop, sell.share, remainders)
        split(energy, j_energy, buy.rest, j, j_stop, buy.share, remainders)
        i_energy -= energy
        j_energy -= energy
        price = _price_between_jit(sell.price[i], buy.price[j], k)
        # Pair off the two lists of shares in time order; they have one sum. A share may be zero.
        a = i
        b = j
        while a < i_stop and b < j_stop:
            part = min(sell.share[a], buy.share[b])
            if part > 0:
                if count < room:
                    trades.sell[count] = sell.row[a]
                    trades.buy[count] = buy.row[b]
                    trades.energy[count] = part
                    trades.price[count] = price
                count += 1
            sell.share[a] -= part
            sell.rest[a] -= part
            buy.share[b] -= part
            buy.rest[b] -= part
            a += sell.share[a] == 0
            b += buy.share[b] == 0


_pair_groups_jit = njit(_pair_groups)


def _match_books(
    sells: Side, buys: Side, uniform: bool, pro_rata: bool, k: int, trades: Trades, work: Workspace
) -> tuple[int, int]:
    """Match every book.

    Parameters
    ----------
    sells, buys : Side
        With the same books. Bounds are the caller's duty: see `Side`.
    uniform : bool
        One price for the book, that of its last pair; else each pair has its own.
    pro_rata : bool
        The front is the whole group of orders alike in price and priority; else it is one order.
    k : int [10⁻⁴]
        0 … 10⁴.
    trades : Trades
        Out. Ties by time need no more room than there are orders; pro rata may need more.
    work : Workspace
        For the largest book.

    Returns
    -------
    status : int
        `OK`; `NO_ROOM` if `trades` is too short, whose contents then mean nothing; `BAD_INPUT` for sides with
        different books or a workspace too small for one.
    count : int
        Number of pairs, also with `NO_ROOM`: it is the room needed.
    """
    count = _ZERO
    if len(sells.start) != len(buys.start):
        return BAD_INPUT, count
    for book in range(len(sells.start) - 1):
        first_sell = sells.start[book]
        stop_sell = sells.start[book + 1]
        first_buy = buys.start[book]
        stop_buy = buys.start[book + 1]
        if stop_sell - first_sell > len(work.sell.key) or stop_buy - first_buy > len(work.buy.key):
            return BAD_INPUT, count
        best_sell, sell_bits = _front_rank_jit(sells, first_sell, stop_sell, _SELL)
        best_buy, buy_bits = _front_rank_jit(buys, first_buy, stop_buy, _BUY)
        if best_sell == _NOBODY or best_buy == _NOBODY or best_sell > -best_buy:
            continue
        in_line_sell = _line_up_jit(
            sells, first_sell, stop_sell, _SELL, best_sell, sell_bits, -best_buy, work.sell, work.spare
        )
        in_line_buy = _line_up_jit(
            buys, first_buy, stop_buy, _BUY, best_buy, buy_bits, -best_sell, work.buy, work.spare
        )
        first = count
        if pro_rata:
            count = _pair_groups_jit(
                work.sell, in_line_sell, work.buy, in_line_buy, k, trades, count, work.spare.remainders
            )
        else:
            count = _pair_orders_jit(work.sell, in_line_sell, work.buy, in_line_buy, k, trades, count)
        if uniform and count <= len(trades.price):
            trades.price[first:count] = trades.price[count - 1]
    if count > len(trades.price):
        return NO_ROOM, count
    return OK, count


match_books = njit(_match_books)
