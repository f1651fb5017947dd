"""Pairing the two sides of a book that stand in line: who trades with whom, how much and at what price."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridsim.core._jit import njit
from gridsim.core.book import PAD, Ints, Queue, Trades
from gridsim.core.levels import ROW_BITS, ROW_MASK
from gridsim.core.price import price_between
from gridsim.core.split import split

__all__ = ["Line", "energy_before", "order_at", "pair_groups", "pair_levels", "pair_orders"]


class Line(NamedTuple):
    """One side level by level (see `Queue`), and where pairing begins and ends in it."""

    row: Ints
    start: Ints
    level: Ints
    order: int  # place of the first order
    at: int  # its level
    end: int  # the level behind the last in the direction of pairing
    rest: int  # what the first order has to trade


_ZERO = np.int64(0)  # typed, not a plain 0: for a literal argument numba compiles the callee once more


def _pair_orders(sell: Queue, sells: int, buy: Queue, buys: int, k: int, trades: Trades, count: int) -> int:
    """Ties by time: the two fronts are single orders. Returns `count` and the number of its pairs."""
    room = len(trades.energy)
    i = _ZERO
    j = _ZERO
    while i < sells and j < buys and sell.price[i] <= buy.price[j]:
        energy = min(sell.rest[i], buy.rest[j])
        if count < room:
            trades.sell[count] = sell.row[i]
            trades.buy[count] = buy.row[j]
            trades.energy[count] = energy
            trades.price[count] = price_between(sell.price[i], buy.price[j], k)
        count += 1
        sell.rest[i] -= energy
        buy.rest[j] -= energy
        i += sell.rest[i] == 0
        j += buy.rest[j] == 0
    return count


pair_orders = njit(_pair_orders)


def _next_front(queue: Queue, first: int, count: int) -> tuple[int, int]:
    """Where the group of orders alike in price and priority ends that begins at `first`, and its energy."""
    stop = first
    energy = 0
    while stop < count and queue.key[stop] == queue.key[first]:
        energy += queue.rest[stop]
        stop += 1
    return stop, energy


_next_front_jit = njit(_next_front)


def _pair_groups(
    sell: Queue, sells: int, buy: Queue, buys: int, k: int, trades: Trades, count: int, remainders: Ints
) -> int:
    """Ties pro rata: the two fronts are groups. Returns `count` and the number of its pairs."""
    room = len(trades.energy)
    sell_row, sell_share, buy_row, buy_share = sell.row, sell.share, buy.row, buy.share
    out_sell, out_buy, out_energy, out_price = trades
    i = _ZERO
    i_stop = _ZERO
    i_energy = _ZERO
    j = _ZERO
    j_stop = _ZERO
    j_energy = _ZERO
    while True:
        if i_energy == 0:
            i = i_stop
            i_stop, i_energy = _next_front_jit(sell, i, sells)
        if j_energy == 0:
            j = j_stop
            j_stop, j_energy = _next_front_jit(buy, j, buys)
        if i == sells or j == buys or sell.price[i] > buy.price[j]:
            return count
        energy = min(i_energy, j_energy)
        split(energy, i_energy, sell.rest, i, i_stop, sell.share, remainders)
        split(energy, j_energy, buy.rest, j, j_stop, buy.share, remainders)
        i_energy -= energy
        j_energy -= energy
        price = price_between(sell.price[i], buy.price[j], k)
        for a in range(i, i_stop):
            sell.rest[a] -= sell.share[a]
        for b in range(j, j_stop):
            buy.rest[b] -= buy.share[b]
        # Pair off the two lists of shares in time order; they have one sum. A share may be zero: then what is written
        # is written over by the next, and the last is never zero.
        a = i
        b = j
        sell_part = sell_share[a]
        buy_part = buy_share[b]
        while energy > 0:
            next_sell = sell_share[np.uint64(a + 1)]
            next_buy = buy_share[np.uint64(b + 1)]
            part = min(sell_part, buy_part)
            if count < room:
                place = np.uint64(count)
                out_sell[place] = sell_row[np.uint64(a)]
                out_buy[place] = buy_row[np.uint64(b)]
                out_energy[place] = part
                out_price[place] = price
            count += part > 0
            energy -= part
            a += sell_part == part
            b += buy_part == part
            sell_left = sell_part - part
            buy_left = buy_part - part
            sell_part = sell_left if sell_left > 0 else next_sell
            buy_part = buy_left if buy_left > 0 else next_buy


pair_groups = njit(_pair_groups)


def _pair_levels(sell: Line, buy: Line, step: int, k: int, trades: Trades, place: int) -> int:
    """Ties by time, for queues level by level, from any two orders on: forwards, or backwards to the beginning.

    The pairs of two levels have one price. The energies of the next orders are read before it is known whether they
    are needed, so that nothing waits for memory.

    Parameters
    ----------
    sell, buy : Line
    step : int
        1, or −1 for backwards.
    k : int [10⁻⁴]
    trades : Trades
        Out; with room for a pair per order.
    place : int
        Of the first pair; the others follow in the direction of `step`.

    Returns
    -------
    int
        The place behind the last pair.
    """
    sell_row, sell_start, sell_level, i, a, a_end, sell_rest = sell
    buy_row, buy_start, buy_level, j, b, b_end, buy_rest = buy
    out_sell, out_buy, out_energy, out_price = trades
    ahead = int(step > 0)
    while a != a_end and b != b_end and sell_level[a] <= buy_level[b]:
        price = price_between(sell_level[a], buy_level[b], k)
        sell_end = sell_start[a + ahead] - (1 - ahead)
        buy_end = buy_start[b + ahead] - (1 - ahead)
        while i != sell_end and j != buy_end:
            sell_next = sell_row[np.uint64(i + step)] >> ROW_BITS
            buy_next = buy_row[np.uint64(j + step)] >> ROW_BITS
            energy = min(sell_rest, buy_rest)
            out_sell[np.uint64(place)] = sell_row[np.uint64(i)] & ROW_MASK
            out_buy[np.uint64(place)] = buy_row[np.uint64(j)] & ROW_MASK
            out_energy[np.uint64(place)] = energy
            out_price[np.uint64(place)] = price
            place += step
            i += step if sell_rest == energy else 0
            j += step if buy_rest == energy else 0
            sell_left = sell_rest - energy
            buy_left = buy_rest - energy
            sell_rest = sell_left if sell_left > 0 else sell_next
            buy_rest = buy_left if buy_left > 0 else buy_next
        a += step if i == sell_end else 0
        b += step if j == buy_end else 0
    return place


pair_levels = njit(_pair_levels)


def _energy_before(row: Ints, stop: int) -> int:
    """Energy of the orders from `PAD` on up to `stop`."""
    energy = 0
    for i in range(PAD, stop):
        energy += row[i] >> ROW_BITS
    return energy


energy_before = njit(_energy_before)


def _order_at(row: Ints, stop: int, energy: int) -> tuple[int, int]:
    """The order in which so much energy is reached, and how much of it that takes; `stop` if there is less in all."""
    i = PAD
    taken = row[i] >> ROW_BITS
    while i < stop and taken < energy:
        energy -= taken
        i += 1
        taken = row[i] >> ROW_BITS
    return i, energy


order_at = njit(_order_at)
