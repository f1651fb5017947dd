"""From orders as rows to matched pairs: the one boundary in front of the matching kernel (rulebook part 3)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gridsim.core.match import PRIORITY_MAX, RATIO_ONE, Side, Trades, Workspace, match_books
from gridsim.core.sides import Rows, count_orders, extremes, look_up, place_orders
from gridsim.core.split import MAX_TOTAL
from gridsim.core.status import NO_ROOM, OK
from gridsim.errors import InputOverflowError, KernelError
from gridsim.trading.scratch import Scratch, borrowed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["MECHANISMS", "TIES", "Matches", "Mechanism", "Ties", "match_orders"]

Mechanism = Literal["high_low", "uniform"]
Ties = Literal["time", "pro_rata"]
MECHANISMS: tuple[Mechanism, ...] = ("high_low", "uniform")
TIES: tuple[Ties, ...] = ("time", "pro_rata")

_MANY = 10**6  # from so many orders on a second thread is worth its while
_LIMIT = 2**62  # nothing that the kernel adds or multiplies reaches it, so that even a difference of two fits int64


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Matched pairs, by book code, and in matching order within a book. All arrays have one length.

    Attributes
    ----------
    book : int64 array
        Code of the book.
    sell, buy : int64 arrays
        Positions of the two orders in the arrays that were given (0-based).
    energy : int64 array [kWh]
    price : int64 array [micro-yuan/kWh]
    """

    book: Ints
    sell: Ints
    buy: Ints
    energy: Ints
    price: Ints


def match_orders(
    book: Ints,
    is_sell: NDArray[np.bool_],
    price: Ints,
    energy: Ints,
    priority: Ints,
    time: Ints,
    *,
    mechanism: Mechanism,
    ties: Ties,
    k: int,
) -> Matches:
    """Match orders of any number of books (rulebook part 3, N3).

    Parameters
    ----------
    book : int64 array, shape (orders,)
        Code of each order's book, from 0. Nothing crosses between books; a code may have no orders.
    is_sell : bool array, shape (orders,)
    price : int64 array, shape (orders,) [micro-yuan/kWh]
    energy : int64 array, shape (orders,) [kWh]
        Not negative. An order of zero never trades.
    priority : int64 array, shape (orders,)
        Class among sell orders of one price, 0 first, at most 8191. It means nothing for buy orders.
    time : int64 array, shape (orders,)
        When it was submitted, in any unit. Orders of one time stand in the order given.
    mechanism : {'high_low', 'uniform'}
        Each pair's own price, or that of the last pair for the whole book.
    ties : {'time', 'pro_rata'}
        Orders of one price and class trade one after the other, or together in proportion to what they have left.
    k : int [10⁻⁴]
        0 … 10⁴; the price of a pair is ``sell + k × (buy − sell)``, rounded half up.

    Returns
    -------
    Matches

    Raises
    ------
    TypeError
        An array of another dtype.
    ValueError
        Arrays of other shapes; a number or word outside what is allowed.
    InputOverflowError
        Numbers with which sums or products could leave int64; names the (1-based) row. A book may hold energy below
        2⁶² kWh on each side, or up to 10¹⁵ kWh with ``ties='pro_rata'``.
    KernelError
        An unexpected status of the kernel: a fault in gridsim.
    """
    rows = _checked_rows(book, is_sell, price, energy, priority, time)
    _check_options(mechanism, ties, k)
    books = _checked_bounds(rows)
    start = np.empty(2 * books + 1, dtype=np.int64)
    count_orders(rows.book, rows.is_sell, start)
    with borrowed(len(rows.book), _largest(start)) as scratch:
        sells, buys, row = _sides(rows, start, scratch)
        for side, first in ((sells, 0), (buys, len(sells.price))):
            _check_energy(side, row[first:], MAX_TOTAL if ties == "pro_rata" else _LIMIT - 1)
        found = _run(sells, buys, mechanism == "uniform", ties == "pro_rata", k, scratch.work)
        look_up(found.sell, row)
        look_up(found.buy, row[len(sells.price) :])
    book_of_trade = np.zeros(len(found.sell), dtype=np.int64) if books <= 1 else book[found.sell]
    return Matches(book_of_trade, *found)


def _run(sells: Side, buys: Side, is_uniform: bool, is_pro_rata: bool, k: int, work: Workspace) -> Trades:
    """Call the kernel, a second time if pro-rata ties make more pairs than there are orders.

    The pairs are new memory, and stay where the kernel wrote them: of its length only what it wrote is ever touched.
    """

    def attempt(room: int) -> tuple[int, int, int, Trades]:
        trades = Trades(*(np.empty(room, dtype=np.int64) for _ in Trades._fields))
        with np.errstate(over="ignore"):  # the split wraps on purpose, which only speaks up with the compiler off
            return *match_books(sells, buys, is_uniform, is_pro_rata, k, trades, work, threads=threads), trades

    orders = len(sells.price) + len(buys.price)
    threads = 2 if orders >= _MANY and (os.cpu_count() or 1) > 1 else 1
    status, first, count, trades = attempt(orders)
    if status == NO_ROOM:
        status, first, count, trades = attempt(count)
    if status != OK:
        raise KernelError(f"match_books returned status {status} for {len(sells.start) - 1} books")
    return Trades(*(column[first : first + count] for column in trades))


