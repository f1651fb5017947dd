"""Draw, settle, reduce: many draws of a year's meters through settlement in one pass, keeping sums alone.

Units are outermost, draws inside, months within. A unit's edges, prices and legs stay in the cache while its draws go
by, side by side in the lanes of `gridsim.core.lanes`, and nothing of draws × users is ever stored. The settlement is
that of `gridsim.core.settle` and `gridsim.core.charge` with one band above and one below, item by item to the
micro-yuan; since only sums are kept, three things are left out that change no sum:

* the shortfall's split over the legs: all of it has one price;
* the split of in-band energy over cells that all have the same prices;
* prices cell by cell: cells of a position that agree in all prices form a *group*, and the group's energy is priced.

Users outside the market come as units of their own: a position without legs, all of whose energy is in band, with the
fallback or catalogue price as its charge.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gridsim.core._jit import njit
from gridsim.core.draw import DRAW_ROWS, FACTOR_BITS, FACTOR_HALF, PERIODS, TERM, FactorTables, Shared, draw_factors
from gridsim.core.lanes import (
    HIGH,
    SEARCH_ROWS,
    add_adjustment,
    add_product,
    add_row,
    average_row,
    clear_rows,
    find_thresholds,
    floor_cell,
    floor_leg,
    rank_row,
    serve_ranked,
    serve_row,
)
from gridsim.core.positions import NO_ADJUSTMENT, OPEN_EDGE

__all__ = ["ITEM_ROWS", "Groups", "Market", "Scratch", "UnitSums", "allocate_scratch", "settle_draws"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ITEM_ROWS = 8
"""Kinds of money: the five below, the charges, and what a caller may take a charge for instead."""
ENERGY, SHORTFALL, OVERRUN, CHARGE, ADJUSTMENT, FUNDS = range(6)
_METERED, _OVER, _MISSING = range(ITEM_ROWS, ITEM_ROWS + 3)
_SUM_ROWS = ITEM_ROWS + 3

_TOTAL, _IN_BAND, _MONEY, _LEFT, _RANK, _AVERAGE, _PICKED = range(7)
_WORK_ROWS = 7
_RANKED = 12  # up to so many remainders are ranked by comparing each with each
_FULL = 8  # lanes that are settled together are filled up to a multiple of this


class Market(NamedTuple):
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
    """(N,) the row of its factor among those of the unit's users (`gridsim.core.draw.draw_factors`)"""
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
    """(G,) [10⁻⁴] `NO_ADJUSTMENT` where there is none"""


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
        work=rows(_WORK_ROWS),
        sums=rows(_SUM_ROWS),
        lane=np.zeros(lanes + 1, dtype=np.int64),
        ratio=np.zeros(lanes, dtype=np.float64),
    )


def _draw_cell(
    given: int, factors: Ints, factor_row: int, energy: Ints, row: int, group: Ints, group_row: int, lanes: int
) -> None:
    """One cell's drawn energy, half up to the kWh, and added to its group."""
    for lane in range(lanes):
        drawn = (given * factors[factor_row, lane] + FACTOR_HALF) >> FACTOR_BITS
        energy[row, lane] = drawn
        group[group_row, lane] += drawn


_draw_cell_jit = njit(_draw_cell)


def _meet_bands(upper: int, lower: int, shortfall_price: int, work: Ints, sums: Ints, lanes: int) -> None:
    """What is in band, over and missing of a position."""
    for lane in range(lanes):
        work[_IN_BAND, lane] = min(work[_TOTAL, lane], upper)
        sums[_METERED, lane] += work[_TOTAL, lane]
    for lane in range(lanes):
        sums[_OVER, lane] += work[_TOTAL, lane] - work[_IN_BAND, lane]
    for lane in range(lanes):
        missing = max(lower - work[_TOTAL, lane], 0)
        sums[_MISSING, lane] += missing
        sums[SHORTFALL, lane] += missing * shortfall_price


_meet_bands_jit = njit(_meet_bands)


def _pay_legs(
    first: int,
    last: int,
    contract: int,
    leg_energy: Ints,
    leg_price: Ints,
    work: Ints,
    rest: Ints,
    search: Ints,
    lanes: int,
) -> None:
    """What the in-band energy of a position costs at the prices of its legs."""
    in_band, money, left, rank = work[_IN_BAND], work[_MONEY], work[_LEFT], work[_RANK]
    count = last - first
    if count == 1:
        for lane in range(lanes):
            money[lane] = in_band[lane] * leg_price[first]
        return
    for lane in range(lanes):
        left[lane] = in_band[lane]
        money[lane] = 0
    for i in range(count):
        floor_leg(in_band, leg_energy[first + i], contract, leg_price[first + i], left, money, rest, i, lanes)
    if count <= _RANKED:
        for i in range(count):
            rank_row(rest, i, count, rank, lanes)
            serve_ranked(rank, left, leg_price[first + i], work, _MONEY, lanes)
        return
    for lane in range(lanes):
        search[HIGH, lane] = contract
    find_thresholds(rest, count, left, search, lanes)
    for i in range(count):
        serve_row(rest, i, search, leg_price[first + i], work, _MONEY, lanes)


