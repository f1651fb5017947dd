"""Where the kernel's time goes: each stage of counting by itself, for docs/performance-model.md."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from benchmarks.conftest import Arena
from gridsim.bench.books import Market, notice_books
from gridsim.bench.clock import ROUNDS
from gridsim.bench.kernel import HALF, kernel
from gridsim.core import levels
from gridsim.core.book import PAD, Trades, workspace
from gridsim.core.pair import Line, pair_levels


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
        in_line, levels_in_use = rounds[0][2]
        return {
            "orders": len(market.sells.price),
            "stages": seconds,
            "in_line": in_line,
            "levels": levels_in_use,
            "pairs": count,
            "copy_bandwidth": 2 * source.nbytes / median(copying) / 1e9,
        }

    arena.note("stages", measure)


def run_stages(market: Market, work: Any, trades: Trades) -> tuple[int, dict[str, float], tuple[int, int]]:
    """Match one book stage by stage: pairs, seconds of each stage, and how many orders and levels were in line."""
    seconds: dict[str, float] = {}

    def timed(stage: str, call: Callable[..., Any], *arguments: Any) -> Any:
        start = perf_counter()
        result = call(*arguments)
        seconds[stage] = seconds.get(stage, 0.0) + perf_counter() - start
        return result

    sides = ((market.sells, 1, work.sell), (market.buys, -1, work.buy))
    found = [timed("survey", levels.survey, *side[1:]) for side, _, _ in sides]
    scales = []
    for (side, sign, queue), mine, last in zip(sides, found, (found[1].high, -found[0].low), strict=True):
        room = len(queue.bins) // 2 - 1
        scale = timed("tally", levels.find_scale, side.price, side.energy, sign, mine, last, room)
        assert scale.is_exact
        assert timed("tally", levels.tally, *side[1:4], sign, scale, queue.bins)
        scales.append(scale)
    cuts = timed("margin", levels.margin, scales[0], work.sell.bins, scales[1], work.buy.bins)
    lines, in_line, levels_in_use = [], 0, 0
    for (side, sign, queue), scale, cut in zip(sides, scales, cuts, strict=True):
        in_line += timed("spread", levels.spread, *side[1:4], sign, scale, cut, queue.bins, queue.row)
        count = timed("list levels", levels.list_levels, sign, scale, cut, queue.bins, queue.start, queue.level)
        levels_in_use += count
        first = int(queue.row[PAD]) >> levels.ROW_BITS
        lines.append(Line(queue.row, queue.start, queue.level, PAD, 0, count, first))
    pairs = timed("pair", pair_levels, lines[0], lines[1], 1, HALF, trades, 0)
    return int(pairs), seconds, (int(in_line), int(levels_in_use))
