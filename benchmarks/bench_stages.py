"""Where the kernel's time goes: each stage of matching one book by itself, for docs/performance-model.md."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from benchmarks.conftest import Arena
from gridsim.bench.books import HALF, Market, kernel, notice_books
from gridsim.bench.short import ROUNDS
from gridsim.core.matching.book import Trades, workspace
from gridsim.core.matching.margin import margin, survey, tally
from gridsim.core.matching.merit_order import line_up, sum_up
from gridsim.core.matching.pair import pair_orders


@pytest.mark.parametrize("orders", [10**6, 10**7])
def test_stages(arena: Arena, orders: int) -> None:
    market = notice_books(arena.size(orders))
    work = workspace(len(market.sells.price), len(market.buys.price))
    trades = Trades(*(np.empty(market.orders, dtype=np.int64) for _ in Trades._fields))
    count, _, _ = run_stages(market, work, trades)
    pairs = kernel(market)()
    for column, expected in zip(trades, pairs, strict=True):
        assert np.array_equal(column[:count], expected)  # it is the kernel's way, step by step

    source, target = (np.ones(2**25 if arena.scale != "tiny" else 2**10) for _ in range(2))

    def measure() -> dict[str, Any]:
        rounds, copying = [], []
        for _ in range(ROUNDS):
            rounds.append(run_stages(market, work, trades))
            start = perf_counter()
            np.copyto(target, source)
            copying.append(perf_counter() - start)
        seconds = {stage: median(times[stage] for _, times, _ in rounds) for stage in rounds[0][1]}
        return {
            "orders": len(market.sells.price),
            "stages": seconds,
            "in_line": rounds[0][2],
            "pairs": count,
            "copy_bandwidth": 2 * source.nbytes / median(copying) / 1e9,
        }

    arena.note("stages", measure)


def run_stages(market: Market, work: Any, trades: Trades) -> tuple[int, dict[str, float], int]:
    """Match one book stage by stage: pairs, seconds of each stage, and how many orders were in line."""
    seconds: dict[str, float] = {}

    def timed(stage: str, call: Callable[..., Any], *arguments: Any) -> Any:
        start = perf_counter()
        result = call(*arguments)
        seconds[stage] = seconds.get(stage, 0.0) + perf_counter() - start
        return result

    sides = [(side, 0, len(side.price)) for side in market]
    found = [timed("survey", survey, *side) for side in sides]
    signs, queues = (1, -1), (work.sell, work.buy)
    ranges = [
        timed("tally", tally, *side, sign, mine, other, queue.bins)
        for side, sign, mine, other, queue in zip(sides, signs, found, reversed(found), queues, strict=True)
    ]
    reaches = timed("margin", margin, ranges[0], work.sell.bins, ranges[1], work.buy.bins)
    lines = [
        timed("line up", line_up, *side, sign, mine, cut, reach, False, queue, work.spare)
        for side, sign, mine, cut, reach, queue in zip(sides, signs, found, ranges, reaches, queues, strict=True)
    ]
    for line in lines:
        timed("line up", sum_up, line)
    pairs = timed("pair", pair_orders, *lines, HALF, trades, 0)
    return int(pairs), seconds, sum(int(line.count) for line in lines)
