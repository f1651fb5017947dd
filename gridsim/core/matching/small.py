"""Small books, thousands of them in one call: everything that a book costs by itself is kept out.

Books come one after the other in one loop, because calling a kernel with its fifty arrays costs as much as matching
ten orders, and even a call between kernels counts up and down, one by one, who holds each array that it hands over. A
handful of orders is put in line by counting, for each of them, how many come before it: all of them are compared with
all, a vector at a time and without a branch. If that cannot be, by insertion. (By insertion alone, 100,000 books of 20
orders take 2.0 times as long as one book of as many orders; so they take 1.3 times as long.)
"""

from __future__ import annotations

import numpy as np

from gridsim.core.jit import njit
from gridsim.core.matching.book import Ints, Side, Trades, Workspace
from gridsim.core.rounding import price_between

__all__ = ["SMALL", "match_small_books"]

SMALL = 48
"""Greatest number of orders of one side of a small book."""

_HANDFUL = 16
_POSITION_BITS = 6  # of an order in its side of a small book
_POSITION = np.int64(2**_POSITION_BITS - 1)
_CLASS_BITS = 13  # that hold any priority class
_WIDEST = 2 ** (63 - _POSITION_BITS - _CLASS_BITS)  # gaps below it fit one number with class and position
# Where things stand in the scratch: the words of a handful, of either side, and the two sides in line.
_SELL_WORDS = 0
_BUY_WORDS = _HANDFUL + 1
_SELL_LINE = 2 * (_HANDFUL + 1)
_BUY_LINE = _SELL_LINE + SMALL + 1
# Typed: for a literal argument numba compiles the callee once more.
_NOBODY = np.int64(2**63 - 1)
_ZERO = np.int64(0)
_SELL = np.int64(1)
_BUY = np.int64(-1)


def _rank(word: Ints, sells: int, buys: int) -> None:
    """Put the words of either side in line."""
    for words, line, count in ((_SELL_WORDS, _SELL_LINE, sells), (_BUY_WORDS, _BUY_LINE, buys)):
        for i in range(words, words + count):
            place = 0
            for other in range(words, words + _HANDFUL):  # behind the last one stands `_NOBODY`
                place += word[other] < word[i]
            word[line + place] = word[i]


_rank_jit = njit(_rank)


def _insert(side: Side, first: int, stop: int, sign: int, best: int, reach: int, key: Ints, line: Ints) -> int:
    """Put in line by price, class, time and file order, where nothing is taken for granted.

    Parameters
    ----------
    side : Side
    first, stop : int
        The orders of the book.
    sign : int
        1 for sells, −1 for buys.
    best, reach : int
        The rank that comes first, and how far behind it a rank may lie.
    key : int64 array
        Scratch.
    line : int64 array
        Out: positions from the start of the book.

    Returns
    -------
    int
        Number of orders in line.
    """
    count = 0
    for i in range(first, stop):
        gap = sign * side.price[i] - best
        if side.energy[i] == 0 or gap > reach:
            continue
        k = gap << _CLASS_BITS | side.priority[i]
        j = count
        while j > 0 and (key[j - 1] > k or (key[j - 1] == k and side.time[first + line[j - 1]] > side.time[i])):
            key[j] = key[j - 1]
            line[j] = line[j - 1]
            j -= 1
        key[j] = k
        line[j] = i - first
        count += 1
    return count


_insert_jit = njit(_insert)


def _pair_small(
    first_sell: int, sells: int, first_buy: int, buys: int, k: int, sell_price: Ints, sell_energy: Ints,
    buy_price: Ints, buy_energy: Ints, sell_line: Ints, buy_line: Ints, out_sell: Ints, out_buy: Ints, out_energy: Ints,
    out_price: Ints, count: int,
) -> int:  # fmt: skip
    """Pair the two sides of a small book; returns the number of pairs that there are now.

    Parameters
    ----------
    first_sell, first_buy : int
        Where the book's orders begin.
    sells, buys : int
        So many of them are in line.
    sell_line, buy_line : int64 array
        The lines: the lowest bits of each word are a position in the book.
    count : int
        Pairs that there were.
    """
    last_slot = len(out_energy) - 1
    # Who is next is looked up before it is known whether anyone is.
    sell_line[sells] = 0
    buy_line[buys] = 0
    a = 0
    b = 0
    i = first_sell + (sell_line[0] & _POSITION)
    j = first_buy + (buy_line[0] & _POSITION)
    sell_rest = sell_energy[np.uint64(i)]
    buy_rest = buy_energy[np.uint64(j)]
    while a < sells and b < buys and sell_price[np.uint64(i)] <= buy_price[np.uint64(j)]:
        energy = min(sell_rest, buy_rest)
        slot = np.uint64(min(count, last_slot))
        out_sell[slot] = i
        out_buy[slot] = j
        out_energy[slot] = energy
        out_price[slot] = price_between(sell_price[np.uint64(i)], buy_price[np.uint64(j)], k)
        count += 1
        next_sell = first_sell + (sell_line[np.uint64(a + 1)] & _POSITION)
        next_buy = first_buy + (buy_line[np.uint64(b + 1)] & _POSITION)
        sell_is_done = sell_rest == energy
        buy_is_done = buy_rest == energy
        a += 1 if sell_is_done else 0
        b += 1 if buy_is_done else 0
        i = next_sell if sell_is_done else i
        j = next_buy if buy_is_done else j
        sell_rest = sell_energy[np.uint64(i)] if sell_is_done else sell_rest - energy
        buy_rest = buy_energy[np.uint64(j)] if buy_is_done else buy_rest - energy
    return count


