"""Putting one side of a book in line: by price (sells upwards, buys downwards), priority class, time and file order.

An order that can trade becomes one number, its *word*::

    price and class | position | energy

as far as they fit: energy is left out if they do not, and then the lowest bits of price and class. Words are sorted by
their leading bits in two stable passes of counting. With market prices that is all where orders come in the order of
their times, and pairing reads the words as they are; where they do not, words of one price and class change places
first. Only if prices or energies need more bits are they looked up again, and a few neighbours change places.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridsim.core.jit import njit
from gridsim.core.matching.book import WIDEST_DIGIT, Ints, Queue, Side, Spare
from gridsim.core.matching.margin import Ranges, Survey
from gridsim.core.matching.sort import BY_INSERTION, mend_runs, sort_span

__all__ = ["MeritOrder", "line_up", "price_at", "sum_up"]

_WORD_BITS = 63
_NARROWEST_DIGIT = 6


class MeritOrder(NamedTuple):
    """The orders of one side that may trade, in line: three columns, or one where a word holds all of an order."""

    count: int
    row: Ints  # position in the side, from `first` on: ``row >> row_shift & row_mask``
    first: int
    row_shift: int
    row_mask: int
    energy: Ints  # ``energy & energy_mask``
    energy_mask: int
    key: Ints  # price and class, ascending: ``key >> key_shift``
    key_shift: int
    class_bits: int  # the lowest ones, of the class; zero where prices were looked up and `by_class` was not wanted
    best: int  # price of the first: that of another lies ``key >> key_shift >> class_bits`` behind it …
    sign: int  # … upwards for sells (1), downwards for buys (−1)
    end: Ints  # where `sum_up` writes the energy of all orders before each, and behind the last one that of all


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


def _order_by_time(time: Ints, layout: _Layout, word: Ints, count: int, spare: Spare) -> None:
    """Put every run of words alike in price and class in the order of time, in which words stay that have one time.

    Of a million orders a side in no order, at market prices, this takes 45 ms where taking the words apart, comparing
    times in their own places and looking energies up again took 145.

    Parameters
    ----------
    time : int64 array
        Of the orders of the book.
    layout : _Layout
        With energies and whole keys.
    word : int64 array
        Sorted by price and class.
    count : int
        Of the words.
    spare : Spare
        Scratch.
    """
    key = spare.key
    row_mask = (1 << layout.row_bits) - 1
    for i in range(count):  # without a branch: so many are under way at a time
        key[i] = time[np.uint64((word[i] >> layout.energy_bits) & row_mask)]
    low = layout.energy_bits + layout.row_bits
    begin = 0
    for stop in range(1, count + 1):
        if stop < count and word[stop] >> low == word[begin] >> low:
            continue
        if stop - begin <= BY_INSERTION:
            for i in range(begin + 1, stop):
                k = key[i]
                w = word[i]
                j = i
                while j > begin and key[j - 1] > k:
                    key[j] = key[j - 1]
                    word[j] = word[j - 1]
                    j -= 1
                key[j] = k
                word[j] = w
        else:
            # The sort counts in `bins`, and needs room beside the keys and beside the words.
            sort_span(key, word, begin, stop, spare.row, spare.remainders, spare.bins)
        begin = stop


_order_by_time_jit = njit(_order_by_time)


class _Way(NamedTuple):
    """How words that do not say all are taken apart."""

    side: Side
    first: int  # order of the book
    sign: int  # 1 for sells, −1 for buys
    best: int  # the rank that comes first
    layout: _Layout
    left_out: int  # lowest bits of what is left of price and class that words were not sorted by
    by_class: bool  # the class is wanted of all orders


def _order_runs(way: _Way, row: Ints, key: Ints, count: int, spare: Spare) -> None:
    """Put in line the orders of every run that words did not tell apart: by price, class, time and file order.

    Most runs are short, and are put in order here: a call counts up and down, for each of its arrays, who holds it,
    and took ten times as long.
    """
    _, price, _, priority, time = way.side
    dropped, class_bits = way.layout.dropped, way.layout.class_bits
    left_out, sign, best = way.left_out, way.sign, way.best
    begin = 0
    for stop in range(1, count + 1):
        if stop < count and key[stop] >> left_out == key[begin] >> left_out:
            continue
        if dropped > 0 and stop - begin > 1:
            for i in range(begin, stop):
                key[i] = (sign * price[row[i]] - best) << class_bits | priority[row[i]]
        if stop - begin <= BY_INSERTION:
            for i in range(begin + 1, stop):
                r = row[i]
                k = key[i]
                t = time[r]
                j = i
                while j > begin and (key[j - 1] > k or (key[j - 1] == k and time[row[j - 1]] > t)):
                    key[j] = key[j - 1]
                    row[j] = row[j - 1]
                    j -= 1
                key[j] = k
                row[j] = r
        else:
            sort_span(key, row, begin, stop, spare.key, spare.row, spare.bins)
            mend_runs(key, row, begin, stop, time, spare.key, spare.row, spare.bins)
        begin = stop


_order_runs_jit = njit(_order_runs)


def _take_apart(way: _Way, queue: Queue, count: int, in_time: bool, spare: Spare) -> None:
    """Turn the words in `queue.row`, sorted as far as that went, into rows, keys and energies in line."""
    side, first, sign, best, layout, left_out, by_class = way
    energy_bits, row_bits, _, dropped, class_bits = layout
    row, key, energy = queue.row, queue.key, queue.energy
    low = energy_bits + row_bits
    row_mask = (1 << row_bits) - 1
    for i in range(count):
        key[i] = row[i] >> low
        row[i] = first + ((row[i] >> energy_bits) & row_mask)
    if left_out + dropped > 0 or not in_time:
        _order_runs_jit(way, row, key, count, spare)
    # Each is looked up in a loop of its own, and without a branch: so many are under way at a time.
    for i in range(count):
        energy[i] = side.energy[np.uint64(row[i])]
    if dropped > 0:
        for i in range(count):
            key[i] = (sign * side.price[np.uint64(row[i])] - best) << class_bits
        if by_class:
            for i in range(count):
                key[i] |= side.priority[np.uint64(row[i])]


_take_apart_jit = njit(_take_apart)


def _line_up(
    side: Side,
    first: int,
    stop: int,
    sign: int,
    found: Survey,
    ranges: Ranges,
    reach: int,
    by_class: bool,
    queue: Queue,
    spare: Spare,
) -> MeritOrder:
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
    by_class : bool
        The keys of the line are wanted with the class, for ties pro rata.
    queue : Queue
        Out: where the line is.
    spare : Spare
        Scratch.
    """
    best = ranges.best
    layout = _layout_jit(found, reach, stop - first)
    energy_bits, row_bits, key_bits, dropped, class_bits = layout
    low = row_bits + energy_bits
    count = _gather_jit(side, first, stop, sign, best, reach, layout, queue.row)
    left_out = _sort_words_jit(queue.row, count, low, key_bits, queue.energy, queue.bins)
    if left_out + dropped == 0 and energy_bits > 0:
        if not found.in_time:
            _order_by_time_jit(side.time[first:stop], layout, queue.row, count, spare)
        return MeritOrder(
            count, queue.row, first, energy_bits, (1 << row_bits) - 1,
            queue.row, (1 << energy_bits) - 1, queue.row, low, class_bits, sign * best, sign, queue.end,
        )  # fmt: skip
    way = _Way(side, first, sign, best, layout, left_out, by_class)
    _take_apart_jit(way, queue, count, found.in_time, spare)
    return MeritOrder(
        count, queue.row, 0, 0, -1, queue.energy, -1, queue.key, 0, class_bits, sign * best, sign, queue.end
    )


line_up = njit(_line_up)


def _sum_up(line: MeritOrder) -> None:
    """Write down where the energy of every order in line ends."""
    energy, energy_mask, end = line.energy, line.energy_mask, line.end
    point = 0
    end[0] = 0
    for i in range(line.count):
        point += energy[i] & energy_mask
        end[i + 1] = point


sum_up = njit(_sum_up)


def _price_at(line: MeritOrder, order: int) -> int:
    """Price of an order in line."""
    return line.best + line.sign * (line.key[order] >> (line.key_shift + line.class_bits))


price_at = njit(_price_at)
