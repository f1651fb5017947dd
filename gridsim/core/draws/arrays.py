"""What the kernel of batches is fed with and where it works: units, positions, legs and cells as flat arrays.

Any number of over and under bands, of charges and of items of the ledger: nothing here knows a period, a product or a
rule. A price is two numbers, a *value* and a *mark* that says what the value is (`FIXED`, `LINEAR`, `PROGRAM` …), so
that a price that rests on what a draw costs stands beside plain ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gridsim.core.draws.draw import DRAW_ROWS, TERM
from gridsim.core.draws.lanes import SEARCH_ROWS

__all__ = [
    "ALL_MONEY",
    "AVERAGE",
    "BUYER_MONEY",
    "DEEPEST",
    "DEVIATION_MONEY",
    "ENERGY",
    "FIRST_ITEM",
    "FIXED",
    "IN_BAND",
    "KIND",
    "LACKING",
    "LEFT",
    "LINEAR",
    "MARK_BITS",
    "METERED",
    "MISSING",
    "MONEY",
    "NO_PRICE",
    "OVER",
    "OVERRUN",
    "PART",
    "PICKED",
    "PROGRAM",
    "RANK",
    "SHORTFALL",
    "TOTAL",
    "WITH_ANY",
    "WITH_HIGH",
    "WITH_LOW",
    "Groups",
    "Ints",
    "Plans",
    "Portfolio",
    "PositionPrices",
    "PositionSums",
    "Programs",
    "Scratch",
    "Terms",
    "UnitSums",
    "allocate_scratch",
    "no_position_sums",
    "nothing_to_settle",
]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

METERED, OVER, MISSING, ENERGY, SHORTFALL, OVERRUN = range(6)
"""Rows of sums: energies, then money, an item a row."""
FIRST_ITEM = 3

TOTAL, IN_BAND, MONEY, LEFT, RANK, AVERAGE, PICKED, PART = range(8)
WORK_ROWS = 8
"""Rows of a position's own figures."""

NO_PRICE, FIXED, LINEAR, PROGRAM, LACKING = range(5)
"""What a mark says in its lowest bits: there is nothing to pay; the value is the price; the price is
(mean price in band + value) × (the rest of the mark) / 10⁴; the rest of the mark is where the constants of a program
begin; the price isn't there."""
MARK_BITS = 3
KIND = (1 << MARK_BITS) - 1

DEEPEST = 24
"""How many figures a program holds at once; expressions are at most 16 levels deep."""


class Portfolio(NamedTuple):
    """What is settled: units, each a run of users and a run of positions; positions, each a run of legs and of cells.

    U counts units, V users (one that is in two units counts twice), P positions, L legs, N cells, B over bands, D under
    bands.
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
    plan: Ints
    """(P,) what is charged, among `Plans`"""
    over_edge: Ints
    """(B, P) [kWh] the first `OPEN_EDGE`: all is in band; another one: no such band"""
    under_edge: Ints
    """(D, P) [kWh]"""
    exempt: Ints
    """(B, P) [kWh] what of an over band bears no fee; or (0, P): fees have no exemptions"""
    is_alike: Ints
    """(P,) 1 where all cells have the same prices in band and over it, so that nothing is to be shared out"""
    is_plain: Ints
    """(P,) 1 where there is one over band, and its prices are fixed"""
    needs_mean: Ints
    """(P,) 1 where a price rests on what the energy in band costs"""
    leg_start: Ints
    """(P + 1,)"""
    leg_energy: Ints
    """(L,) [kWh]"""
    leg_price: Ints
    """(L,) [micro-yuan/kWh]"""
    leg_order: Ints
    """(L,) where legs are filled one after the other: packed legs in that order, each position's where its legs are;
    or (0,): in proportion"""
    cell_start: Ints
    """(P + 1,)"""
    cell_energy: Ints
    """(N,) [kWh] as given; a draw multiplies it. Of a row that is parted all its cells have what the row has"""
    cell_factor: Ints
    """(N,) the row of its factor among those of the unit's users (`gridsim.core.draws.draw.draw_factors`)"""
    cell_group: Ints
    """(N,) among the groups of the position"""
    cell_parts_after: Ints
    """(N,) how many cells of the same row follow; or (0,): no row is parted"""
    cell_weight: Ints
    """(N,) by what what was drawn of a row is shared out over its cells; or (0,)"""


class Groups(NamedTuple):
    """Groups of cells that agree in all prices, a run for each position; G groups, C charges of a plan at most."""

    start: Ints
    """(P + 1,)"""
    over: Ints
    """(B, G) values of the prices of over bands"""
    over_mark: Ints
    """(B, G)"""
    charge: Ints
    """(C, G) values of the prices of the charges of the position's plan"""
    charge_mark: Ints
    """(C, G)"""