_pair_small_jit = njit(_pair_small, inlined=True)


def _match_small_books(
    sells: Side,
    buys: Side,
    book: int,
    stop: int,
    uniform: bool,
    k: int,
    small: int,
    trades: Trades,
    count: int,
    work: Workspace,
) -> tuple[int, int]:
    """Match the books from `book` up to `stop` as long as no side has more than `small` orders, ties by time.

    Returns
    -------
    book : int
        The first book that is not small, or `stop`.
    count : int
        As it came, and the number of pairs.
    """
    last_slot = len(trades.energy) - 1
    out_sell, out_buy, out_energy, out_price = trades.sell, trades.buy, trades.energy, trades.price
    word, key = work.small, work.spare.key
    sell_line, buy_line = word[_SELL_LINE:_BUY_LINE], word[_BUY_LINE:]
    _, sell_price, sell_energy, sell_class, sell_time = sells
    _, buy_price, buy_energy, buy_class, buy_time = buys
    while book < stop:
        first_sell, stop_sell = sells.start[book], sells.start[book + 1]
        first_buy, stop_buy = buys.start[book], buys.start[book + 1]
        longest = max(stop_sell - first_sell, stop_buy - first_buy)
        if longest > small:
            break
        book += 1
        low = _NOBODY
        for i in range(first_sell, stop_sell):
            low = min(low, sell_price[np.uint64(i)] if sell_energy[np.uint64(i)] > 0 else _NOBODY)
        high = -_NOBODY
        for j in range(first_buy, stop_buy):
            high = max(high, buy_price[np.uint64(j)] if buy_energy[np.uint64(j)] > 0 else -_NOBODY)
        if low > high:
            continue
        reach = high - low
        sell_count = _ZERO
        buy_count = _ZERO
        is_in_line = longest <= _HANDFUL and reach < _WIDEST
        if is_in_line:
            for place in range(_SELL_LINE):
                word[place] = _NOBODY
            for i in range(first_sell, stop_sell):
                gap = sell_price[np.uint64(i)] - low
                key_and_class = gap << _CLASS_BITS | sell_class[np.uint64(i)]
                word[np.uint64(_SELL_WORDS + sell_count)] = key_and_class << _POSITION_BITS | (i - first_sell)
                sell_count += (gap <= reach) & (sell_energy[np.uint64(i)] > 0)
                is_in_line &= i == first_sell or sell_time[np.uint64(i - 1)] <= sell_time[np.uint64(i)]
            word[_SELL_WORDS + sell_count] = _NOBODY
            for j in range(first_buy, stop_buy):
                gap = high - buy_price[np.uint64(j)]
                key_and_class = gap << _CLASS_BITS | buy_class[np.uint64(j)]
                word[np.uint64(_BUY_WORDS + buy_count)] = key_and_class << _POSITION_BITS | (j - first_buy)
                buy_count += (gap <= reach) & (buy_energy[np.uint64(j)] > 0)
                is_in_line &= j == first_buy or buy_time[np.uint64(j - 1)] <= buy_time[np.uint64(j)]
            word[_BUY_WORDS + buy_count] = _NOBODY
            if is_in_line:
                _rank_jit(word, sell_count, buy_count)
        if not is_in_line:
            sell_count = _insert_jit(sells, first_sell, stop_sell, _SELL, low, reach, key, sell_line)
            buy_count = _insert_jit(buys, first_buy, stop_buy, _BUY, -high, reach, key, buy_line)
        first = count
        count = _pair_small_jit(
            first_sell, sell_count, first_buy, buy_count, k, sell_price, sell_energy, buy_price, buy_energy, sell_line,
            buy_line, out_sell, out_buy, out_energy, out_price, count,
        )  # fmt: skip
        if uniform and count <= last_slot + 1:
            out_price[first:count] = out_price[count - 1]
    return book, count


match_small_books = njit(_match_small_books)
