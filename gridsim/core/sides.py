"""From orders in rows to the two sides that matching reads: what is in the columns, and every order put to its book."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridsim.core._jit import njit
from gridsim.core.book import Ints

__all__ = ["Rows", "count_orders", "extremes", "look_up", "place_orders"]

Bools = NDArray[np.bool_]


class Rows(NamedTuple):
    """Orders in the order given, all of shape (orders,); see `gridsim.trading.matching.match_orders`."""

    book: Ints
    is_sell: Bools
    price: Ints
    energy: Ints
    priority: Ints
    time: Ints


def _extremes(values: Ints) -> tuple[int, int]:
    """Smallest and greatest value; 0 and 0 of none."""
    if len(values) == 0:
        return 0, 0
    low = values[0]
    high = values[0]
    for i in range(len(values)):
        low = min(low, values[i])
        high = max(high, values[i])
    return low, high


extremes = njit(_extremes)


def _count_orders(book: Ints, is_sell: Bools, start: Ints) -> None:
    """Where each book's orders begin if all sell orders stand first, book by book, and all buy orders behind them.

    Parameters
    ----------
    book : int64 array, shape (orders,)
        0 … ``books - 1``.
    is_sell : bool array, shape (orders,)
    start : int64 array, shape (2 * books + 1,)
        Out: of the books' sell orders, of their buy orders, and the number of orders.
    """
    books = len(start) // 2
    start[:] = 0
    for i in range(len(book)):
        start[np.uint64(book[i] + (1 - np.int64(is_sell[i])) * books + 1)] += 1  # no branch: sides may come mixed
    for group in range(len(start) - 1):
        start[group + 1] += start[group]


count_orders = njit(_count_orders)


def _place_orders(rows: Rows, start: Ints, price: Ints, energy: Ints, priority: Ints, time: Ints, row: Ints) -> None:
    """Copy every order to its place, in its own order within a book.

    Parameters
    ----------
    rows : Rows
    start : int64 array
        From `count_orders`; afterwards each entry but the last has become the next one.
    price, energy, priority, time : int64 arrays, shape (orders,)
        Out. The class of a buy order is 0: it means nothing.
    row : int64 array, shape (orders,)
        Out: which row stands at each place.
    """
    book, is_sell, from_price, from_energy, from_priority, from_time = rows
    books = len(start) // 2
    for i in range(len(book)):
        sells = np.int64(is_sell[i])  # 1 or 0, and no branch: sides may come mixed
        group = np.uint64(book[i] + (1 - sells) * books)
        at = start[group]
        start[group] = at + 1
        place = np.uint64(at)
        price[place] = from_price[i]
        energy[place] = from_energy[i]
        priority[place] = sells * from_priority[i]
        time[place] = from_time[i]
        row[place] = i


place_orders = njit(_place_orders)


def _look_up(place: Ints, row: Ints) -> None:
    """Put in the stead of each place the row that stands there."""
    for i in range(len(place)):
        place[i] = row[np.uint64(place[i])]


look_up = njit(_look_up)
