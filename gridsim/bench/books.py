"""Random books in the shape of the notice, and gridsim's kernel matching them: what every benchmark takes.

The kernel runs with memory that is used again, and with memory that is new in every call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.core.jit import NO_ROOM, OK
from gridsim.core.matching.match import RATIO_ONE, Side, Trades, match_books, match_range, workspace
from gridsim.errors import KernelError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = [
    "HALF",
    "TICK",
    "Market",
    "Pairs",
    "as_frame",
    "kernel",
    "kernel_on_threads",
    "kernel_with_new_memory",
    "notice_books",
    "widest_book",
]

TICK = 10
"""0.01 yuan/MWh in micro-yuan/kWh."""
_LOWEST, _HIGHEST = 300_000, 500_000  # 300 to 500 yuan/MWh
_LARGEST_ENERGY = 50_000  # kWh
_PARTICIPANTS = 5000  # of each side, in a frame
_SPREAD = (2**62 - 1) // RATIO_ONE  # the widest range of prices that one book may have


class Market(NamedTuple):
    """Sell and buy orders of one book or of many, as the kernel takes them."""

    sells: Side
    buys: Side

    @property
    def orders(self) -> int:
        """How many orders there are, of both sides."""
        return len(self.sells.price) + len(self.buys.price)

    @property
    def nbytes(self) -> int:
        """Bytes of all the arrays."""
        return sum(array.nbytes for side in self for array in side)


def notice_books(each: int, books: int = 1, *, seed: int = 991) -> Market:
    """Random `books` of `each` sell and `each` buy orders.

    Prices in 0.01 yuan/MWh from 300 to 500, energies in whole kWh up to 50 MWh, one seller in five a heat-supplying
    unit, orders in the sequence in which they were submitted (several may share an instant).
    """
    draw = np.random.default_rng(seed)
    count = each * books
    start = np.arange(books + 1, dtype=np.int64) * each

    def side(priority: Ints) -> Side:
        price = draw.integers(_LOWEST // TICK, _HIGHEST // TICK, count, endpoint=True) * TICK
        energy = draw.integers(1, _LARGEST_ENERGY, count, endpoint=True)
        return Side(start, price, energy, priority, draw.integers(0, 3, count).cumsum())

    heat_comes_first = (draw.random(count) >= 0.2).astype(np.int64)  # class 0 before class 1
    return Market(side(heat_comes_first), side(np.zeros(count, dtype=np.int64)))


def widest_book(each: int, *, seed: int = 991) -> Market:
    """The adversarial case for any counting: prices over the whole range, all but distinct, and unsorted times."""
    draw = np.random.default_rng(seed)
    start = np.array([0, each], dtype=np.int64)

    def side(priority: Ints) -> Side:
        price = draw.integers(0, _SPREAD, each, endpoint=True)
        energy = draw.integers(1, _LARGEST_ENERGY, each, endpoint=True)
        return Side(start, price, energy, priority, draw.integers(0, 2**50, each))

    heat_comes_first = (draw.random(each) >= 0.2).astype(np.int64)
    return Market(side(heat_comes_first), side(np.zeros(each, dtype=np.int64)))


def as_frame(market: Market) -> pd.DataFrame:
    """The orders of one book as a user of `gridsim.clear` has them: sells first, then buys.

    Prices and energies are floats, ids and sides categories (as gridsim reads them from any file), times datetimes.
    """
    import pandas as pd

    sells, buys = market
    sides = np.repeat([0, 1], [len(sells.price), len(buys.price)])
    ids = np.concatenate([np.arange(len(sells.price)), np.arange(len(buys.price))]) % _PARTICIPANTS
    participants = pd.CategoricalDtype([f"{kind}{i}" for kind in "SB" for i in range(_PARTICIPANTS)])

    def both(name: str) -> Ints:
        return np.concatenate([getattr(sells, name), getattr(buys, name)])

    return pd.DataFrame(
        {
            "participant_id": pd.Categorical.from_codes(ids + _PARTICIPANTS * sides, dtype=participants),
            "side": pd.Categorical.from_codes(sides, dtype=pd.CategoricalDtype(["sell", "buy"])),
            "price_yuan_per_mwh": both("price") / 1000,
            "energy_mwh": both("energy") / 1000,
            "submitted_at": pd.Timestamp("2021-03-01").as_unit("us") + pd.to_timedelta(both("time"), unit="us"),
            "heat_priority": np.concatenate([sells.priority == 0, np.zeros(len(buys.price), dtype=bool)]),
        }
    )


class Pairs(NamedTuple):
    """Matched pairs in the order of matching. All arrays have one length.

    Attributes
    ----------
    sell, buy : int64 arrays
        Positions in the two sides.
    energy : int64 array [kWh]
    price : int64 array [micro-yuan/kWh]
    """

    sell: Ints
    buy: Ints
    energy: Ints
    price: Ints


HALF = RATIO_ONE // 2
"""K = 0.5."""


def kernel(market: Market, *, uniform: bool = False, pro_rata: bool = False, k: int = HALF) -> Callable[[], Pairs]:
    """A call that matches `market` into arrays that were made, and touched, once."""
    terms = _Terms(uniform, pro_rata, k)
    memory = _Memory(market)
    if memory.match(market, terms) is None:
        memory.trades = _trades(memory.room)
    return lambda: _required(memory.match(market, terms))


def kernel_with_new_memory(market: Market) -> Callable[[], Pairs]:
    """A call that allocates its workspace and its results anew."""
    return lambda: _required(_Memory(market).match(market, _Terms()))


def kernel_on_threads(market: Market, threads: int) -> Callable[[], list[Trades]]:
    """A call that shares the books of `market` out among so many threads: the pairs, as the threads leave them."""
    memory = _Memory(market)
    works = [memory.work, *(_Memory(market).work for _ in range(threads - 1))]
    return lambda: match_books(*market, uniform=False, pro_rata=False, k=HALF, trades=memory.trades, works=works)[1]


class _Terms(NamedTuple):
    uniform: bool = False
    pro_rata: bool = False
    k: int = HALF


class _Memory:
    """Scratch and results for one market."""

    def __init__(self, market: Market) -> None:
        self.work = workspace(*(int(np.diff(side.start).max(initial=0)) for side in market))
        self.trades = _trades(market.orders)
        self.room = 0

    def match(self, market: Market, terms: _Terms) -> Pairs | None:
        """The pairs, or None if there is no room for them (pro-rata ties may make more than there are orders)."""
        books = len(market.sells.start) - 1
        status, count = match_range(market.sells, market.buys, 0, books, *terms, self.trades, self.work)
        if status == NO_ROOM:
            self.room = int(count)
            return None
        if status != OK:
            raise KernelError(f"match_books returned status {status}")
        return Pairs(*(column[:count] for column in self.trades))


def _trades(room: int) -> Trades:
    return Trades(*(np.empty(room, dtype=np.int64) for _ in Trades._fields))


def _required(pairs: Pairs | None) -> Pairs:
    assert pairs is not None, "room was made for all pairs"
    return pairs
