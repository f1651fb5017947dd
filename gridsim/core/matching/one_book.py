"""One book from arrays: checked and matched in one call, whose own cost counts where books are small.

A call from Python unpacks every array that it hands over, a quarter of a microsecond each. The scratch is therefore one
array, which is cut up here, and so are the pairs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridsim.core.jit import NO_ROOM, OK, njit
from gridsim.core.matching.book import FURTHEST, LIMIT, Ints, Side, Trades, carve
from gridsim.core.matching.match import PRIORITY_MAX, match_large_books
from gridsim.core.matching.small import SMALL, match_small_books

__all__ = [
    "FAR_PRICE",
    "FAR_TIME",
    "NEGATIVE",
    "SPREAD",
    "TOO_MUCH",
    "WRONG_CLASS",
    "BookFault",
    "check_books",
    "match_one_book",
]

NEGATIVE, TOO_MUCH, FAR_PRICE, WRONG_CLASS, FAR_TIME, SPREAD = range(1, 7)
"""What may be wrong with an order: its energy is negative; the energies of its book and side are too many together; its
price is out of bounds; so is its class; its time; its price lies too far from others of the book."""


class BookFault(NamedTuple):
    """The first thing that is wrong with an order; `kind` is 0 if nothing is."""

    kind: int
    is_buy: int
    order: int  # its place in the side


def _check_orders(side: Side, first: int, stop: int, most: int) -> tuple[int, int, int, int]:
    """Kind and place of the first fault among the orders of a book, and its lowest and highest price."""
    _, price, energy, priority, time = side
    low = LIMIT
    high = -LIMIT
    left = most
    for i in range(np.uint64(first), np.uint64(stop)):
        kind = 0
        if energy[i] < 0:
            kind = NEGATIVE
        elif energy[i] > left:
            kind = TOO_MUCH
        elif price[i] <= -LIMIT or price[i] >= LIMIT:
            kind = FAR_PRICE
        elif priority[i] < 0 or priority[i] > PRIORITY_MAX:
            kind = WRONG_CLASS
        elif time[i] <= -LIMIT or time[i] >= LIMIT:
            kind = FAR_TIME
        if kind > 0:
            return kind, np.int64(i), low, high
        left -= energy[i]
        low = min(low, price[i])
        high = max(high, price[i])
    return 0, 0, low, high


_check_orders_jit = njit(_check_orders)


def _check_books(sells: Side, buys: Side, most: int) -> BookFault:
    """The first fault of books whose energies may sum to `most` a side; see `Side` for the bounds."""
    for book in range(len(sells.start) - 1):
        kind, order, low, high = _check_orders_jit(sells, sells.start[book], sells.start[book + 1], most)
        if kind > 0:
            return BookFault(kind, 0, order)
        first, stop = buys.start[book], buys.start[book + 1]
        kind, order, buy_low, buy_high = _check_orders_jit(buys, first, stop, most)
        if kind > 0:
            return BookFault(kind, 1, order)
        if max(high, buy_high) - min(low, buy_low) > FURTHEST:
            for i in range(first, stop):
                if max(buys.price[i] - low, high - buys.price[i]) > FURTHEST:
                    return BookFault(SPREAD, 1, i)
            return BookFault(SPREAD, 0, sells.start[book])
    return BookFault(0, 0, 0)


check_books = njit(_check_books)


def _match_one_book(
    sells: Side,
    buys: Side,
    uniform: bool,
    pro_rata: bool,
    k: int,
    most: int,
    memory: Ints,
    out: Ints,
) -> tuple[int, int, BookFault]:
    """Check one book, and match it.

    Parameters
    ----------
    sells, buys : Side
        Of one book.
    uniform, pro_rata, k
        As for `gridsim.core.matching.match.match_range`.
    most : int [kWh]
        What the energies of a side may sum to.
    memory : int64 array
        Scratch of `workspace_size` of the two sides.
    out : int64 array, shape (4, room ≥ 1)
        The pairs: sell, buy, energy, price.

    Returns
    -------
    status : int
        `OK` or `NO_ROOM`.
    count : int
        Number of pairs, or the room that they need; 0 if there is a fault.
    fault : BookFault
    """
    fault = check_books(sells, buys, most)
    if fault.kind > 0:
        return OK, 0, fault
    trades = Trades(out[0], out[1], out[2], out[3])
    work = carve(memory, len(sells.price), len(buys.price))
    small = np.int64(-1 if pro_rata else SMALL)
    first, stop, count = np.int64(0), np.int64(1), np.int64(0)
    if max(len(sells.price), len(buys.price)) <= small:
        _, count = match_small_books(sells, buys, first, stop, uniform, k, small, trades, count, work)
    else:
        _, count = match_large_books(sells, buys, first, stop, uniform, pro_rata, k, small, trades, count, work)
    return (OK if count <= out.shape[1] else NO_ROOM), count, fault


match_one_book = njit(_match_one_book)
