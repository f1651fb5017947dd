"""Sums over draws and over rows, exact: what the spread of costs is made of (`gridsim.batch.spread`)."""

from __future__ import annotations

from gridsim.core.draws.arrays import Ints
from gridsim.core.jit import njit

__all__ = [
    "HALF",
    "LIMB_BITS",
    "SAFE_DRAWS",
    "half_sum",
    "half_sums",
    "mean_of_halves",
    "means_of_halves",
    "square_sums",
    "sum_rows",
]

HALF = 32
LIMB_BITS = 21
SAFE_DRAWS = 1 << 20
"""Products of two limbs stay below 2⁴², so that this many of them add up within int64."""

_MASK = (1 << HALF) - 1
_LIMB = (1 << LIMB_BITS) - 1


def _sum_rows(values: Ints, rows: Ints, start: Ints, found: Ints) -> None:
    """Sums of rows.

    Parameters
    ----------
    values : (R, draws) int64 array
    rows : (n,) int64 array
        Of `values`, those of one sum after the other.
    start : (G + 1,) int64 array
        Where the rows of each sum begin in `rows`, and n.
    found : (G, draws) int64 array
        Output; 0 where nothing is summed.
    """
    draws = values.shape[1]
    for group in range(len(start) - 1):
        first = start[group]
        if first == start[group + 1]:
            found[group] = 0
            continue
        for draw in range(draws):
            found[group, draw] = values[rows[first], draw]
        for place in range(first + 1, start[group + 1]):
            row = rows[place]
            for draw in range(draws):
                found[group, draw] += values[row, draw]


sum_rows = njit(_sum_rows)


def _half_sum(values: Ints) -> tuple[int, int]:
    """The sum of a row as two int64: of what is above 2³², and of the rest."""
    high, low = 0, 0
    for draw in range(len(values)):
        high += values[draw] >> HALF
        low += values[draw] & _MASK
    return high, low


half_sum = njit(_half_sum)


def _half_sums(values: Ints, found: Ints) -> None:
    """The sum of each row, (R, draws) int64, as `half_sum` has it; `found`, (R, 2), is output."""
    for row in range(values.shape[0]):
        found[row, 0], found[row, 1] = half_sum(values[row])


half_sums = njit(_half_sums)


def _mean_of_halves(high: int, low: int, count: int) -> int:
    """The mean of `count` values, at most 2³¹, from the two parts of their sum, rounded half away from zero."""
    mean, left = high // count, high % count
    rest = (left << HALF) + low
    mean = (mean << HALF) + rest // count
    over = 2 * (rest % count)
    return mean + (1 if over > count or (over == count and mean >= 0) else 0)


mean_of_halves = njit(_mean_of_halves)


def _means_of_halves(sums: Ints, count: int, found: Ints) -> None:
    """The mean of each row of sums, (R, 2) int64, as `mean_of_halves` has it; `found`, (R,), is output."""
    for row in range(len(sums)):
        found[row] = mean_of_halves(sums[row, 0], sums[row, 1], count)


means_of_halves = njit(_means_of_halves)


def _square_sums(values: Ints, mean: int, found: Ints) -> None:
    """The sums of the products of limbs of how far the draws of a row are from its mean.

    Parameters
    ----------
    values : (n,) int64 array
        At most `SAFE_DRAWS` draws.
    mean : int64
        No draw is 2⁶³ or more from it.
    found : (6,) int64 array
        Output: limbs 0 and 0, 0 and 1, 0 and 2, 1 and 1, 1 and 2, 2 and 2.
    """
    s00, s01, s02, s11, s12, s22 = 0, 0, 0, 0, 0, 0
    for draw in range(len(values)):
        away = abs(values[draw] - mean)
        low, middle, high = away & _LIMB, (away >> LIMB_BITS) & _LIMB, away >> (2 * LIMB_BITS)
        s00 += low * low
        s01 += low * middle
        s02 += low * high
        s11 += middle * middle
        s12 += middle * high
        s22 += high * high
    found[0], found[1], found[2], found[3], found[4], found[5] = s00, s01, s02, s11, s12, s22


square_sums = njit(_square_sums)
