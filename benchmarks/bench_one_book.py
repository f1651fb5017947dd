"""One book of N sell and N buy orders, warm buffers, one thread: gridsim's kernel against everyone else.

Two races, because what takes seconds leaves cold caches and other neighbours to what takes milliseconds.
"""

from __future__ import annotations

import pytest

from benchmarks.baselines import native, with_polars
from benchmarks.baselines.numpy_and_pandas import as_frames, numpy_pairs, pandas_pairs
from benchmarks.conftest import Arena, all_agree
from gridsim.bench.books import kernel, kernel_with_new_memory, notice_books

SIZES = [10**3, 10**4, 10**5, 10**6, 10**7]
FRAMES_UP_TO = 10**6  # beyond, pandas and polars take minutes: only in the full run


@pytest.mark.parametrize("orders", SIZES)
def test_arrays(arena: Arena, orders: int) -> None:
    size = arena.size(orders)
    market = notice_books(size)
    contenders = {
        "gridsim": kernel(market),
        "C++ counting": native.counting(market),
        "C++ counting, -march=native": native.counting(market, native.NATIVE),
        "C++ std::sort": native.sorting(market),
        "numpy": lambda: numpy_pairs(market),
    }
    all_agree(contenders)
    arena.race("one book", contenders, orders=size)


@pytest.mark.parametrize("orders", SIZES)
def test_frames(arena: Arena, orders: int) -> None:
    size = arena.size(orders)
    if size > FRAMES_UP_TO and arena.scale != "full":
        pytest.skip("make bench-full")
    market = notice_books(size)
    frames = as_frames(market)
    contenders = {
        "gridsim": kernel(market),
        "gridsim, new memory": kernel_with_new_memory(market),
        "pandas": lambda: pandas_pairs(*frames),
    }
    if with_polars.pl is not None:
        polars_frames = with_polars.as_frames(market)
        contenders["polars"] = lambda: with_polars.pairs(*polars_frames)
    all_agree(contenders)
    arena.race("one book, frames", contenders, orders=size)
