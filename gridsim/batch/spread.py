"""How costs spread over the draws: mean, standard deviation, quantiles, conditional value at risk.

Quantiles are order statistics, so they are costs that really occurred: the smallest cost that at least the share p
of the draws does not exceed. The conditional value at risk at level t is the mean of the dearest 1 - t of the draws,
the draw at the edge counted in part (`gridsim.analysis.tail`). Means are rounded half up to the micro-yuan; they are
statistics, nobody pays them.

Of more draws than fit into memory, costs are counted in narrow classes. A class is named by the sign, the position of
the highest bit and the ten bits below it: it is exact up to 2047 and 1/1024 wide beyond, so that its middle is off by
at most 0.05 %. Counts add up, so that blocks may come in any order; there is no float in it, so that the same costs
give the same counts everywhere.
"""

from __future__ import annotations

from functools import lru_cache
from math import isqrt, prod
from typing import TYPE_CHECKING

import numpy as np

from gridsim.analysis.tail import Tail, tail_of
from gridsim.core.draws.spread import spread_sums
from gridsim.core.draws.sums import HALF, LIMB_BITS, half_sums, means_of_halves
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "RELATIVE_ERROR",
    "class_of",
    "halves",
    "mean_of_halves",
    "middle_of",
    "quantile_rank",
    "spread_columns",
    "spread_of",
    "spread_of_classes",
]

_LIMBS = (0, LIMB_BITS + 1, 2 * LIMB_BITS + 1, 2 * LIMB_BITS, 3 * LIMB_BITS + 1, 4 * LIMB_BITS)
"""By how many bits the sums of `gridsim.core.draws.sums` are to be shifted; products of two limbs count twice."""

_SURELY_OFF = 2.0**-48
"""A relative error that some ten operations in floating point, each off by at most 2⁻⁵³, do not reach."""


def spread_columns(quantiles: Sequence[int], tail: int) -> tuple[str, ...]:
    """The names of the columns of `spread_of`, in order."""
    levels = [f"q{trimmed_level(level)}" for level in quantiles]
    return ("mean", "std", "min", *levels, "max", f"cvar{trimmed_level(tail)}")


def trimmed_level(level: int) -> str:
    """A level [10⁻⁴] as a column name has it: 500 is ``05``, 9750 is ``975``."""
    return f"{level:04d}".rstrip("0").ljust(2, "0")


