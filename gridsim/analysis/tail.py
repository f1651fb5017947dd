"""The conditional value at risk of a sample of costs, in integers: one reading for batches, charts and covers.

At level t it is the mean over the worst 1 − t of n equally likely draws. Where (1 − t) n is not a whole number of
draws, the draw at the edge counts in part: the definition of Rockafellar and Uryasev (2002) and Acerbi and Tasche
(2002) for discrete distributions, continuous in t, and coherent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.units import RATIO_ONE, round_half_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Tail", "tail_mean", "tail_of"]


class Tail(NamedTuple):
    """Which draws a conditional value at risk is the mean of; a draw has 10⁴ parts.

    Attributes
    ----------
    whole : int
        So many of the dearest draws count in full.
    part : int
        So many parts of the next draw count; less than 10⁴.
    parts : int
        All that count: ``10⁴ × whole + part``, above 0.
    """

    whole: int
    part: int
    parts: int

    def mean(self, whole_sum: int, edge: int) -> int:
        """The mean, rounded half up once.

        Parameters
        ----------
        whole_sum : int
            Sum of the draws that count in full [micro-yuan].
        edge : int
            The draw that counts in part; anything if none does [micro-yuan].
        """
        return round_half_up(RATIO_ONE * whole_sum + self.part * edge, self.parts)


def tail_of(level: int, draws: int) -> Tail:
    """The tail of so many draws.

    Parameters
    ----------
    level : int
        [10⁻⁴] 0 or more, below 10⁴; at 0 the tail is all draws.
    draws : int
        At least one.
    """
    if not 0 <= level < RATIO_ONE or draws < 1:
        raise ValueError(f"no tail at level {level} of {draws} draws")
    parts = (RATIO_ONE - level) * draws
    return Tail(parts // RATIO_ONE, parts % RATIO_ONE, parts)


def tail_mean(ordered: NDArray[np.integer] | NDArray[np.object_], level: int) -> int:
    """The conditional value at risk of a sample.

    Parameters
    ----------
    ordered : (n,) integer array
        Ascending costs, at least one [micro-yuan]; Python's integers may stand in it.
    level : int
        [10⁻⁴] 0 or more, below 10⁴.

    Returns
    -------
    int
        [micro-yuan], rounded half up.
    """
    count = len(ordered)
    tail = tail_of(level, count)
    first = count - tail.whole
    return tail.mean(sum(map(int, ordered[first:])), int(ordered[first - 1]))  # the edge counts for nothing at part 0
