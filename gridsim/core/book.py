"""What matching reads, writes and works in: arrays that NumPy allocates and the caller hands in.

What a kernel allocates itself never gets huge pages and is touched for the first time in every call; scratch that is
handed in can be used again, and then costs nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridsim.core.sort import DIGIT_BINS
from gridsim.core.split import scratch_size

__all__ = ["PAD", "Ints", "Queue", "Side", "Spare", "Trades", "Workspace", "spare", "workspace"]

PAD = 2
"""So many places before the first and behind the last order of a queue may be read, whatever they hold."""

_FEWEST_BINS = 1 << 10
_MOST_BINS = 1 << 19

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
    """One side of one book in line, as far as it can trade at all; long enough for its largest book.

    Two forms share these arrays. Order by order: `key`, `row`, `price` and `rest` from 0 on. Level by level
    (`gridsim.core.levels`): `row` from `PAD` on holds energy and position in one number, and `start` and `level` say
    where each price level begins and what its price is.
    """

    key: Ints  # price and priority class in one number, ascending
    row: Ints  # position in the side
    price: Ints
    rest: Ints  # energy not yet traded
    share: Ints  # what each order of the front gets of one step; pro-rata ties only
    start: Ints  # places where the levels start, and where the last ends
    level: Ints  # price of each level
    bins: Ints  # number and energy of the orders of each bucket, in turns


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


def _array(length: int) -> Ints:
    return np.empty(length, dtype=np.int64)


def _queue(longest: int) -> Queue:
    length = longest + 2 * PAD
    bins = min(max(4 * longest, _FEWEST_BINS), _MOST_BINS)
    key, row, price, rest, share, start, level = (_array(length) for _ in range(7))
    return Queue(key, row, price, rest, share, start, level, _array(2 * bins))


def spare(longest: int) -> Spare:
    """For queues of up to `longest` orders."""
    length = longest + 2 * PAD
    return Spare(_array(length), _array(length), _array(DIGIT_BINS), _array(scratch_size(longest)))


def workspace(largest_sell: int, largest_buy: int) -> Workspace:
    """Scratch for books of up to so many sell and buy orders. What no book needs of it is never touched."""
    return Workspace(_queue(largest_sell), _queue(largest_buy), spare(max(largest_sell, largest_buy)))
