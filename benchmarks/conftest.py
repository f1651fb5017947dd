"""How a benchmark runs: everyone's results are compared, then a round times every contender once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks.pairs import Pairs, require_equal
from gridsim.bench.short import ROUNDS, Contest

_TINY = 10_000  # orders of one side where nothing is timed: enough for every way through the kernel


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--scale",
        choices=("tiny", "short", "full"),
        default="tiny",
        help="tiny: results only, on small books (make test); short: make bench; full: make bench-full",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Holding all contenders against each other takes seconds each: sizes that small books cut to one are run once."""
    seen: set[tuple[object, ...]] = set()
    again: list[pytest.Item] = []
    for item in sorted(items, key=lambda item: item.nodeid):  # the same are kept by every worker
        if not item.path.is_relative_to(Path(__file__).parent):
            continue
        item.add_marker("slow")
        given = item.callspec.params if hasattr(item, "callspec") else {}
        cut = tuple(min(given[name], _TINY) for name in ("orders", "positions") if name in given)
        key = item.path, getattr(item, "originalname", item.name), cut
        if cut and config.getoption("--scale") == "tiny" and key in seen:
            again.append(item)
        seen.add(key)
    if again:
        config.hook.pytest_deselected(items=again)
        items[:] = [item for item in items if item not in again]


class Arena:
    """What a benchmark gets: the sizes that it may take, and the clock."""

    def __init__(self, benchmark: Any, scale: str) -> None:
        self._benchmark = benchmark
        self.scale = scale

    def size(self, orders: int) -> int:
        """So many orders a side as this run takes."""
        return min(orders, _TINY) if self.scale == "tiny" else orders

    def books(self, count: int) -> int:
        return min(count, 20) if self.scale == "tiny" else count

    def race(
        self,
        subject: str,
        contenders: Mapping[str, Callable[[], object] | None],
        *,
        rounds: int = ROUNDS,
        **facts: Any,
    ) -> None:
        """Time the contenders side by side; those that this machine does not have (None) are left out.

        More `rounds` than usual are for the full run: the short one is to end in a few minutes.

        One round of pytest-benchmark is one call of every contender: medians of runs one after the other move with
        whatever else the machine does. The seconds of each are in ``extra_info``.
        """
        contest = Contest({name: call for name, call in contenders.items() if call is not None})
        rounds = rounds if self.scale == "full" else ROUNDS
        self._benchmark.pedantic(contest.round, rounds=rounds, iterations=1)
        self._benchmark.extra_info.update(subject=subject, seconds=contest.seconds, **facts)

    def note(self, subject: str, measure: Callable[[], Mapping[str, Any]]) -> None:
        """Record a measurement that is no race."""
        found = self._benchmark.pedantic(measure, rounds=1, iterations=1)
        self._benchmark.extra_info.update({"subject": subject, "seconds": {}, **found})


@pytest.fixture
def arena(benchmark: Any, request: pytest.FixtureRequest) -> Arena:
    return Arena(benchmark, request.config.getoption("--scale"))


def all_agree(contenders: Mapping[str, Callable[[], Pairs] | None]) -> None:
    """Every contender finds the pairs that the first one finds."""
    first, *others = [(name, call) for name, call in contenders.items() if call is not None]
    expected = Pairs(*(column.copy() for column in first[1]()))
    for name, call in others:
        require_equal(expected, call(), f"{name} against {first[0]}")