def quantile_rank(level: int, draws: int) -> int:
    """The position, from 0, of a quantile among `draws` ascending costs."""
    rank: int = max(-(-level * draws // RATIO_ONE), 1) - 1
    return rank


def halves(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Exact sums over the last axis as two int64: of what is above 2³², and of the rest. They add up.

    Returns
    -------
    (..., 2) int64 array
    """
    found = np.empty((*values.shape[:-1], 2), dtype=np.int64)
    rows = prod(values.shape[:-1])
    half_sums(values.reshape(rows, values.shape[-1]), found.reshape(rows, 2))
    return found


def mean_of_halves(sums: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The means of `count` values from their `halves`, half up."""
    found = np.empty(sums.shape[:-1], dtype=np.int64)
    means_of_halves(sums.reshape(found.size, 2), count, found.reshape(found.size))
    return found


def spread_of(
    cost: NDArray[np.int64], quantiles: Sequence[int], tail: int, *, is_low_worst: bool = False
) -> NDArray[np.int64]:
    """The spread of each unit's cost.

    Parameters
    ----------
    cost : (units, draws) int64 array
        [micro-yuan]
    quantiles : sequence of int
        Levels [10⁻⁴].
    tail : int
        [10⁻⁴]
    is_low_worst : bool
        Whether the lowest are the worst, whose mean is the last column: of money that is received.

    Returns
    -------
    (units, columns) int64 array
        [micro-yuan], by `spread_columns`. The standard deviation has n - 1; of one draw it is 0.
    """
    worst, ranks, place = _ranks(tuple(quantiles), tail, cost.shape[1])
    sums = spread_sums(cost, ranks, int(place[-1]), cost.shape[1] - worst.whole)
    found = sums.found[:, place]
    if worst.part:
        edges = zip(sums.tail.tolist(), found[:, -1].tolist(), strict=True)
        tails = np.array([worst.mean((high << HALF) + low, edge) for (high, low), edge in edges], dtype=np.int64)
    else:
        tails = mean_of_halves(sums.tail, worst.whole)
    if is_low_worst:
        tails = -spread_of(-cost, (), tail)[:, -1]
    return np.column_stack([sums.mean, _deviation(sums.squares, cost.shape[1]), found[:, :-1], tails])


@lru_cache
def _ranks(quantiles: tuple[int, ...], tail: int, draws: int) -> tuple[Tail, NDArray[np.int64], NDArray[np.int64]]:
    """The tail, the ranks that are asked for, and among them the least, the quantiles, the most and the tail's edge."""
    worst = tail_of(tail, draws)
    # If all draws count in full, there is no edge, and any will do.
    edge = max(draws - worst.whole - 1, 0)
    ranks, place = np.unique(
        [0, *(quantile_rank(level, draws) for level in quantiles), draws - 1, edge], return_inverse=True
    )
    return worst, ranks, place


def spread_of_classes(
    number: NDArray[np.int64],
    count: NDArray[np.int64],
    mean: int,
    ends: tuple[int, int],
    quantiles: Sequence[int],
    tail: int,
    *,
    is_low_worst: bool = False,
) -> NDArray[np.int64]:
    """The spread of one unit's cost from counts by class (`gridsim.batch.spread`).

    Parameters
    ----------
    number, count : (K,) int64 array
        Classes in ascending order, and how many draws fell into each.
    mean : int
        Exact, as are the two `ends`, least and most [micro-yuan].
    quantiles, tail, is_low_worst
        As in `spread_of`.

    Returns
    -------
    (columns,) int64 array
        Quantiles and the tail's mean are off by at most `sketch.RELATIVE_ERROR`.
    """
    middle = np.clip(middle_of(number), *ends)
    reached = np.cumsum(count)
    draws = int(reached[-1])
    squares = sum(int(n) * (int(value) - mean) ** 2 for n, value in zip(count, middle, strict=True))
    worst = tail_of(tail, draws)
    of_worst = np.minimum(count, np.maximum(reached - (draws - worst.whole), 0))
    total = sum(int(n) * int(value) for n, value in zip(of_worst, middle, strict=True) if n)
    edge = middle[np.searchsorted(reached, draws - worst.whole - 1, side="right")]
    mean_of_worst = worst.mean(total, int(edge))
    if is_low_worst:
        ends_of_losses = -ends[1], -ends[0]
        mean_of_worst = -int(spread_of_classes(-number[::-1], count[::-1], -mean, ends_of_losses, (), tail)[-1])
    ranks = [quantile_rank(level, draws) for level in quantiles]
    found = middle[np.searchsorted(reached, ranks, side="right")]
    return np.array([mean, _root(squares, draws - 1), ends[0], *found, ends[1], mean_of_worst], dtype=np.int64)


def _deviation(squares: NDArray[np.int64], draws: int) -> NDArray[np.int64]:
    """Sample standard deviations about the rounded means, exact: no order of addition can change them.

    They are taken in floating point first. Where that is too near a half to tell how it is rounded, the integers tell.
    """
    if draws == 1:
        return np.zeros(len(squares), dtype=np.int64)
    about = np.sqrt((squares * np.exp2(_LIMBS)).sum(axis=(1, 2)) / (draws - 1))
    whole = np.floor(about + 0.5)
    is_near_half = np.abs(about - np.floor(about) - 0.5) <= about * _SURELY_OFF
    found = np.where(is_near_half, 0, whole).astype(np.int64)
    for row in np.flatnonzero(is_near_half).tolist():
        pieces = squares[row].tolist()
        total = sum(limbs << bits for piece in pieces for limbs, bits in zip(piece, _LIMBS, strict=True))
        found[row] = _root(total, draws - 1)
    return found


def _root(squares: int, count: int) -> int:
    """The square root of squares / count, half up; 0 of no count."""
    return (isqrt((squares << 2) // count) + 1) >> 1 if count else 0


# ---- classes of costs ------------------------------------------------------------------------------------------------

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
