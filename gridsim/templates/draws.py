"""Random draws that come out the same on every machine.

Only the raw 64-bit stream of PCG64 is used, which NumPy promises never to change, and everything made of it is
integer arithmetic. NumPy's own distributions carry no such promise, and a logarithm or a fused multiply-add may
differ in its last bit from one processor to the next, which could then decide a kWh.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["ONE", "Integers", "RandomStream", "scaled"]

Integers = NDArray[np.int64]

ONE = 10_000
"""Ratios here are integers in 10⁻⁴, as ratios are everywhere in gridsim."""

# Four uniform 16-bit numbers have this mean and this standard deviation when added up: a bell, cut at ±3.46.
_BELL_MEAN = 131_070
_BELL_DEVIATION = 37_837


class RandomStream:
    """One stream of draws.

    Parameters
    ----------
    seed : int
    purpose : str
        Streams of different purposes are independent, so that one more draw for one thing changes nothing else.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        entropy = [seed, int.from_bytes(purpose.encode("ascii"), "big")]
        self._bits = np.random.PCG64(np.random.SeedSequence(entropy))

    def below(self, limit: int | Integers, count: int) -> Integers:
        """Integers from 0 to `limit` - 1, alike likely; `limit` below 2³¹."""
        high = (self._bits.random_raw(count) >> np.uint64(32)).astype(np.int64)
        drawn: Integers = (high * limit) >> 32
        return drawn

    def between(self, first: int, last: int, count: int) -> Integers:
        """Integers from `first` to `last`, both included, alike likely."""
        return first + self.below(last - first + 1, count)

    def chance(self, ratio: int | Integers, count: int) -> NDArray[np.bool_]:
        """True with probability `ratio` [10⁻⁴]."""
        happened: NDArray[np.bool_] = self.below(ONE, count) < ratio
        return happened

    def factor(self, spread: int, count: int) -> Integers:
        """Factors [10⁻⁴] around one in the shape of a bell, with standard deviation `spread` [10⁻⁴]."""
        raw = self._bits.random_raw(count)
        bell = raw.view(np.uint16).reshape(count, 4).sum(axis=1, dtype=np.int64)
        factors: Integers = ONE + (bell - _BELL_MEAN) * spread // _BELL_DEVIATION
        return factors

    def choose(self, weights: Sequence[int] | Integers, count: int) -> Integers:
        """Positions in `weights`, each with a probability in proportion to its weight."""
        bounds = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(bounds, self.below(int(bounds[-1]), count), side="right").astype(np.int64)

    def on_curve(self, shares: Sequence[int], values: Sequence[int], count: int) -> Integers:
        """Draws from a distribution given by points of its curve, straight between them.

        Parameters
        ----------
        shares : sequence of int
            Shares [10⁻⁴] of all draws that lie below the value, ascending from 0 to 10,000.
        values : sequence of int
            Ascending, below 2³¹.
        count : int
        """
        place = self.below(ONE << 16, count)
        knots = np.asarray(shares, dtype=np.int64) << 16
        value = np.asarray(values, dtype=np.int64)
        left = np.searchsorted(knots, place, side="right") - 1
        drawn: Integers = value[left] + (value[left + 1] - value[left]) * (place - knots[left]) // (
            knots[left + 1] - knots[left]
        )
        return drawn


def scaled(value: Integers, *ratios: int | Integers) -> Integers:
    """`value` times each ratio [10⁻⁴] in turn, in whole numbers, rounded down."""
    for ratio in ratios:
        value = value * ratio // ONE
    return value
