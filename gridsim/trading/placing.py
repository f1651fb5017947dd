"""Every order put to its book and side, block by block, and held to the bounds of the kernels on the way."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.core.matching.book import FURTHEST, LIMIT, Numbers, Rows, Side, count_orders, place_orders
from gridsim.core.matching.match import PRIORITY_MAX
from gridsim.errors import InputOverflowError
from gridsim.tables.blocks import BLOCK, unlocked
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["MOST_ORDERS", "OrderColumns", "Sides", "check_energy", "count_by_book", "largest", "place"]

MOST_ORDERS = 2**31 - 1
"""So many rows an int32 can tell apart."""
_INT64_MAX = 2**63 - 1


class OrderColumns(NamedTuple):
    """Orders of any number of books, as `gridsim.trading.matching.match_orders` describes them.

    Attributes
    ----------
    book : int64 array, shape (orders,), or None
        None: all are of one book.
    is_sell : bool array, shape (orders,)
    price, energy : int64 arrays, shape (orders,)
    priority : bool or integer array, shape (orders,), or None
    time : int64 array, shape (orders,), or None
        None: all are alike.
    """

    book: Ints | None
    is_sell: NDArray[np.bool_]
    price: Ints
    energy: Ints
    priority: NDArray[Any] | None
    time: Ints | None


class Sides(NamedTuple):
    """The two sides, and the rows that their orders come from."""

    sells: Side
    buys: Side
    sell_row: Numbers  # 0-based, of each order in `sells`
    buy_row: Numbers
    most: int  # energy of the largest order


class _Bounds(NamedTuple):
    """What was met on the way."""

    low: int  # price
    high: int
    most: int  # energy


def count_by_book(orders: OrderColumns, cuts: list[int]) -> list[Ints]:
    """The number of sell orders and then of buy orders of each book, in each of the ranges of rows between `cuts`.

    Raises
    ------
    ValueError
        A negative book; too many orders.
    """
    if cuts[-1] > MOST_ORDERS:
        raise ValueError(f"at most {MOST_ORDERS} orders can be matched at once, not {cuts[-1]}")
    parts = list(pairwise(cuts))
    if orders.book is None:
        sells = [int(np.count_nonzero(orders.is_sell[first:stop])) for first, stop in parts]
        return [np.array([sell, stop - first - sell]) for sell, (first, stop) in zip(sells, parts, strict=True)]
    if orders.book.min(initial=0) < 0:
        raise _negative("book", orders.book, 0)
    books = int(orders.book.max(initial=-1)) + 1
    counts = []
    for first, stop in parts:
        counts.append(np.zeros(2 * books, dtype=np.int64))
        count_orders(_fit(orders.book[first:stop]), _fit(orders.is_sell[first:stop]), counts[-1])
    return counts


def largest(counts: list[Ints]) -> int:
    """Orders of the largest side of a book."""
    return int(np.add.reduce(counts).max(initial=0))


def place(orders: OrderColumns, cuts: list[int], counts: list[Ints], columns: Ints, row: Numbers) -> Sides:
    """Put the orders to their books.

    Parameters
    ----------
    orders : OrderColumns
    cuts : list of int
        Ranges of rows.
    counts : list of int64 array
        From `count_by_book`.
    columns : int64 array, shape (4, ≥ orders)
        Out: price, energy, priority and time.
    row : int32 array, shape (≥ orders,)
        Out.

    Raises
    ------
    ValueError, InputOverflowError
        What is outside the bounds of `gridsim.core.matching.book.Side`, sums of energy apart; names the (1-based) row.
    """
    everything = np.add.reduce(counts)
    start = np.append(0, np.cumsum(everything))
    books = len(everything) // 2
    length = cuts[-1]
    price, energy, priority, time = (column[:length] for column in columns)
    numbers, row = (price, energy, priority, time), row[:length]
    free = start[:-1].copy()
    parts = []
    for (first, stop), count in zip(pairwise(cuts), counts, strict=True):
        parts.append((orders, first, stop, free, numbers, row))
        free = free + count
    met = [_place_range(*part) for part in parts]
    sells = int(start[books])
    sides = Sides(
        Side(start[: books + 1].copy(), *(column[:sells] for column in numbers)),
        Side(start[books:] - sells, *(column[sells:] for column in numbers)),
        row[:sells],
        row[sells:],
        max(part.most for part in met),
    )
    if max(part.high for part in met) - min(part.low for part in met) > FURTHEST:
        _check_spread(sides)
    return sides


def check_energy(side: Side, row: Numbers, most: int, bound: int) -> None:
    """No book's orders of this side hold more than `bound` kWh together.

    Parameters
    ----------
    side : Side
    row : int32 array
        Where its orders stood.
    most : int [kWh]
        No order has more.
    bound : int [kWh]

    Raises
    ------
    InputOverflowError
        Names the (1-based) row.
    """
    if most * int(np.diff(side.start).max(initial=0)) <= bound:
        return
    for first, stop in zip(side.start[:-1].tolist(), side.start[1:].tolist(), strict=True):
        total = 0
        for i in range(first, stop):
            total += int(side.energy[i])
            if total > bound:
                raise InputOverflowError(
                    Sentence(
                        "orders, row {row}: the energies of its book and side sum to {total} kWh here, above {bound}",
                        row=int(row[i]) + 1,
                        total=total,
                        bound=bound,
                    )
                )


def _place_range(
    orders: OrderColumns, first: int, stop: int, free: Ints, numbers: tuple[Ints, Ints, Ints, Ints], row: Numbers
) -> _Bounds:
    """Place the rows from `first` up to `stop`; `free` is counted up."""
    columns = (orders.book, orders.price, orders.energy, orders.priority, orders.time)
    met = _Bounds(LIMIT, -LIMIT, 0)
    for begin in range(first, stop, BLOCK):
        end = min(begin + BLOCK, stop)
        book, price, energy, priority, time = (_block(column, begin, end) for column in columns)
        found = _checked(price, energy, priority, time, begin)
        met = _Bounds(min(met.low, found.low), max(met.high, found.high), max(met.most, found.most))
        rows = Rows(book, _fit(orders.is_sell[begin:end]), price, energy, priority, time)
        place_orders(rows, begin, free, *numbers, row)
    return met


def _block(column: NDArray[Any] | None, begin: int, end: int) -> Ints:
    """Some rows of a column, zeros if there is none; what becomes an integer on the way stays in the cache."""
    if column is None:
        return np.zeros(end - begin, dtype=np.int64)
    block: Ints = _fit(column[begin:end].astype(np.int64, copy=False))
    return block


def _fit(array: NDArray[Any]) -> Any:
    """An array as the kernels take it: contiguous and writable, so that everything compiles once."""
    return unlocked(np.ascontiguousarray(array))


def _checked(price: Ints, energy: Ints, priority: Ints, time: Ints, first: int) -> _Bounds:
    """Hold the numbers of a block to their bounds."""
    # Read without its sign, a negative number is a very large one.
    if energy.view(np.uint64).max() > _INT64_MAX:
        raise _negative("energy", energy, first)
    if priority.view(np.uint64).max() > PRIORITY_MAX:
        if priority.min() < 0:
            raise _negative("priority", priority, first)
        row = first + int(np.argmax(priority > PRIORITY_MAX)) + 1
        raise ValueError(f"priority must be at most {PRIORITY_MAX} (row {row})")
    low, high = int(price.min()), int(price.max())
    for name, column, least, most in (("price", price, low, high), ("time", time, time.min(), time.max())):
        if least <= -LIMIT or most >= LIMIT:
            at = int(np.argmax((column <= -LIMIT) | (column >= LIMIT)))
            row, value = first + at + 1, int(column[at])
            told = Sentence("orders, row {row}: the time {value} could leave int64", row=row, value=value)
            if name == "price":
                told = Sentence(
                    "orders, row {row}: the price {value} micro-yuan/kWh could leave int64", row=row, value=value
                )
            raise InputOverflowError(told)
    return _Bounds(low, high, int(energy.max()))


def _negative(name: str, column: Ints, first: int) -> ValueError:
    return ValueError(f"{name} must not be negative (row {first + int(np.argmax(column < 0)) + 1})")


def _check_spread(sides: Sides) -> None:
    """Over all books prices lie far apart; what counts is each book by itself."""
    sells, buys, *rows, _ = sides
    books = np.arange(len(sells.start) - 1)
    book = np.concatenate([np.repeat(books, np.diff(side.start)) for side in (sells, buys)])
    price, row = np.concatenate([sells.price, buys.price]), np.concatenate(rows)
    by_book = np.lexsort((price, book))
    first = np.flatnonzero(np.diff(book[by_book], prepend=-1) != 0)
    last = np.append(first[1:], len(book)) - 1
    too_far = price[by_book[last]] - price[by_book[first]] > FURTHEST
    if too_far.any():
        found = int(np.argmax(too_far))
        low, high = by_book[first[found]], by_book[last[found]]
        far, other = (low, high) if abs(price[low]) > abs(price[high]) else (high, low)
        raise InputOverflowError(
            Sentence(
                "orders, row {row}: the price {value} micro-yuan/kWh lies so far from that of row {other} "
                "({price}) that K × (buy − sell) could leave int64",
                row=int(row[far]) + 1,
                value=int(price[far]),
                other=int(row[other]) + 1,
                price=int(price[other]),
            )
        )
