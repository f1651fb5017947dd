"""What is to be reached in settlement ("Settlement at the machine's limit"). Here N counts positions."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from benchmarks.goals import MILLION, Goal, Record, faster, seconds, slower

_FRAMES = ("pandas", "polars", "DuckDB")


def times_the_fastest_frame(record: Record) -> float:
    """How many times the kernel's time the fastest of the data-frame versions takes: median of the rounds."""
    times = record["seconds"]
    frames = min((times[who] for who in _FRAMES if who in times), key=median)  # ValueError if there is none
    return median(theirs / mine for theirs, mine in zip(frames, times["gridsim"], strict=True))


def _large_over_tiny(suffix: str) -> Callable[[Record], float]:
    def value(record: Record) -> float:
        return seconds(record, f"100,000 cells each{suffix}") / seconds(record, f"3 cells each{suffix}")

    return value


SETTLEMENT: tuple[Goal, ...] = (
    *(
        slower(
            f"settlement, 10⁶ positions of {runs} legs and {runs} cells: time over C++ -O3",
            "settlement" if runs == 3 else f"settlement, {runs} legs and {runs} cells", MILLION, "gridsim", "C++", 1.2,
        )
        for runs in (2, 3, 5)
    ),
    Goal(
        "settlement, 10⁶ positions: faster than the fastest of pandas, polars and DuckDB",
        "settlement, frames", MILLION, times_the_fastest_frame, 15, at_most=False,
    ),
    faster(
        "settlement, 10⁶ positions: two threads against one",
        "settlement, threads", MILLION, "one thread", "two threads", 1.7,
    ),
    Goal(
        "settlement, one thread: time per cell of positions with 100,000 cells over those with 3",
        "settlement, shapes", 3 * MILLION, _large_over_tiny(""), 1, at_most=True,
    ),
    Goal(
        "settlement, two threads: the same",
        "settlement, shapes", 3 * MILLION, _large_over_tiny(", two threads"), 1, at_most=True,
    ),
)  # fmt: skip
