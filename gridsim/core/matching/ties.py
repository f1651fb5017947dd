"""Ties pro rata: pairing groups of orders alike in price and priority, where ties by time pair single orders.

Both sides trade the same energy, so both are measured along one axis: an order ends at the *point* where the energy of
all orders in line up to it is used up, and a group where its last order does. The two groups in front trade from where
trading has come to up to the nearer of their ends, the *limit*. Orders of the group that ends there give all they have
left, and its points stand in line already. Only a group that goes on must be split (`gridsim.core.split`): the points
where its orders' shares end are written down in front of the two lines, and those of what the orders have left move on.
"""

from __future__ import annotations

import numpy as np

from gridsim.core.jit import njit, njit_wrapping, one_by_one
from gridsim.core.matching.book import Ints, Levels, Spare, Ties, Trades
from gridsim.core.matching.merit_order import MeritOrder
from gridsim.core.rounding import price_between
from gridsim.core.split import divide, split

__all__ = ["form_groups", "pair_groups"]

_BEYOND = np.int64(2**63 - 1)  # a point that trading never comes to
# Unsigned, or numba asks of every index whether it counts from the end.
_NONE = np.uint64(0)
_ONE = np.uint64(1)
_TWO = np.uint64(2)
_MOST_OF_TWO = 3  # pairs that two orders against two make, written in any case
_BLOCK = 512  # orders that are still in the first-level cache when they are read again


def _form_groups(line: MeritOrder, groups: Levels, points: Ints, key: Ints) -> None:
    """Write down points and rows of a line, and where its groups end and what they cost.

    Parameters
    ----------
    line : MeritOrder
        With the class in its keys. Its rows lie where `Ties` has them, and stay there.
    groups : Levels
        Out.
    points : int64 array
        Of `Ties`. Out: those of the side.
    key : int64 array
        Scratch.
    """
    count, first, class_bits, best, sign = line.count, line.first, line.class_bits, line.best, line.sign
    row_shift, row_mask, energy_mask = np.uint64(line.row_shift), line.row_mask, line.energy_mask
    key_shift = np.uint64(line.key_shift)
    at, stop, price = groups
    points[at] = 0
    point = 0
    group = -1
    last_key = -1
    for begin in range(0, count, _BLOCK):
        end = min(begin + _BLOCK, count)
        # Slices and their whole length: an index that might be negative keeps the compiler from using vectors.
        from_energy, from_key, row = line.energy[begin:end], line.key[begin:end], line.row[begin:end]
        energy = points[at + 1 + begin : at + 1 + end]
        for i in range(len(energy)):
            energy[i] = from_energy[i] & energy_mask
            key[i] = np.int64(np.uint64(from_key[i]) >> key_shift)
        for i in range(len(row)):  # the last: it may stand where all else is read
            row[i] = first + (np.int64(np.uint64(row[i]) >> row_shift) & row_mask)
        for i in range(len(energy)):
            # A group's stop and price are written by all of its orders: whether another one follows is a guess.
            this_key = key[i]
            group += this_key != last_key
            last_key = this_key
            stop[np.uint64(group)] = begin + i + 1
            price[np.uint64(group)] = best + sign * (this_key >> class_bits)
            point += energy[i]
            energy[i] = point


form_groups = njit(_form_groups)


def _split_group(first: np.uint64, count: np.uint64, reached: int, limit: int, points: Ints, spare: Spare) -> None:
    """Share the energy from `reached` to `limit` out over the orders of a group that goes on.

    Parameters
    ----------
    first, count : uint64
        The group's orders in line.
    reached, limit : int [kWh]
        Points on the axis.
    points : int64 array
        Of `Ties`. Out: from place 1 on, where the orders' shares end; and in line, where what they have left ends.
    spare : Spare
        Scratch.
    """
    weights, shares, _, remainders = spare
    points[first] = reached
    for n in range(count):
        weights[n] = points[first + n + _ONE] - points[first + n]
    split(limit - reached, points[first + count] - reached, weights, _NONE, count, shares, _NONE, remainders)
    point = reached
    for n in range(count):
        one_by_one()
        point += shares[n]
        points[n + _ONE] = point
        points[first + n + _ONE] += limit - point
    points[count + _ONE] = _BEYOND


_split_group_jit = njit_wrapping(_split_group, inlined=True)


def _split_two(first: np.uint64, reached: int, limit: int, end: int, points: Ints) -> int:
    """`_split_group` of two orders that have left what lies between `reached` and `end`; returns the first's point."""
    point = points[first + _ONE]
    total = limit - reached
    whole = end - reached
    ratio = float(total) / float(whole)
    share, remainder = divide(point - reached, ratio, np.uint64(total), np.uint64(whole))
    share += 2 * remainder >= whole  # of two remainders the larger is served; of equal, the first
    points[first + _ONE] = point + total - share
    return reached + share


_split_two_jit = njit_wrapping(_split_two, inlined=True)


def _pair_two(
    i: np.uint64, sell_point: int, j: np.uint64, buy_point: int, reached: int, limit: int, price: int, rows: Ints,
    trades: Trades, place: int,
) -> int:  # fmt: skip
    """Pair one or two orders of a side with one or two of the other: three pairs at most.

    Pairs without energy are written over by the next: which of them have some is a guess that a branch would lose.
    """
    out_sell, out_buy, out_energy, out_price = trades
    low = min(sell_point, buy_point)
    high = min(max(sell_point, buy_point), limit)
    slot = np.uint64(place)
    out_sell[slot] = rows[i]
    out_buy[slot] = rows[j]
    out_energy[slot] = low - reached
    out_price[slot] = price
    place += low > reached
    slot = np.uint64(place)
    out_sell[slot] = rows[i + np.uint64(sell_point == low)]
    out_buy[slot] = rows[j + np.uint64(sell_point != low)]
    out_energy[slot] = high - low
    out_price[slot] = price
    place += high > low
    slot = np.uint64(place)
    out_sell[slot] = rows[i + _ONE]
    out_buy[slot] = rows[j + _ONE]
    out_energy[slot] = limit - high
    out_price[slot] = price
    place += limit > high
    return place