_pay_legs_jit = njit(_pay_legs)


def _pick_lanes(upper: int, work: Ints, lane_of: Ints, lanes: int) -> int:
    """Which lanes of a position are over the band, and how many; more follow, up to a multiple of `_FULL`.

    So the loops over the picked lanes are whole instructions; what they compute twice is not used.
    """
    count = 0
    for lane in range(lanes):
        lane_of[count] = lane
        count += 1 if work[_TOTAL, lane] > upper else 0
    if count > 0:
        for place in range(count, min((count + _FULL - 1) // _FULL * _FULL, lanes)):
            lane_of[place] = lane_of[0]
    return count


_pick_lanes_jit = njit(_pick_lanes)


def _share_band(
    upper: int, first: int, count: int, groups: int, cell_group: Ints, scratch: Scratch, lanes: int
) -> None:
    """Share `upper` out over the cells of a position, in the picked lanes; ``scratch.served`` gets the groups' sums.

    Parameters
    ----------
    upper : int64
        [kWh] less than what is metered in each of the lanes.
    first, count : int64
        The cells.
    groups : int64
        How many groups they form.
    cell_group : int64 array
    scratch : Scratch
        ``lane`` names the lanes, ``energy`` and ``work[_TOTAL]`` hold what was metered.
    lanes : int64
        How many are picked.
    """
    energy, picked, rest, served, search = scratch.energy, scratch.over, scratch.rest, scratch.served, scratch.search
    lane_of, ratio = scratch.lane, scratch.ratio
    metered, left, rank, total = scratch.work[_TOTAL], scratch.work[_LEFT], scratch.work[_RANK], scratch.work[_PICKED]
    for cell in range(count):
        for place in range(lanes):
            picked[cell, place] = energy[cell, lane_of[place]]
    for place in range(lanes):
        total[place] = metered[lane_of[place]]
    for place in range(lanes):
        ratio[place] = float(upper) / float(total[place])
        left[place] = upper
    clear_rows(served, groups, lanes)
    for cell in range(count):
        floor_cell(upper, ratio, total, picked, rest, cell, lanes)
        add_row(served, cell_group[first + cell], picked, cell, lanes)
    for group in range(groups):
        for place in range(lanes):
            left[place] -= served[group, place]
    if count <= _RANKED:
        for cell in range(count):
            rank_row(rest, cell, count, rank, lanes)
            serve_ranked(rank, left, 1, served, cell_group[first + cell], lanes)
        return
    for place in range(lanes):
        search[HIGH, place] = total[place]
    find_thresholds(rest, count, left, search, lanes)
    for cell in range(count):
        serve_row(rest, cell, search, 1, served, cell_group[first + cell], lanes)


_share_band_jit = njit(_share_band)


def _take_overrun(
    upper: int, first: int, count: int, first_group: int, groups: int, cell_group: Ints, price: Ints, scratch: Scratch,
    lanes: int,
) -> None:  # fmt: skip
    """Take what is over the band out of the groups of a position, and price it."""
    group, served, sums, lane_of = scratch.group, scratch.served, scratch.sums, scratch.lane
    if upper == 0:
        for g in range(groups):
            add_product(sums, OVERRUN, group, g, price[first_group + g], lanes)
        clear_rows(group, groups, lanes)
        return
    over = _pick_lanes_jit(upper, scratch.work, lane_of, lanes)
    if over == 0:
        return
    if groups == 1:
        for place in range(over):
            served[0, place] = upper
    else:
        filled = min((over + _FULL - 1) // _FULL * _FULL, lanes)
        _share_band_jit(upper, first, count, groups, cell_group, scratch, filled)
    for g in range(groups):
        for place in range(over):
            lane = lane_of[place]
            sums[OVERRUN, lane] += (group[g, lane] - served[g, place]) * price[first_group + g]
            group[g, lane] = served[g, place]


_take_overrun_jit = njit(_take_overrun)


def _settle_position(p: int, market: Market, groups: Groups, scratch: Scratch, lanes: int) -> None:
    """Settle a position in all lanes; the factors of its cells stand in ``scratch.factor``."""
    group, work, sums = scratch.group, scratch.work, scratch.sums
    first_cell = market.cell_start[p]
    cell_count = market.cell_start[p + 1] - first_cell
    first_group = groups.start[p]
    group_count = groups.start[p + 1] - first_group
    clear_rows(group, group_count, lanes)
    for cell in range(cell_count):
        at = first_cell + cell
        _draw_cell_jit(
            market.cell_energy[at], scratch.factor, market.cell_factor[at],
            scratch.energy, cell, group, market.cell_group[at], lanes,
        )  # fmt: skip
    clear_rows(work, 1, lanes)
    for g in range(group_count):
        add_row(work, _TOTAL, group, g, lanes)

    upper = market.upper[p]
    _meet_bands_jit(upper, market.lower[p], market.shortfall_price[p], work, sums, lanes)
    if upper != OPEN_EDGE:
        _take_overrun_jit(
            upper, first_cell, cell_count, first_group, group_count, market.cell_group, groups.overrun, scratch, lanes
        )
    if upper == 0:
        return  # without a contract nothing is in band
    if market.contract[p] > 0:
        _pay_legs_jit(
            market.leg_start[p], market.leg_start[p + 1], market.contract[p], market.leg_energy, market.leg_price,
            work, scratch.rest, scratch.search, lanes,
        )  # fmt: skip
        add_row(sums, ENERGY, work, _MONEY, lanes)
    has_average = False
    for g in range(group_count):
        at = first_group + g
        add_product(sums, market.charge_item[p], group, g, groups.charge[at], lanes)
        add_product(sums, FUNDS, group, g, groups.funds[at], lanes)
        if groups.adjustment_ratio[at] != NO_ADJUSTMENT:
            if not has_average:
                average_row(work[_MONEY], work[_IN_BAND], work[_AVERAGE], lanes)
                has_average = True
            swing = groups.adjustment_ratio[at] - NO_ADJUSTMENT
            add_adjustment(work[_AVERAGE], groups.adjustment_base[at], swing, group, g, sums, ADJUSTMENT, lanes)


_settle_position_jit = njit(_settle_position)


def _settle_draws(
    first_unit: int, last_unit: int, first: int, last: int, key_low: int, key_high: int, lanes: int, market: Market,
    groups: Groups, tables: FactorTables, shared: Shared, scratch: Scratch, items: Ints, units: UnitSums,
) -> None:  # fmt: skip
    """Draw and settle units ``first_unit`` up to, not including, ``last_unit`` in draws ``first`` up to ``last``.

    Parameters
    ----------
    first_unit, last_unit : int64
    first, last : int64
        ``last + lanes`` is at most 2³².
    key_low, key_high : int64
        The seed, 32 bits each.
    lanes : int64
        How many draws go side by side; the results do not depend on it.
    market, groups : Market, Groups
        Such that no energy × factor, no money of a draw and no product leaves int64 at the largest factors that the
        tables hold, and no position holds more than 10¹⁵ kWh; nothing is checked here.
    tables : FactorTables
    shared : Shared
        From draw `first` on, with columns up to a multiple of `lanes`.
    scratch : Scratch
        Overwritten.
    items : int64 array, shape (ITEM_ROWS, last − first)
        Output: the money of all these units by item [micro-yuan]; added to what is there.
    units : UnitSums
        Output, its row 0 for `first_unit`.
    """
    sums = scratch.sums
    for unit in range(first_unit, last_unit):
        first_user = market.user_start[unit]
        last_user = market.user_start[unit + 1]
        end = market.position_start[unit + 1]
        row = unit - first_unit
        for draw in range(first, last, lanes):
            offset = draw - first
            clear_rows(sums, _SUM_ROWS, lanes)
            p = market.position_start[unit]
            while p < end:
                term = market.month[p] // TERM
                draw_factors(
                    key_low, key_high, draw, term, market.user, first_user, last_user, market.user_class,
                    tables, shared, offset, scratch.factor, scratch.draw, lanes,
                )  # fmt: skip
                while p < end and market.month[p] // TERM == term:
                    _settle_position_jit(p, market, groups, scratch, lanes)
                    p += 1
            # Lanes beyond the last draw were settled too; nobody asked for them.
            for lane in range(min(lanes, last - draw)):
                cost = 0
                for item in range(ITEM_ROWS):
                    items[item, offset + lane] += sums[item, lane]
                    cost += sums[item, lane]
                units.cost[row, offset + lane] = cost
                units.metered[row, offset + lane] = sums[_METERED, lane]
                units.overrun[row, offset + lane] = sums[_OVER, lane]
                units.shortfall[row, offset + lane] = sums[_MISSING, lane]


settle_draws = njit(_settle_draws)
