"""Which orders of a large book can trade at all: known before any of them is moved.

1. `outline` looks at a few hundred orders of a side, to know about where its prices lie.
2. `cut` divides those prices into a few hundred ranges.
3. `survey` reads the side, once: what there is, and the energy of each range. A poor outline makes ranges that tell
   little apart, not a wrong result: the first range holds all that comes before, the last all that comes behind.
4. `margin` lets the ranges trade instead of the orders, and so finds how far either side can trade. It lets a few
   orders too many through, those of the marginal range; the pairing will stop them.

A side's *rank* is its price, with the sign turned for buys, so that on either side the smaller rank comes first. An
order's *gap* is how far its rank lies behind the first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridsim.core._jit import njit
from gridsim.core.book import MOST_RANGES, Ints, Side

__all__ = ["Outline", "Ranges", "Survey", "cut", "margin", "outline", "survey"]

_NOBODY = 2**63 - 1
_ORDERS_PER_RANGE = 4  # of a short side; long ones have more
_SAMPLES = 512
_BLOCK = 64  # orders read twice while they are in the first-level cache; few, so that memory is asked for the next


class Outline(NamedTuple):
    """Lowest and highest price of some orders with energy; nothing trades at them if there is none."""

    low: int
    high: int


class Ranges(NamedTuple):
    """How the ranks of a side are cut.

    Range 0 is all before `begin`; then come `count` ranges of ``1 << shift`` ranks each, and the last one is all
    behind them.
    """

    begin: int
    shift: int
    count: int


class Survey(NamedTuple):
    """What there is on one side of a book; of prices, those of orders with energy."""

    low: int
    high: int
    most: int  # energy of the largest order
    class_bits: int  # that the priority classes need
    in_time: bool  # file order is time order


def _outline(side: Side, first: int, stop: int) -> Outline:
    """Look at some of the orders from `first` up to `stop`, spread evenly."""
    low = _NOBODY
    high = -_NOBODY
    for i in range(first, stop, (stop - first) // _SAMPLES + 1):
        low = min(low, side.price[i] if side.energy[i] > 0 else _NOBODY)
        high = max(high, side.price[i] if side.energy[i] > 0 else -_NOBODY)
    return Outline(low, high) if low <= high else Outline(0, 0)


outline = njit(_outline)


def _cut(orders: int, sign: int, seen: Outline, other: Outline) -> Ranges:
    """Cut what can trade with the front of the other side, as far as it was seen.

    Parameters
    ----------
    orders : int
        Of the side.
    sign : int
        1 for sells, −1 for buys.
    seen, other : Outline
        Of this side and of the other.
    """
    begin = seen.low if sign > 0 else -seen.high
    reach = max(0, (min(seen.high, other.high) if sign > 0 else -max(seen.low, other.low)) - begin)
    room = min(MOST_RANGES, orders // _ORDERS_PER_RANGE + 1)
    shift = 0
    while reach >> shift >= room:
        shift += 1
    return Ranges(begin, shift, (reach >> shift) + 1)


cut = njit(_cut)


def _survey(side: Side, first: int, stop: int, sign: int, ranges: Ranges, bins: Ints) -> Survey:
    """Read the orders of the book.

    Parameters
    ----------
    side : Side
    first, stop : int
        The orders of the book.
    sign : int
        1 for sells, −1 for buys.
    ranges : Ranges
    bins : int64 array [kWh]
        Out: the energy of each range, and a zero behind the last.
    """
    begin, shift, count = ranges
    last = count + 1
    bins[: last + 2] = 0
    low = _NOBODY
    high = -_NOBODY
    most = 0
    classes = 0
    late = False
    for block in range(first, stop, _BLOCK):
        end = min(block + _BLOCK, stop)
        # Slices and their whole length: an index that might be negative keeps the compiler from using vectors.
        price, energy = side.price[block:end], side.energy[block:end]
        priority, time = side.priority[block:end], side.time[max(block - 1, first) : end]
        for i in range(len(price)):
            low = min(low, price[i] if energy[i] > 0 else _NOBODY)
            high = max(high, price[i] if energy[i] > 0 else -_NOBODY)
            most = max(most, energy[i])
        for i in range(len(priority)):
            classes |= priority[i]
        for i in range(1, len(time)):
            late |= time[i - 1] > time[i]
        for i in range(len(price)):
            bins[np.uint64(min(max(((sign * price[i] - begin) >> shift) + 1, 0), last))] += energy[i]
    class_bits = 0
    while classes >> class_bits > 0:
        class_bits += 1
    return Survey(low, high, most, class_bits, not late)


survey = njit(_survey)


def _margin(
    sell_found: Survey, sell: Ranges, sell_bins: Ints, buy_found: Survey, buy: Ranges, buy_bins: Ints
) -> tuple[int, int]:
    """The greatest gap of either side that can trade, as if all orders of a range had the best price in it.

    The two fronts must be able to trade.
    """
    sell_best, buy_best = sell_found.low, -buy_found.high
    sell_stop, buy_stop = sell.count + 2, buy.count + 2
    i = 0
    j = 0
    sell_front = sell_best  # the least rank that the range may hold
    buy_front = buy_best
    sell_left = sell_bins[0]
    buy_left = buy_bins[0]
    while i < sell_stop and j < buy_stop and sell_front <= -buy_front:
        energy = min(sell_left, buy_left)
        sell_left -= energy
        buy_left -= energy
        if sell_left == 0:
            sell_front = sell.begin + (i << sell.shift)
            i += 1
            sell_left = sell_bins[i]
        if buy_left == 0:
            buy_front = buy.begin + (j << buy.shift)
            j += 1
            buy_left = buy_bins[j]
    # Of the two ranges in front when it ends, one may have traded in part: then the next one is the first that can't.
    if sell_left < sell_bins[i]:
        sell_front = sell.begin + (i << sell.shift)
        i += 1
    if buy_left < buy_bins[j]:
        buy_front = buy.begin + (j << buy.shift)
        j += 1
    sell_reach = min(sell_found.high, buy_found.high) - sell_best
    buy_reach = -max(sell_found.low, buy_found.low) - buy_best
    return (
        min(sell_front - 1 - sell_best, sell_reach) if i < sell_stop else sell_reach,
        min(buy_front - 1 - buy_best, buy_reach) if j < buy_stop else buy_reach,
    )


margin = njit(_margin)
