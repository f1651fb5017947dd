"""What matching reads, writes and works in, and how orders in rows become the two sides of their books.

All arrays are allocated by NumPy and handed in.

What a kernel allocates itself never gets huge pages and is touched for the first time in every call; scratch that is
handed in can be used again, and then costs nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridsim.core.jit import njit
from gridsim.core.matching.sort import DIGIT_BINS
from gridsim.core.rounding import RATIO_ONE

__all__ = [
    "AHEAD",
    "FURTHEST",
    "LIMIT",
    "MOST_RANGES",
    "SMALL_BOOK",
    "WIDEST_DIGIT",
    "Ints",
    "Levels",
    "Numbers",
    "Queue",
    "Rows",
    "Side",
    "Spare",
    "Ties",
    "Trades",
    "Workspace",
    "carve",
    "count_orders",
    "look_up",
    "place_orders",
    "workspace",
    "workspace_size",
]

MOST_RANGES = 512
"""So many ranges of prices are told apart before anything is sorted: their bins lie in the first-level cache."""
WIDEST_DIGIT = 12
"""Bits that words are sorted by in one pass: more bins than that leave the first-level cache."""
AHEAD = 10
"""So many places behind the last order may be read, and written: loops go on to whole vectors, and look ahead."""
SMALL_BOOK = 256
"""Length of the scratch for a book that is put in line by comparing and moving orders one by one."""

_QUEUE_BINS = max(2 << WIDEST_DIGIT, MOST_RANGES + 1)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Numbers = NDArray[np.int32]
"""Which row an order stands in: half as long as everything else, because it is looked up at random places."""


LIMIT = 2**62
"""Nothing that the kernels add or multiply reaches it, so that even a difference of two fits int64."""
FURTHEST = (LIMIT - 1) // RATIO_ONE
"""So far prices of one book may lie apart: K × (buy − sell) and the sort key stay below 2⁶²."""


class Side(NamedTuple):
    """All sell orders, or all buy orders, of all books: book by book, and in file order within a book.

    Attributes
    ----------
    start : int64 array, shape (books + 1,)
        Book ``b`` holds the orders ``start[b]`` to ``start[b + 1] - 1``; all orders are in a book.
    price : int64 array, shape (orders,) [micro-yuan/kWh]
        Within ±2⁶²; within a book, both sides together, differences below 2⁶² / 10⁴.
    energy : int64 array, shape (orders,) [kWh]
        Not negative; an order of zero never trades. The sum of one book below 2⁶², and for pro-rata ties at most
        10¹⁵.
    priority : int64 array, shape (orders,)
        0 … `PRIORITY_MAX`; of one price, the smaller class comes first.
    time : int64 array, shape (orders,)
        Between −2⁶² and 2⁶², which are excluded; of one price and class, the smaller comes first, then file order.
    """

    start: Ints
    price: Ints
    energy: Ints
    priority: Ints
    time: Ints


class Trades(NamedTuple):
    """Where pairs are written, all of one length: book by book, and in matching order within a book.

    What stands behind the last pair means nothing.

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
    """Where one side of one book is put in line, as far as it can trade at all; long enough for its largest book."""

    row: Ints  # the words; of words that were taken apart, the positions in the side
    key: Ints  # of words that were taken apart
    energy: Ints  # the same; before that, what words are sorted through
    bins: Ints  # the energy of ranges of prices, then counts of digits
    end: Ints  # ties by time: the energy of all orders before each, and behind the last one that of all


class Levels(NamedTuple):
    """The groups of one side of one book, in line."""

    at: int  # where the side begins in `Ties.points` and `Ties.rows`
    stop: Ints  # where each group ends, counted from there
    price: Ints


class Ties(NamedTuple):
    """The two sides in line as one, for a loop that reads now from here and now from there."""

    points: Ints  # room for the shares of one group; then the energy of all orders up to each, side by side
    rows: Ints  # `row` of either queue, with room in front of them so that an order has one place here and in `points`
    sell: Levels
    buy: Levels


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
    ties: Ties
    spare: Spare
    small: Ints  # for putting a small book in line


def _workspace_size(sells: int, buys: int) -> int:
    """Length of the array that `carve` cuts up, for books of up to so many sell and buy orders."""
    sell, buy = sells + AHEAD, buys + AHEAD
    longest = max(sell, buy)
    queues = 3 * (sell + buy) + 2 * _QUEUE_BINS
    ties = 2 * (longest + sell + buy) + 2 * (sell + buy)
    return queues + ties + 3 * longest + DIGIT_BINS + SMALL_BOOK


workspace_size = njit(_workspace_size)


