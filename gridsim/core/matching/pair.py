"""Ties by time: pairing the two sides of a book in line, who trades with whom, how much and at what price."""

from __future__ import annotations

import numpy as np

from gridsim.core.jit import njit
from gridsim.core.matching.book import Ints, Trades
from gridsim.core.matching.merit_order import MeritOrder, price_at
from gridsim.core.rounding import price_between

__all__ = ["pair_orders"]


def _order_at(end: Ints, count: int, energy: int) -> int:
    """The order that the unit of energy behind the first `energy` belongs to; `count` if there is none."""
    low = 0
    high = count
    while low < high:
        middle = (low + high) // 2
        if end[middle + 1] <= energy:
            low = middle + 1
        else:
            high = middle
    return low


order_at = njit(_order_at)


def _traded(sell: MeritOrder, buy: MeritOrder) -> int:
    """The energy that trades [kWh]: supply rises and demand falls, so bisection finds where they part.

    The two fronts must be able to trade.
    """
    low = 0
    high = sell.count
    while low < high:  # for the number of sell orders whose first unit trades
        middle = (low + high) // 2
        partner = order_at(buy.end, buy.count, sell.end[middle])
        if partner < buy.count and price_at(sell, middle) <= price_at(buy, partner):
            low = middle + 1
        else:
            high = middle
    last = low - 1
    low = 0
    high = buy.count
    while low < high:  # for the number of buy orders that the last of them could trade with
        middle = (low + high) // 2
        if price_at(sell, last) <= price_at(buy, middle):
            low = middle + 1
        else:
            high = middle
    return min(sell.end[last + 1], buy.end[low])


traded = njit(_traded)


def _pair_orders(sell: MeritOrder, buy: MeritOrder, k: int, trades: Trades, place: int) -> int:
    """Pair the orders of a book, from the best prices on.

    Where an order of either side ends a pair ends; so each pair reaches from one of those points to the next.

    Parameters
    ----------
    sell, buy : MeritOrder
        With their ends; the two fronts must be able to trade.
    k : int [10⁻⁴]
    trades : Trades
        Out, with room for one pair at least. Pairs without room are counted, and written over the last.
    place : int
        Of the first pair.

    Returns
    -------
    int
        The place behind the last pair.
    """
    last = traded(sell, buy)
    sell_row, sell_first, sell_shift, sell_mask = sell.row, sell.first, np.uint64(sell.row_shift), sell.row_mask
    buy_row, buy_first, buy_shift, buy_mask = buy.row, buy.first, np.uint64(buy.row_shift), buy.row_mask
    sell_key, sell_best, sell_price_shift = sell.key, sell.best, np.uint64(sell.key_shift + sell.class_bits)
    buy_key, buy_best, buy_price_shift = buy.key, buy.best, np.uint64(buy.key_shift + buy.class_bits)
    sell_end, buy_end = sell.end, buy.end
    out_sell, out_buy, out_energy, out_price = trades
    last_slot = len(out_energy) - 1
    i = 0
    j = 0
    reached = 0
    while reached < last:
        sell_point = sell_end[np.uint64(i + 1)]
        buy_point = buy_end[np.uint64(j + 1)]
        point = min(sell_point, buy_point)
        slot = np.uint64(min(place, last_slot))
        out_sell[slot] = sell_first + (np.int64(np.uint64(sell_row[np.uint64(i)]) >> sell_shift) & sell_mask)
        out_buy[slot] = buy_first + (np.int64(np.uint64(buy_row[np.uint64(j)]) >> buy_shift) & buy_mask)
        out_energy[slot] = point - reached
        sell_price = sell_best + np.int64(np.uint64(sell_key[np.uint64(i)]) >> sell_price_shift)
        buy_price = buy_best - np.int64(np.uint64(buy_key[np.uint64(j)]) >> buy_price_shift)
        out_price[slot] = price_between(sell_price, buy_price, k)
        place += 1
        reached = point
        i += 1 if sell_point == point else 0
        j += 1 if buy_point == point else 0
    return place


pair_orders = njit(_pair_orders)
