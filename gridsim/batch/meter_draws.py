"""Draws of the rows of a meter, one draw at a time: the energies that the kernel draws cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.core.draws.arrays import allocate_scratch
from gridsim.core.draws.draw import (
    CLASS,
    COMMON,
    FACTOR_BITS,
    FACTOR_HALF,
    FACTOR_ONE,
    TERM,
    CommonDraws,
    draw_factors,
    draw_shared,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.batch.drawn_load import LoadTables
    from gridsim.settlement.meter import Meter

    Ints = NDArray[np.int64]

__all__ = ["MeterDraws", "common_draws", "draws_of"]

_WORD = 0xFFFFFFFF


class MeterDraws:
    """Draws of some rows of a meter table; which other rows there are changes none of them.

    Parameters
    ----------
    user, month, period : (N,) integer array
        Rows of users; months from 0; places among the periods.
    energy : (N,) int64 array
        As given [kWh].
    class_of_user : (users,) int64 array
        Of all users.
    tables : LoadTables
    periods : int
        How many the market has.
    seed : int
    """

    def __init__(
        self,
        user: NDArray[np.integer],
        month: NDArray[np.integer],
        period: NDArray[np.integer],
        energy: Ints,
        class_of_user: Ints,
        tables: LoadTables,
        periods: int,
        seed: int,
    ) -> None:
        users, of_row = np.unique(user, return_inverse=True)
        self._users, self._classes = users.astype(np.int64), class_of_user[users]
        self._every_class = int(class_of_user.max(initial=-1)) + 1
        self._tables, self._periods, self._seed = tables, periods, seed
        has_period = len(tables.factors.period) > 0
        self._scratch = allocate_scratch(len(users), 0, 0, 0, 1, items=0, periods=periods if has_period else 0)
        place = of_row * periods + period if has_period else of_row
        self._place, self._term, self._energy = place * TERM + month % TERM, month // TERM, energy

    def energy(self, draw: int) -> Ints:
        """The energies of the rows in a draw [kWh]."""
        drawn = np.zeros_like(self._energy)
        shared, factor = common_draws(self._tables, self._every_class, self._seed, draw, 1), self._scratch.factor
        for term in range(3):
            draw_factors(
                self._seed & _WORD, self._seed >> 32, draw, term, self._users, 0, len(self._users), self._classes,
                self._tables.factors, shared, 0, self._periods, factor, self._scratch.draw, 1,
            )  # fmt: skip
            here = self._term == term
            drawn[here] = (self._energy[here] * factor[self._place[here], 0] + FACTOR_HALF) >> FACTOR_BITS
        return drawn


def draws_of(meter: Meter, class_of_user: Ints, tables: LoadTables, periods: int, seed: int) -> Callable[[int], Ints]:
    """What gives the energies of the cells of a meter in a draw [kWh]; rows that are parted are drawn, then split.

    Parameters
    ----------
    meter : Meter
    class_of_user, tables, periods, seed
        As `MeterDraws` takes them.
    """
    parts = meter.parts
    rows = slice(None) if parts is None else parts.start
    user, month, period = (values[rows] for values in (meter.user, meter.month, meter.period))
    drawn = MeterDraws(user, month, period, meter.whole[rows], class_of_user, tables, periods, seed)
    return drawn.energy if parts is None else lambda draw: parts.split(drawn.energy(draw))


def common_draws(tables: LoadTables, classes: int, seed: int, first: int, count: int) -> CommonDraws:
    """What users have in common in `count` draws from `first` on.

    Parameters
    ----------
    tables : LoadTables
    classes : int
        How many classes users can share a part of their draws in.
    seed, first, count : int
    """
    common = np.full((12, count), FACTOR_ONE, dtype=np.int64)
    score = np.zeros((12 * classes if len(tables.factors.own_by_score) else 0, count), dtype=np.int64)
    nodes = np.zeros(count, dtype=np.int64)
    low, high = seed & _WORD, seed >> 32
    if len(tables.common):
        draw_shared(low, high, first, COMMON, 0, tables.common, common, 0, nodes, count)
    for number in range(len(score) // 12):
        draw_shared(low, high, first, CLASS, number, tables.factors.own, score, 12 * number, nodes, count)
    return CommonDraws(common, score, tables.drawn)
