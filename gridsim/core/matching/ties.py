"""Ties pro rata: pairing groups of orders alike in price and priority, where ties by time pair single orders.

Both sides trade the same energy, so both are measured along one axis: an order ends at the *point* where the energy of
all orders in line up to it is used up, and a group where its last order does. The two groups in front trade from where
trading has come to up to the nearer of their ends, the *limit*. Orders of the group that ends there give all they have
left, and its points stand in line already. Only a group that goes on must be split: the points where its orders' shares
end are written down in front of the two lines, and the points of what the orders have left are moved on.
"""

from __future__ import annotations

import numpy as np

from gridsim.core.jit import njit, njit_wrapping
from gridsim.core.matching.book import Groups, Ints, Spare, Ties, Trades
from gridsim.core.matching.merit_order import MeritOrder
from gridsim.core.rounding import price_between
from gridsim.core.split import FEW, divide, threshold_of_many

__all__ = ["form_groups", "pair_groups"]

_BEYOND = np.int64(2**63 - 1)  # a point that trading never comes to
# Unsigned, or numba asks of every index whether it counts from the end.
_NONE = np.uint64(0)
_ONE = np.uint64(1)
_TWO = np.uint64(2)
_THREE = np.uint64(3)
_LANES = np.uint64(7)  # one less than the numbers in a vector
_BLOCK = 512  # orders that are still in the first-level cache when they are read again
_GUESSES = 4
_MOST_OF_TWO = 3  # pairs that groups of two make, written in any case


