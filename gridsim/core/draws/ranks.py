"""Chosen ranks of a row, exact, mostly without putting the row in order (`gridsim.core.draws.spread`).

Of a thousand costs a statistic needs some ten; to sort them all takes most of its time. So the values are counted in
classes, and only those that share a class with a rank that is asked for are put in order: some tens of a thousand. A
class is a step of about the fourth root of the distance from the least value, so that classes grow with the distance: a
cost of deviation is small in most draws and very large in a few. The least value, which it has in many draws, is known
by its count. Rows most of whose values share few classes all the same, numpy sorts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gridsim.core.draws.arrays import Ints
from gridsim.core.draws.sums import HALF
from gridsim.core.jit import njit

__all__ = ["RankScratch", "pick_ranks", "rank_scratch"]

_MASK = (1 << HALF) - 1
_FEW, _FEW_OF = 64, 8
"""So many values, or one in so many of a row, are put in order here; for more, numpy takes less time."""
_FEWEST_BITS, _MOST_BITS = 4, 12
_ONE = 1023 << 52  # 1.0 as bits; floating-point numbers above 0 are in the order of their bits, which begin with log₂


class RankScratch(NamedTuple):
    """Room for one row of n values; overwritten.

    Attributes
    ----------
    distance : (n + 1,) float64 array
    bits : (n + 1,) int64 array
        The same memory.
    class_of : (n,) uint16 array
    count : (2, classes) int32 array
        How many values lie in each class, those at even places and those at odd ones: the next value need not wait
        until the one before it, often of the same class, is counted.
    is_asked : (classes,) bool array
    few : (n + 1,) int64 array
    place_in_few : (K,) int64 array
    """

    distance: npt.NDArray[np.float64]
    bits: Ints
    class_of: npt.NDArray[np.uint16]
    count: npt.NDArray[np.int32]
    is_asked: npt.NDArray[np.bool_]
    few: Ints
    place_in_few: Ints


def rank_scratch(count: int, ranks: int) -> RankScratch:
    """Room for so many ranks of rows of so many values, with about a class for two of them."""
    classes = 1 << min(max(count.bit_length() - 1, _FEWEST_BITS), _MOST_BITS)
    distance = np.empty(count + 1, dtype=np.float64)
    return RankScratch(
        distance,
        distance.view(np.int64),
        np.empty(count, dtype=np.uint16),
        np.empty((2, classes), dtype=np.int32),
        np.empty(classes, dtype=np.bool_),
        np.empty(count + 1, dtype=np.int64),
        np.empty(ranks, dtype=np.int64),
    )


def _put_in_order(values: Ints) -> None:
    """Insertion sort: all but those of one class are in order."""
    for place in range(1, len(values)):
        value, at = values[place], place
        while at > 0 and values[at - 1] > value:
            values[at] = values[at - 1]
            at -= 1
        values[at] = value


put_in_order = njit(_put_in_order)


def _classify(values: Ints, low: int, high: int, scratch: RankScratch) -> None:
    """The class of each value, and in ``count[0]`` how many values lie in the classes below each.

    Parameters
    ----------
    values : (n,) int64 array
    low, high : int64
        The least and the most of them.
    scratch : RankScratch
    """
    distance, bits, class_of, count = scratch.distance, scratch.bits, scratch.class_of, scratch.count
    classes, half = count.shape[1], low >> 1
    # Of halves, since the distance itself may be 2⁶³ and more. Each step leaves what is less no more, and so in order.
    for place in range(len(values)):
        distance[place] = float((values[place] >> 1) - half)
    distance[len(values)] = float((high >> 1) - half)
    for place in range(len(values) + 1):
        bits[place] = (bits[place] >> 2) + (_ONE - (_ONE >> 2))  # a quarter of the logarithm: about the fourth root
    scale = float(classes) / max(distance[len(values)], 1.0)
    for place in range(len(values)):
        class_of[place] = min(int(distance[place] * scale), classes - 1)
    for number in range(classes):
        count[0, number] = 0
        count[1, number] = 0
    for place in range(0, len(values) - 1, 2):
        count[0, class_of[place]] += 1
        count[1, class_of[place + 1]] += 1
    if len(values) & 1:
        count[0, class_of[len(values) - 1]] += 1
    below = 0
    for number in range(classes):
        here = count[0, number] + count[1, number]
        count[0, number] = below
        below += here


classify = njit(_classify)


def _class_at(rank: int, below: npt.NDArray[np.int32]) -> int:
    """The class of a rank: the last one below which no more than so many values lie."""
    at, step = 0, len(below) >> 1
    while step > 0:
        at += step if below[at + step] <= rank else 0
        step >>= 1
    return at


class_at = njit(_class_at)


def _pick_ranks(row: Ints, ranks: Ints, edge: int, first: int, scratch: RankScratch, found: Ints, tail: Ints) -> bool:
    """The values of some ranks of a row, and the sum of all values from a rank on.

    Parameters
    ----------
    row : (n,) int64 array
        At least one value.
    ranks : (K,) int64 array
        Ascending, at least one, from 0; below n.
    edge : int64
        A place in `ranks`.
    first : int64
        The rank at the edge, or the one after it.
    scratch : RankScratch
        For n values and K ranks.
    found : (K,) int64 array
        Output: the values.
    tail : (2,) int64 array
        Output: of the values of rank `first` and above the sum of what is above 2³², and of the rest.

    Returns
    -------
    bool
        Whether it is done; else the row has to be put in order.
    """
    class_of, is_asked, few, place_in_few = scratch.class_of, scratch.is_asked, scratch.few, scratch.place_in_few
    below, place_of = scratch.count
    count = len(row)
    low, high = row[0], row[0]
    for place in range(count):
        low = min(low, row[place])
        high = max(high, row[place])
    if low == high:  # as where nothing is paid in any draw
        for k in range(len(ranks)):
            found[k] = low
        tail[0], tail[1] = (count - first) * (low >> HALF), (count - first) * (low & _MASK)
        return True
    lowest = 0
    for place in range(count):
        lowest += 1 if row[place] == low else 0
    classify(row, low, high, scratch)
    is_asked[:] = False
    place_of[:] = count  # where nobody looks
    gathered = 0
    for k in range(len(ranks)):
        at = class_at(ranks[k], below)
        if ranks[k] >= lowest and not is_asked[at]:
            is_asked[at] = True
            place_of[at] = gathered
            gathered += (below[at + 1] if at + 1 < len(below) else count) - below[at]
        place_in_few[k] = place_of[at] + ranks[k] - below[at]
    if gathered > max(_FEW, count // _FEW_OF):
        return False
    for place in range(count):
        of = class_of[place]
        few[place_of[of]] = row[place]
        place_of[of] += 1 if is_asked[of] else 0
    put_in_order(few[:gathered])
    for k in range(len(ranks)):
        found[k] = low if ranks[k] < lowest else few[place_in_few[k]]
    value_at_edge = found[edge]
    above, high_sum, low_sum = 0, 0, 0
    for place in range(count):
        value = row[place]
        above += 1 if value > value_at_edge else 0
        high_sum += (value >> HALF) if value > value_at_edge else 0
        low_sum += (value & _MASK) if value > value_at_edge else 0
    # Those of the tail that are no more than the value at its edge are equal to it.
    tail[0] = high_sum + (count - first - above) * (value_at_edge >> HALF)
    tail[1] = low_sum + (count - first - above) * (value_at_edge & _MASK)
    return True


pick_ranks = njit(_pick_ranks)
