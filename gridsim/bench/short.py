"""`gridsim bench`: how fast gridsim clears on this machine, and what the machine itself can do."""

from __future__ import annotations

import gc
import os
import platform
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.bench.books import as_frame, kernel, kernel_with_new_memory, notice_books, widest_book
from gridsim.show.document import grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from gridsim.show.document import Block

__all__ = ["ROUNDS", "Contest", "Limits", "Measured", "bench_document", "describe", "measure", "measure_limits"]

ROUNDS = 7
_SHORTEST = 0.01  # seconds: what takes less is called several times in a row
_LONG = 1.0  # seconds: one call is enough to be warm


class Contest:
    """Contenders that do one and the same thing.

    Parameters
    ----------
    contenders : mapping of str to callable
        Each is called once to warm up (and to see how often it must be called to be timed at all).
    """

    def __init__(self, contenders: Mapping[str, Callable[[], object]]) -> None:
        self._contenders = dict(contenders)
        self._is_long: dict[str, bool] = {}
        self._calls = {name: self._how_often(name) for name in contenders}
        self._rounds = 0
        self.seconds: dict[str, list[float]] = {name: [] for name in contenders}
        """Seconds of one call, by contender and round."""

    def _how_often(self, name: str) -> int:
        call = self._contenders[name]
        seconds = 0.0
        for _ in range(2):  # the first call may compile or touch memory for the first time
            start = perf_counter()
            call()
            seconds = perf_counter() - start
            if seconds > _LONG:
                break
        self._is_long[name] = seconds > _LONG
        return 1 + int(_SHORTEST / max(seconds, 1e-6))

    def round(self) -> None:
        """Time every contender once, each of them warm, beginning with another one each time."""
        names = list(self._contenders)
        first = self._rounds % len(names)
        self._rounds += 1
        for name in names[first:] + names[:first]:
            call = self._contenders[name]
            gc.collect()  # first: it reads all objects of the process into the caches
            gc.disable()
            try:
                if not self._is_long[name]:
                    call()  # whoever was before has left the caches to himself
                start = perf_counter()
                for _ in range(self._calls[name]):
                    call()
                self.seconds[name].append((perf_counter() - start) / self._calls[name])
            finally:
                gc.enable()

    def run(self, rounds: int = ROUNDS) -> dict[str, float]:
        """Median seconds of each contender after so many rounds."""
        for _ in range(rounds):
            self.round()
        return self.medians()

    def medians(self) -> dict[str, float]:
        """Median seconds of each contender so far."""
        return {name: median(seconds) for name, seconds in self.seconds.items()}


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


_PANDAS_UP_TO = 10**6


class Measured(NamedTuple):
    """One line of the table.

    Attributes
    ----------
    subject : str
    who : str
    orders : int
        Of both sides.
    seconds : float
        The median of the rounds.
    reference : float
        What the first line of the same subject took [s].
    """

    subject: str
    who: str
    orders: int
    seconds: float
    reference: float


def measure(orders: int = 10**6, rounds: int = ROUNDS) -> Iterator[Measured]:
    """Time side by side; one subject after the other.

    Parameters
    ----------
    orders : int
        Sell orders, and as many buy orders.
    rounds : int
    """
    market = notice_books(orders)
    one: dict[str, Callable[[], object]] = {
        "gridsim": kernel(market),
        "gridsim, new memory": kernel_with_new_memory(market),
    }
    yield from _race("one book", market.orders, one, rounds)

    hostile = widest_book(orders)
    others: dict[str, Callable[[], object]] = {
        "base": one["gridsim"],
        "uniform": kernel(market, uniform=True),
        "pro rata": kernel(market, pro_rata=True),
        "K = 0.37": kernel(market, k=3700),
        "adversarial prices and times": kernel(hostile),
        "books of 20 orders": kernel(notice_books(10, max(1, orders // 10))),
    }
    yield from _race("options and shapes", market.orders, others, rounds)

    from gridsim.trading.clear import clear

    frame = as_frame(market)
    tables: dict[str, Callable[[], object]] = {"kernel": one["gridsim"], "gridsim.clear": lambda: clear(frame)}
    yield from _race("DataFrame to DataFrame", market.orders, tables, rounds)


def _race(subject: str, orders: int, contenders: dict[str, Callable[[], object]], rounds: int) -> Iterator[Measured]:
    medians = Contest(contenders).run(rounds)
    reference = next(iter(medians.values()))
    for who, seconds in medians.items():
        yield Measured(subject, who, orders, seconds, reference)


def bench_document(orders: int = 10**6, rounds: int = ROUNDS) -> list[Block]:
    """Measure, and show the figures beside the machine's own limits."""
    limits = measure_limits()
    about = describe()
    rows = []
    before = None
    for line in measure(orders, rounds):
        rows.append(
            (
                line.subject if before != line.subject else "",
                line.who,
                f"{line.seconds:.4f}",
                f"{line.seconds / line.orders * 1e9:.1f}",
                f"{line.seconds / line.reference:.2f}",
            )
        )
        before = line.subject
    told = (
        f"Limits of one thread here: copy {limits.copy_bandwidth:.1f} GB/s, new memory {limits.first_touch:.1f} GB/s, "
        f"random writes {limits.scatter:.0f} M/s, sort {limits.sort_throughput:.0f} M keys/s."
    )
    title = f"{orders:,} sell and {orders:,} buy orders, medians of {rounds} rounds"
    return [
        grid(("subject", "who", "seconds", "ns per order", "× the first"), rows, texts=2, title=title),
        told,
        ", ".join(f"{name} {value}" for name, value in about.items()),
        "Beside C++, numpy, pandas and polars, every result compared before it is timed: make bench, in a checkout.",
    ]
