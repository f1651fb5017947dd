"""From orders as rows to the trades of rolling books (挂牌滚动撮合; rulebook part 9)."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.core.jit import OK
from gridsim.core.matching.book import LIMIT, Trades
from gridsim.core.matching.rolling import (
    NO_LIMIT,
    NOBODY_GIVES,
    Accounts,
    Incoming,
    match_rolling,
    rolling_work,
)
from gridsim.core.threads import call_all
from gridsim.errors import InputOverflowError, KernelError
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.trading.placing import OrderColumns

    Ints = NDArray[np.int64]

__all__ = ["RolledOrders", "roll"]


class RolledOrders(NamedTuple):
    """What rolling books made of their orders; `sell` and `buy` of the trades are rows of the orders.

    Attributes
    ----------
    trades : Trades
        Book by book, in the order in which they happened.
    refused : (n,) bool array
        Orders of a giving side that exceeded what their account had to give.
    """

    trades: Trades
    refused: NDArray[np.bool_]


def roll(
    orders: OrderColumns,
    participant: Ints,
    *,
    gives: Ints | None = None,
    account: Ints | None = None,
    room: Ints | None = None,
    threads: int = 1,
) -> RolledOrders:
    """Match the orders of any number of rolling books.

    Parameters
    ----------
    orders : OrderColumns
        Books from 0; prices, energies in whole units. Without times each row is a submission of its own, in file order.
    participant : (n,) integer array
        Code of who orders, from 0.
    gives : (books,) int64 array, optional
        The side of each book that gives away energy which it must have: 0 the sellers, 1 the buyers, −1 nobody.
    account : (n,) int64 array, optional
        With `gives`: what each order of the giving side draws on; the participant itself if left out.
    room : (accounts,) int64 array, optional
        With `gives`: what each account has to give [kWh].
    threads : int
        That the books are shared out among. Where something is given there is one, for books draw on what is left.

    Raises
    ------
    InputOverflowError
        Energies of the orders, or a price, that could leave int64; names the (1-based) row.
    KernelError
        An unexpected status of the kernel: a fault in gridsim.
    """
    count = len(orders.is_sell)
    _check_bounds(orders)
    book = np.zeros(count, dtype=np.int64) if orders.book is None else orders.book
    row = np.argsort(book, kind="stable")  # file order within a book
    books = int(book.max(initial=-1)) + 1
    time = np.arange(count, dtype=np.int64) if orders.time is None else orders.time
    owner = participant if account is None else account
    accounts = int(owner.max(initial=-1)) + 1
    incoming = Incoming(
        start=np.searchsorted(book[row], np.arange(books + 1)).astype(np.int64),
        gives=np.full(books, NOBODY_GIVES, dtype=np.int64) if gives is None else gives,
        side=1 - orders.is_sell[row].astype(np.int64),
        price=orders.price[row],
        energy=orders.energy[row],
        account=owner[row].astype(np.int64),
        time=time[row],
    )
    held = Accounts(
        np.full(accounts, NO_LIMIT, dtype=np.int64) if room is None else room, np.zeros(accounts, dtype=np.int64)
    )
    refused = np.zeros(count, dtype=bool)
    trades = Trades(*np.empty((4, count), dtype=np.int64))

    def match(first: int, last: int) -> Trades:
        begin, end = incoming.start[first], incoming.start[last]
        largest = int(np.diff(incoming.start[first : last + 1]).max(initial=0))
        own = Trades(*(column[begin:end] for column in trades))
        status, made = match_rolling(first, last, incoming, held, rolling_work(largest, accounts), own, refused)
        if status != OK:
            raise KernelError(f"match_rolling returned status {status} for the books {first} to {last - 1}")
        return Trades(*(column[:made] for column in own))

    cuts = _cuts(incoming.start, threads if gives is None else 1)
    pieces = call_all([partial(match, first, last) for first, last in pairwise(cuts)], len(cuts))
    sell, buy, energy, price = (np.concatenate(column) for column in zip(*pieces, strict=True))
    in_file_order = np.empty(count, dtype=bool)
    in_file_order[row] = refused
    return RolledOrders(Trades(row[sell], row[buy], energy, price), in_file_order)


def _cuts(start: Ints, threads: int) -> list[int]:
    """Where books are cut into a piece of about as many orders for each thread."""
    ends = np.searchsorted(start, [int(start[-1]) * piece // threads for piece in range(1, threads)])
    return [0, *sorted({*ends.tolist(), len(start) - 1} - {0})] if len(start) > 1 else [0, 0]


def _check_bounds(orders: OrderColumns) -> None:
    """Energies that together leave int64, and prices that differ by more than it holds."""
    total = 0
    if len(orders.energy) and int(orders.energy.max()) * len(orders.energy) >= LIMIT:
        for row, energy in enumerate(orders.energy.tolist(), start=1):
            total += energy
            if total >= LIMIT:
                told = Sentence("orders, row {row}: the energies up to here sum to more than int64 holds", row=row)
                raise InputOverflowError(told)
    far = np.flatnonzero((orders.price <= -LIMIT) | (orders.price >= LIMIT))
    if len(far):
        row, value = int(far[0]), int(orders.price[far[0]])
        raise InputOverflowError(
            Sentence("orders, row {row}: the price {value} micro-yuan/kWh could leave int64", row=row + 1, value=value)
        )
