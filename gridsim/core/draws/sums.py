"""Sums over draws and over rows, exact: what the spread of costs is made of (`gridsim.batch.spread`)."""

from __future__ import annotations

from gridsim.core.draws.arrays import Ints
from gridsim.core.jit import njit

__all__ = ["HALF", "LIMB_BITS", "SAFE_DRAWS", "add_rows", "half_sums", "square_sums"]

HALF = 32
LIMB_BITS = 21
SAFE_DRAWS = 1 << 20
"""Products of two limbs stay below 2⁴², so that this many of them add up within int64."""

_MASK = (1 << HALF) - 1
_LIMB = (1 << LIMB_BITS) - 1


def _add_rows(values: Ints, rows: Ints, into: Ints, found: Ints) -> None:
    """Add rows of one table to rows of another.

    Parameters
    ----------
    values : (R, draws) int64 array
    rows, into : (n,) int64 array
        Row ``rows[i]`` of `values` is added to row ``into[i]`` of `found`.
    found : (G, draws) int64 array
        Output.
    """
    for number in range(len(rows)):
        row, group = rows[number], into[number]
        for draw in range(values.shape[1]):
            found[group, draw] += values[row, draw]


add_rows = njit(_add_rows)


def _half_sums(values: Ints, found: Ints) -> None:
    """The sum of each row as two int64: of what is above 2³², and of the rest.

    Parameters
    ----------
    values : (R, draws) int64 array
    found : (R, 2) int64 array
        Output.
    """
    for row in range(values.shape[0]):
        high, low = 0, 0
        for draw in range(values.shape[1]):
            high += values[row, draw] >> HALF
            low += values[row, draw] & _MASK
        found[row, 0] = high
        found[row, 1] = low


half_sums = njit(_half_sums)


def _square_sums(values: Ints, mean: Ints, first: int, last: int, found: Ints) -> None:
    """The sums of the products of limbs of how far the draws of each row are from its mean.

    Parameters
    ----------
    values : (R, draws) int64 array
    mean : (R,) int64 array
        No draw is 2⁶³ or more from it.
    first, last : int64
        At most `SAFE_DRAWS` draws.
    found : (R, 6) int64 array
        Output: limbs 0 and 0, 0 and 1, 0 and 2, 1 and 1, 1 and 2, 2 and 2.
    """
    for row in range(values.shape[0]):
        of_row = mean[row]
        s00, s01, s02, s11, s12, s22 = 0, 0, 0, 0, 0, 0
        for draw in range(first, last):
            away = abs(values[row, draw] - of_row)
            low, middle, high = away & _LIMB, (away >> LIMB_BITS) & _LIMB, away >> (2 * LIMB_BITS)
            s00 += low * low
            s01 += low * middle
            s02 += low * high
            s11 += middle * middle
            s12 += middle * high
            s22 += high * high
        found[row, 0], found[row, 1], found[row, 2] = s00, s01, s02
        found[row, 3], found[row, 4], found[row, 5] = s11, s12, s22


square_sums = njit(_square_sums)
