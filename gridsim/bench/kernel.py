"""gridsim's own contenders: the kernel with memory that is used again, and with memory that is new in every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.bench.pairs import Pairs
from gridsim.core.jit import NO_ROOM, OK
from gridsim.core.matching.match import RATIO_ONE, Trades, match_books, workspace
from gridsim.errors import KernelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridsim.bench.books import Market

__all__ = ["HALF", "kernel", "kernel_with_new_memory"]

HALF = RATIO_ONE // 2
"""K = 0.5."""


def kernel(
    market: Market, *, uniform: bool = False, pro_rata: bool = False, k: int = HALF, threads: int = 1
) -> Callable[[], Pairs]:
    """A call that matches `market` into arrays that were made, and touched, once."""
    terms = _Terms(uniform, pro_rata, k, threads)
    memory = _Memory(market)
    if memory.match(market, terms) is None:
        memory.trades = _trades(memory.room)
    return lambda: _required(memory.match(market, terms))


def kernel_with_new_memory(market: Market, *, threads: int = 1) -> Callable[[], Pairs]:
    """A call that allocates its workspace and its results anew."""
    return lambda: _required(_Memory(market).match(market, _Terms(threads=threads)))


class _Terms(NamedTuple):
    uniform: bool = False
    pro_rata: bool = False
    k: int = HALF
    threads: int = 1


class _Memory:
    """Scratch and results for one market."""

    def __init__(self, market: Market) -> None:
        self.work = workspace(*(int(np.diff(side.start).max(initial=0)) for side in market))
        self.trades = _trades(market.orders)
        self.room = 0

    def match(self, market: Market, terms: _Terms) -> Pairs | None:
        """The pairs, or None if there is no room for them (pro-rata ties may make more than there are orders)."""
        status, first, count = match_books(
            market.sells,
            market.buys,
            terms.uniform,
            terms.pro_rata,
            terms.k,
            self.trades,
            self.work,
            threads=terms.threads,
        )
        if status == NO_ROOM:
            self.room = int(count)
            return None
        if status != OK:
            raise KernelError(f"match_books returned status {status}")
        return Pairs(*(column[first : first + count] for column in self.trades))


def _trades(room: int) -> Trades:
    return Trades(*(np.empty(room, dtype=np.int64) for _ in Trades._fields))


def _required(pairs: Pairs | None) -> Pairs:
    assert pairs is not None, "room was made for all pairs"
    return pairs
