"""Two threads against one, on 100,000 books; and what two gain on this machine where nothing holds them up.

That is a copy of as many bytes, which waits for memory alone, and arithmetic in registers, which waits for nothing.
"""

from __future__ import annotations

import numpy as np

from benchmarks.arithmetic import reckoning
from benchmarks.bench_many_books import EACH
from benchmarks.conftest import Arena
from benchmarks.copying import copying
from benchmarks.pairs import require_equal
from gridsim.bench.books import Pairs, kernel, kernel_on_threads, notice_books

BYTES_PER_ORDER = 160
"""Read and written, as docs/performance-model.md counts them by stage."""
_STEPS_PER_ORDER = 4
"""Of arithmetic: it takes about as long."""
_ROUNDS = 21
"""What two threads gain moves with what the neighbours of a shared machine do, from minute to minute."""


def test_threads(arena: Arena) -> None:
    books = arena.books(100_000)
    size = EACH * books
    market = notice_books(EACH, books)
    contenders = {"one thread": kernel_on_threads(market, 1), "two threads": kernel_on_threads(market, 2)}
    expected = kernel(market)()
    for who, call in contenders.items():
        require_equal(expected, Pairs(*(np.concatenate(column) for column in zip(*call(), strict=True))), who)
    moved, steps = 2 * size * BYTES_PER_ORDER, 2 * size * _STEPS_PER_ORDER
    limits = {
        "copy, one thread": copying(moved, 1),
        "copy, two threads": copying(moved, 2),
        "arithmetic, one thread": reckoning(steps, 1),
        "arithmetic, two threads": reckoning(steps, 2),
    }
    arena.race("threads", contenders | limits, rounds=_ROUNDS, orders=size, books=books)
