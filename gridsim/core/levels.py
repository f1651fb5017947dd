"""Putting a large book in line by counting: orders go to buckets of their price, and only what can trade is moved.

1. `survey` reads the range of prices and classes of a side, and `find_scale` cuts it into buckets. Market prices come
   in ticks; then a bucket is exactly one price and class. Else it is a narrow range of prices.
2. `tally` counts orders and energy per bucket.
3. `margin` lets the buckets trade instead of the orders, and so finds the last bucket of either side that can trade.
4. `spread` moves the orders up to there to the places of their buckets, in file order.
5. `list_levels` sorts within buckets where that is still needed, and lists the price levels for the pairing.

An order is one number from then on, energy and position: ``energy << 32 | row``. Where either does not fit, the book
is put in line the general way (`gridsim.core.match`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridsim.core._jit import njit
from gridsim.core.book import PAD, Ints, Queue, Spare
from gridsim.core.sort import mend_runs, sort_span

__all__ = [
    "ROW_BITS",
    "ROW_MASK",
    "Scale",
    "Survey",
    "find_scale",
    "list_levels",
    "margin",
    "spread",
    "survey",
    "tally",
]

ROW_BITS = 32
ROW_MASK = 2**ROW_BITS - 1
MOST_ENERGY = 2 ** (63 - ROW_BITS)
"""Energies below it fit one number with a position."""
_SAMPLED = 256  # so many prices give a tick away; all of them are checked against it later
_NOBODY = 2**63 - 1
_ROW_MASK = np.int64(ROW_MASK)  # typed: for a literal argument numba compiles the callee once more
_BY_INSERTION = 24  # up to so many orders, moving them one by one is quicker than counting digits


class Survey(NamedTuple):
    """What there is on one side of a book; of prices, those of orders with energy."""

    low: int
    high: int
    most: int  # energy of the largest order
    class_bits: int  # that the priority classes need
    in_time: bool  # file order is time order


class Scale(NamedTuple):
    """Which bucket an order falls into: by its gap, which is how far its rank lies behind the first, and its class."""

    best: int  # the rank that comes first
    reach: int  # greatest gap that can trade with the front of the other side
    is_exact: bool  # a bucket is one price and class; else it is a range of prices
    shift: int  # ranges: a bucket holds gaps alike in ``gap >> shift``
    tick: int  # exact: the gap is a whole number of ticks …
    magic: int  # … namely ``gap * magic >> 32``; it is 2³² / tick, rounded up (and for ranges 2³² itself)
    class_bits: int
    levels: int


def _survey(price: Ints, energy: Ints, priority: Ints, time: Ints) -> Survey:
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


def _ranges(best: int, reach: int, room: int) -> Scale:
    """The scale with at most `room` buckets for any prices whatever."""
    shift = 0
    while reach >> shift >= room:
        shift += 1
    return Scale(best, reach, False, shift, 1, 1 << ROW_BITS, 0, (reach >> shift) + 1)


ranges = njit(_ranges)


def _find_scale(price: Ints, energy: Ints, sign: int, found: Survey, last: int, room: int) -> Scale:
    """The scale for ranks up to `last` in at most `room` buckets.

    If it `is_exact`, a sample of the prices keeps to its tick; `tally` says whether all of them do.
    """
    best = found.low if sign > 0 else -found.high
    reach = min(found.high if sign > 0 else -found.low, last) - best
    tick = reach
    for i in range(0, len(price), len(price) // _SAMPLED + 1):
        gap = sign * price[i] - best
        if energy[i] > 0 and gap <= reach:
            while gap > 0:
                tick, gap = gap, tick % gap
    tick = max(tick, 1)
    if reach > ROW_MASK or ((reach // tick + 1) << found.class_bits) > room:
        return ranges(best, reach, room)
    magic = ((1 << ROW_BITS) + tick - 1) // tick
    return Scale(best, reach, True, 0, tick, magic, found.class_bits, reach // tick + 1)


find_scale = njit(_find_scale)


def _tally(price: Ints, energy: Ints, priority: Ints, sign: int, scale: Scale, bins: Ints) -> bool:
    """Count the orders and the energy of each bucket; false if a price does not keep to the scale's tick.

    The last bucket takes what cannot trade.
    """
    beyond = np.uint64(scale.levels << scale.class_bits)
    best, reach = scale.best, np.uint64(scale.reach)
    shift, magic, tick = np.uint64(scale.shift), np.uint64(scale.magic), np.uint64(scale.tick)
    class_bits, classes = np.uint64(scale.class_bits), np.uint64((1 << scale.class_bits) - 1)
    row_bits, zero, one = np.uint64(ROW_BITS), np.uint64(0), np.uint64(1)
    off_tick = zero
    bins[: 2 * int(beyond) + 2] = 0
    for i in range(len(price)):
        gap = np.uint64(sign * price[i] - best)
        can_trade = (gap <= reach) & (energy[i] > 0)
        gap = gap if can_trade else zero
        level = ((gap >> shift) * magic) >> row_bits
        off_tick |= level * tick ^ gap
        bucket = (level << class_bits) | (np.uint64(priority[i]) & classes) if can_trade else beyond
        bins[bucket << one] += 1
        bins[(bucket << one) | one] += energy[i]
    return not scale.is_exact or off_tick == zero


tally = njit(_tally)


def _margin(sell: Scale, sell_bins: Ints, buy: Scale, buy_bins: Ints) -> tuple[int, int]:
    """How many buckets of each side can trade; those behind them cannot.

    The buckets trade as if all their orders had the best price in reach of them. For exact buckets that is their
    price; for ranges it lets a little too much through, which the pairing will stop.
    """
    sells = sell.levels << sell.class_bits
    buys = buy.levels << buy.class_bits
    i = 0
    j = 0
    sell_left = sell_bins[1]
    buy_left = buy_bins[1]
    while i < sells and j < buys:
        sell_price = sell.best + ((i >> sell.class_bits) * sell.tick << sell.shift)
        buy_price = -buy.best - ((j >> buy.class_bits) * buy.tick << buy.shift)
        if sell_price > buy_price:
            break
        energy = min(sell_left, buy_left)
        sell_left -= energy
        buy_left -= energy
        if sell_left == 0:
            i += 1
            sell_left = sell_bins[2 * i + 1]
        if buy_left == 0:
            j += 1
            buy_left = buy_bins[2 * j + 1]
    # Of the two buckets in front when it ends, one may have traded in part.
    i += i < sells and sell_left < sell_bins[2 * i + 1]
    j += j < buys and buy_left < buy_bins[2 * j + 1]
    return i, j


margin = njit(_margin)


def _spread(
    price: Ints, energy: Ints, priority: Ints, sign: int, scale: Scale, cut: int, bins: Ints, packed: Ints
) -> int:
    """Move the orders of the first `cut` buckets to their places in `packed`, and return their number.

    Afterwards ``bins[2 * b]`` is where bucket ``b`` ends.
    """
    place = PAD
    for bucket in range(cut):
        count = bins[2 * bucket]
        bins[2 * bucket] = place
        place += count
    # All others are written as well, one over the other, behind those that count: that is quicker than asking who they
    # are. Each bucket counts for itself, since one counter for all would have every order wait for the one before.
    beyond = scale.levels << scale.class_bits
    for bucket in range(cut, beyond + 1):
        bins[2 * bucket] = place
    nowhere = np.uint64(beyond)
    best, reach = scale.best, np.uint64(scale.reach)
    shift, magic = np.uint64(scale.shift), np.uint64(scale.magic)
    class_bits, classes = np.uint64(scale.class_bits), np.uint64((1 << scale.class_bits) - 1)
    row_bits, zero, one = np.uint64(ROW_BITS), np.uint64(0), np.uint64(1)
    for i in range(len(price)):
        gap = np.uint64(sign * price[i] - best)
        can_trade = (gap <= reach) & (energy[i] > 0)
        gap = gap if can_trade else zero
        level = ((gap >> shift) * magic) >> row_bits
        bucket = (level << class_bits) | (np.uint64(priority[i]) & classes)
        bucket = bucket if can_trade else nowhere
        to = bins[bucket << one]
        packed[np.uint64(to)] = (energy[i] << ROW_BITS) | i
        bins[bucket << one] = to + 1
    return place - PAD


spread = njit(_spread)


def _insert_by_key(key: Ints, row: Ints, first: int, stop: int, time: Ints) -> None:
    """Sort a handful by `key` and then by time."""
    for i in range(first + 1, stop):
        k = key[i]
        if key[i - 1] < k:
            continue
        r = row[i]
        j = i
        while j > first and (key[j - 1] > k or (key[j - 1] == k and time[row[j - 1] & ROW_MASK] > time[r & ROW_MASK])):
            key[j] = key[j - 1]
            row[j] = row[j - 1]
            j -= 1
        key[j] = k
        row[j] = r


_insert_by_key_jit = njit(_insert_by_key)


def _sort_ranges(
    price: Ints, priority: Ints, time: Ints, sign: int, best: int, class_bits: int, cut: int, queue: Queue, spare: Spare
) -> int:
    """Sort the orders of each range by price, class and time, list the levels, and return their number."""
    bins, key, row, start, level = queue.bins, queue.key, queue.row, queue.start, queue.level
    levels = 0
    first = np.int64(PAD)
    for bucket in range(cut):
        stop = bins[2 * bucket]
        for i in range(first, stop):
            order = row[i] & ROW_MASK
            key[i] = (sign * price[order] - best) << class_bits
            if class_bits > 0:
                key[i] |= priority[order]
        if stop - first <= _BY_INSERTION:
            _insert_by_key_jit(key, row, first, stop, time)
        else:
            sort_span(key, row, first, stop, spare.key, spare.row, spare.bins)
            mend_runs(key, row, first, stop, time, _ROW_MASK, spare.key, spare.row, spare.bins)
        for i in range(first, stop):
            if i == first or key[i] != key[i - 1]:
                start[levels] = i
                level[levels] = sign * (best + (key[i] >> class_bits))
                levels += 1
        first = stop
    start[levels] = first
    return levels


sort_ranges = njit(_sort_ranges)


def _sort_times(time: Ints, cut: int, queue: Queue, spare: Spare) -> None:
    """Sort the orders of each bucket by time: buckets of one price and class, whose file order is not time order."""
    first = np.int64(PAD)
    for bucket in range(cut):
        stop = queue.bins[2 * bucket]
        for i in range(first, stop):
            queue.key[i] = time[queue.row[i] & ROW_MASK]
        sort_span(queue.key, queue.row, first, stop, spare.key, spare.row, spare.bins)
        first = stop


sort_times = njit(_sort_times)


def _list_levels(sign: int, scale: Scale, cut: int, bins: Ints, start: Ints, level: Ints) -> int:
    """List the levels, which are the buckets that hold orders, and return their number."""
    levels = 0
    first = PAD
    for bucket in range(cut):
        start[levels] = first
        level[levels] = sign * (scale.best + (bucket >> scale.class_bits) * scale.tick)
        levels += first < bins[2 * bucket]
        first = bins[2 * bucket]
    start[levels] = first
    return levels


list_levels = njit(_list_levels)


def _unpack(queue: Queue, levels: int, first: int) -> int:
    """Turn a queue level by level into one order by order; `first` is the position of the book in its side.

    Returns
    -------
    int
        Number of orders.
    """
    for level in range(levels):
        for i in range(queue.start[level], queue.start[level + 1]):
            packed = queue.row[i]
            queue.key[i - PAD] = level
            queue.row[i - PAD] = first + (packed & ROW_MASK)
            queue.price[i - PAD] = queue.level[level]
            queue.rest[i - PAD] = packed >> ROW_BITS
    return queue.start[levels] - PAD


unpack = njit(_unpack)
