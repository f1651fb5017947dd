"""What books of one price need beyond pairing: orders that take any price, books that stay void, ties at the margin.

Rulebook part 9. An order without a price takes any: it comes first on its side, and pays the book's price. To the
kernel it is an order at a price that is better than all others; so the pairs of the plain order come out right, and
here the price of a book is mended whose last pair holds such an order: it is the other order's, and if both are takers
the book clears nothing (若未生成有效边际电价，则成交电量为零).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.core.jit import NO_ROOM, OK
from gridsim.core.matching.book import Trades
from gridsim.core.matching.margin_shares import margin_work, share_margins
from gridsim.errors import KernelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.trading.placing import OrderColumns, Sides

    Ints = NDArray[np.int64]

__all__ = ["priced_by_others", "shared_at_the_margin", "with_takers_first"]


def with_takers_first(orders: OrderColumns, takes: NDArray[np.bool_]) -> OrderColumns:
    """The orders, those that take any price put before all others of their side.

    Parameters
    ----------
    orders : OrderColumns
    takes : (n,) bool array
        Orders without a price; what stands there as their price means nothing.
    """
    priced = orders.price[~takes]
    low, high = (int(priced.min()), int(priced.max())) if len(priced) else (0, 0)
    price = np.where(takes, np.where(orders.is_sell, low - 1, high + 1), orders.price)
    priority = orders.priority
    return orders._replace(price=price, priority=None if priority is None else np.where(takes, 0, priority))


def priced_by_others(pairs: Trades, sides: Sides, takes: NDArray[np.bool_]) -> Trades:
    """The pairs of books with takers: at the price of who named one, and without the books where nobody did.

    Parameters
    ----------
    pairs : Trades
        Of the plain order, book by book.
    sides : Sides
    takes : (n,) bool array
        By row of the orders.
    """
    start = _starts(pairs, sides)
    full = np.flatnonzero(np.diff(start))
    last = start[full + 1] - 1
    sell, buy = pairs.sell[last], pairs.buy[last]
    sell_takes, buy_takes = takes[sides.sell_row[sell]], takes[sides.buy_row[buy]]
    of_book = np.where(
        sell_takes, sides.buys.price[buy], np.where(buy_takes, sides.sells.price[sell], pairs.price[last])
    )
    counts = np.diff(start)[full]
    stays = np.repeat(~(sell_takes & buy_takes), counts)
    priced = pairs._replace(price=np.repeat(of_book, counts))
    return Trades(*(column[stays] for column in priced))


def shared_at_the_margin(pairs: Trades, sides: Sides) -> Trades:
    """The pairs of books whose orders at the margin share what is left.

    Parameters
    ----------
    pairs : Trades
        Of the plain order, book by book, each with the one price of its book.
    sides : Sides

    Raises
    ------
    KernelError
        An unexpected status of the kernel.
    """
    sells, buys = sides.sells, sides.buys
    longest = max(int(np.diff(side.start).max(initial=0)) for side in (sells, buys))
    start, work = _starts(pairs, sides), margin_work(longest)
    ends = np.zeros(len(sells.start) - 1, dtype=np.int64)
    room = len(sells.price) + len(buys.price)
    trades = Trades(*np.empty((4, room), dtype=np.int64))
    with np.errstate(over="ignore"):  # the split wraps on purpose, which only speaks up with the compiler off
        status, count = share_margins(sells, buys, pairs, start, trades, ends, work)
    if status != OK:
        raise KernelError(f"share_margins returned status {status}" + (" (room)" if status == NO_ROOM else ""))
    return Trades(*(column[:count] for column in trades))


def _starts(pairs: Trades, sides: Sides) -> Ints:
    """Where the pairs of each book begin, and behind the last where they end."""
    book = np.searchsorted(sides.sells.start, pairs.sell, side="right") - 1
    return np.searchsorted(book, np.arange(len(sides.sells.start))).astype(np.int64)
