"""Random orders of one rolling book, and ways to match them: C++ with `std::map`, Python with `sortedcontainers`."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sortedcontainers import SortedDict

from benchmarks.baselines.native import NATIVE, build
from benchmarks.pairs import Pairs
from gridsim.core.matching.book import Trades
from gridsim.core.matching.rolling import (
    NO_LIMIT,
    NOBODY_GIVES,
    Accounts,
    Incoming,
    match_rolling,
    rolling_work,
)

SOURCE = Path(__file__).with_name("rolling.cpp")
_AMENDED = 0.2
_TICK = 100  # 0.1 yuan/MWh
_MIDDLE, _FURTHEST = 400_000, 1_000  # ticks from the middle


def rolling_book(orders: int, *, seed: int = 40) -> Incoming:
    """One book of so many orders, a fifth of which amend an earlier one of the same participant.

    Prices in 0.1 yuan/MWh up to 100 yuan/MWh around 400, energies up to 100 MWh, a new instant for each order.
    """
    draw = np.random.default_rng(seed)
    account = np.arange(orders, dtype=np.int64)
    side = draw.integers(0, 2, orders)
    amended = np.flatnonzero(draw.random(orders) < _AMENDED)
    for row, earlier in zip(amended.tolist(), (draw.random(len(amended)) * amended).astype(int).tolist(), strict=True):
        account[row], side[row] = account[earlier], side[earlier]
    return Incoming(
        np.array([0, orders]),
        np.array([NOBODY_GIVES]),
        side,
        _MIDDLE + draw.integers(-_FURTHEST, _FURTHEST, orders) * _TICK,
        draw.integers(1, 100, orders) * 1000,
        account,
        np.arange(orders, dtype=np.int64),
    )


def with_gridsim(orders: Incoming) -> Callable[[], Pairs]:
    """The kernel, its scratch and results made and touched once."""
    count = len(orders.price)
    accounts = Accounts(np.full(count, NO_LIMIT), np.zeros(count, dtype=np.int64))
    work, trades, refused = rolling_work(count, count), _results(count), np.zeros(count, dtype=bool)

    def call() -> Pairs:
        _, made = match_rolling(0, 1, orders, accounts, work, Trades(*trades), refused)
        return Pairs(*(column[:made] for column in trades))

    return call


def with_a_map(orders: Incoming) -> Callable[[], Pairs] | None:
    """The C++ version; None without g++."""
    built = build(SOURCE, NATIVE)
    if built is None:
        return None
    built.match_rolling.restype = ctypes.c_int64
    count = len(orders.price)
    columns = (orders.side, orders.price, orders.energy, orders.account, orders.time)
    out = _results(count)
    before = [ctypes.c_void_p(column.ctypes.data) for column in columns]
    behind = [ctypes.c_void_p(column.ctypes.data) for column in out]

    def call() -> Pairs:
        made = built.match_rolling(*before, ctypes.c_int64(count), ctypes.c_int64(count), *behind)
        return Pairs(*(column[:made] for column in out))

    return call


def with_sorted_containers(orders: Incoming) -> Callable[[], Pairs]:
    """Plain Python: a sorted dictionary of price levels for each side, in each a queue that skips what is gone."""
    columns = (orders.side, orders.price, orders.energy, orders.account, orders.time)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))

    def call() -> Pairs:
        books: tuple[SortedDict, SortedDict] = (SortedDict(), SortedDict())  # by price, by price turned negative
        left = [0] * len(rows)
        standing: dict[tuple[int, int], tuple[int, list[int]]] = {}
        made: list[tuple[int, int, int, int]] = []
        for row, (side, price, energy, account, time) in enumerate(rows):
            since, steps = standing.get((account, side), (None, []))
            if since != time:
                for step in steps:
                    left[step] = 0
                steps = []
                standing[account, side] = time, steps
            steps.append(row)
            others, reach = books[1 - side], -price if side == 0 else price
            while energy and others:
                level, queue = others.peekitem(0)
                if level > reach:
                    break
                while queue and energy:
                    other = queue[0]
                    traded = min(energy, left[other])
                    if traded:
                        energy -= traded
                        left[other] -= traded
                        pair = (row, other) if side == 0 else (other, row)
                        made.append((*pair, traded, abs(level)))
                    if not left[other]:
                        queue.popleft()
                if not queue:
                    del others[level]
            left[row] = energy
            if energy:
                books[side].setdefault(price if side == 0 else -price, deque()).append(row)
        return Pairs(*(np.array(column, dtype=np.int64) for column in zip(*made, strict=True)))

    return call


def _results(room: int) -> list[np.ndarray]:
    return [np.zeros(room, dtype=np.int64) for _ in Pairs._fields]
