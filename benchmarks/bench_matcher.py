"""One small book from Python: `gridsim.Matcher` against a loop in plain Python, and against `gridsim.match`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import gridsim
from benchmarks.conftest import Arena, all_agree
from benchmarks.pairs import Pairs
from gridsim.bench.books import Market, notice_books


@pytest.mark.parametrize("orders", [10, 100])
def test_small_book(arena: Arena, orders: int) -> None:
    market = notice_books(orders)
    matcher = gridsim.Matcher(market.orders)
    sells, buys = market
    columns = sells.price, sells.energy, buys.price, buys.energy
    options = {"sell_priority": sells.priority, "sell_time": sells.time, "buy_time": buys.time}
    contenders = {
        "Matcher": lambda: Pairs(*matcher.match(*columns, **options)),
        "match": lambda: Pairs(*gridsim.match(*columns, **options)),
        "Python loop": python_loop(market),
    }
    all_agree(contenders)
    arena.race("one small book", contenders, orders=orders)


def python_loop(market: Market) -> Callable[[], Pairs]:
    """Two sorted lists and two indices, with Python's integers."""
    sells, buys = (list(zip(*(column.tolist() for column in side[1:]), strict=True)) for side in market)

    def call() -> Pairs:
        sell_line = sorted(range(len(sells)), key=lambda i: (sells[i][0], sells[i][2], sells[i][3], i))
        buy_line = sorted(range(len(buys)), key=lambda j: (-buys[j][0], buys[j][3], j))
        found: list[tuple[int, int, int, int]] = []
        a = b = 0
        sell_left = buy_left = 0
        while a < len(sell_line) and b < len(buy_line):
            i, j = sell_line[a], buy_line[b]
            sell, buy = sells[i], buys[j]
            if sell[0] > buy[0]:
                break
            sell_left = sell_left or sell[1]
            buy_left = buy_left or buy[1]
            energy = min(sell_left, buy_left)
            found.append((i, j, energy, sell[0] + (buy[0] - sell[0] + 1) // 2))
            sell_left -= energy
            buy_left -= energy
            a += sell_left == 0
            b += buy_left == 0
        return Pairs(*(np.array(column, dtype=np.int64) for column in zip(*found, strict=True)))

    return call
