"""Settlement of positions, warm buffers: gridsim's kernel against C++, on two threads, and in every shape."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from benchmarks.baselines import native, native_settle
from benchmarks.conftest import Arena
from benchmarks.copying import copying
from benchmarks.page_settlement import BYTES_MOVED
from benchmarks.positions import kernel, portfolio, require_equal, stages
from gridsim.bench.short import ROUNDS


@pytest.mark.parametrize("runs", [3, 2, 5])
def test_positions(arena: Arena, runs: int) -> None:
    """So many legs and cells in each position."""
    size = arena.size(10**6)
    given = portfolio(size, runs, runs)
    contenders = {
        "gridsim": kernel(given),
        "C++": native_settle.settling(given),
        "C++, -march=native": native_settle.settling(given, native.NATIVE),
    }
    expected = contenders["gridsim"]()
    for who, call in contenders.items():
        if call is not None:
            require_equal(expected, call(), who)
    subject = "settlement" if runs == 3 else f"settlement, {runs} legs and {runs} cells"
    arena.race(subject, contenders, orders=size, unit="position")


def test_threads(arena: Arena) -> None:
    """And what two threads gain on this machine in C++ and in a copy, where nothing is handed out but halves."""
    size = arena.size(10**6)
    given = portfolio(size)
    settling = {
        "one thread": kernel(given),
        "two threads": kernel(given, threads=2),
        "C++, one thread": native_settle.settling(given),
        "C++, two threads": native_settle.settling(given, threads=2),
    }
    expected = kernel(given)()
    for who, call in settling.items():
        if call is not None:
            require_equal(expected, call(), who)
    moved = size * BYTES_MOVED["settle"]
    copies = {"copy, one thread": copying(moved, 1), "copy, two threads": copying(moved, 2)}
    arena.race("settlement, threads", settling | copies, orders=size, unit="position")


def test_shapes(arena: Arena) -> None:
    """As many cells in positions of three and in positions of 100,000, settled by one thread and by two."""
    cells = 3 * arena.size(10**6)
    large = min(100_000, cells // 10)
    tiny_units, large_units = portfolio(cells // 3), portfolio(cells // large, 3, large)
    contenders = {
        "3 cells each": kernel(tiny_units),
        f"{large:,} cells each": kernel(large_units),
        "3 cells each, two threads": kernel(tiny_units, threads=2),
        f"{large:,} cells each, two threads": kernel(large_units, threads=2),
    }
    calls = list(contenders.values())
    for alone, together in ((0, 2), (1, 3)):
        require_equal(calls[alone](), calls[together](), "two threads")
    arena.race("settlement, shapes", contenders, orders=cells, unit="cell")


def test_stages(arena: Arena) -> None:
    """What a run does with each position: bounds, settlement, bounds of charges, charges."""
    size = arena.size(10**6)
    calls = stages(portfolio(size))
    source, target = (np.ones(2**25 if arena.scale != "tiny" else 2**10) for _ in range(2))

    def measure() -> dict[str, Any]:
        times: dict[str, list[float]] = {name: [] for name in [*calls, "copy"]}
        for _ in range(ROUNDS):
            for name, call in [*calls.items(), ("copy", lambda: np.copyto(target, source))]:
                start = perf_counter()
                call()
                times[name].append(perf_counter() - start)
        seconds = {name: median(found) for name, found in times.items()}
        bandwidth = 2 * source.nbytes / seconds.pop("copy") / 1e9
        return {"orders": size, "stages": seconds, "copy_bandwidth": bandwidth}

    arena.note("settlement, stages", measure)