_pair_two_jit = njit(_pair_two, inlined=True)


def _pair_shares(
    a: np.uint64, row_a: np.uint64, b: np.uint64, row_b: np.uint64, reached: int, limit: int, price: int, points: Ints,
    rows: Ints, trades: Trades, place: int,
) -> int:  # fmt: skip
    """Pair off two lists of shares in time order, from `reached` to `limit`; returns the place behind the last pair.

    Parameters
    ----------
    a, b : uint64
        Where the points of the two lists begin.
    row_a, row_b : uint64
        Where their rows do.
    """
    out_sell, out_buy, out_energy, out_price = trades
    last_slot = len(out_energy) - 1
    first_place = place
    sell_point = points[a + _ONE]
    buy_point = points[b + _ONE]
    # The points next but one are read ahead, so that a step needs not wait for them. Where two points meet, or a share
    # is zero, what is written has no energy and is written over by the next; the last always has some.
    while reached < limit:
        next_sell_point = points[a + _TWO]
        next_buy_point = points[b + _TWO]
        sell_is_done = sell_point <= buy_point
        point = min(sell_point, buy_point)
        slot = np.uint64(min(place, last_slot))
        out_sell[slot] = rows[row_a]
        out_buy[slot] = rows[row_b]
        out_energy[slot] = point - reached
        place += point > reached
        reached = point
        steps_a = np.uint64(sell_is_done)
        a += steps_a
        row_a += steps_a
        b += _ONE - steps_a
        row_b += _ONE - steps_a
        sell_point = next_sell_point if sell_is_done else sell_point
        buy_point = buy_point if sell_is_done else next_buy_point
    for slot in range(np.uint64(min(first_place, last_slot)), np.uint64(min(place, last_slot + 1))):
        out_price[slot] = price
    return place


_pair_shares_jit = njit(_pair_shares, inlined=True)


def _pair_groups(ties: Ties, sells: int, buys: int, k: int, trades: Trades, place: int, spare: Spare) -> int:
    """Pair the two lines group by group.

    Parameters
    ----------
    ties : Ties
        Both lines. Their points are used up.
    sells, buys : int
        Number of orders in line, at least one each.
    k : int [10⁻⁴]
    trades : Trades
        Out, with room for one pair at least. Pairs without room are counted, and written over the last.
    place : int
        Of the first pair.
    spare : Spare
        Scratch.

    Returns
    -------
    int
        The place behind the last pair.
    """
    points, rows = ties.points, ties.rows
    sell_at, sell_stop, sell_price = ties.sell
    buy_at, buy_stop, buy_price = ties.buy
    out_sell, out_buy, out_energy, out_price = trades
    last_slot = len(out_energy) - 1
    i = np.uint64(sell_at)  # the first order of the group in front
    j = np.uint64(buy_at)
    last_i = np.uint64(sell_at + sells)
    last_j = np.uint64(buy_at + buys)
    points[last_i + _ONE] = _BEYOND
    points[last_j + _ONE] = _BEYOND
    g = _NONE
    h = _NONE
    reached = np.int64(0)
    stop_i = np.uint64(sell_at + sell_stop[g])
    stop_j = np.uint64(buy_at + buy_stop[h])
    while sell_price[g] <= buy_price[h]:
        sell_end = points[stop_i]
        buy_end = points[stop_j]
        limit = min(sell_end, buy_end)
        price = price_between(sell_price[g], buy_price[h], k)
        if stop_i - i + stop_j - j == _TWO:  # one order against one: nothing to share out
            slot = np.uint64(min(place, last_slot))
            out_sell[slot] = rows[i]
            out_buy[slot] = rows[j]
            out_energy[slot] = limit - reached
            out_price[slot] = price
            place += 1
        elif stop_i - i <= _TWO and stop_j - j <= _TWO and place + _MOST_OF_TWO <= len(out_energy):
            first, stop = (i, stop_i) if sell_end > limit else (j, stop_j)
            if sell_end != buy_end and stop - first == _TWO:
                points[_ONE] = _split_two_jit(first, reached, limit, max(sell_end, buy_end), points)
                sell_point = points[_ONE] if sell_end > limit else points[i + _ONE]
                buy_point = points[_ONE] if buy_end > limit else points[j + _ONE]
            else:
                sell_point = points[i + _ONE]
                buy_point = points[j + _ONE]
            place = _pair_two_jit(i, sell_point, j, buy_point, reached, limit, price, rows, trades, place)
        else:
            a = i
            b = j
            # A single order that goes on needs no split: its point lies beyond the limit. A group that was split is
            # read from the beginning of `points`.
            if sell_end > limit and stop_i - i > _ONE:
                _split_group_jit(i, stop_i - i, reached, limit, points, spare)
                a = _NONE
            if buy_end > limit and stop_j - j > _ONE:
                _split_group_jit(j, stop_j - j, reached, limit, points, spare)
                b = _NONE
            place = _pair_shares_jit(a, i, b, j, reached, limit, price, points, rows, trades, place)
        reached = limit
        if sell_end == limit:
            i = stop_i
            if i == last_i:
                break
            g += _ONE
            stop_i = np.uint64(sell_at + sell_stop[g])
        if buy_end == limit:
            j = stop_j
            if j == last_j:
                break
            h += _ONE
            stop_j = np.uint64(buy_at + buy_stop[h])
    return place


pair_groups = njit_wrapping(_pair_groups)
