"""From orders as rows to matched pairs: the one boundary in front of the matching kernel (rulebook part 3)."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from gridsim.core.jit import OK
from gridsim.core.matching.book import LIMIT, look_up
from gridsim.core.matching.match import RATIO_ONE, Trades, match_books
from gridsim.core.split import MAX_TOTAL
from gridsim.core.threads import call_all
from gridsim.errors import KernelError
from gridsim.trading.placing import OrderColumns, check_energy, count_by_book, largest, place
from gridsim.trading.scratch import borrowed
from gridsim.trading.uniform import priced_by_others, shared_at_the_margin, with_takers_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gridsim.core.matching.book import Numbers, Side, Workspace

    Ints = NDArray[np.int64]

__all__ = [
    "MECHANISMS",
    "TIES",
    "BookTies",
    "Found",
    "Matches",
    "Mechanism",
    "Ties",
    "check_terms",
    "match_orders",
    "match_sides",
    "matching",
    "most_energy",
    "rows_of",
    "threads_for",
]

Mechanism = Literal["high_low", "uniform"]
Ties = Literal["time", "pro_rata"]
BookTies = Literal["time", "pro_rata", "pro_rata_at_the_margin"]
MECHANISMS: tuple[Mechanism, ...] = ("high_low", "uniform")
TIES: tuple[Ties, ...] = ("time", "pro_rata")

_MANY = 50_000  # from so many orders on a second thread is worth its while


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


class Found(NamedTuple):
    """Matched pairs where the kernel left them.

    Attributes
    ----------
    trades : Trades
        Its `sell` and `buy` are places in the sides.
    sell_row, buy_row : int32 array
        The (0-based) row of each place.
    """

    trades: Trades
    sell_row: Numbers
    buy_row: Numbers


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
    threads: int | None = None,
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
    threads : int, optional
        That the books are shared out among; all processors if left out. The matches are the same.

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
    columns = (book, is_sell, price, energy, priority, time)
    _check_arrays(dict(zip(OrderColumns._fields, columns, strict=True)))
    orders = OrderColumns(book, is_sell, price, energy, priority, time)
    with matching(orders, mechanism=mechanism, ties=ties, k=k, threads=threads) as found:
        sell, buy = rows_of(found.trades.sell, found.sell_row), rows_of(found.trades.buy, found.buy_row)
        return Matches(book[sell], sell, buy, found.trades.energy.copy(), found.trades.price.copy())


@contextmanager
def matching(
    orders: OrderColumns,
    *,
    mechanism: Mechanism,
    ties: BookTies,
    k: int,
    takes: NDArray[np.bool_] | None = None,
    threads: int | None = None,
) -> Iterator[Found]:
    """What `match_orders` does, for columns of any kind; its results are the next one's memory once this is left.

    Parameters
    ----------
    orders, mechanism, ties, k, threads
        As `match_orders`; ``pro_rata_at_the_margin`` is for uniform books alone.
    takes : (n,) bool array, optional
        Orders without a price, which take any; for uniform books alone.

    Raises
    ------
    ValueError, InputOverflowError, KernelError
        As `match_orders`.
    """
    shares = ties == "pro_rata_at_the_margin"
    plain: Ties = "time" if ties == "pro_rata_at_the_margin" else ties
    check_terms(mechanism, plain, k)
    if mechanism != "uniform" and (shares or takes is not None):
        raise ValueError("ties='pro_rata_at_the_margin' and orders without a price need mechanism='uniform'")
    if takes is not None:
        orders = with_takers_first(orders, takes)
    count = len(orders.is_sell)
    cuts = [0, count]
    counts = count_by_book(orders, cuts)
    threads = threads_for(len(counts[0]) // 2, count, threads)
    with borrowed(count, largest(counts), threads) as scratch:
        sides = place(orders, cuts, counts, scratch.columns, scratch.row)
        bound = most_energy("pro_rata" if shares else plain)
        check_energy(sides.sells, sides.sell_row, sides.most, bound)
        check_energy(sides.buys, sides.buy_row, sides.most, bound)
        works = scratch.works[:threads]
        trades = match_sides(sides.sells, sides.buys, mechanism, plain, k, scratch.trades, works)
        if takes is not None:
            trades = priced_by_others(trades, sides, takes)
        if shares:
            trades = shared_at_the_margin(trades, sides)
        yield Found(trades, sides.sell_row, sides.buy_row)


def rows_of(place: Ints, row: Numbers) -> Ints:
    """The (0-based) row of each place, in new memory."""
    found = np.empty(len(place), dtype=np.int64)
    look_up(place, row, found)
    return found


def threads_for(books: int, orders: int, threads: int | None = None) -> int:
    """How many threads books are shared out among: those asked for, or all processors where there is work for them."""
    if threads is None:
        threads = (os.cpu_count() or 1) if orders >= _MANY else 1
    return max(1, min(threads, books))


def most_energy(ties: Ties) -> int:
    """What the orders of one side of a book may hold together [kWh]."""
    return MAX_TOTAL if ties == "pro_rata" else LIMIT - 1


def match_sides(
    sells: Side, buys: Side, mechanism: Mechanism, ties: Ties, k: int, trades: Trades, works: Sequence[Workspace]
) -> Trades:
    """Call the kernel on sides whose bounds are checked.

    Parameters
    ----------
    sells, buys : Side
    mechanism, ties, k
        As for `match_orders`.
    trades : Trades
        Room for a pair per order; the result may stand in it.
    works : sequence of Workspace
        One for each thread.

    Raises
    ------
    KernelError
        An unexpected status.
    """
    with np.errstate(over="ignore"):  # the split wraps on purpose, which only speaks up with the compiler off
        status, pieces = match_books(sells, buys, mechanism == "uniform", ties == "pro_rata", k, trades, works)
    if status != OK:
        raise KernelError(f"match_books returned status {status} for {len(sells.start) - 1} books")
    if len(pieces) == 1:
        return pieces[0]
    columns = call_all([partial(np.concatenate, column) for column in zip(*pieces, strict=True)], len(works))
    return Trades(*columns)


def _check_arrays(columns: dict[str, Any]) -> None:
    for name, array in columns.items():
        dtype = np.dtype(np.bool_ if name == "is_sell" else np.int64)
        if not isinstance(array, np.ndarray) or array.dtype != dtype:
            found = array.dtype if isinstance(array, np.ndarray) else type(array).__name__
            raise TypeError(f"{name} must be an array of {dtype}, not {found}")
    length = len(columns["is_sell"])
    for name, array in columns.items():
        if array.shape != (length,):
            raise ValueError(f"{name} must have shape ({length},) like the others, not {array.shape}")


def check_terms(mechanism: str, ties: str, k: int) -> None:
    """Raise ValueError for a word or a number outside what `match_orders` allows."""
    if mechanism not in MECHANISMS:
        raise ValueError(f"mechanism must be one of {', '.join(MECHANISMS)}, not {mechanism!r}")
    if ties not in TIES:
        raise ValueError(f"ties must be one of {', '.join(TIES)}, not {ties!r}")
    if not 0 <= k <= RATIO_ONE:
        raise ValueError(f"k must lie between 0 and {RATIO_ONE} (in 10⁻⁴), not {k}")