class Plans(NamedTuple):
    """Lists of charges, W of them: of each way to settle, and of each reason to be outside the market."""

    start: Ints
    """(W + 1,)"""
    row: Ints
    """(charges,) the row of sums"""
    on_metered: Ints
    """(charges,) 1: on all that is metered, not on what is in band"""


class PositionPrices(NamedTuple):
    """What is paid by position; fees have no rows where nothing has one."""

    under: Ints
    """(D, P)"""
    under_mark: Ints
    """(D, P)"""
    over_fee: Ints
    """(B, P)"""
    over_fee_mark: Ints
    """(B, P)"""
    under_fee: Ints
    """(D, P)"""
    under_fee_mark: Ints
    """(D, P)"""


class Programs(NamedTuple):
    """Prices that are computed draw by draw: see `gridsim.core.draws.program`."""

    start: Ints
    """(programs + 1,)"""
    code: Ints
    """(operations,)"""
    argument: Ints
    """(operations,)"""
    constant: Ints
    """(constants,) blocks: the number of the program, then its constants"""
    is_there: Ints
    """(constants,) 0 or 1"""


class Terms(NamedTuple):
    """All that is not by group."""

    plans: Plans
    prices: PositionPrices
    programs: Programs
    fee_row: Ints
    """(1,) the row of sums that fees go to"""


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


WITH_ANY, WITH_HIGH, WITH_LOW = range(3)
"""Columns of an energy that is summed over draws: in how many it is above zero, and the sum of what is above 2³² and of
the rest."""


DEVIATION_MONEY, ALL_MONEY, BUYER_MONEY = range(3)
"""Of a position: what overrun and shortfall cost, with the fees of both; all items together; where asked for, what
the buyer pays: energy and deviation."""


class PositionSums(NamedTuple):
    """Results by position; without rows where nobody asks for them."""

    money: Ints
    """(2 or 3, positions, draws) [micro-yuan] by `DEVIATION_MONEY` and what follows"""
    energy: Ints
    """(positions, 2, 3) [kWh] overrun and shortfall over the draws, by `WITH_ANY` and what follows"""
    transferred: Ints
    """(positions,) [micro-yuan] what transfers that no draw changes add to the money of each draw, but to deviation"""


def no_position_sums() -> PositionSums:
    """What the kernel is given where nobody asks for positions."""
    none = np.zeros(0, dtype=np.int64)
    return PositionSums(np.zeros((2, 0, 1), dtype=np.int64), np.zeros((0, 2, 3), dtype=np.int64), none)


class Scratch(NamedTuple):
    """Room to work in, a lane a column; each thread has its own."""

    factor: Ints
    draw: Ints
    energy: Ints
    over: Ints
    share: Ints
    rest: Ints
    group: Ints
    served: Ints
    search: Ints
    work: Ints
    sums: Ints
    before: Ints
    stack: Ints
    there: Ints
    lane: Ints
    ratio: Floats


def allocate_scratch(
    users: int, legs: int, cells: int, groups: int, lanes: int, *, items: int, periods: int = 0
) -> Scratch:
    """Scratch for the largest numbers of users of a unit, and of legs, cells and groups of a position.

    Parameters
    ----------
    users, legs, cells, groups, lanes : int
    items : int
        Of the ledger.
    periods : int
        How many have a factor of their own; 0: none.
    """

    def rows(count: int) -> Ints:
        return np.zeros((count, lanes), dtype=np.int64)

    return Scratch(
        factor=rows(users * TERM * max(periods, 1)),
        draw=rows(DRAW_ROWS),
        energy=rows(cells),
        over=rows(cells),
        share=rows(cells),
        rest=rows(max(legs, cells)),
        group=rows(max(groups, 1)),
        served=rows(max(groups, 1)),
        search=rows(SEARCH_ROWS),
        work=rows(WORK_ROWS),
        sums=rows(FIRST_ITEM + items),
        before=rows(5),
        stack=rows(DEEPEST),
        there=rows(DEEPEST),
        lane=np.zeros(lanes + 1, dtype=np.int64),
        ratio=np.zeros(lanes, dtype=np.float64),
    )


def nothing_to_settle() -> tuple[Portfolio, Groups, Terms]:
    """A market without units, of the types that the kernel takes."""
    none, start, table = np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros((1, 0), np.int64)

    def empty(name: str) -> Ints:
        return start if name.endswith("start") else none

    tables = {"over_edge": table, "under_edge": table, "exempt": table}
    portfolio = Portfolio(**{name: tables.get(name, empty(name)) for name in Portfolio._fields})
    groups = Groups(**{name: start if name == "start" else table for name in Groups._fields})
    plans = Plans(**{name: empty(name) for name in Plans._fields})
    programs = Programs(**{name: empty(name) for name in Programs._fields})
    return portfolio, groups, Terms(plans, PositionPrices(*[table] * len(PositionPrices._fields)), programs, start)
