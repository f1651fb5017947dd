"""What is to be reached ("Clearing at the machine's limit"), and how each figure is read from the measurements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

Record = dict[str, Any]
"""The ``extra_info`` of one benchmark."""


@dataclass(frozen=True)
class Goal:
    """A figure with its goal.

    Attributes
    ----------
    text : str
    subject : str
        Of the benchmark.
    orders : int
        N: sell orders, and as many buy orders.
    value : callable
        The figure, from the benchmark's record; KeyError if a contender was not there.
    bound : float
    at_most : bool
        Whether less is better.
    """

    text: str
    subject: str
    orders: int
    value: Callable[[Record], float]
    bound: float
    at_most: bool

    def is_reached(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound


def seconds(record: Record, who: str) -> float:
    """The median of a contender's rounds."""
    return median(record["seconds"][who])


def ratio(over: str, under: str) -> Callable[[Record], float]:
    """Time of one contender in times of another's: the median of the rounds' own ratios.

    Within a round both met the same neighbours; a ratio of medians may set a busy second against a calm one.
    """

    def value(record: Record) -> float:
        rounds = zip(record["seconds"][over], record["seconds"][under], strict=True)
        return median(mine / theirs for mine, theirs in rounds)

    return value


def per_order_growth(record: Record) -> float:
    """Time per order at the largest N in times of that at 10⁴, or the other way round: the farthest from linear."""
    costs = [median(times) / int(size) for size, times in record["seconds"].items() if int(size) >= 10**4]
    return max(costs) / min(costs)


def slower(text: str, subject: str, orders: int, over: str, under: str, bound: float) -> Goal:
    return Goal(text, subject, orders, ratio(over, under), bound, at_most=True)


def faster(text: str, subject: str, orders: int, than: str, who: str, bound: float) -> Goal:
    return Goal(text, subject, orders, ratio(than, who), bound, at_most=False)


def _faster_by_draw(record: Record) -> float:
    """Time of a draw in numpy in times of gridsim's with two threads, which draws more of them."""
    return ratio("numpy", "gridsim, two threads")(record) * record["draws"] / record["numpy_draws"]


MILLION = 10**6

