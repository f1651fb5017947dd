"""High-low matching of many books in one call (rulebook part 3, 高低匹配, N3), on integers alone.

A book has two sides. Each is put in line: sells by price upwards, buys by price downwards, then by priority class
(0 first), time and file order. The two fronts then trade the smaller of their remaining energies as long as the buy
price reaches the sell price. Books know nothing of each other.

Both sides run through the same code: a side's `rank` is its price, with the sign turned for buys, so that on either
side the smaller rank comes first.

Large books are put in line by counting (`gridsim.core.levels`). This file has the general way, by sorting, for small
books and for numbers that counting does not fit, and the choice between the two; the pairs are the same.
"""

from __future__ import annotations

import numpy as np

from gridsim.core._jit import njit
from gridsim.core.book import PAD, Queue, Side, Spare, Trades, Workspace, workspace
from gridsim.core.counting import match_by_counting
from gridsim.core.pair import pair_groups, pair_orders
from gridsim.core.price import RATIO_ONE
from gridsim.core.small import match_small_books
from gridsim.core.sort import mend_runs, sort_span
from gridsim.core.status import BAD_INPUT, NO_ROOM, OK

__all__ = ["PRIORITY_MAX", "RATIO_ONE", "Queue", "Side", "Trades", "Workspace", "match_books", "workspace"]

PRIORITY_MAX = 2**13 - 1
"""Greatest priority class: with price differences below 2⁶² / 10⁴ < 2⁴⁹, price and class fit one key below 2⁶²."""

_NOBODY = 2**63 - 1  # the rank of the front of an empty side; real ranks stay within ±2⁶²
LARGE = 1 << 13
"""From so many orders of one side on, a book is matched by counting: what ten calls of kernels cost is little then."""
# Typed, not plain 1, -1 and 0: for a literal argument numba compiles the callee once more, which doubled the time.
_SELL = np.int64(1)
_BUY = np.int64(-1)
_ZERO = np.int64(0)
_ALL_BITS = np.int64(-1)


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
        mend_runs(queue.key, queue.row, _ZERO, count, side.time, _ALL_BITS, spare.key, spare.row, spare.bins)
    for i in range(count):
        queue.price[i] = sign * (best + (queue.key[i] >> bits))
        queue.rest[i] = side.energy[queue.row[i]]
    return count


_line_up_jit = njit(_line_up)


def _match_by_sorting(
    sells: Side,
    buys: Side,
    book: int,
    stop: int,
    uniform: bool,
    pro_rata: bool,
    k: int,
    trades: Trades,
    count: int,
    work: Workspace,
) -> int:
    """Match the books from `book` up to `stop`. Returns `count` and the number of their pairs, room or no room."""
    sell, buy, spare = work
    while book < stop:
        if not pro_rata:
            book, count = match_small_books(sells, buys, book, stop, uniform, k, trades, count, work)
            if book == stop:
                break
        first_sell, stop_sell = sells.start[book], sells.start[book + 1]
        first_buy, stop_buy = buys.start[book], buys.start[book + 1]
        book += 1
        best_sell, sell_bits = _front_rank_jit(sells, first_sell, stop_sell, _SELL)
        best_buy, buy_bits = _front_rank_jit(buys, first_buy, stop_buy, _BUY)
        if best_sell == _NOBODY or best_buy == _NOBODY or best_sell > -best_buy:
            continue
        sell_count = _line_up_jit(sells, first_sell, stop_sell, _SELL, best_sell, sell_bits, -best_buy, sell, spare)
        buy_count = _line_up_jit(buys, first_buy, stop_buy, _BUY, best_buy, buy_bits, -best_sell, buy, spare)
        first = count
        if pro_rata:
            count = pair_groups(sell, sell_count, buy, buy_count, k, trades, count, spare.remainders)
        else:
            count = pair_orders(sell, sell_count, buy, buy_count, k, trades, count)
        if uniform and count <= len(trades.price):
            trades.price[first:count] = trades.price[count - 1]
    return count


match_by_sorting = njit(_match_by_sorting)


def match_books(
    sells: Side,
    buys: Side,
    uniform: bool,
    pro_rata: bool,
    k: int,
    trades: Trades,
    work: Workspace,
    *,
    threads: int = 1,
    large: int = LARGE,
) -> tuple[int, int, int]:
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
    threads : int
        1 or 2. A second thread helps where there is a single book, and large.
    large : int
        From so many orders of one side on, a book is matched by counting. The pairs do not depend on it.

    Returns
    -------
    status : int
        `OK`; `NO_ROOM` if `trades` is too short, whose contents then mean nothing; `BAD_INPUT` for sides with
        different books or a workspace too small for one.
    first : int
        Where the pairs begin in `trades`: 0, unless two threads were at work.
    count : int
        Number of pairs, also with `NO_ROOM`: it is the room needed.
    """
    books = len(sells.start) - 1
    sizes = np.maximum(np.diff(sells.start), 0), np.maximum(np.diff(buys.start), 0)
    if len(sizes[0]) != len(sizes[1]):
        return BAD_INPUT, 0, 0
    for size, queue in zip(sizes, (work.sell, work.buy), strict=True):
        if size.max(initial=0) + 2 * PAD > len(queue.key):
            return BAD_INPUT, 0, 0
    room = len(trades.price)
    first = count = book = 0
    for each in np.flatnonzero(np.maximum(*sizes) >= large).tolist():
        count = match_by_sorting(sells, buys, book, each, uniform, pro_rata, k, trades, count, work)
        book = each + 1
        found = None
        if pro_rata or count + sizes[0][each] + sizes[1][each] <= room:
            found = match_by_counting(sells, buys, each, pro_rata, k, trades, count, work, threads if books == 1 else 1)
        if found is None:
            count = match_by_sorting(sells, buys, each, book, uniform, pro_rata, k, trades, count, work)
            continue
        start, count = found
        if books == 1:
            first = start
        if uniform and start < count <= room:
            trades.price[start:count] = trades.price[count - 1]
    count = match_by_sorting(sells, buys, book, books, uniform, pro_rata, k, trades, count, work) - first
    return (OK if first + count <= room else NO_ROOM), first, count
