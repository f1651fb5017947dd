"""Two threads against one, on one large book; and what two gain on this machine where nothing holds them up.

That is a copy of as many bytes, which waits for memory alone, and arithmetic in registers, which waits for nothing.
"""

from __future__ import annotations

import pytest

from benchmarks.arithmetic import reckoning
from benchmarks.conftest import Arena, all_agree
from benchmarks.copying import copying
from gridsim.bench.books import kernel, notice_books

BYTES_PER_ORDER = 160
"""Read and written, as docs/performance-model.md counts them by stage."""
_STEPS_PER_ORDER = 4
"""Of arithmetic: it takes about as long."""
_ROUNDS = 21
"""What two threads gain moves with what the neighbours of a shared machine do, from minute to minute."""


@pytest.mark.parametrize("orders", [10**6, 10**7])
def test_threads(arena: Arena, orders: int) -> None:
    size = arena.size(orders)
    market = notice_books(size)
    contenders = {"one thread": kernel(market), "two threads": kernel(market, threads=2)}
    all_agree(contenders)
    moved, steps = 2 * size * BYTES_PER_ORDER, 2 * size * _STEPS_PER_ORDER
    limits = {
        "copy, one thread": copying(moved, 1),
        "copy, two threads": copying(moved, 2),
        "arithmetic, one thread": reckoning(steps, 1),
        "arithmetic, two threads": reckoning(steps, 2),
    }
    arena.race("threads", contenders | limits, rounds=_ROUNDS, orders=size)
