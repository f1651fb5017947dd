"""Putting one side of a book in line: by price (sells upwards, buys downwards), priority class, time and file order.

An order that can trade becomes one number, its *word*::

    price and class | position | energy

as far as they fit: energy is left out if they do not, and then the lowest bits of price and class. Words are sorted by
their leading bits in two stable passes of counting. With market prices that is all, for orders come in the order of
their times. Only if it is not, or prices need more bits, do a few neighbours still have to change places.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridsim.core._jit import njit
from gridsim.core.book import WIDEST_DIGIT, Ints, Queue, Side, Spare
from gridsim.core.margin import Ranges, Survey
from gridsim.core.sort import mend_runs, sort_runs

__all__ = ["line_up"]

_WORD_BITS = 63
_NARROWEST_DIGIT = 6


class _Layout(NamedTuple):
    """What the bits of a word are, from the lowest on."""

    energy_bits: int  # 0: the energy is left out
    row_bits: int
    key_bits: int  # price and class: ``gap << class_bits | class`` without its lowest bits …
    dropped: int  # … namely so many
    class_bits: int


def _bits(number: int) -> int:
    """How many bits a number needs."""
    bits = 0
    while number >> bits > 0:
        bits += 1
    return bits


_bits_jit = njit(_bits)


def _layout(found: Survey, reach: int, orders: int) -> _Layout:
    row_bits = _bits_jit(orders - 1)
    key_bits = _bits_jit(reach) + found.class_bits
    energy_bits = _bits_jit(found.most)
    if energy_bits + row_bits + key_bits > _WORD_BITS:
        energy_bits = 0
    dropped = max(0, row_bits + key_bits - _WORD_BITS)
    return _Layout(energy_bits, row_bits, key_bits - dropped, dropped, found.class_bits)


_layout_jit = njit(_layout)


def _gather(side: Side, first: int, stop: int, sign: int, best: int, reach: int, layout: _Layout, word: Ints) -> int:
    """Write down the words of the orders with energy and a gap up to `reach`, in file order; return their number."""
    farthest = np.uint64(reach)
    energy_mask = (1 << layout.energy_bits) - 1
    count = 0
    price, energy, priority = side.price[first:stop], side.energy[first:stop], side.priority[first:stop]
    for i in range(len(price)):
        gap = np.uint64(sign * price[i] - best)
        key = ((np.int64(gap) << layout.class_bits) | priority[i]) >> layout.dropped
        row_and_energy = (i << layout.energy_bits) | (energy[i] & energy_mask)
        word[np.uint64(count)] = (key << (layout.row_bits + layout.energy_bits)) | row_and_energy
        # Written in any case, for whether it counts is a coin toss that no processor can guess.
        count += (gap <= farthest) & (energy[i] > 0)
    return count


_gather_jit = njit(_gather)


def _sort_words(word: Ints, count: int, low: int, bits: int, spare: Ints, bins: Ints) -> int:
    """Sort words by the upper ones of their bits from `low` to ``low + bits - 1``: as many as pay.

    Words alike in what is sorted by stay in the order in which they came.

    Returns
    -------
    int
        How many of the lower bits were left out. Words alike in the upper ones are few then, as a rule.
    """
    digit = min(max(_bits_jit(count), _NARROWEST_DIGIT), WIDEST_DIGIT)
    left_out = max(0, bits - 2 * digit)
    digit = (bits - left_out + 1) // 2
    if digit == 0:
        return 0
    mask = np.uint64((1 << digit) - 1)
    lower = np.uint64(low + left_out)
    upper = np.uint64(low + left_out + digit)
    digits = 1 << digit
    lower_bins, upper_bins = bins[:digits], bins[digits : 2 * digits]
    lower_bins[:] = 0
    upper_bins[:] = 0
    for i in range(count):
        w = np.uint64(word[i])
        lower_bins[(w >> lower) & mask] += 1
        upper_bins[(w >> upper) & mask] += 1
    lower_place = 0
    upper_place = 0
    for d in range(digits):
        lower_count = lower_bins[d]
        lower_bins[d] = lower_place
        lower_place += lower_count
        upper_count = upper_bins[d]
        upper_bins[d] = upper_place
        upper_place += upper_count
    for i in range(count):
        d = (np.uint64(word[i]) >> lower) & mask
        place = lower_bins[d]
        lower_bins[d] = place + 1
        spare[np.uint64(place)] = word[i]
    for i in range(count):
        d = (np.uint64(spare[i]) >> upper) & mask
        place = upper_bins[d]
        upper_bins[d] = place + 1
        word[np.uint64(place)] = spare[i]
    return left_out


_sort_words_jit = njit(_sort_words)


def _line_up(
    side: Side,
    first: int,
    stop: int,
    sign: int,
    found: Survey,
    ranges: Ranges,
    reach: int,
    pro_rata: bool,
    queue: Queue,
    spare: Spare,
) -> int:
    """Put in line the orders whose gap is at most `reach`.

    Parameters
    ----------
    side : Side
    first, stop : int
        The orders of the book.
    sign : int
        1 for sells, −1 for buys.
    found : Survey
    ranges : Ranges
    reach : int
        At most ``ranges.reach``.
    pro_rata : bool
        Ties pro rata want the `price` of every group and its `stop`, ties by time the `price` of every order.
    queue : Queue
        Out.
    spare : Spare
        Scratch.

    Returns
    -------
    int
        Number of orders in line.
    """
    best = ranges.best
    layout = _layout_jit(found, reach, stop - first)
    energy_bits, row_bits, key_bits, dropped, class_bits = layout
    low = row_bits + energy_bits
    word = queue.row
    count = _gather_jit(side, first, stop, sign, best, reach, layout, word)
    left_out = _sort_words_jit(word, count, low, key_bits, queue.price, queue.bins)
    row_mask = (1 << row_bits) - 1
    is_in_line = left_out + dropped == 0 and found.in_time
    if is_in_line and energy_bits > 0:
        energy_mask = (1 << energy_bits) - 1
        end = 0
        queue.end[0] = 0
        if pro_rata:
            for i in range(count):
                w = word[i]
                queue.key[i] = w >> low
                queue.row[i] = first + ((w >> energy_bits) & row_mask)
                queue.end[i + 1] = w & energy_mask
            group = -1
            last_key = -1
            for i in range(count):
                # A group's stop and price are written by all of its orders: whether another one follows is a guess.
                key = queue.key[i]
                group += key != last_key
                last_key = key
                queue.stop[np.uint64(group)] = i + 1
                queue.price[np.uint64(group)] = sign * (best + (key >> class_bits))
                end += queue.end[i + 1]
                queue.end[i + 1] = end
            return count
        for i in range(count):
            w = word[i]
            queue.row[i] = first + ((w >> energy_bits) & row_mask)
            queue.price[i] = sign * (best + (w >> (low + class_bits)))
            end += w & energy_mask
            queue.end[i + 1] = end
        return count
    for i in range(count):
        w = word[i]
        row = first + ((w >> energy_bits) & row_mask)
        queue.row[i] = row
        if dropped == 0:
            queue.key[i] = w >> low
        elif class_bits == 0:
            queue.key[i] = sign * side.price[row] - best
        else:
            queue.key[i] = (sign * side.price[row] - best) << class_bits | side.priority[row]
    if not is_in_line:
        sort_runs(queue.key, queue.row, count, left_out + dropped, spare.key, spare.row, spare.bins)
        if not found.in_time:
            mend_runs(queue.key, queue.row, 0, count, side.time, spare.key, spare.row, spare.bins)
    end = 0
    queue.end[0] = 0
    group = -1
    for i in range(count):
        group += not pro_rata or i == 0 or queue.key[i] != queue.key[i - 1]
        queue.stop[group] = i + 1
        queue.price[group] = sign * (best + (queue.key[i] >> class_bits))
        end += side.energy[queue.row[i]]
        queue.end[i + 1] = end
    return count


line_up = njit(_line_up)
