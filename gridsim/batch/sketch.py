"""Counting costs in narrow classes, for quantiles of more draws than fit into memory.

A class is named by the sign, the position of the highest bit and the ten bits below it: it is exact up to 2047 and
1/1024 wide beyond, so that its middle is off by at most 0.05 %. Counts add up, so that blocks may come in any
order; there is no float in it, so that the same costs give the same counts everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["RELATIVE_ERROR", "class_of", "middle_of"]

_BITS = 10
_HIGHEST = 62
RELATIVE_ERROR = 2.0 ** -(_BITS + 1)
"""By how much at most the middle of a class differs from a cost in it."""


def class_of(cost: NDArray[np.int64]) -> NDArray[np.int64]:
    """The class of each cost; classes are in the order of the costs.

    Parameters
    ----------
    cost : int64 array
        [micro-yuan], above -2⁶³.
    """
    magnitude = np.abs(cost)
    highest = np.zeros(cost.shape, dtype=np.int64)
    rest = magnitude.copy()
    for step in (32, 16, 8, 4, 2, 1):  # binary search for the highest bit: a logarithm would round
        is_above = rest >= (1 << step)
        highest += np.where(is_above, step, 0)
        rest = np.where(is_above, rest >> step, rest)
    shift = np.maximum(highest - _BITS, 0)
    number = (shift << _BITS) + (magnitude >> shift)
    return np.where(cost < 0, -number, number)


def middle_of(number: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cost in the middle of each class, to the micro-yuan."""
    magnitude = np.abs(number)
    shift = np.maximum((magnitude >> _BITS) - 1, 0)
    low = (magnitude - (shift << _BITS)) << shift
    middle = low + np.where(shift > 0, (np.int64(1) << shift) >> 1, 0)
    signed: NDArray[np.int64] = np.where(number < 0, -middle, middle)
    return signed


assert (_HIGHEST - _BITS << _BITS) + (2 << _BITS) < 2**31  # class numbers stay small
