"""Two threads against one, on one large book."""

from __future__ import annotations

import pytest

from benchmarks.conftest import Arena, all_agree
from gridsim.bench.books import notice_books
from gridsim.bench.kernel import kernel


@pytest.mark.parametrize("orders", [10**6, 10**7])
def test_threads(arena: Arena, orders: int) -> None:
    size = arena.size(orders)
    market = notice_books(size)
    contenders = {"one thread": kernel(market), "two threads": kernel(market, threads=2)}
    all_agree(contenders)
    arena.race("threads", contenders, orders=size)
