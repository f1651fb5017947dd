"""Pairing the two sides of a book that stand in line: who trades with whom, how much and at what price."""

from __future__ import annotations

import numpy as np

from gridsim.core._jit import njit
from gridsim.core.book import Ints, Queue, Trades
from gridsim.core.price import price_between
from gridsim.core.split import split

__all__ = ["order_at", "pair_groups", "pair_orders", "traded"]

_ZERO = np.int64(0)  # typed, not a plain 0: for a literal argument numba compiles the callee once more


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


def _traded(sell: Queue, sells: int, buy: Queue, buys: int) -> int:
    """The energy that trades [kWh]: supply rises and demand falls, so bisection finds where they part.

    The two fronts must be able to trade.
    """
    low = 0
    high = sells
    while low < high:  # for the number of sell orders whose first unit trades
        middle = (low + high) // 2
        partner = order_at(buy.end, buys, sell.end[middle])
        if partner < buys and sell.price[middle] <= buy.price[partner]:
            low = middle + 1
        else:
            high = middle
    last = low - 1
    low = 0
    high = buys
    while low < high:  # for the number of buy orders that the last of them could trade with
        middle = (low + high) // 2
        if sell.price[last] <= buy.price[middle]:
            low = middle + 1
        else:
            high = middle
    return min(sell.end[last + 1], buy.end[low])


traded = njit(_traded)


def _pair_orders(
    sell: Queue, sells: int, buy: Queue, buys: int, begin: int, end: int, k: int, trades: Trades, place: int
) -> int:
    """Ties by time: pair the orders from the energy `begin` to the energy `end`, be that forwards or backwards.

    Where an order of either side ends a pair ends; so each pair reaches from one of those points to the next.

    Parameters
    ----------
    sell, buy : Queue
    sells, buys : int
        Number of orders in line.
    begin, end : int [kWh]
        `begin` is 0 or a point where an order ends; so is `end`, which both sides reach.
    k : int [10⁻⁴]
    trades : Trades
        Out, with room for one pair at least. Pairs without room are counted, and written over the last.
    place : int
        Of the first pair; the others follow upwards, or downwards if `end` is before `begin`.

    Returns
    -------
    int
        The place behind the last pair.
    """
    sell_row, sell_price, sell_end = sell.row, sell.price, sell.end
    buy_row, buy_price, buy_end = buy.row, buy.price, buy.end
    out_sell, out_buy, out_energy, out_price = trades
    last_slot = len(out_energy) - 1
    # Backwards, the greater of two points is the next. Seen through the complement (~x) it is the smaller again.
    forwards = end > begin
    flip = 0 if forwards else -1
    step = 1 if forwards else -1
    ahead = 1 if forwards else 0
    i = order_at(sell_end, sells, begin + ahead - 1)
    j = order_at(buy_end, buys, begin + ahead - 1)
    reached = begin ^ flip
    last = end ^ flip
    while reached != last:
        sell_point = sell_end[np.uint64(i + ahead)] ^ flip
        buy_point = buy_end[np.uint64(j + ahead)] ^ flip
        point = min(sell_point, buy_point)
        slot = np.uint64(min(place, last_slot))
        out_sell[slot] = sell_row[np.uint64(i)]
        out_buy[slot] = buy_row[np.uint64(j)]
        out_energy[slot] = point - reached
        out_price[slot] = price_between(sell_price[np.uint64(i)], buy_price[np.uint64(j)], k)
        place += step
        reached = point
        i += step if sell_point == point else 0
        j += step if buy_point == point else 0
    return place


pair_orders = njit(_pair_orders)


def _pair_groups(
    sell: Queue, sells: int, buy: Queue, buys: int, k: int, trades: Trades, count: int, remainders: Ints
) -> int:
    """Ties pro rata: the two fronts are groups. Returns `count` and the number of its pairs.

    Of the two groups in front one trades out, or both do; only the other has to be split. What a single order has left
    is what its group has left.
    """
    sell_row, sell_price, sell_key, sell_rest, sell_share = sell.row, sell.price, sell.key, sell.rest, sell.share
    buy_row, buy_price, buy_key, buy_rest, buy_share = buy.row, buy.price, buy.key, buy.rest, buy.share
    out_sell, out_buy, out_energy, out_price = trades
    last_slot = len(out_energy) - 1
    i = _ZERO
    i_stop = _ZERO
    i_energy = _ZERO
    j = _ZERO
    j_stop = _ZERO
    j_energy = _ZERO
    while True:
        if i_energy == 0:
            i = i_stop
            while i_stop < sells and sell_key[np.uint64(i_stop)] == sell_key[np.uint64(i)]:
                i_energy += sell_rest[np.uint64(i_stop)]
                i_stop += 1
        if j_energy == 0:
            j = j_stop
            while j_stop < buys and buy_key[np.uint64(j_stop)] == buy_key[np.uint64(j)]:
                j_energy += buy_rest[np.uint64(j_stop)]
                j_stop += 1
        if i == sells or j == buys or sell_price[np.uint64(i)] > buy_price[np.uint64(j)]:
            return count
        energy = min(i_energy, j_energy)
        price = price_between(sell_price[np.uint64(i)], buy_price[np.uint64(j)], k)
        if i_stop - i == 1 and j_stop - j == 1:
            slot = np.uint64(min(count, last_slot))
            out_sell[slot] = sell_row[np.uint64(i)]
            out_buy[slot] = buy_row[np.uint64(j)]
            out_energy[slot] = energy
            out_price[slot] = price
            count += 1
            i_energy -= energy
            j_energy -= energy
            continue
        # Shares are summed up as they come, to the points in the energy of the step where each order's share ends.
        if i_stop - i == 1:
            sell_share[i] = energy
        elif energy == i_energy:
            point = _ZERO
            for a in range(np.uint64(i), np.uint64(i_stop)):
                point += sell_rest[a]
                sell_share[a] = point
        else:
            split(energy, i_energy, sell_rest, i, i_stop, sell_share, remainders)
            point = _ZERO
            for a in range(np.uint64(i), np.uint64(i_stop)):
                sell_rest[a] -= sell_share[a]
                point += sell_share[a]
                sell_share[a] = point
        if j_stop - j == 1:
            buy_share[j] = energy
        elif energy == j_energy:
            point = _ZERO
            for b in range(np.uint64(j), np.uint64(j_stop)):
                point += buy_rest[b]
                buy_share[b] = point
        else:
            split(energy, j_energy, buy_rest, j, j_stop, buy_share, remainders)
            point = _ZERO
            for b in range(np.uint64(j), np.uint64(j_stop)):
                buy_rest[b] -= buy_share[b]
                point += buy_share[b]
                buy_share[b] = point
        i_energy -= energy
        j_energy -= energy
        # Pair off the two lists of shares in time order; they end at one point. Where both have a point, or a share is
        # zero, what is written may have no energy; then it is written over by the next, and the last always has some.
        a = np.uint64(i)
        b = np.uint64(j)
        reached = _ZERO
        while reached < energy:
            sell_point = sell_share[a]
            buy_point = buy_share[b]
            point = min(sell_point, buy_point)
            slot = np.uint64(min(count, last_slot))
            out_sell[slot] = sell_row[a]
            out_buy[slot] = buy_row[b]
            out_energy[slot] = point - reached
            out_price[slot] = price
            count += point > reached
            reached = point
            a += np.uint64(sell_point <= buy_point)
            b += np.uint64(buy_point <= sell_point)


pair_groups = njit(_pair_groups)
