"""Small books, thousands of them in one call: everything that a book costs by itself is kept out.

A handful of orders is put in line by insertion, price, class and time at once. Books come one after the other in one
loop, because calling a kernel with its fifty arrays costs as much as matching ten orders.
"""

from __future__ import annotations

import numpy as np

from gridsim.core._jit import njit
from gridsim.core.book import Ints, Side, Trades, Workspace
from gridsim.core.price import price_between

__all__ = ["SMALL", "match_small_books"]

SMALL = 48
"""Greatest number of orders of one side of a small book."""

_NOBODY = np.int64(2**63 - 1)  # typed: for a literal argument numba compiles the callee once more
_SELL = np.int64(1)
_BUY = np.int64(-1)


def _insert(
    price: Ints, energy: Ints, priority: Ints, time: Ints, sign: int, first: int, last: int, key: Ints, row: Ints
) -> int:
    """Put in line the orders up to rank `last`, behind the first rank `first`; return their number.

    Parameters
    ----------
    price, energy, priority, time : int64 arrays
        Of one side of one book.
    key, row : int64 arrays
        Out: by rank, class, time and file order; `row` counts from the start of the book.
    """
    count = 0
    for i in range(len(price)):
        rank = sign * price[i]
        if energy[i] == 0 or rank > last:
            continue
        # Class and rank share a number as in the general way; 13 bits hold any class.
        k = (rank - first) << 13 | priority[i]
        j = count
        while j > 0 and (key[j - 1] > k or (key[j - 1] == k and time[row[j - 1]] > time[i])):
            key[j] = key[j - 1]
            row[j] = row[j - 1]
            j -= 1
        key[j] = k
        row[j] = i
        count += 1
    return count


_insert_jit = njit(_insert)


def _match_small_books(
    sells: Side, buys: Side, book: int, stop: int, uniform: bool, k: int, trades: Trades, count: int, work: Workspace
) -> tuple[int, int]:
    """Match the books from `book` up to `stop` as long as they are small, ties by time.

    Returns
    -------
    book : int
        The first book that is not small, or `stop`.
    count : int
        As it came, and the number of pairs.
    """
    room = len(trades.energy)
    out_sell, out_buy, out_energy, out_price = trades.sell, trades.buy, trades.energy, trades.price
    sell_key, sell_row, buy_key, buy_row = work.sell.key, work.sell.row, work.buy.key, work.buy.row
    while book < stop:
        first_sell, stop_sell = sells.start[book], sells.start[book + 1]
        first_buy, stop_buy = buys.start[book], buys.start[book + 1]
        if max(stop_sell - first_sell, stop_buy - first_buy) > SMALL:
            break
        book += 1
        low = _NOBODY
        for i in range(first_sell, stop_sell):
            low = min(low, sells.price[i] if sells.energy[i] > 0 else _NOBODY)
        high = -_NOBODY
        for j in range(first_buy, stop_buy):
            high = max(high, buys.price[j] if buys.energy[j] > 0 else -_NOBODY)
        if low > high:
            continue
        in_line_sell = _insert_jit(
            sells.price[first_sell:stop_sell],
            sells.energy[first_sell:stop_sell],
            sells.priority[first_sell:stop_sell],
            sells.time[first_sell:stop_sell],
            _SELL,
            low,
            high,
            sell_key,
            sell_row,
        )
        in_line_buy = _insert_jit(
            buys.price[first_buy:stop_buy],
            buys.energy[first_buy:stop_buy],
            buys.priority[first_buy:stop_buy],
            buys.time[first_buy:stop_buy],
            _BUY,
            -high,
            -low,
            buy_key,
            buy_row,
        )
        first = count
        a = 0
        b = 0
        i = first_sell + sell_row[0]
        j = first_buy + buy_row[0]
        sell_rest = sells.energy[i]
        buy_rest = buys.energy[j]
        while sells.price[i] <= buys.price[j]:
            energy = min(sell_rest, buy_rest)
            if count < room:
                out_sell[count] = i
                out_buy[count] = j
                out_energy[count] = energy
                out_price[count] = price_between(sells.price[i], buys.price[j], k)
            count += 1
            sell_rest -= energy
            buy_rest -= energy
            if sell_rest == 0:
                a += 1
                if a == in_line_sell:
                    break
                i = first_sell + sell_row[a]
                sell_rest = sells.energy[i]
            if buy_rest == 0:
                b += 1
                if b == in_line_buy:
                    break
                j = first_buy + buy_row[b]
                buy_rest = buys.energy[j]
        if uniform and count <= room:
            out_price[first:count] = out_price[count - 1]
    return book, count


match_small_books = njit(_match_small_books)
