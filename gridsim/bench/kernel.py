"""gridsim's own contenders: the kernel with memory that is used again, and with memory that is new in every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.bench.pairs import Pairs
from gridsim.core.jit import NO_ROOM, OK
from gridsim.core.matching.match import RATIO_ONE, Trades, match_books, match_range, workspace
from gridsim.errors import KernelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridsim.bench.books import Market

__all__ = ["HALF", "kernel", "kernel_on_threads", "kernel_with_new_memory"]

HALF = RATIO_ONE // 2
"""K = 0.5."""


def kernel(market: Market, *, uniform: bool = False, pro_rata: bool = False, k: int = HALF) -> Callable[[], Pairs]:
    """A call that matches `market` into arrays that were made, and touched, once."""
    terms = _Terms(uniform, pro_rata, k)
    memory = _Memory(market)
    if memory.match(market, terms) is None:
        memory.trades = _trades(memory.room)
    return lambda: _required(memory.match(market, terms))


def kernel_with_new_memory(market: Market) -> Callable[[], Pairs]:
    """A call that allocates its workspace and its results anew."""
    return lambda: _required(_Memory(market).match(market, _Terms()))


def kernel_on_threads(market: Market, threads: int) -> Callable[[], list[Trades]]:
    """A call that shares the books of `market` out among so many threads: the pairs, as the threads leave them."""
    memory = _Memory(market)
    works = [memory.work, *(_Memory(market).work for _ in range(threads - 1))]
    return lambda: match_books(*market, uniform=False, pro_rata=False, k=HALF, trades=memory.trades, works=works)[1]


class _Terms(NamedTuple):
    uniform: bool = False
    pro_rata: bool = False
    k: int = HALF


class _Memory:
    """Scratch and results for one market."""

    def __init__(self, market: Market) -> None:
        self.work = workspace(*(int(np.diff(side.start).max(initial=0)) for side in market))
        self.trades = _trades(market.orders)
        self.room = 0

    def match(self, market: Market, terms: _Terms) -> Pairs | None:
        """The pairs, or None if there is no room for them (pro-rata ties may make more than there are orders)."""
        books = len(market.sells.start) - 1
        status, count = match_range(market.sells, market.buys, 0, books, *terms, self.trades, self.work)
        if status == NO_ROOM:
            self.room = int(count)
            return None
        if status != OK:
            raise KernelError(f"match_books returned status {status}")
        return Pairs(*(column[:count] for column in self.trades))


def _trades(room: int) -> Trades:
    return Trades(*(np.empty(room, dtype=np.int64) for _ in Trades._fields))


def _required(pairs: Pairs | None) -> Pairs:
    assert pairs is not None, "room was made for all pairs"
    return pairs
