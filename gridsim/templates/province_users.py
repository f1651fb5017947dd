"""The users of the synthetic province: who they are, how they buy, what they consume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridsim.templates.draws import ONE, Integers, RandomStream, scaled
from gridsim.templates.market import RULES, market
from gridsim.templates.profiles import (
    HISTORY_GROWTH,
    INDUSTRIES,
    INDUSTRY_BY_SIZE,
    SIZE_KWH,
    SIZE_SHARES,
    TARIFF_BY_SIZE,
    TARIFFS,
)
from gridsim.templates.province_figures import figures

__all__ = [
    "DIRECT_KWH",
    "SPLIT_KWH",
    "MeterNoise",
    "Users",
    "draw_history",
    "draw_users",
    "expected_load",
    "period_shares",
]

USERS_PER_RETAILER = 40
DIRECT_KWH = 5_000_000  # who consumes more may buy directly
SPLIT_KWH = 200_000_000  # who consumes as much should trade by period


@dataclass(frozen=True)
class Users:
    """The users as columns, each of shape (users,).

    Attributes
    ----------
    size : int64 array
        What the user consumes in an ordinary year [kWh].
    industry, tariff : int64 array
        Positions in `INDUSTRIES` and `TARIFFS`.
    peak_valley, splits, priority : bool array
        On the peak-valley tariff; trades by period; on priority purchase.
    retailer : int64 array
        Number of its retailer; -1: it buys directly, or has priority purchase.
    exit_month : int64 array
        From which month on it has left, 0 is January; -1: it stays.
    retailers : int
        How many retailers there are.
    """

    size: Integers
    industry: Integers
    tariff: Integers
    peak_valley: NDArray[np.bool_]
    splits: NDArray[np.bool_]
    priority: NDArray[np.bool_]
    retailer: Integers
    exit_month: Integers
    retailers: int

    def __len__(self) -> int:
        return len(self.size)


def draw_users(seed: int, count: int, rules: str = RULES) -> Users:
    """Draw `count` users of the market of a rule set.

    The first is always an ordinary one, without priority and without leaving, so that even the smallest market trades.
    """
    size = RandomStream(seed, "size").on_curve(SIZE_SHARES, SIZE_KWH, count)
    industry = _by_size(RandomStream(seed, "industry"), size, INDUSTRY_BY_SIZE)
    tariff = _by_size(RandomStream(seed, "tariff"), size, TARIFF_BY_SIZE)
    on_tariff = np.array([entry.peak_valley for entry in TARIFFS])[tariff]
    peak_valley = RandomStream(seed, "peak_valley").chance(on_tariff, count)

    # Nearly all who should trade by period do, some of the others chose it.
    large = (size >= SPLIT_KWH) & peak_valley
    chance = np.select([large, size > DIRECT_KWH], [9200, 1800], 300)
    modes = market(rules).mode_ids
    splits = np.zeros(count, dtype=bool) if len(modes) == 1 else RandomStream(seed, modes[1]).chance(chance, count)

    is_commercial = np.array([entry.tariff_class == "general_commercial" for entry in TARIFFS])[tariff]
    priority = RandomStream(seed, "priority").chance(figures(rules).priority_share, count) & is_commercial
    priority[0] = False
    exits = RandomStream(seed, "exit")
    leaves = exits.chance(100, count) & ~priority
    leaves[0] = False
    exit_month = np.where(leaves, exits.between(2, 11, count), -1)

    direct_chance = np.select([size >= SPLIT_KWH, size > DIRECT_KWH], [8500, 3000], 0)
    direct = RandomStream(seed, "direct").chance(direct_chance, count)
    retailers = -(-count // USERS_PER_RETAILER)
    retailer = np.where(direct | priority, -1, _draw_retailers(seed, count, retailers))
    return Users(size, industry, tariff, peak_valley, splits, priority, retailer, exit_month, retailers)


def _draw_retailers(seed: int, count: int, retailers: int) -> Integers:
    """Everyone's retailer, were it to have one: the first have three times as many users as the last."""
    draws = RandomStream(seed, "retailer")
    anyone, other = draws.below(retailers, count), draws.below(retailers, count)
    # Half of the users take the lower of two numbers drawn, which favours the first retailers.
    return np.where(draws.chance(ONE // 2, count), np.minimum(anyone, other), anyone)


def _by_size(draws: RandomStream, size: Integers, table: Sequence[tuple[int, tuple[int, ...]]]) -> Integers:
    """Choose by the weights of the first row of `table` whose limit is not below the size."""
    band = np.searchsorted(np.array([limit for limit, _ in table]), size, side="left")
    chosen = np.empty(len(size), dtype=np.int64)
    for number, (_, weights) in enumerate(table):
        # Everyone draws in every band: who is drawn what must not depend on how many stand in another.
        drawn = draws.choose(weights, len(size))
        chosen = np.where(band == number, drawn, chosen)
    return chosen


def draw_history(seed: int, users: Users) -> tuple[Integers, Integers, Integers]:
    """Three years of consumption; one user in twenty-five has only the last.

    Returns
    -------
    user, year, energy : int64 arrays, shape (rows,)
        Energy in kWh.
    """
    draws = RandomStream(seed, "history")
    count = len(users)
    years = np.array([year for year, _ in HISTORY_GROWTH])
    energy = np.stack([scaled(users.size, growth, draws.factor(400, count)) for _, growth in HISTORY_GROWTH], axis=1)
    is_given = np.ones((count, len(years)), dtype=bool)
    is_given[draws.chance(400, count), :-1] = False
    user, position = np.nonzero(is_given)
    return user, years[position], energy[user, position]


def period_shares(seed: int, users: Users) -> Integers:
    """Each user's own shares of peak, flat and valley [10⁻⁴], shape (users, 3); they add up to about one."""
    typical = np.array([industry.periods for industry in INDUSTRIES])[users.industry]
    return scaled(typical, RandomStream(seed, "periods").factor(600, typical.size).reshape(typical.shape))


def expected_load(users: Users, shares: Integers, rows: slice) -> Integers:
    """What users are expected to consume, shape (rows, 12, 3) [kWh]; contracts are made on this.

    Parameters
    ----------
    users : Users
    shares : int64 array, shape (users, 3)
        From `period_shares`.
    rows : slice
        Of the users.
    """
    months = np.array([industry.months for industry in INDUSTRIES])[users.industry[rows]]
    by_month = scaled(users.size[rows, None], months)
    return scaled(by_month[:, :, None], shares[rows, None, :])


class MeterNoise:
    """Turns what users were expected to consume into what they did: off by the year, by the month and by the cell.

    Blocks of users are to be asked for in their order; how long the blocks are makes no difference.
    """

    def __init__(self, seed: int) -> None:
        self._year = RandomStream(seed, "meter year")
        self._month = RandomStream(seed, "meter month")
        self._cell = RandomStream(seed, "meter cell")

    def meter(self, expected: Integers) -> Integers:
        """Metered energy of the next users [kWh], of the shape (users, 12, 3) of `expected`."""
        users, months, periods = expected.shape
        by_year = self._year.factor(350, users).reshape(users, 1, 1)
        by_month = self._month.factor(450, users * months).reshape(users, months, 1)
        by_cell = self._cell.factor(200, users * months * periods).reshape(expected.shape)
        return scaled(expected, by_year, by_month, by_cell)
