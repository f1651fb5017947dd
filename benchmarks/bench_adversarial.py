"""The worst case: all prices distinct over the whole range allowed, times unsorted."""

from __future__ import annotations

from benchmarks.baselines import native
from benchmarks.baselines.numpy_and_pandas import numpy_pairs
from benchmarks.conftest import Arena, all_agree
from gridsim.bench.books import kernel, notice_books, widest_book


def test_adversarial(arena: Arena) -> None:
    size = arena.size(10**6)
    friendly = notice_books(size)
    hostile = widest_book(size)
    all_agree(
        {
            "gridsim": kernel(hostile),
            "C++ std::sort": native.sorting(hostile),
            "numpy": lambda: numpy_pairs(hostile),
        }
    )
    arena.race(
        "adversarial",
        {
            "gridsim, friendly": kernel(friendly),
            "gridsim, adversarial": kernel(hostile),
            "C++ std::sort, adversarial": native.sorting(hostile),
        },
        orders=size,
    )
