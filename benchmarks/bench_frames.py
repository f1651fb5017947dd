"""`gridsim.clear` from DataFrame to DataFrame, against polars from the same frame, and against the kernel alone."""

from __future__ import annotations

import numpy as np

import gridsim
from benchmarks.baselines import with_polars
from benchmarks.conftest import Arena
from gridsim.bench.books import as_frame, kernel, notice_books


def test_frames(arena: Arena) -> None:
    size = arena.size(10**6)
    market = notice_books(size)
    frame = as_frame(market)
    contenders = {"gridsim.clear": lambda: gridsim.clear(frame), "kernel": kernel(market)}
    trades = gridsim.clear(frame)
    pairs = contenders["kernel"]()
    assert np.array_equal(trades["sell_row"], pairs.sell + 1)
    assert np.array_equal(trades["buy_row"], pairs.buy + 1 + size)
    if with_polars.pl is not None:
        contenders["polars"] = lambda: with_polars.clear_frame(frame)
        theirs = with_polars.clear_frame(frame)
        for name in trades:
            mine, found = trades[name].to_numpy(), theirs[name].to_numpy()
            if found.dtype == np.float64:
                # Polars divides by multiplying with the inverse: the last bit is not always the nearest float's.
                mine, found = np.rint(mine * 1000), np.rint(found * 1000)
            assert np.array_equal(mine, found), name
    arena.race("frames", contenders, orders=size)