def _largest(start: Ints) -> int:
    return int(np.diff(start).max(initial=0))


def _checked_rows(
    book: Ints, is_sell: NDArray[np.bool_], price: Ints, energy: Ints, priority: Ints, time: Ints
) -> Rows:
    """The columns as the kernels take them: contiguous and writable, so that everything compiles once."""
    columns = Rows(book, is_sell, price, energy, priority, time)
    for name, array in columns._asdict().items():
        dtype = np.dtype(np.bool_ if name == "is_sell" else np.int64)
        if not isinstance(array, np.ndarray) or array.dtype != dtype:
            found = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
            raise TypeError(f"{name} must be an array of {dtype}, not {found}")
    for name, array in columns._asdict().items():
        if array.shape != (len(is_sell),):
            raise ValueError(f"{name} must have shape ({len(is_sell)},) like the others, not {array.shape}")

    def fit(array: Any) -> Any:
        return np.require(array, requirements=("C", "W"))

    return Rows(*map(fit, columns))


def _checked_bounds(rows: Rows) -> int:
    """Hold every column to its bounds, and return the number of books."""
    last_book = 0
    for name in ("book", "energy", "priority"):
        column: Ints = getattr(rows, name)
        low, high = extremes(column)
        if low < 0:
            raise ValueError(f"{name} must not be negative (row {int(np.argmax(column < 0)) + 1})")
        if name == "priority" and high > PRIORITY_MAX:
            raise ValueError(f"priority must be at most {PRIORITY_MAX} (row {int(np.argmax(column)) + 1})")
        if name == "book":
            last_book = int(high)
    _check_spread(rows.book, rows.price)
    low, high = extremes(rows.time)
    if max(-int(low), int(high)) >= _LIMIT:
        row = int(np.argmax((rows.time <= -_LIMIT) | (rows.time >= _LIMIT)))
        raise InputOverflowError(f"orders, row {row + 1}: the time {rows.time[row]} could leave int64")
    return last_book + 1 if len(rows.book) else 0


def _sides(rows: Rows, start: Ints, scratch: Scratch) -> tuple[Side, Side, Ints]:
    """The two sides by book, and the rows that they come from: those of all sell orders, then of all buy orders."""
    books = len(start) // 2
    columns = [column[: len(rows.book)] for column in scratch.columns]
    place_orders(rows, start.copy(), *columns)
    *columns, row = columns
    sells = int(start[books])
    return (
        Side(start[: books + 1].copy(), *(column[:sells] for column in columns)),
        Side(start[books:] - sells, *(column[sells:] for column in columns)),
        row,
    )


def _check_options(mechanism: str, ties: str, k: int) -> None:
    if mechanism not in MECHANISMS:
        raise ValueError(f"mechanism must be one of {', '.join(MECHANISMS)}, not {mechanism!r}")
    if ties not in TIES:
        raise ValueError(f"ties must be one of {', '.join(TIES)}, not {ties!r}")
    if not 0 <= k <= RATIO_ONE:
        raise ValueError(f"k must lie between 0 and {RATIO_ONE} (in 10⁻⁴), not {k}")


def _check_spread(book: Ints, price: Ints) -> None:
    """Within ±2⁶² and, in one book, less than 2⁶² / 10⁴ apart: K × (buy − sell) and the sort key stay below 2⁶²."""
    if len(price) == 0:
        return
    low, high = map(int, extremes(price))
    if max(-low, high) >= _LIMIT:
        row = int(np.argmax((price <= -_LIMIT) | (price >= _LIMIT))) + 1
        raise InputOverflowError(f"orders, row {row}: the price {price[row - 1]} micro-yuan/kWh could leave int64")
    most = (_LIMIT - 1) // RATIO_ONE
    if high - low <= most:
        return
    # Over all books they lie far apart; what counts is each book by itself.
    by_book = np.lexsort((price, book))
    sorted_book = book[by_book]
    first = np.flatnonzero(np.diff(sorted_book, prepend=-1) != 0)
    last = np.append(first[1:], len(book)) - 1
    too_far = price[by_book[last]] - price[by_book[first]] > most
    if too_far.any():
        found = int(np.argmax(too_far))
        low_row, high_row = by_book[first[found]], by_book[last[found]]
        row, other = (low_row, high_row) if abs(price[low_row]) > abs(price[high_row]) else (high_row, low_row)
        raise InputOverflowError(
            f"orders, row {row + 1}: the price {price[row]} micro-yuan/kWh lies so far from that of row {other + 1} "
            f"({price[other]}) that K × (buy − sell) could leave int64"
        )


def _check_energy(side: Side, row: Ints, most: int) -> None:
    """No book's orders of this side hold more than `most` kWh together; `row` says where they stood."""
    if int(extremes(side.energy)[1]) * _largest(side.start) <= most:
        return
    for first, stop in zip(side.start[:-1].tolist(), side.start[1:].tolist(), strict=True):
        total = 0
        for i in range(first, stop):
            total += int(side.energy[i])
            if total > most:
                raise InputOverflowError(
                    f"orders, row {row[i] + 1}: the energies of its book and side sum to {total} kWh here, above {most}"
                )
