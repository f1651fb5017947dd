"""Workspace and results allocated anew by every call, as a first call does, against polars, which always does so."""

from __future__ import annotations

import pytest

from benchmarks.baselines import with_polars
from benchmarks.conftest import Arena, all_agree
from gridsim.bench.books import kernel, kernel_with_new_memory, notice_books


@pytest.mark.parametrize("orders", [10**6, 10**7])
def test_allocation(arena: Arena, orders: int) -> None:
    size = arena.size(orders)
    market = notice_books(size)
    contenders = {"gridsim, new memory": kernel_with_new_memory(market), "gridsim, warm": kernel(market)}
    if with_polars.pl is not None and size <= 10**6:  # larger: in bench_one_book.py
        frames = with_polars.as_frames(market)
        contenders["polars"] = lambda: with_polars.pairs(*frames)
    all_agree(contenders)
    arena.race("allocation", contenders, orders=size)
