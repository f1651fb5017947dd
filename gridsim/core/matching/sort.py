"""Stable sorting of int64 keys that carry the rows they belong to.

``np.argsort`` inside numba is an unstable quicksort and 13 times slower than counting digits, so this file has the
two sorts that a book needs: insertion for a handful of orders, counting of digits (radix, lowest digit first) for the
rest. Both are stable: rows of one key stay in the order in which they came.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridsim.core.jit import njit

__all__ = ["BY_INSERTION", "DIGIT_BINS", "mend_runs", "sort_span"]

BY_INSERTION = 64
"""Up to so many keys, moving them one by one is quicker than counting digits."""
_SMALL = 1 << 12  # up to so many keys, clearing the bins of a wide digit costs more than another pass
_SMALL_DIGIT = 8
_DIGIT = 11
DIGIT_BINS = 1 << _DIGIT
"""Length of the `bins` array that the sorts count in."""

Ints = NDArray[np.int64]


def _insertion(key: Ints, row: Ints, first: int, stop: int) -> None:
    for i in range(first + 1, stop):
        k = key[i]
        if key[i - 1] <= k:
            continue
        r = row[i]
        j = i
        while j > first and key[j - 1] > k:
            key[j] = key[j - 1]
            row[j] = row[j - 1]
            j -= 1
        key[j] = k
        row[j] = r


_insertion_jit = njit(_insertion)


def _spread_digit(
    key: Ints,
    row: Ints,
    first: int,
    stop: int,
    low: int,
    shift: int,
    mask: int,
    bins: Ints,
    to_key: Ints,
    to_row: Ints,
) -> None:
    """One stable pass: by the digit ``(key - low) >> shift & mask`` into `to_key`, `to_row`."""
    bins[: mask + 1] = 0
    for i in range(first, stop):
        bins[((key[i] - low) >> shift) & mask] += 1
    place = first
    for digit in range(mask + 1):
        count = bins[digit]
        bins[digit] = place
        place += count
    for i in range(first, stop):
        digit = ((key[i] - low) >> shift) & mask
        place = bins[digit]
        bins[digit] = place + 1
        to_key[place] = key[i]
        to_row[place] = row[i]


_spread_digit_jit = njit(_spread_digit)


def _sort_span(key: Ints, row: Ints, first: int, stop: int, spare_key: Ints, spare_row: Ints, bins: Ints) -> None:
    """Sort ``key[first:stop]`` ascending, `row` with it; rows of one key keep their order.

    Parameters
    ----------
    key, row : int64 arrays
        Sorted in place. The keys of the span must differ by less than 2**63.
    first, stop : int
    spare_key, spare_row : int64 arrays
        Scratch, at least `stop` long.
    bins : int64 array
        Scratch of `DIGIT_BINS`.
    """
    count = stop - first
    if count <= BY_INSERTION:
        _insertion_jit(key, row, first, stop)
        return
    low = key[first]
    high = low
    is_sorted = True
    for i in range(first + 1, stop):
        is_sorted = is_sorted and key[i - 1] <= key[i]
        low = min(low, key[i])
        high = max(high, key[i])
    if is_sorted:
        return
    bits = 0
    while (high - low) >> bits > 0:
        bits += 1
    widest = _SMALL_DIGIT if count <= _SMALL else _DIGIT
    passes = (bits + widest - 1) // widest
    digit = (bits + passes - 1) // passes  # the same number of passes with the narrowest digits
    mask = (1 << digit) - 1
    from_key, from_row, to_key, to_row = key, row, spare_key, spare_row
    for turn in range(passes):
        _spread_digit_jit(from_key, from_row, first, stop, low, turn * digit, mask, bins, to_key, to_row)
        from_key, from_row, to_key, to_row = to_key, to_row, from_key, from_row
    if passes % 2 == 1:
        # (Copying slices would compile numba's text functions too, for their error message.)
        for i in range(first, stop):
            key[i] = spare_key[i]
            row[i] = spare_row[i]


sort_span = njit(_sort_span)


def _mend_runs(
    key: Ints, row: Ints, first: int, stop: int, second: Ints, spare_key: Ints, spare_row: Ints, bins: Ints
) -> None:
    """Order every run of equal keys by a second key, where it is not so already.

    With `sort_span` before it this sorts by two keys; orders mostly come in the order of their times, and then
    nothing is moved.

    Parameters
    ----------
    key, row : int64 arrays
        ``key[first:stop]`` ascending. `row` is put in order in place; `key` is the same afterwards.
    first, stop : int
    second : int64 array
        The second key of each row; within a run they must differ by less than 2**63.
    spare_key, spare_row, bins : int64 arrays
        Scratch, as for `sort_span`.
    """
    while first < stop:
        k = key[first]
        end = first + 1
        is_sorted = True
        while end < stop and key[end] == k:
            is_sorted = is_sorted and second[row[end - 1]] <= second[row[end]]
            end += 1
        if not is_sorted:
            for i in range(first, end):
                key[i] = second[row[i]]
            sort_span(key, row, first, end, spare_key, spare_row, bins)
            key[first:end] = k
        first = end


mend_runs = njit(_mend_runs)
