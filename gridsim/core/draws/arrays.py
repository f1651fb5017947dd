"""What the kernel of batches is fed with and where it works: units, positions, legs and cells as flat arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gridsim.core.draws.draw import DRAW_ROWS, PERIODS, TERM
from gridsim.core.draws.lanes import SEARCH_ROWS

__all__ = [
    "ADJUSTMENT",
    "AVERAGE",
    "CHARGE",
    "ENERGY",
    "FIXED_ADJUSTMENT",
    "FUNDS",
    "IN_BAND",
    "ITEM_ROWS",
    "LEFT",
    "METERED",
    "MISSING",
    "MONEY",
    "OVER",
    "OVERRUN",
    "PICKED",
    "RANK",
    "SHORTFALL",
    "SUM_ROWS",
    "TOTAL",
    "Groups",
    "Ints",
    "Portfolio",
    "Scratch",
    "UnitSums",
    "allocate_scratch",
]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ITEM_ROWS = 8
"""Kinds of money: the five below, the charges, and what a caller may take a charge for instead."""
ENERGY, SHORTFALL, OVERRUN, CHARGE, ADJUSTMENT, FUNDS = range(6)
METERED, OVER, MISSING = range(ITEM_ROWS, ITEM_ROWS + 3)
SUM_ROWS = ITEM_ROWS + 3
"""Rows of sums: money, then energies."""

TOTAL, IN_BAND, MONEY, LEFT, RANK, AVERAGE, PICKED = range(7)
WORK_ROWS = 7
"""Rows of a position's own figures."""


FIXED_ADJUSTMENT = -1
"""Stands for the ratio of an adjustment that doesn't rest on the average price."""


class Portfolio(NamedTuple):
    """What is settled: units, each a run of users and a run of positions; positions, each a run of legs and of cells.

    U counts units, V users (one that is in two units counts twice), P positions, L legs, N cells.
    """

    user_start: Ints
    """(U + 1,)"""
    user: Ints
    """(V,) the user's number, which its draws are keyed by"""
    user_class: Ints
    """(V,)"""
    position_start: Ints
    """(U + 1,)"""
    month: Ints
    """(P,) 0 to 11, ascending within a unit"""
    contract: Ints
    """(P,) [kWh] Σ legs"""
    upper: Ints
    """(P,) [kWh] `OPEN_EDGE`: all is in band"""
    lower: Ints
    """(P,) [kWh]"""
    shortfall_price: Ints
    """(P,) [micro-yuan/kWh]"""
    charge_item: Ints
    """(P,) the row of sums that the charge goes to: `CHARGE`, or one above `FUNDS`"""
    leg_start: Ints
    """(P + 1,)"""
    leg_energy: Ints
    """(L,) [kWh]"""
    leg_price: Ints
    """(L,) [micro-yuan/kWh]"""
    cell_start: Ints
    """(P + 1,)"""
    cell_energy: Ints
    """(N,) [kWh] as given; a draw multiplies it"""
    cell_factor: Ints
    """(N,) the row of its factor among those of the unit's users (`gridsim.core.draws.draw.draw_factors`)"""
    cell_group: Ints
    """(N,) among the groups of the position"""


class Groups(NamedTuple):
    """Groups of cells that agree in all prices [micro-yuan/kWh], a run for each position; G groups."""

    start: Ints
    """(P + 1,)"""
    overrun: Ints
    """(G,)"""
    charge: Ints
    """(G,)"""
    funds: Ints
    """(G,)"""
    adjustment_base: Ints
    """(G,)"""
    adjustment_ratio: Ints
    """(G,) [10⁻⁴] `NO_ADJUSTMENT` where there is none, `FIXED_ADJUSTMENT` where the base is the price itself"""


class UnitSums(NamedTuple):
    """Results by unit and draw, each of shape (units, draws)."""

    cost: Ints
    """[micro-yuan] all items together"""
    metered: Ints
    """[kWh]"""
    overrun: Ints
    """[kWh]"""
    shortfall: Ints
    """[kWh]"""


class Scratch(NamedTuple):
    """Room to work in, a lane a column; each thread has its own."""

    factor: Ints
    draw: Ints
    energy: Ints
    over: Ints
    rest: Ints
    group: Ints
    served: Ints
    search: Ints
    work: Ints
    sums: Ints
    lane: Ints
    ratio: Floats


def allocate_scratch(users: int, legs: int, cells: int, groups: int, lanes: int, *, has_period: bool) -> Scratch:
    """Scratch for the largest numbers of users of a unit, and of legs, cells and groups of a position."""

    def rows(count: int) -> Ints:
        return np.zeros((count, lanes), dtype=np.int64)

    return Scratch(
        factor=rows(users * TERM * (PERIODS if has_period else 1)),
        draw=rows(DRAW_ROWS),
        energy=rows(cells),
        over=rows(cells),
        rest=rows(max(legs, cells)),
        group=rows(groups),
        served=rows(groups),
        search=rows(SEARCH_ROWS),
        work=rows(WORK_ROWS),
        sums=rows(SUM_ROWS),
        lane=np.zeros(lanes + 1, dtype=np.int64),
        ratio=np.zeros(lanes, dtype=np.float64),
    )