def _form_groups(line: MeritOrder, groups: Groups, points: Ints, key: Ints) -> None:
    """Write down points and rows of a line, and where its groups end and what they cost.

    Parameters
    ----------
    line : MeritOrder
        With the class in its keys. Its rows lie where `Ties` has them, and stay there.
    groups : Groups
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
        Out, with room for one pair at least. Pairs without room are counted; the last place then means nothing.
    place : int
        Of the first pair.
    spare : Spare
        Scratch.

    Returns
    -------
    int
        The place behind the last pair.

    Notes
    -----
    It is one long function because numba counts, for each array that a call hands over, up and down who holds it: that
    took as long as splitting a group of twenty. Loops over a group go on to whole vectors: what lies behind the group
    counts as an order that has nothing left.

    Most groups of a small book are one, two or three orders, where nobody can guess which. So two orders of a side have
    two shares in any case, the second of which may be nothing, and three are ranked without a branch.
    """
    points, rows = ties.points, ties.rows
    sell_at, sell_stop, sell_price = ties.sell
    buy_at, buy_stop, buy_price = ties.buy
    quotients, remainders, _, selected = spare  # what a split needs takes the place of what sorting needed
    out_sell, out_buy, out_energy, out_price = trades
    room = len(out_energy)
    last_slot = room - 1
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
        sell_goes_on = sell_end > buy_end
        price = price_between(sell_price[g], buy_price[h], k)
        if stop_i - i + stop_j - j == _TWO:
            # One order against one.
            slot = np.uint64(min(place, last_slot))
            out_sell[slot] = rows[i]
            out_buy[slot] = rows[j]
            out_energy[slot] = limit - reached
            out_price[slot] = price
            place += 1
        elif stop_i - i <= _TWO and stop_j - j <= _TWO and place + _MOST_OF_TWO <= len(out_energy):
            # Two orders at most on either side. The group that ends gives what its orders have left; one that goes on
            # is split.
            sell_point = points[i + _ONE]
            buy_point = points[j + _ONE]
            first = i if sell_goes_on else j
            stop = stop_i if sell_goes_on else stop_j
            if stop - first == _TWO and sell_end != buy_end:
                point = sell_point if sell_goes_on else buy_point
                total = limit - reached
                whole = max(sell_end, buy_end) - reached
                ratio = float(total) / float(whole)
                share, remainder = divide(point - reached, ratio, np.uint64(total), np.uint64(whole))
                share += 2 * remainder >= whole  # of two remainders the larger is served; of equal, the first
                points[first + _ONE] = point + total - share
                sell_point = reached + share if sell_goes_on else sell_point
                buy_point = buy_point if sell_goes_on else reached + share
            low = min(sell_point, buy_point)
            high = min(max(sell_point, buy_point), limit)
            # Three pairs at most. Those without energy are written over by the next.
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
        else:
            # More, or hardly any room left.
            first = i if sell_goes_on else j
            count = stop_i - i if sell_goes_on else stop_j - j
            a = i
            b = j
            rows_a = _NONE  # from an index of `points` to one of `rows`
            rows_b = _NONE
            # A single order that goes on needs no split: its point lies beyond the limit.
            if count > _ONE and sell_end != buy_end:
                points[first] = reached
                total = limit - reached
                whole = points[first + count] - reached
                unsigned_total = np.uint64(total)
                unsigned_whole = np.uint64(whole)
                ratio = float(total) / float(whole)
                if count == _TWO:
                    share, remainder = divide(points[first + _ONE] - reached, ratio, unsigned_total, unsigned_whole)
                    share += 2 * remainder >= whole  # of two remainders the larger is served; of equal, the first
                    points[1] = reached + share
                    points[2] = limit
                    points[first + _ONE] += total - share
                elif count == _THREE:
                    weight = points[first + _ONE] - reached
                    second_weight = points[first + _TWO] - points[first + _ONE]
                    share, remainder = divide(weight, ratio, unsigned_total, unsigned_whole)
                    second, second_remainder = divide(second_weight, ratio, unsigned_total, unsigned_whole)
                    weight = whole - weight - second_weight
                    third, third_remainder = divide(weight, ratio, unsigned_total, unsigned_whole)
                    left = total - share - second - third
                    # How many come before each, of equals the earlier: one unit more for the first `left` of them.
                    is_ahead = remainder >= second_remainder
                    is_far_ahead = remainder >= third_remainder
                    is_second_ahead = second_remainder >= third_remainder
                    share += 2 - is_ahead - is_far_ahead < left
                    second += is_ahead + 1 - is_second_ahead < left
                    points[1] = reached + share
                    points[2] = reached + share + second
                    points[3] = limit
                    points[first + _ONE] += limit - points[1]
                    points[first + _TWO] += limit - points[2]
                else:
                    full = (count + _LANES) & ~_LANES
                    left = total
                    for n in range(full):
                        weight = points[first + n + _ONE] - points[first + n] if n < count else 0
                        quotient, remainder = divide(weight, ratio, unsigned_total, unsigned_whole)
                        quotients[n] = quotient
                        remainders[n] = remainder
                        left -= quotient
                    # One unit more goes to each of the `left` largest remainders: to those above `threshold`, and to
                    # the first `equals` of those that are as large.
                    threshold = whole
                    equals = np.int64(0)
                    if count > FEW and left > 0:
                        for n in range(count):
                            selected[n] = remainders[n]
                        threshold, equals = threshold_of_many(left, np.int64(count), whole, selected)
                    elif left > 0:
                        spacing = whole // np.int64(count)
                        guess = max(whole - left * spacing - (spacing >> 1), np.int64(1))
                        guesses = _GUESSES
                        lowest = np.int64(1)  # that the threshold may be
                        served = np.int64(0)  # so many exceed the threshold, never more than `left`
                        while threshold > lowest:
                            above = 0
                            next_above = whole
                            next_below = np.int64(0)
                            for n in range(full):
                                is_above = remainders[n] > guess
                                above += is_above
                                next_above = min(next_above, remainders[n] if is_above else whole)
                                next_below = max(next_below, np.int64(0) if is_above else remainders[n])
                            excess = above - left
                            if -1 <= excess <= 1:
                                # One more or less is wanted, if there is one as large alone: the sum of shares tells.
                                threshold = next_above if excess > 0 else guess if excess == 0 else next_below - 1
                                served = left
                                break
                            if excess > 0:
                                lowest = next_above
                            else:
                                threshold = guess
                                served = above
                            # Remainders are spread evenly as a rule; if not, one is tried after the other.
                            guesses -= 1
                            guess += excess * spacing
                            guess = guess if (guesses > 0) & (lowest < guess) & (guess < threshold) else lowest
                        equals = left - served
                    point = reached
                    while point != limit:
                        n = _NONE
                        while equals > 0:  # the earlier are lifted above the threshold
                            is_served = remainders[n] == threshold
                            remainders[n] += is_served
                            equals -= is_served
                            n += _ONE
                        point = reached
                        for n in range(full):
                            point += quotients[n] + (remainders[n] > threshold)
                            points[n + _ONE] = point
                        if point > limit:  # all that are as large were served instead of one
                            threshold += 1
                            equals = np.int64(1)
                        else:  # none of them was
                            equals = limit - point
                    for n in range(full):
                        points[first + n + _ONE] += limit - points[n + _ONE]
                points[count + _ONE] = _BEYOND
                # The group that was split is read from the beginning of `points`, the other one from the line.
                a = _NONE if sell_goes_on else i
                b = j if sell_goes_on else _NONE
                rows_a += i - a
                rows_b += j - b
            # Pair off the two lists of shares in time order. The points next but one are read ahead, so that a step
            # needs not wait for them. Where two points meet, or a share is zero, what is written has no energy and is
            # written over by the next; the last always has some.
            sell_point = points[a + _ONE]
            buy_point = points[b + _ONE]
            first_slot = place
            while reached < limit and place < room:
                next_sell_point = points[a + _TWO]
                next_buy_point = points[b + _TWO]
                sell_is_done = sell_point <= buy_point
                point = min(sell_point, buy_point)
                slot = np.uint64(place)
                out_sell[slot] = rows[a + rows_a]
                out_buy[slot] = rows[b + rows_b]
                out_energy[slot] = point - reached
                place += point > reached
                reached = point
                a += np.uint64(sell_is_done)
                b += _ONE - np.uint64(sell_is_done)
                sell_point = next_sell_point if sell_is_done else sell_point
                buy_point = buy_point if sell_is_done else next_buy_point
            for slot in range(np.uint64(first_slot), np.uint64(min(place, room))):
                out_price[slot] = price
            while reached < limit:  # without room
                sell_is_done = sell_point <= buy_point
                point = min(sell_point, buy_point)
                place += point > reached
                reached = point
                a += np.uint64(sell_is_done)
                b += _ONE - np.uint64(sell_is_done)
                sell_point = points[a + _ONE]
                buy_point = points[b + _ONE]
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
