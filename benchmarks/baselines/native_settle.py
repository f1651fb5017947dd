"""Settlement in C++, built and called as the matchings are."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.baselines.native import PORTABLE, build
from benchmarks.positions import Portfolio, Settled, memory_for

SOURCE = Path(__file__).with_name("settle.cpp")


def settling(given: Portfolio, flags: tuple[str, ...] = PORTABLE) -> Callable[[], Settled] | None:
    """A call of the C++ version, its scratch and results made and touched once; None without g++."""
    built = build(SOURCE, flags)
    if built is None:
        return None
    out = memory_for(given)
    scratch = np.zeros(2 * given.longest, dtype=np.int64)
    bands = given.bands
    kept = [*given.legs, *given.cells, *bands, *(array for part in out for array in part), scratch]

    def address(array: NDArray[np.int64]) -> ctypes.c_void_p:
        assert array.flags.c_contiguous
        assert array.dtype == np.int64
        return ctypes.c_void_p(array.ctypes.data)

    arguments = [
        ctypes.c_int64(given.positions),
        *map(address, given.legs),
        ctypes.c_int64(len(given.legs.energy)),
        *map(address, given.cells),
        ctypes.c_int64(len(given.cells.energy)),
        *map(address, bands[:3]),
        ctypes.c_int64(bands.over_edge.shape[1]),
        *map(address, bands[3:]),
        ctypes.c_int64(bands.under_edge.shape[1]),
        *(address(array) for part in out for array in part),
        address(scratch),
    ]

    def call() -> Settled:
        assert kept  # the arrays behind the addresses live as long as this call
        built.settle(*arguments)
        return out

    return call
