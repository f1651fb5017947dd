"""The machine's own limits: what no program that does the same work can beat by much."""

from __future__ import annotations

import os
import platform
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Limits", "describe", "measure_limits"]


class Limits(NamedTuple):
    """What was measured of the machine, with one thread.

    Attributes
    ----------
    copy_bandwidth : float [GB/s]
        Bytes read and written in a copy between two arrays far larger than the caches.
    first_touch : float [GB/s]
        Bytes written into memory that was just allocated.
    scatter : float [million writes/s]
        int64 written to random places of an array far larger than the caches.
    sort_throughput : float [million keys/s]
        int64 keys, 10⁶ at a time, by numpy's sort.
    """

    copy_bandwidth: float
    first_touch: float
    scatter: float
    sort_throughput: float


def measure_limits(mebibytes: int = 256, *, rounds: int = 7) -> Limits:
    """Measure with arrays of so many MiB each (they should be far larger than the caches).

    The best of the rounds counts: a limit is what the machine can do when nothing else wants it.
    """
    count = mebibytes * 2**17
    draw = np.random.default_rng(991)
    source = draw.integers(0, 2**40, count)
    target = np.empty_like(source)
    target[:] = 0

    def seconds(call: Callable[[], object]) -> float:
        times = []
        for _ in range(rounds):
            start = perf_counter()
            call()
            times.append(perf_counter() - start)
        return min(times)

    def touch() -> None:
        np.empty(count, dtype=np.int64).fill(1)

    copying = seconds(lambda: np.copyto(target, source))
    touching = seconds(touch)
    some = min(count, 2**20)
    places = draw.integers(0, count, some)
    scattering = seconds(lambda: target.put(places, source[:some], mode="wrap"))
    keys = source[: min(count, 10**6)]
    sorting = seconds(lambda: np.sort(keys))
    return Limits(
        copy_bandwidth=2 * source.nbytes / copying / 1e9,
        first_touch=source.nbytes / touching / 1e9,
        scatter=some / scattering / 1e6,
        sort_throughput=len(keys) / sorting / 1e6,
    )


def describe() -> dict[str, str]:
    """The class of the machine and the versions that count: nothing that names this very machine."""
    import numba

    return {
        "processor": _processor(),
        "processors": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
