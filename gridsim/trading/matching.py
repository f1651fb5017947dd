"""From orders as rows to matched pairs: the one boundary in front of the matching kernel (rulebook part 3)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gridsim.core.match import PRIORITY_MAX, RATIO_ONE, Side, Trades, match_books, workspace
from gridsim.core.sort import group
from gridsim.core.split import MAX_TOTAL
from gridsim.core.status import NO_ROOM, OK
from gridsim.errors import InputOverflowError, KernelError

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
    integers = {"book": book, "price": price, "energy": energy, "priority": priority, "time": time}
    _check_arrays(integers, is_sell)
    _check_options(mechanism, ties, k)
    for name, array in (("book", book), ("energy", energy), ("priority", priority)):
        if array.min(initial=0) < 0:
            raise ValueError(f"{name} must not be negative (row {int(np.argmax(array < 0)) + 1})")
    if priority.max(initial=0) > PRIORITY_MAX:
        raise ValueError(f"priority must be at most {PRIORITY_MAX} (row {int(np.argmax(priority)) + 1})")
    _check_spread(book, price)
    _check_times(time)

    books = int(book.max(initial=-1)) + 1
    sell_row, sell_start = _rows_by_book(book, np.flatnonzero(is_sell), books)
    buy_row, buy_start = _rows_by_book(book, np.flatnonzero(~is_sell), books)
    most = MAX_TOTAL if ties == "pro_rata" else _LIMIT - 1
    for row, start in ((sell_row, sell_start), (buy_row, buy_start)):
        _check_energy(energy, row, start, most)

    # Indexing copies: the kernel gets fresh, contiguous, writable arrays whatever came in, so it compiles once.
    sells = Side(sell_start, price[sell_row], energy[sell_row], priority[sell_row], time[sell_row])
    buys = Side(buy_start, price[buy_row], energy[buy_row], np.zeros(len(buy_row), dtype=np.int64), time[buy_row])
    trades = _run(sells, buys, mechanism == "uniform", ties == "pro_rata", k)
    sell = sell_row[trades.sell]
    return Matches(book[sell], sell, buy_row[trades.buy], trades.energy, trades.price)


def _run(sells: Side, buys: Side, is_uniform: bool, is_pro_rata: bool, k: int) -> Trades:
    """Call the kernel, a second time if pro-rata ties make more pairs than there are orders."""
    work = workspace(_largest(sells.start), _largest(buys.start))

    def attempt(room: int) -> tuple[int, int, int, Trades]:
        trades = Trades(*(np.empty(room, dtype=np.int64) for _ in Trades._fields))
        with np.errstate(over="ignore"):  # the split wraps on purpose, which only speaks up with the compiler off
            status, first, count = match_books(sells, buys, is_uniform, is_pro_rata, k, trades, work, threads=threads)
        return status, first, count, trades

    threads = 2 if len(sells.price) + len(buys.price) >= _MANY and (os.cpu_count() or 1) > 1 else 1
    status, first, count, trades = attempt(len(sells.price) + len(buys.price))
    if status == NO_ROOM:
        status, first, count, trades = attempt(count)
    if status != OK:
        raise KernelError(f"match_books returned status {status} for {len(sells.start) - 1} books")
    return Trades(*(column[first : first + count] for column in trades))


def _largest(start: Ints) -> int:
    return int(np.diff(start).max(initial=0))


def _rows_by_book(book: Ints, row: Ints, books: int) -> tuple[Ints, Ints]:
    """The given rows by book, in their own order within one, and where each book starts."""
    start = np.empty(books + 1, dtype=np.int64)
    order = np.empty(len(row), dtype=np.int64)
    status = group(book[row], start, order)
    if status != OK:
        raise KernelError(f"group returned status {status} for {books} books")
    return row[order], start


def _check_arrays(integers: dict[str, Any], is_sell: Any) -> None:
    dtypes: list[tuple[str, Any, type]] = [(name, array, np.int64) for name, array in integers.items()]
    dtypes.append(("is_sell", is_sell, np.bool_))
    for name, array, dtype in dtypes:
        if not isinstance(array, np.ndarray) or array.dtype != dtype:
            found = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
            raise TypeError(f"{name} must be an array of {np.dtype(dtype)}, not {found}")
    for name, array, _ in dtypes:
        if array.shape != (len(is_sell),):
            raise ValueError(f"{name} must have shape ({len(is_sell)},) like the others, not {array.shape}")


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
    low, high = int(price.min()), int(price.max())
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


def _check_times(time: Ints) -> None:
    is_far = (time <= -_LIMIT) | (time >= _LIMIT)
    if is_far.any():
        row = int(np.argmax(is_far))
        raise InputOverflowError(f"orders, row {row + 1}: the time {time[row]} could leave int64")


def _check_energy(energy: Ints, row: Ints, start: Ints, most: int) -> None:
    """No book's orders of one side hold more than `most` kWh together."""
    if int(energy.max(initial=0)) * _largest(start) <= most:
        return
    for first, stop in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        total = 0
        for i in row[first:stop].tolist():
            total += int(energy[i])
            if total > most:
                raise InputOverflowError(
                    f"orders, row {i + 1}: the energies of its book and side sum to {total} kWh here, above {most}"
                )
