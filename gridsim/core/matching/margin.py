"""Which orders of a large book can trade at all: known before any of them is moved.

1. `survey` reads what there is on a side.
2. `tally` cuts the prices of the side into a few hundred ranges, and sums the energy of each.
3. `margin` lets the ranges trade instead of the orders, and so finds how far either side can trade. It lets a few
   orders too many through, those of the marginal range; the pairing will stop them.

A side's *rank* is its price, with the sign turned for buys, so that on either side the smaller rank comes first. An
order's *gap* is how far its rank lies behind the first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridsim.core.jit import njit
from gridsim.core.matching.book import MOST_RANGES, Ints, Side

__all__ = ["Ranges", "Survey", "margin", "survey", "tally"]

_NOBODY = 2**63 - 1
_ORDERS_PER_RANGE = 4  # of a short side; long ones have more


class Survey(NamedTuple):
    """What there is on one side of a book; of prices, those of orders with energy."""

    low: int
    high: int
    most: int  # energy of the largest order
    class_bits: int  # that the priority classes need
    in_time: bool  # file order is time order


class Ranges(NamedTuple):
    """How the prices of a side are cut: an order is in range ``gap >> shift``."""

    best: int  # the rank that comes first
    reach: int  # greatest gap that can trade with the front of the other side
    shift: int
    count: int


def _survey(side: Side, first: int, stop: int) -> Survey:
    """Read the orders from `first` up to `stop`."""
    # Slices and their whole length: an index that might be negative keeps the compiler from using vectors.
    price, energy = side.price[first:stop], side.energy[first:stop]
    priority, time = side.priority[first:stop], side.time[first:stop]
    low = _NOBODY
    high = -_NOBODY
    most = 0
    for i in range(len(price)):
        low = min(low, price[i] if energy[i] > 0 else _NOBODY)
        high = max(high, price[i] if energy[i] > 0 else -_NOBODY)
        most = max(most, energy[i])
    classes = 0
    for i in range(len(priority)):
        classes |= priority[i]
    late = False
    for i in range(1, len(time)):
        late |= time[i - 1] > time[i]
    class_bits = 0
    while classes >> class_bits > 0:
        class_bits += 1
    return Survey(low, high, most, class_bits, not late)


survey = njit(_survey)


def _tally(side: Side, first: int, stop: int, sign: int, found: Survey, other: Survey, bins: Ints) -> Ranges:
    """Sum up the energy by range of what can trade with the front of the other side.

    Parameters
    ----------
    side : Side
    first, stop : int
        The orders of the book.
    sign : int
        1 for sells, −1 for buys.
    found, other : Survey
        Of this side and of the other; they can trade.
    bins : int64 array [kWh]
        Out, by range; behind them stands what cannot trade.
    """
    best = found.low if sign > 0 else -found.high
    reach = (min(found.high, other.high) if sign > 0 else -max(found.low, other.low)) - best
    room = min(MOST_RANGES, (stop - first) // _ORDERS_PER_RANGE + 1)
    shift = 0
    while reach >> shift >= room:
        shift += 1
    count = (reach >> shift) + 1
    bins[: count + 1] = 0
    beyond, right, farthest = np.uint64(count), np.uint64(shift), np.uint64(reach)
    price, energy = side.price[first:stop], side.energy[first:stop]
    for i in range(len(price)):
        gap = np.uint64(sign * price[i] - best)
        bins[gap >> right if gap <= farthest else beyond] += energy[i]
    return Ranges(best, reach, shift, count)


tally = njit(_tally)


def _margin(sell: Ranges, sell_bins: Ints, buy: Ranges, buy_bins: Ints) -> tuple[int, int]:
    """The greatest gap of either side that can trade, as if all orders of a range had the best price in it."""
    i = 0
    j = 0
    sell_left = sell_bins[0]
    buy_left = buy_bins[0]
    while i < sell.count and j < buy.count and sell.best + (i << sell.shift) <= -buy.best - (j << buy.shift):
        energy = min(sell_left, buy_left)
        sell_left -= energy
        buy_left -= energy
        if sell_left == 0:
            i += 1
            sell_left = sell_bins[i]
        if buy_left == 0:
            j += 1
            buy_left = buy_bins[j]
    # Of the two ranges in front when it ends, one may have traded in part.
    i += i < sell.count and sell_left < sell_bins[i]
    j += j < buy.count and buy_left < buy_bins[j]
    return min((i << sell.shift) - 1, sell.reach), min((j << buy.shift) - 1, buy.reach)


margin = njit(_margin)
