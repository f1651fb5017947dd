"""Settlement in C++, built and called as the matchings are."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.baselines.native import PORTABLE, build
from benchmarks.positions import Portfolio, Settled, memory_for
from gridsim.core.threads import call_all

SOURCE = Path(__file__).with_name("settle.cpp")


def settling(given: Portfolio, flags: tuple[str, ...] = PORTABLE, threads: int = 1) -> Callable[[], Settled] | None:
    """A call of the C++ version, its scratch and results made and touched once; None without g++.

    With several threads each has as many positions, which is as much work: in `portfolio` all positions are alike.
    """
    built = build(SOURCE, flags)
    if built is None:
        return None
    out = memory_for(given)
    scratch = np.zeros((threads, 2 * given.longest), dtype=np.int64)
    bands = given.bands
    kept = [*given.legs, *given.cells, *bands, *(array for part in out for array in part), scratch]

    def address(array: NDArray[np.int64], first: int = 0) -> ctypes.c_void_p:
        assert array.flags.c_contiguous
        assert array.dtype == np.int64
        return ctypes.c_void_p(array.ctypes.data + first * array.itemsize)

    def call_from(first: int, last: int, own: NDArray[np.int64]) -> Callable[[], None]:
        """A call for some of the positions: their arrays begin further behind, the others are whole."""
        arguments = [
            ctypes.c_int64(last - first),
            address(given.legs.start, first),
            address(given.legs.energy),
            address(given.legs.price),
            ctypes.c_int64(len(given.legs.energy)),
            address(given.cells.start, first),
            *map(address, given.cells[1:]),
            ctypes.c_int64(len(given.cells.energy)),
            address(bands.of_position, first),
            *map(address, bands[1:3]),
            ctypes.c_int64(bands.over_edge.shape[1]),
            *map(address, bands[3:]),
            ctypes.c_int64(bands.under_edge.shape[1]),
            *(address(array, first) for array in out.totals),
            *(address(array) for part in (out.legs, out.cells) for array in part),
            address(own),
        ]
        return partial(built.settle, *arguments)

    cuts = [given.positions * part // threads for part in range(threads + 1)]
    calls = [call_from(first, last, own) for (first, last), own in zip(pairwise(cuts), scratch, strict=True)]

    def call() -> Settled:
        assert kept  # the arrays behind the addresses live as long as this call
        call_all(calls, threads)
        return out

    return call
