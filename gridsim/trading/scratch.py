"""Memory that one matching leaves to the next: touching new memory costs more than the matching itself."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.core.matching.book import Trades, Workspace, workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Scratch", "borrowed"]

_MOST_KEPT = 1 << 21
"""Orders that the memory kept may be for: about 170 MB are touched then."""


class Scratch(NamedTuple):
    """For matching up to `orders` orders, of which up to `largest` of one side are in one book."""

    orders: int
    largest: int
    columns: NDArray[np.int64]  # shape (4, orders): the sides
    row: NDArray[np.int32]  # shape (orders,)
    work: Workspace
    trades: Trades  # room for a pair per order


_kept: list[Scratch] = []  # one at most; lists change in one piece, so threads may share it


@contextmanager
def borrowed(orders: int, largest: int) -> Iterator[Scratch]:
    """Scratch that is big enough, kept from the last matching if that was as big. What is in it may be anything."""
    try:
        scratch = _kept.pop()
    except IndexError:
        scratch = _new(orders, largest)
    if scratch.orders < orders or scratch.largest < largest:
        scratch = _new(orders, largest)
    try:
        yield scratch
    finally:
        if scratch.orders <= _MOST_KEPT:
            _kept[:] = [scratch]


def _new(orders: int, largest: int) -> Scratch:
    columns, trades = np.empty((2, 4, orders), dtype=np.int64)
    row = np.empty(orders, dtype=np.int32)
    return Scratch(orders, largest, columns, row, workspace(largest, largest), Trades(*trades))
