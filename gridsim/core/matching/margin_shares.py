"""Uniform matching whose ties at the margin are shared (rulebook part 9, ``pro_rata_at_the_margin``).

The margin of a side is the price of its last order that trades. Orders better than it are filled; those at it share
what is left in proportion to their energies. The pairs of the plain order say what trades and up to which price, so
this begins where `gridsim.core.matching.match` ends, and pairs the two sides anew.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridsim.core.jit import BAD_INPUT, NO_ROOM, OK, njit, njit_wrapping
from gridsim.core.matching.book import Ints, Side, Trades
from gridsim.core.matching.sort import DIGIT_BINS, sort_span
from gridsim.core.split import scratch_size, split

__all__ = ["MarginWork", "margin_work", "share_margins"]


class MarginWork(NamedTuple):
    """Scratch for books of up to so many orders of a side."""

    sell_row: Ints  # the orders of the two sides that trade, in line, and how much each trades
    sell_energy: Ints
    buy_row: Ints
    buy_energy: Ints
    key: Ints
    spare_key: Ints
    spare_row: Ints
    weight: Ints
    remainders: Ints
    bins: Ints


def margin_work(orders: int) -> MarginWork:
    """Scratch for books of up to so many orders of one side."""
    sell_row, sell_energy, buy_row, buy_energy, key, spare_key, spare_row, weight = np.empty((8, orders), np.int64)
    remainders, bins = np.empty(scratch_size(orders), np.int64), np.empty(DIGIT_BINS, np.int64)
    return MarginWork(sell_row, sell_energy, buy_row, buy_energy, key, spare_key, spare_row, weight, remainders, bins)


def _line_of(
    side: Side, first: int, stop: int, of_pair: Ints, energy_of_pair: Ints, row: Ints, energy: Ints, work: MarginWork
) -> int:
    """What each order of a side trades, in line; how many do is returned.

    Parameters
    ----------
    side : Side
    first, stop : int
        The orders of the book.
    of_pair, energy_of_pair : int64 arrays
        The book's pairs in the plain order: the side's order, and what it trades.
    row, energy : int64 arrays
        Out.
    work : MarginWork
    """
    price, amount, priority, time = side.price, side.energy, side.priority, side.time
    key, spare_key, spare_row, weight, remainders, bins = work[4:]
    margin = price[of_pair[len(of_pair) - 1]]
    left = 0
    count = 0
    for pair in range(len(of_pair)):
        left += energy_of_pair[pair]
        this = of_pair[pair]
        if price[this] != margin and (count == 0 or row[count - 1] != this):
            row[count] = this
            energy[count] = amount[this]
            count += 1
    for i in range(count):
        left -= energy[i]
    better = count
    total = 0
    for i in range(first, stop):
        if price[i] == margin and amount[i] > 0:
            row[count] = i
            key[count] = time[i]
            total += amount[i]
            count += 1
    sort_span(key, row, better, count, spare_key, spare_row, bins)  # shares go by time …
    for i in range(better, count):
        weight[i] = amount[row[i]]
    split(left, total, weight, np.uint64(better), np.uint64(count), energy, np.uint64(better), remainders)
    for i in range(better, count):  # … and pairs by class, then time
        weight[i] = energy[i]
        key[i] = priority[row[i]]
        spare_row[i] = row[i]
        row[i] = i
    sort_span(key, row, better, count, spare_key, work.remainders, bins)
    for i in range(better, count):
        at = row[i]
        row[i] = spare_row[at]
        energy[i] = weight[at]
    return count


line_of = njit_wrapping(_line_of)


def _share_margins(
    sells: Side, buys: Side, pairs: Trades, start: Ints, trades: Trades, ends: Ints, work: MarginWork
) -> tuple[int, int]:
    """Pair every book anew, the orders at its margins in proportion.

    Parameters
    ----------
    sells, buys : Side
        The sum of one book and side at most 10¹⁵.
    pairs : Trades
        Of the plain order, book by book, each with the one price of its book.
    start : int64 array, shape (books + 1,)
        The pairs of book ``b`` are ``start[b]`` to ``start[b + 1] - 1``.
    trades : Trades
        Out.
    ends : int64 array, shape (books,)
        Out: the place behind the last trade of each book.
    work : MarginWork
        For the largest side.

    Returns
    -------
    status : int
        `OK`, `NO_ROOM`, or `BAD_INPUT` for scratch that is too short.
    count : int
        How many trades there are; if there is no room, so many are needed.
    """
    count = 0
    room = len(trades.price)
    for book in range(len(sells.start) - 1):
        first, stop = start[book], start[book + 1]
        if first == stop:
            ends[book] = count
            continue
        first_sell, stop_sell = sells.start[book], sells.start[book + 1]
        first_buy, stop_buy = buys.start[book], buys.start[book + 1]
        if max(stop_sell - first_sell, stop_buy - first_buy) > len(work.sell_row):
            return BAD_INPUT, 0
        energy_of_pair = pairs.energy[first:stop]
        line_of(
            sells, first_sell, stop_sell, pairs.sell[first:stop], energy_of_pair, work.sell_row, work.sell_energy, work
        )
        line_of(buys, first_buy, stop_buy, pairs.buy[first:stop], energy_of_pair, work.buy_row, work.buy_energy, work)
        left = 0
        for pair in range(len(energy_of_pair)):
            left += energy_of_pair[pair]
        i = 0
        j = 0
        while left > 0:
            energy = min(work.sell_energy[i], work.buy_energy[j])
            if energy > 0:
                if count < room:
                    trades.sell[count] = work.sell_row[i]
                    trades.buy[count] = work.buy_row[j]
                    trades.energy[count] = energy
                    trades.price[count] = pairs.price[first]
                count += 1
            left -= energy
            work.sell_energy[i] -= energy
            work.buy_energy[j] -= energy
            i, j = i + (work.sell_energy[i] == 0), j + (work.buy_energy[j] == 0)
        ends[book] = count
    return (OK if count <= room else NO_ROOM), count


share_margins = njit(_share_margins)
