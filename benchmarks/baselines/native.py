"""Build the C++ baselines with the machine's own compiler, if there is one, and call them through ctypes."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.pairs import Pairs
from gridsim.bench.books import TICK, Market

SOURCE = Path(__file__).with_name("clear.cpp")
PORTABLE = ("-O3",)
NATIVE = ("-O3", "-march=native")
"""For this very processor, as numba compiles."""
_ALWAYS = ("-std=c++17", "-shared", "-fPIC")
_BYTES_OF_BIN = 16
_BYTES_OF_SORTED = 24


@cache
def build(source: Path, flags: tuple[str, ...]) -> ctypes.CDLL | None:
    """A compiled source, made once; None on a machine without g++."""
    compiler = shutil.which("g++")
    if compiler is None:
        return None
    version = subprocess.run([compiler, "--version"], capture_output=True, check=True).stdout
    stamp = hashlib.sha256(source.read_bytes() + " ".join(flags).encode() + version).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"gridsim-baselines-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    built = folder / f"{source.stem}-{stamp}.so"
    if not built.exists():
        unfinished = built.with_suffix(f".{os.getpid()}")
        subprocess.run([compiler, *flags, *_ALWAYS, "-o", str(unfinished), str(source)], check=True)
        unfinished.replace(built)
    return ctypes.CDLL(str(built))


def library(flags: tuple[str, ...] = PORTABLE) -> ctypes.CDLL | None:
    """The compiled matchings; None on a machine without g++."""
    loaded = build(SOURCE, flags)
    if loaded is not None:
        for name in ("match_counting", "match_sorting"):
            getattr(loaded, name).restype = ctypes.c_int64
    return loaded


def counting(market: Market, flags: tuple[str, ...] = PORTABLE) -> Callable[[], Pairs] | None:
    """A call of the counting version, its scratch and results made and touched once; None without g++."""
    built = library(flags)
    if built is None:
        return None
    low, high = int(market.sells.price.min()), int(market.buys.price.max())
    room = max(2 * ((high - low) // TICK + 1) + 1, 1)
    bins = [np.zeros(room * _BYTES_OF_BIN // 8, dtype=np.int64) for _ in market]
    lines = [np.zeros(len(side.price) + 1, dtype=np.int64) for side in market]
    out = _results(market.orders)
    between = [ctypes.c_int64(TICK), ctypes.c_int64(room), *map(_address, [*bins, *lines])]
    return _caller(built.match_counting, market, between, [*bins, *lines], out)


def sorting(market: Market) -> Callable[[], Pairs] | None:
    """A call of the version with std::sort; None without g++."""
    built = library()
    if built is None:
        return None
    lines = [np.zeros(len(side.price) * _BYTES_OF_SORTED // 8, dtype=np.int64) for side in market]
    return _caller(built.match_sorting, market, [*map(_address, lines)], lines, _results(market.orders))


def _results(room: int) -> list[NDArray[np.int64]]:
    return [np.zeros(room, dtype=np.int64) for _ in Pairs._fields]


def _address(array: NDArray[np.int64]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _caller(
    function: Any, market: Market, between: list[Any], kept: list[Any], out: list[NDArray[np.int64]]
) -> Callable[[], Pairs]:
    arguments: list[Any] = []
    for side in market:
        columns = [np.ascontiguousarray(column) for column in side[1:]]
        kept.extend(columns)
        arguments += [*map(_address, columns), ctypes.c_int64(len(side.price))]
    arguments += [*between, *map(_address, out)]

    def call() -> Pairs:
        assert kept  # the arrays behind the addresses live as long as this call
        count = function(*arguments)
        if count < 0:
            raise ValueError("this book does not suit the counting version")
        return Pairs(*(column[:count] for column in out))

    return call
