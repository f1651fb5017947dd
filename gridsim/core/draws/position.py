"""One position of a batch, settled in all lanes at once: drawn, held against its band, split, priced.

The settlement is that of `gridsim.core.settlement` (settle, charge) with one band above and one below, item by item
to the micro-yuan; since only sums are kept, three things are left out that change no sum:

* the shortfall's split over the legs: all of it has one price;
* the split of in-band energy over cells that all have the same prices;
* prices cell by cell: cells of a position that agree in all prices form a *group*, and the group's energy is priced.
"""

from __future__ import annotations

from gridsim.core.draws.arrays import (
    ADJUSTMENT,
    AVERAGE,
    ENERGY,
    FIXED_ADJUSTMENT,
    FUNDS,
    IN_BAND,
    LEFT,
    METERED,
    MISSING,
    MONEY,
    OVER,
    OVERRUN,
    PICKED,
    RANK,
    SHORTFALL,
    TOTAL,
    Groups,
    Ints,
    Portfolio,
    Scratch,
)
from gridsim.core.draws.draw import FACTOR_BITS, FACTOR_HALF
from gridsim.core.draws.lanes import (
    HIGH,
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
from gridsim.core.jit import njit
from gridsim.core.settlement.arrays import NO_ADJUSTMENT, OPEN_EDGE

__all__ = ["settle_position"]

_RANKED = 12  # up to so many remainders are ranked by comparing each with each
_FULL = 8  # lanes that are settled together are filled up to a multiple of this


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
        work[IN_BAND, lane] = min(work[TOTAL, lane], upper)
        sums[METERED, lane] += work[TOTAL, lane]
    for lane in range(lanes):
        sums[OVER, lane] += work[TOTAL, lane] - work[IN_BAND, lane]
    for lane in range(lanes):
        missing = max(lower - work[TOTAL, lane], 0)
        sums[MISSING, lane] += missing
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
    in_band, money, left, rank = work[IN_BAND], work[MONEY], work[LEFT], work[RANK]
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
            serve_ranked(rank, left, leg_price[first + i], work, MONEY, lanes)
        return
    for lane in range(lanes):
        search[HIGH, lane] = contract
    find_thresholds(rest, count, left, search, lanes)
    for i in range(count):
        serve_row(rest, i, search, leg_price[first + i], work, MONEY, lanes)


_pay_legs_jit = njit(_pay_legs)


def _pick_lanes(upper: int, work: Ints, lane_of: Ints, lanes: int) -> int:
    """Which lanes of a position are over the band, and how many; more follow, up to a multiple of `_FULL`.

    So the loops over the picked lanes are whole instructions; what they compute twice is not used.
    """
    count = 0
    for lane in range(lanes):
        lane_of[count] = lane
        count += 1 if work[TOTAL, lane] > upper else 0
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
        ``lane`` names the lanes, ``energy`` and ``work[TOTAL]`` hold what was metered.
    lanes : int64
        How many are picked.
    """
    energy, picked, rest, served, search = scratch.energy, scratch.over, scratch.rest, scratch.served, scratch.search
    lane_of, ratio = scratch.lane, scratch.ratio
    metered, left, rank, total = scratch.work[TOTAL], scratch.work[LEFT], scratch.work[RANK], scratch.work[PICKED]
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


def _settle_position(p: int, market: Portfolio, groups: Groups, scratch: Scratch, lanes: int) -> None:
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
        add_row(work, TOTAL, group, g, lanes)

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
        add_row(sums, ENERGY, work, MONEY, lanes)
    has_average = False
    for g in range(group_count):
        at = first_group + g
        add_product(sums, market.charge_item[p], group, g, groups.charge[at], lanes)
        add_product(sums, FUNDS, group, g, groups.funds[at], lanes)
        if groups.adjustment_ratio[at] == FIXED_ADJUSTMENT:
            add_product(sums, ADJUSTMENT, group, g, groups.adjustment_base[at], lanes)
        elif groups.adjustment_ratio[at] != NO_ADJUSTMENT:
            if not has_average:
                average_row(work[MONEY], work[IN_BAND], work[AVERAGE], lanes)
                has_average = True
            swing = groups.adjustment_ratio[at] - NO_ADJUSTMENT
            add_adjustment(work[AVERAGE], groups.adjustment_base[at], swing, group, g, sums, ADJUSTMENT, lanes)


settle_position = njit(_settle_position)
