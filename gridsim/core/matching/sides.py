"""From orders in rows to the two sides that matching reads: every order put to its book."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridsim.core._jit import njit
from gridsim.core.book import Ints

__all__ = ["Numbers", "Rows", "count_orders", "look_up", "place_orders"]

Bools = NDArray[np.bool_]
Numbers = NDArray[np.int32]
"""Which row an order stands in: half as long as everything else, because it is looked up at random places."""


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
