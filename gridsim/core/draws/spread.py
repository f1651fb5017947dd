"""What the spread of each row of costs is made of, in one pass over a row while it is in a processor's first cache."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gridsim.core.draws.arrays import Ints
from gridsim.core.draws.ranks import RankScratch, pick_ranks, rank_scratch
from gridsim.core.draws.sums import SAFE_DRAWS, half_sum, mean_of_halves, square_sums
from gridsim.core.jit import njit

__all__ = ["SpreadSums", "spread_rows", "spread_sums"]


class SpreadSums(NamedTuple):
    """Of R rows, all exact.

    Attributes
    ----------
    found : (R, K) int64 array
        The values of the ranks that are asked for.
    tail : (R, 2) int64 array
        The sum of the values from a rank on: of what is above 2³², and of the rest.
    mean : (R,) int64 array
        Rounded half away from zero.
    squares : (R, pieces, 6) int64 array
        As `gridsim.core.draws.sums.square_sums` has them about the mean, for each `SAFE_DRAWS` values.
    """

    found: Ints
    tail: Ints
    mean: Ints
    squares: Ints


def _spread_rows(
    values: Ints,
    ranks: Ints,
    edge: int,
    first: int,
    scratch: RankScratch,
    sums: SpreadSums,
    is_left: npt.NDArray[np.bool_],
) -> None:
    """Fill `sums`; ``is_left`` tells the rows that have to be put in order for their ranks and tail."""
    count = values.shape[1]
    for number in range(values.shape[0]):
        row = values[number]
        high, low = half_sum(row)
        mean = mean_of_halves(high, low, count)
        sums.mean[number] = mean
        for piece in range(sums.squares.shape[1]):
            square_sums(row[piece * SAFE_DRAWS : (piece + 1) * SAFE_DRAWS], mean, sums.squares[number, piece])
        is_left[number] = not pick_ranks(row, ranks, edge, first, scratch, sums.found[number], sums.tail[number])


spread_rows = njit(_spread_rows)


def spread_sums(values: Ints, ranks: Ints, edge: int, first: int) -> SpreadSums:
    """What the spread of each row is made of.

    Parameters
    ----------
    values : (R, n) int64 array
        At least one value a row, none of them 2⁶³ or more from their mean.
    ranks, edge, first
        As `gridsim.core.draws.ranks.pick_ranks` has them.
    """
    rows, count = values.shape
    found = SpreadSums(
        np.empty((rows, len(ranks)), dtype=np.int64),
        np.empty((rows, 2), dtype=np.int64),
        np.empty(rows, dtype=np.int64),
        np.empty((rows, -(-count // SAFE_DRAWS), 6), dtype=np.int64),
    )
    is_left = np.empty(rows, dtype=np.bool_)
    spread_rows(values, ranks, edge, first, rank_scratch(count, len(ranks)), found, is_left)
    ordered = np.empty(count, dtype=np.int64)
    for row in np.flatnonzero(is_left):  # one by one: fresh memory for all of them would take longer than to sort them
        ordered[:] = values[row]
        ordered.sort()
        found.found[row] = ordered[ranks]
        found.tail[row] = half_sum(ordered[first:])
    return found
