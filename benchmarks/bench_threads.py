"""Two threads against one, on one large book; and what two gain on this machine in a copy of as many bytes."""

from __future__ import annotations

import pytest

from benchmarks.conftest import Arena, all_agree
from benchmarks.copying import copying
from gridsim.bench.books import notice_books
from gridsim.bench.kernel import kernel

BYTES_PER_ORDER = 180
"""Read and written, as docs/performance-model.md counts them by stage."""
_ROUNDS = 21
"""What two threads gain moves with what the neighbours of a shared machine do to its memory, from minute to minute."""


@pytest.mark.parametrize("orders", [10**6, 10**7])
def test_threads(arena: Arena, orders: int) -> None:
    size = arena.size(orders)
    market = notice_books(size)
    contenders = {"one thread": kernel(market), "two threads": kernel(market, threads=2)}
    all_agree(contenders)
    moved = 2 * size * BYTES_PER_ORDER
    copies = {"copy, one thread": copying(moved, 1), "copy, two threads": copying(moved, 2)}
    arena.race("threads", contenders | copies, rounds=_ROUNDS, orders=size)
