"""Memory that one matching leaves to the next: touching new memory costs more than the matching itself."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.core.matching.book import Trades, Workspace, workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["MatchingMemory", "borrowed"]

_MOST_KEPT = 1 << 21
"""Orders that the memory kept may be for: about 170 MB are touched then."""


class MatchingMemory(NamedTuple):
    """For matching up to `orders` orders, of which up to `largest` of one side are in one book."""

    orders: int
    largest: int
    columns: NDArray[np.int64]  # shape (4, orders): the sides
    row: NDArray[np.int32]  # shape (orders,)
    works: list[Workspace]  # one for each thread
    trades: Trades  # room for a pair per order


_kept: list[MatchingMemory] = []  # one at most; lists change in one piece, so threads may share it


@contextmanager
def borrowed(orders: int, largest: int, threads: int = 1) -> Iterator[MatchingMemory]:
    """Scratch that is big enough, kept from the last matching if that was as big. What is in it may be anything."""
    try:
        scratch = _kept.pop()
    except IndexError:
        scratch = _new(orders, largest)
    if scratch.orders < orders or scratch.largest < largest:
        scratch = _new(orders, largest)
    while len(scratch.works) < threads:
        scratch.works.append(workspace(scratch.largest, scratch.largest))
    try:
        yield scratch
    finally:
        if scratch.orders <= _MOST_KEPT:
            _kept[:] = [scratch]


def _new(orders: int, largest: int) -> MatchingMemory:
    columns, trades = np.empty((2, 4, orders), dtype=np.int64)
    row = np.empty(orders, dtype=np.int32)
    return MatchingMemory(orders, largest, columns, row, [], Trades(*trades))