GOALS: tuple[Goal, ...] = (
    *(
        slower(f"one book, {text}: time over C++ -O3 counting sort", "one book", n, "gridsim", "C++ counting", 1.15)
        for text, n in (("N = 10⁶", MILLION), ("N = 10⁷", 10 * MILLION))
    ),
    *(
        faster(f"one book, {text}: faster than numpy", "one book", n, "numpy", "gridsim", 3.5)
        for text, n in (("N = 10⁶", MILLION), ("N = 10⁷", 10 * MILLION))
    ),
    faster("one book, N = 10⁶: faster than pandas", "one book, frames", MILLION, "pandas", "gridsim", 30),
    faster("one book, N = 10⁷: faster than pandas", "one book, frames", 10 * MILLION, "pandas", "gridsim", 30),
    faster("one book, N = 10⁶: faster than polars, all threads", "one book, frames", MILLION, "polars", "gridsim", 18),
    faster(
        "one book, N = 10⁷: faster than polars, all threads",
        "one book, frames", 10 * MILLION, "polars", "gridsim", 18,
    ),
    faster("one book, N = 10⁴: faster than pandas", "one book, frames", 10**4, "pandas", "gridsim", 50),
    faster("100,000 books of 20 orders: two threads against one", "threads", MILLION, "one thread", "two threads", 1.7),
    faster(
        "new memory in every call, N = 10⁷: faster than polars",
        "one book, frames", 10 * MILLION, "polars", "gridsim, new memory", 12,
    ),
    faster(
        "new memory in every call, N = 10⁶: faster than polars",
        "allocation", MILLION, "polars", "gridsim, new memory", 12,
    ),
    Goal(
        "one book of 20 orders with a Matcher: microseconds",
        "one small book", 10, lambda record: 1e6 * seconds(record, "Matcher"), 15, True,
    ),
    slower(
        "rolling, 10⁶ orders of one book: time over C++ std::map",
        "rolling", MILLION // 2, "gridsim", "C++ std::map", 1.5,
    ),
    faster(
        "rolling, 10⁶ orders of one book: faster than Python with sortedcontainers",
        "rolling", MILLION // 2, "Python sortedcontainers", "gridsim", 8,
    ),
    slower("100,000 books of 20 orders: time over one book", "many books", MILLION, "many books", "one book", 1.5),
    faster("gridsim.clear, N = 10⁶: faster than polars", "frames", MILLION, "polars", "gridsim.clear", 5),
    faster(
        "gridsim.clear of plain texts and unsorted times, N = 10⁶: faster than polars",
        "ordinary frames", MILLION, "polars", "gridsim.clear", 4,
    ),
    slower(
        "gridsim.clear of 20 orders: time over that of reading and building the columns",
        "small frames", 10, "gridsim.clear", "pandas, columns read and built", 1.5,
    ),
    Goal("time per order, N = 10⁴ to 10⁷: largest over smallest", "growth", 10 * MILLION, per_order_growth, 1.8, True),
    Goal(
        "peak memory, N = 10⁷: over the input arrays",
        "memory", 10 * MILLION, lambda record: record["peak_bytes"] / record["input_bytes"], 6, True,
    ),
    slower(
        "adversarial book, N = 10⁶: time over the friendly one",
        "adversarial", MILLION, "gridsim, adversarial", "gridsim, friendly", 3,
    ),
    slower(
        "adversarial book, N = 10⁶: time over C++ std::sort",
        "adversarial", MILLION, "gridsim, adversarial", "C++ std::sort, adversarial", 1,
    ),
    *(
        slower(f"{option}, N = {text}: time over the base case", "options", n, option, "base", 1.5)
        for option in ("uniform", "pro rata", "K = 0.37")
        for text, n in (("10⁴", 10**4), ("10⁶", MILLION))
    ),
    slower("gridsim --help: time over importing typer and rich", "startup", 0, "gridsim --help", "typer, rich", 1.5),
    Goal(
        "import gridsim: milliseconds over bare Python",
        "startup", 0, lambda record: 1000 * (seconds(record, "import gridsim") - seconds(record, "python")), 25, True,
    ),
    slower(
        "mini scenario, warm: time over numba, pandas and a trivial cached kernel",
        "startup", 0, "mini scenario", "numba, pandas, kernel", 1.5,
    ),
    Goal(
        "first compile on a machine: seconds more than warm",
        "startup", 0, lambda record: record["first_compile"], 20, True,
    ),
    slower(
        "gridsim run, 100,000 users: time over pyarrow reading and writing the tables",
        "run", 10**5, "gridsim run", "pyarrow", 6,
    ),
    Goal("gridsim run, 100,000 users: share of the kernels", "run", 10**5, lambda run: run["kernel_share"], 0.15, True),
    Goal("gridsim run, 100,000 users: peak memory, GiB", "run", 10**5, lambda run: run["peak_bytes"] / 2**30, 4, True),
    Goal("gridsim run, a million users: peak GiB", "run", MILLION, lambda run: run["peak_bytes"] / 2**30, 24, True),
    Goal("gridsim run: time per user, 1,000,000 over 100,000", "run", MILLION, lambda run: run["growth"], 1.3, True),
    Goal("batch, 5,000 users: a draw, faster than in numpy", "batch", 5000, _faster_by_draw, 25, at_most=False),
    Goal(
        "1,000 draws × 100,000 users × 12 months × 3 periods, two threads: seconds",
        "thousand draws", 100_000, lambda record: record["settle_seconds"], 60, True,
    ),
    Goal(
        "the same: peak memory in GiB",
        "thousand draws", 100_000, lambda record: record["peak_bytes"] / 2**30, 2, True,
    ),
    slower(
        "batch, 10,000 users × 1,000 draws: two Dask workers over two threads",
        "batch, Dask", 10_000, "Dask", "threads", 1.1,
    ),
    slower(
        "batch, 100,000 users × 100 draws: two Dask workers over two threads",
        "batch, Dask", 100_000, "Dask", "threads", 1.1,
    ),
    *(
        slower(f"batch, {text} × 1,000 draws: {what} over without", "batch, positions", users, what, "without", 1.5)
        for what in ("positions", "positions and payer")
        for text, users in (("henan-2021", 0), ("10,000 users", 10_000), ("100,000 users", 100_000))
    ),
    Goal("import gridsim: of numba and pandas, loaded", "startup", 0, lambda record: record["loaded"], 0, True),
)  # fmt: skip
