"""High-low matching of many books in one call (rulebook part 3, 高低匹配, N3), on integers alone.

A book has two sides. Each is put in line: sells by price upwards, buys by price downwards, then by priority class
(0 first), time and file order. The two fronts then trade the smaller of their remaining energies as long as the buy
price reaches the sell price. Books know nothing of each other.

A small book is put in line by comparing its orders (`small`). In a larger one it is found first which orders can trade
at all (`margin`); only those are sorted (`merit_order`) and paired (`pair`; ties pro rata: `ties`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np

from gridsim.core.jit import BAD_INPUT, NO_ROOM, OK, njit
from gridsim.core.matching.book import AHEAD, Ints, Queue, Side, Trades, Workspace, workspace
from gridsim.core.matching.margin import margin, survey, tally
from gridsim.core.matching.merit_order import line_up, sum_up
from gridsim.core.matching.pair import pair_orders
from gridsim.core.matching.small import SMALL, match_small_books
from gridsim.core.matching.ties import form_groups, pair_groups
from gridsim.core.rounding import RATIO_ONE
from gridsim.core.threads import call_all

__all__ = [
    "PRIORITY_MAX",
    "RATIO_ONE",
    "Queue",
    "Side",
    "Trades",
    "Workspace",
    "match_books",
    "match_range",
    "workspace",
]

PRIORITY_MAX = 2**13 - 1
"""Greatest priority class: with price differences below 2⁶² / 10⁴ < 2⁴⁹, price and class fit one key below 2⁶²."""

# Typed, not plain 1, -1 and 0: for a literal argument numba compiles the callee once more, which doubled the time.
_SELL = np.int64(1)
_BUY = np.int64(-1)

_PIECE = 20_000
"""Orders that are worth a call: a fifth of a millisecond of work, of which the call itself takes 15 µs."""
_PIECES = 4
"""Pieces for each thread, so that none waits long for another in the end."""


def _match_large_books(
    sells: Side,
    buys: Side,
    book: int,
    stop: int,
    uniform: bool,
    pro_rata: bool,
    k: int,
    small: int,
    trades: Trades,
    count: int,
    work: Workspace,
) -> tuple[int, int]:
    """Match the books from `book` up to `stop` as long as a side has more than `small` orders.

    Returns
    -------
    book : int
        The next book.
    count : int
        As it came, and the number of pairs, room or no room.
    """
    sell, buy, ties, spare, _ = work
    while book < stop:
        first_sell, stop_sell = sells.start[book], sells.start[book + 1]
        first_buy, stop_buy = buys.start[book], buys.start[book + 1]
        if max(stop_sell - first_sell, stop_buy - first_buy) <= small:
            break
        book += 1
        sell_found = survey(sells, first_sell, stop_sell)
        buy_found = survey(buys, first_buy, stop_buy)
        if sell_found.low > buy_found.high:
            continue
        sell_ranges = tally(sells, first_sell, stop_sell, _SELL, sell_found, buy_found, sell.bins)
        buy_ranges = tally(buys, first_buy, stop_buy, _BUY, buy_found, sell_found, buy.bins)
        sell_reach, buy_reach = margin(sell_ranges, sell.bins, buy_ranges, buy.bins)
        sell_line = line_up(
            sells, first_sell, stop_sell, _SELL, sell_found, sell_ranges, sell_reach, pro_rata, sell, spare
        )
        buy_line = line_up(buys, first_buy, stop_buy, _BUY, buy_found, buy_ranges, buy_reach, pro_rata, buy, spare)
        first = count
        if pro_rata:
            form_groups(sell_line, ties.sell, ties.points, spare.key)
            form_groups(buy_line, ties.buy, ties.points, spare.key)
            count = pair_groups(ties, sell_line.count, buy_line.count, k, trades, first, spare)
        else:
            sum_up(sell_line)
            sum_up(buy_line)
            count = pair_orders(sell_line, buy_line, k, trades, first)
        if uniform and count <= len(trades.price):
            trades.price[first:count] = trades.price[count - 1]
    return book, count


match_large_books = njit(_match_large_books)


def match_range(
    sells: Side,
    buys: Side,
    first: int,
    last: int,
    uniform: bool,
    pro_rata: bool,
    k: int,
    trades: Trades,
    work: Workspace,
    *,
    small: int = SMALL,
) -> tuple[int, int]:
    """Match the books from `first` up to, not including, `last`, one after the other.

    Parameters
    ----------
    sells, buys : Side
        With the same books. Bounds are the caller's duty: see `Side`.
    first, last : int
    uniform : bool
        One price for the book, that of its last pair; else each pair has its own.
    pro_rata : bool
        The front is the whole group of orders alike in price and priority; else it is one order.
    k : int [10⁻⁴]
        0 … 10⁴.
    trades : Trades
        Out. Ties by time need no more room than there are orders; pro rata may need more.
    work : Workspace
        For the largest of the books.
    small : int
        Up to so many orders of either side, a book is put in line by comparing them; at most `SMALL`. The pairs do not
        depend on it.

    Returns
    -------
    status : int
        `OK`; `NO_ROOM` if `trades` is too short, whose contents then mean nothing; `BAD_INPUT` for sides with
        different books or a workspace too small for one.
    count : int
        Number of pairs, also with `NO_ROOM`: it is the room needed.
    """
    if len(buys.start) != len(sells.start) or not 0 <= first <= last < len(sells.start):
        return BAD_INPUT, 0
    sizes = np.diff(sells.start[first : last + 1]), np.diff(buys.start[first : last + 1])
    for size, queue in zip(sizes, (work.sell, work.buy), strict=True):
        if size.max(initial=0) + AHEAD > len(queue.row):
            return BAD_INPUT, 0
    room = len(trades.price)
    if room == 0:  # kernels write in any case, which spares them a question for every pair
        trades = Trades(*(np.empty(1, dtype=np.int64) for _ in Trades._fields))
    small = -1 if pro_rata else small  # ties pro rata need groups, which only the large way has
    is_small = np.maximum(*sizes) <= small
    book, count = first, 0
    while book < last:
        if is_small[book - first]:
            book, count = match_small_books(sells, buys, book, last, uniform, k, small, trades, count, work)
        else:
            book, count = match_large_books(sells, buys, book, last, uniform, pro_rata, k, small, trades, count, work)
    return (OK if count <= room else NO_ROOM), count


def match_books(
    sells: Side,
    buys: Side,
    uniform: bool,
    pro_rata: bool,
    k: int,
    trades: Trades,
    works: Sequence[Workspace],
    *,
    small: int = SMALL,
) -> tuple[int, list[Trades]]:
    """Match every book, the books shared out among threads: each matches some that follow each other.

    Parameters
    ----------
    sells, buys, uniform, pro_rata, k, small
        As for `match_range`.
    trades : Trades
        Out, with room for as many pairs as there are orders. Books that make more of them, pro rata, get new memory.
    works : sequence of Workspace
        One for each thread.

    Returns
    -------
    status : int
        `OK`, or `BAD_INPUT` as `match_range` has it.
    pieces : list of Trades
        The pairs, in the order of the books. How they are cut depends on the number of threads, and nothing else does.
    """
    books = len(sells.start) - 1
    if len(buys.start) - 1 != books or len(trades.price) < len(sells.price) + len(buys.price):
        return BAD_INPUT, []
    free = list(works)  # lists change in one piece: a thread takes what no other has
    before = sells.start + buys.start  # orders before each book

    def match(first: int, last: int) -> tuple[int, Trades]:
        piece = Trades(*(column[before[first] : before[last]] for column in trades))
        work = free.pop()
        try:
            status, count = match_range(sells, buys, first, last, uniform, pro_rata, k, piece, work, small=small)
            if status == NO_ROOM:
                piece = Trades(*(np.empty(count, dtype=np.int64) for _ in Trades._fields))
                status, count = match_range(sells, buys, first, last, uniform, pro_rata, k, piece, work, small=small)
        finally:
            free.append(work)
        return status, Trades(*(column[:count] for column in piece))

    cuts = _cuts(before, len(works))
    pieces = call_all([partial(match, first, last) for first, last in pairwise(cuts)], len(works))
    return max((status for status, _ in pieces), default=OK), [piece for _, piece in pieces]


def _cuts(before: Ints, threads: int) -> list[int]:
    """Where books are cut into pieces of about as many orders, some more than threads: who is done takes the next."""
    orders, books = int(before[-1]), len(before) - 1
    if threads == 1:
        return [0, books]
    pieces = max(1, min(_PIECES * threads, orders // _PIECE))
    ends = np.searchsorted(before, [orders * piece // pieces for piece in range(1, pieces)])
    return np.unique([0, *ends.tolist(), books]).tolist()
