"""High-low matching of many books in one call (rulebook part 3, 高低匹配, N3), on integers alone.

A book has two sides. Each is put in line: sells by price upwards, buys by price downwards, then by priority class
(0 first), time and file order. The two fronts then trade the smaller of their remaining energies as long as the buy
price reaches the sell price. Books know nothing of each other.

A small book is put in line by comparing its orders (`small`). In a larger one it is found first which orders can trade
at all (`margin`); only those are sorted (`merit_order`) and paired (`pair`; ties pro rata: `ties`).
"""

from __future__ import annotations

import numpy as np

from gridsim.core.halves import match_on_two_threads
from gridsim.core.jit import BAD_INPUT, NO_ROOM, OK, njit
from gridsim.core.matching.book import AHEAD, Queue, Side, Trades, Workspace, workspace
from gridsim.core.matching.margin import margin, survey, tally
from gridsim.core.matching.merit_order import line_up, sum_up
from gridsim.core.matching.pair import pair_orders, traded
from gridsim.core.matching.small import SMALL, match_small_books
from gridsim.core.matching.ties import form_groups, pair_groups
from gridsim.core.rounding import RATIO_ONE

__all__ = ["PRIORITY_MAX", "RATIO_ONE", "Queue", "Side", "Trades", "Workspace", "match_books", "workspace"]

PRIORITY_MAX = 2**13 - 1
"""Greatest priority class: with price differences below 2⁶² / 10⁴ < 2⁴⁹, price and class fit one key below 2⁶²."""

# Typed, not plain 1, -1 and 0: for a literal argument numba compiles the callee once more, which doubled the time.
_SELL = np.int64(1)
_BUY = np.int64(-1)
_ZERO = np.int64(0)


def _match_large_books(
    sells: Side,
    buys: Side,
    book: int,
    uniform: bool,
    pro_rata: bool,
    k: int,
    small: int,
    trades: Trades,
    count: int,
    work: Workspace,
) -> tuple[int, int]:
    """Match the books from `book` on as long as a side has more than `small` orders.

    Returns
    -------
    book : int
        The next book.
    count : int
        As it came, and the number of pairs, room or no room.
    """
    sell, buy, ties, spare, _ = work
    while book < len(sells.start) - 1:
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
            count = pair_orders(sell_line, buy_line, _ZERO, traded(sell_line, buy_line), k, trades, first)
        if uniform and count <= len(trades.price):
            trades.price[first:count] = trades.price[count - 1]
    return book, count


match_large_books = njit(_match_large_books)


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
    small: int = SMALL,
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
        1 or 2. A second thread helps where there is a single book, large, with ties by time and room for them.
    small : int
        Up to so many orders of either side, a book is put in line by insertion; at most `SMALL`. The pairs do not
        depend on it.

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
    if len(buys.start) - 1 != books:
        return BAD_INPUT, 0, 0
    sizes = np.diff(sells.start), np.diff(buys.start)
    for size, queue in zip(sizes, (work.sell, work.buy), strict=True):
        if size.max(initial=0) + AHEAD > len(queue.row):
            return BAD_INPUT, 0, 0
    room = len(trades.price)
    if threads > 1 and books == 1 and not pro_rata and len(sells.price) + len(buys.price) <= room:
        first, stop = match_on_two_threads(sells, buys, k, trades, work)
        if uniform and first < stop:
            trades.price[first:stop] = trades.price[stop - 1]
        return OK, first, stop - first
    if room == 0:  # kernels write in any case, which spares them a question for every pair
        trades = Trades(*(np.empty(1, dtype=np.int64) for _ in Trades._fields))
    small = -1 if pro_rata else small  # ties pro rata need groups, which only the large way has
    is_small = np.maximum(*sizes) <= small
    book = count = 0
    while book < books:
        if is_small[book]:
            book, count = match_small_books(sells, buys, book, books, uniform, k, small, trades, count, work)
        else:
            book, count = match_large_books(sells, buys, book, uniform, pro_rata, k, small, trades, count, work)
    return (OK if count <= room else NO_ROOM), 0, count
