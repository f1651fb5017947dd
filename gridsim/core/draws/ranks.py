"""Chosen ranks of each row, exact, out of keys of 32 bits that numpy has sorted (`gridsim.batch.spread`).

Of a thousand costs a statistic needs some ten; to sort them all at 64 bits takes most of its time. Keys of 32 bits, the
distance from the least cost without its lowest bits, are sorted 2.4 times as fast. The cost of a rank is the one that
has the key of that rank; where several share a key, they alone are put in order.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gridsim.core.draws.arrays import Ints
from gridsim.core.draws.sums import HALF
from gridsim.core.jit import njit

__all__ = ["keys_of", "pick_ranks"]

Keys = npt.NDArray[np.uint32]
_KEY_BITS = 32
_MASK = (1 << HALF) - 1
_LEAST = -(2**63)
_MOST = 2**63 - 1


def _keys_of(values: Ints, least: Ints, shift: Ints, keys: Keys) -> None:
    """A key for each value, in the order of the values of its row.

    Parameters
    ----------
    values : (R, n) int64 array
        At least one value a row.
    least, shift : (R,) int64 array
        Output: the least value, and how many of the lowest bits of the distance from it a key leaves out.
    keys : (R, n) uint32 array
        Output.
    """
    for row in range(values.shape[0]):
        low, high = values[row, 0], values[row, 0]
        for place in range(values.shape[1]):
            low = min(low, values[row, place])
            high = max(high, values[row, place])
        # Distances may be 2⁶³ and more; those of halves are not.
        bits = 0
        if (high >> 1) - (low >> 1) >= (1 << (_KEY_BITS - 1)) - 1:
            bits = 1
            while ((high >> 1) - (low >> 1)) >> (bits - 1 + _KEY_BITS):
                bits += 1
        half = min(bits, 1)
        for place in range(values.shape[1]):
            keys[row, place] = ((values[row, place] >> half) - (low >> half)) >> (bits - half)
        least[row], shift[row] = low, bits


keys_of = njit(_keys_of)


def _put_in_order(values: Ints) -> None:
    """Shell's sort: values that share a key are few, or all the same."""
    gap = 1
    while 3 * gap + 1 < len(values):
        gap = 3 * gap + 1
    while gap > 0:
        for place in range(gap, len(values)):
            value, at = values[place], place
            while at >= gap and values[at - gap] > value:
                values[at] = values[at - gap]
                at -= gap
            values[at] = value
        gap //= 3


put_in_order = njit(_put_in_order)


def _first_with(ordered: Keys, key: int) -> int:
    """The first place of a key among ascending ones."""
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) >> 1
        if ordered[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low


first_with = njit(_first_with)


def _line_up(values: Ints, start: int, end: int, scratch: Ints) -> bool:
    """Put the values between two bounds, both inclusive, in order; or the one value that all of them have, alone."""
    low, high = _MOST, _LEAST
    for place in range(len(values)):
        value = values[place]
        is_in = (value >= start) & (value <= end)
        low = min(low, value if is_in else _MOST)
        high = max(high, value if is_in else _LEAST)
    scratch[0] = low
    if low == high:
        return True
    found = 0
    for place in range(len(values)):
        if start <= values[place] <= end:
            scratch[found] = values[place]
            found += 1
    put_in_order(scratch[:found])
    return False


line_up = njit(_line_up)


def _pick_ranks(
    values: Ints, least: Ints, shift: Ints, ordered: Keys, ranks: Ints, first: int, scratch: Ints, found: Ints,
    tail: Ints,
) -> None:  # fmt: skip
    """The values of some ranks of each row, and the sum of all values from a rank on.

    Parameters
    ----------
    values : (R, n) int64 array
    least, shift : (R,) int64 array
        As `keys_of` gave them.
    ordered : (R, n) uint32 array
        The keys of each row, ascending.
    ranks : (K,) int64 array
        From 0; below n.
    first : int64
        0 … n
    scratch : (n,) int64 array
    found : (R, K) int64 array
        Output.
    tail : (R, 2) int64 array
        Output: of the values of rank `first` and above the sum of what is above 2³², and of the rest.
    """
    count = values.shape[1]
    for row in range(values.shape[0]):
        half, width = min(shift[row], 1), (1 << shift[row]) - 1
        last_key, before, is_one, end = -1, 0, True, _LEAST
        high, low = 0, 0
        for number in range(len(ranks) + 1):
            rank = ranks[number] if number < len(ranks) else first
            if rank == count:  # nothing is summed
                continue
            key = np.int64(ordered[row, rank])
            if key != last_key:
                start = ((least[row] >> half) + (key << (shift[row] - half))) << half
                end = min(start, _MOST - width) + width
                before = first_with(ordered[row], key)
                is_one = line_up(values[row], start, end, scratch)
                last_key = key
            if number < len(ranks):
                found[row, number] = scratch[0 if is_one else rank - before]
                continue
            for place in range(count):
                value = values[row, place]
                high += (value >> HALF) if value > end else 0
                low += (value & _MASK) if value > end else 0
            for place in range(rank - before, first_with(ordered[row], key + 1) - before):
                value = scratch[0 if is_one else place]
                high += value >> HALF
                low += value & _MASK
        tail[row, 0], tail[row, 1] = high, low


pick_ranks = njit(_pick_ranks)
