"""Positions shared out among threads: by their legs and cells, not by their number."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from gridsim.core.threads import call_all

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["over_ranges"]

_PIECE = 200_000
"""Legs and cells that are worth a call: some milliseconds of work, whose arrays stay in the caches from one kernel to
the next. A call of all four kernels costs a hundredth of that, and in the end a thread waits for half a piece of
another's."""


def over_ranges(
    leg_start: NDArray[np.int64],
    cell_start: NDArray[np.int64],
    settle_range: Callable[[int, int], None],
    threads: int,
) -> None:
    """Call ``settle_range(first, last)`` on ranges of positions that together are all of them.

    Each range has about as many legs and cells as any other, and there are more ranges than threads: who is done takes
    the next, so that one large position holds nobody up. A position is never divided, however large it is: its 10⁵
    cells take a thread less than a millisecond, sooner than several could agree on them.

    Parameters
    ----------
    leg_start, cell_start : (P + 1,) int64 array
        Where the legs and cells of each position begin.
    settle_range : callable
        What writes to one range must not be read by another. The first exception, in the order of the ranges, is
        raised here.
    threads : int
    """
    positions = len(leg_start) - 1

    def work(position: int) -> int:
        return leg_start.item(position) + cell_start.item(position)  # half of what int(...[...]) takes

    pieces = max(1, work(positions) // _PIECE)
    # A range ends at the first position at which its share of the work is done: it may be empty, but for the last.
    shares = [work(positions) * piece // pieces for piece in range(1, pieces)]
    bounds = [0, *(bisect_left(range(positions), share, key=work) for share in shares), positions]
    ranges = [(first, last) for first, last in pairwise(bounds) if first < last]
    call_all([partial(settle_range, first, last) for first, last in ranges], threads)