def _carve(memory: Ints, sells: int, buys: int) -> Workspace:
    """Cut a workspace out of one array, of `workspace_size` at least."""
    sell, buy = sells + AHEAD, buys + AHEAD
    longest = max(sell, buy)
    # Each line: where the part begins; the next one begins behind it.
    small = 0
    digits = small + SMALL_BOOK
    sell_bins = digits + DIGIT_BINS
    buy_bins = sell_bins + _QUEUE_BINS
    points = buy_bins + _QUEUE_BINS
    rows = points + longest + sell + buy
    sell_key = rows + longest + sell + buy
    sell_energy = sell_key + sell
    sell_end = sell_energy + sell
    sell_stop = sell_end + sell
    sell_price = sell_stop + sell
    buy_key = sell_price + sell
    buy_energy = buy_key + buy
    buy_end = buy_energy + buy
    buy_stop = buy_end + buy
    buy_price = buy_stop + buy
    spare_key = buy_price + buy
    spare_row = spare_key + longest
    remainders = spare_row + longest
    stop = remainders + longest
    sell_row = rows + longest  # with room in front of both: see `Ties`
    buy_row = sell_row + sell
    return Workspace(
        Queue(
            memory[sell_row : sell_row + sell],
            memory[sell_key:sell_energy],
            memory[sell_energy:sell_end],
            memory[sell_bins:buy_bins],
            memory[sell_end:sell_stop],
        ),
        Queue(
            memory[buy_row : buy_row + buy],
            memory[buy_key:buy_energy],
            memory[buy_energy:buy_end],
            memory[buy_bins:points],
            memory[buy_end:buy_stop],
        ),
        Ties(
            memory[points:rows],
            memory[rows:sell_key],
            Levels(longest, memory[sell_stop:sell_price], memory[sell_price:buy_key]),
            Levels(longest + sell, memory[buy_stop:buy_price], memory[buy_price:spare_key]),
        ),
        Spare(
            memory[spare_key:spare_row], memory[spare_row:remainders], memory[digits:sell_bins], memory[remainders:stop]
        ),
        memory[small:digits],
    )


carve = njit(_carve)


def workspace(largest_sell: int, largest_buy: int) -> Workspace:
    """Scratch for books of up to so many sell and buy orders. What no book needs of it is never touched."""
    return _carve(np.empty(workspace_size(largest_sell, largest_buy), dtype=np.int64), largest_sell, largest_buy)


class Rows(NamedTuple):
    """Orders in the order given, all of shape (orders,); see `gridsim.trading.matching.match_orders`."""

    book: Ints
    is_sell: Bools
    price: Ints
    energy: Ints
    priority: Ints
    time: Ints


def _count_orders(book: Ints, is_sell: Bools, count: Ints) -> None:
    """Count the orders of each book and side.

    Parameters
    ----------
    book : int64 array, shape (orders,)
        0 … ``books - 1``.
    is_sell : bool array, shape (orders,)
    count : int64 array, shape (2 * books,)
        Counted up: the sell orders of every book, and behind them the buy orders of every book.
    """
    books = len(count) // 2
    for i in range(len(book)):
        count[np.uint64(book[i] + (1 - np.int64(is_sell[i])) * books)] += 1  # no branch: sides may come mixed


count_orders = njit(_count_orders)


def _place_orders(
    rows: Rows, first: int, free: Ints, price: Ints, energy: Ints, priority: Ints, time: Ints, row: Numbers
) -> None:
    """Copy every order to its place, in its own order within a book.

    Parameters
    ----------
    rows : Rows
        All orders, or some that follow each other.
    first : int
        The number of the first of them.
    free : int64 array, shape (2 * books,)
        The next free place of each book's sell orders, and of each book's buy orders; counted up.
    price, energy, priority, time : int64 arrays, shape (all orders,)
        Out. The class of a buy order is 0: it means nothing.
    row : int32 array, shape (all orders,)
        Out: the number of the order at each place.
    """
    book, is_sell, from_price, from_energy, from_priority, from_time = rows
    books = len(free) // 2
    for i in range(len(book)):
        sells = np.int64(is_sell[i])  # 1 or 0, and no branch: sides may come mixed
        group = np.uint64(book[i] + (1 - sells) * books)
        at = free[group]
        free[group] = at + 1
        place = np.uint64(at)
        price[place] = from_price[i]
        energy[place] = from_energy[i]
        priority[place] = sells * from_priority[i]
        time[place] = from_time[i]
        row[place] = first + i


place_orders = njit(_place_orders)


def _look_up(place: Ints, row: Numbers, row_of_place: Ints) -> None:
    """Write down for each place the row that stands there."""
    for i in range(len(place)):
        row_of_place[i] = row[np.uint64(place[i])]


look_up = njit(_look_up)
