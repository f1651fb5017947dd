"""Ties by time: pairing the two sides of a book in line, who trades with whom, how much and at what price."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridsim.core._jit import njit
from gridsim.core.book import WINDOW, Trades, Window, Windows
from gridsim.core.line import Line
from gridsim.core.price import price_between

__all__ = ["FRONT", "UNTIL_PRICES_PART", "Start", "pair_orders"]

UNTIL_PRICES_PART = np.int64(2**63 - 1)

# Typed: for a literal argument numba compiles the callee once more.
_SELL = np.int64(1)
_BUY = np.int64(-1)


class Start(NamedTuple):
    """Where pairing starts: two orders, and how much of the energy of each lies behind the start [kWh]."""

    sell: int
    buy: int
    sell_behind: int
    buy_behind: int


FRONT = Start(0, 0, 0, 0)


def _view(line: Line, order: int, step: int, sign: int, point: int, window: Window) -> int:
    """Take the next orders of a line apart.

    Parameters
    ----------
    line : Line
    order : int
        The first of them; they begin at `point`.
    step : int
        1 or −1: forwards or backwards from there.
    sign : int
        1 for sells, −1 for buys.
    point : int [kWh]
    window : Window
        Out, in the order of the line.

    Returns
    -------
    int
        How many.
    """
    count = min(WINDOW, line.count - order if step > 0 else order + 1)
    if count == 0:
        return 0
    low = order if step > 0 else order - count + 1
    row, price, end = window
    high = low + count
    # As long as what is viewed, to let the compiler use vectors.
    from_row, from_energy, from_key = line.row[low:high], line.energy[low:high], line.key[low:high]
    first, row_shift, row_mask = line.first, np.uint64(line.row_shift), line.row_mask
    best, price_shift = line.best, np.uint64(line.key_shift + line.class_bits)
    energy_mask = line.energy_mask
    for i in range(len(from_row)):
        row[i] = first + (np.int64(np.uint64(from_row[i]) >> row_shift) & row_mask)
        price[i] = best + sign * np.int64(np.uint64(from_key[i]) >> price_shift)
        end[i] = from_energy[i] & energy_mask
    if step > 0:
        for i in range(len(from_row)):
            point += end[i]
            end[i] = point
    else:
        for i in range(np.uint64(count)):
            at = np.uint64(count) - np.uint64(1) - i
            point += end[at]
            end[at] = point
    return count


view = njit(_view)


def _pair_orders(
    sell: Line,
    buy: Line,
    start: Start,
    step: int,
    distance: int,
    k: int,
    trades: Trades,
    place: int,
    windows: Windows,
) -> int:
    """Pair the orders from `start` on, be that forwards or backwards.

    Where an order of either side ends a pair ends; so each pair reaches from one of those points to the next.

    Parameters
    ----------
    sell, buy : Line
    start : Start
    step : int
        1 or −1: forwards or backwards in line.
    distance : int [kWh]
        How much energy there is to pair, where an order ends; or `UNTIL_PRICES_PART`.
    k : int [10⁻⁴]
    trades : Trades
        Out, with room for one pair at least. Pairs without room are counted, and written over the last.
    place : int
        Of the first pair; the others follow upwards, or downwards if `step` is −1.
    windows : Windows
        Scratch.

    Returns
    -------
    int
        The place behind the last pair.
    """
    sell_row, sell_price, sell_end = windows.sell
    buy_row, buy_price, buy_end = windows.buy
    out_sell, out_buy, out_energy, out_price = trades
    last_slot = len(out_energy) - 1
    next_sell, next_buy = start.sell, start.buy
    # Points are measured from the start, and so is where the orders in view end.
    sell_limit, buy_limit = -start.sell_behind, -start.buy_behind
    reached = 0
    i = 0
    j = 0
    while reached != distance:
        if reached >= sell_limit:
            in_view = view(sell, next_sell, step, _SELL, sell_limit, windows.sell)
            if in_view == 0:
                break
            next_sell += step * in_view
            i = 0 if step > 0 else in_view - 1
            sell_limit = sell_end[in_view - 1 - i]
        if reached >= buy_limit:
            in_view = view(buy, next_buy, step, _BUY, buy_limit, windows.buy)
            if in_view == 0:
                break
            next_buy += step * in_view
            j = 0 if step > 0 else in_view - 1
            buy_limit = buy_end[in_view - 1 - j]
        limit = min(sell_limit, buy_limit, distance)
        while reached != limit:
            price, other_price = sell_price[np.uint64(i)], buy_price[np.uint64(j)]
            if price > other_price:
                return place
            sell_point = sell_end[np.uint64(i)]
            buy_point = buy_end[np.uint64(j)]
            point = min(sell_point, buy_point)
            slot = np.uint64(min(place, last_slot))
            out_sell[slot] = sell_row[np.uint64(i)]
            out_buy[slot] = buy_row[np.uint64(j)]
            out_energy[slot] = point - reached
            out_price[slot] = price_between(price, other_price, k)
            place += step
            reached = point
            # No branches: nobody can guess whose energy ends first.
            i += step if sell_point == point else 0
            j += step if buy_point == point else 0
    return place


pair_orders = njit(_pair_orders)
