"""What lies over the band of a position: any number of over bands, shared out over cells and priced, in all lanes.

As in `gridsim.core.settlement.settle`: in-band energy is split over the cells by what was metered, each over band by
what is left of them, and the last band takes what then remains. Only sums by group of cells are kept.
"""

from __future__ import annotations

from gridsim.core.draws.arrays import (
    IN_BAND,
    LEFT,
    OVERRUN,
    PART,
    PICKED,
    RANK,
    TOTAL,
    Groups,
    Ints,
    Portfolio,
    Programs,
    Scratch,
)
from gridsim.core.draws.lanes import (
    HIGH,
    add_row,
    clear_rows,
    find_thresholds,
    floor_cell,
    floor_part,
    rank_row,
    serve_ranked,
    serve_row,
)
from gridsim.core.draws.pay import pay
from gridsim.core.jit import njit
from gridsim.core.settlement.arrays import OPEN_EDGE

__all__ = ["band_row", "pick_lanes", "share_parts", "take_over", "take_plain", "top_band"]

_RANKED = 12  # up to so many remainders are ranked by comparing each with each
_FULL = 8  # lanes that are settled together are filled up to a multiple of this


def _top_band(p: int, over_edge: Ints) -> int:
    """The last over band that a position has."""
    top = over_edge.shape[0] - 1
    while top > 0 and over_edge[top, p] == OPEN_EDGE:
        top -= 1
    return top


top_band = njit(_top_band)


def _band_row(p: int, band: int, top: int, over_edge: Ints, work: Ints, lanes: int) -> None:
    """What a position has in an over band, into ``work[PART]``."""
    low = over_edge[band, p]
    high = over_edge[band + 1, p] if band < top else OPEN_EDGE
    for lane in range(lanes):
        work[PART, lane] = max(min(work[TOTAL, lane], high) - low, 0)


band_row = njit(_band_row)


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


pick_lanes = njit(_pick_lanes)


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


def _pay_picked(
    group: int, price: int, mark: int, month: int, over: int, programs: Programs, scratch: Scratch, lacking: Ints,
    asked: int, lanes: int,
) -> None:  # fmt: skip
    """Price what ``scratch.served`` holds of a group in the picked lanes, as overrun."""
    served, work, lane_of = scratch.served, scratch.work, scratch.lane
    for lane in range(lanes):
        work[PART, lane] = 0
    for place in range(over):
        work[PART, lane_of[place]] = served[group, place]
    pay(work, PART, price, mark, OVERRUN, month, programs, scratch, lacking, asked, lanes)


_pay_picked_jit = njit(_pay_picked)


def _split_cells(count: int, scratch: Scratch, lanes: int) -> None:
    """Split ``work[PART]`` over the cells by what ``over`` holds of them, whose sum is ``work[PICKED]``, and take it.

    The shares stand in ``share``; ``over`` and ``work[PICKED]`` are what is left.
    """
    weight, share, rest, ratio = scratch.over, scratch.share, scratch.rest, scratch.ratio
    left, rank, amount, total = scratch.work[LEFT], scratch.work[RANK], scratch.work[PART], scratch.work[PICKED]
    search = scratch.search
    for place in range(lanes):
        total[place] = max(total[place], 1)  # nothing is left: nothing is split
        ratio[place] = float(amount[place]) / float(total[place])
        left[place] = amount[place]
    for cell in range(count):
        floor_part(amount, ratio, total, weight, share, rest, cell, lanes)
        for place in range(lanes):
            left[place] -= share[cell, place]
    if count <= _RANKED:
        for cell in range(count):
            rank_row(rest, cell, count, rank, lanes)
            serve_ranked(rank, left, 1, share, cell, lanes)
    else:
        for place in range(lanes):
            search[HIGH, place] = total[place]
        find_thresholds(rest, count, left, search, lanes)
        for cell in range(count):
            serve_row(rest, cell, search, 1, share, cell, lanes)
    for place in range(lanes):
        total[place] = 0
    for cell in range(count):
        for place in range(lanes):
            weight[cell, place] -= share[cell, place]
            total[place] += weight[cell, place]


_split_cells_jit = njit(_split_cells)


def _sum_groups(values: Ints, first: int, count: int, groups: int, cell_group: Ints, served: Ints, lanes: int) -> None:
    clear_rows(served, groups, lanes)
    for cell in range(count):
        add_row(served, cell_group[first + cell], values, cell, lanes)


_sum_groups_jit = njit(_sum_groups)


def _share_bands(
    p: int, top: int, over: int, market: Portfolio, groups: Groups, programs: Programs, scratch: Scratch, lacking: Ints,
    asked: int, lanes: int,
) -> None:  # fmt: skip
    """Share in-band energy and several over bands out over the cells, in the picked lanes, and price the latter."""
    first = market.cell_start[p]
    count = market.cell_start[p + 1] - first
    first_group, group_count = groups.start[p], groups.start[p + 1] - groups.start[p]
    month, edge = market.month[p], market.over_edge
    energy, left_of, share, group = scratch.energy, scratch.over, scratch.share, scratch.group
    lane_of, served, work = scratch.lane, scratch.served, scratch.work
    picked = min((over + _FULL - 1) // _FULL * _FULL, lanes)
    for cell in range(count):
        for place in range(picked):
            left_of[cell, place] = energy[cell, lane_of[place]]
    for place in range(picked):
        work[PICKED, place] = work[TOTAL, lane_of[place]]
        work[PART, place] = edge[0, p]
    _split_cells_jit(count, scratch, picked)
    _sum_groups_jit(share, first, count, group_count, market.cell_group, served, picked)
    for g in range(group_count):
        for place in range(over):
            group[g, lane_of[place]] = served[g, place]
    for band in range(top + 1):
        if band == top:
            _sum_groups_jit(left_of, first, count, group_count, market.cell_group, served, picked)
        else:
            for place in range(picked):
                work[PART, place] = max(min(work[TOTAL, lane_of[place]], edge[band + 1, p]) - edge[band, p], 0)
            _split_cells_jit(count, scratch, picked)
            _sum_groups_jit(share, first, count, group_count, market.cell_group, served, picked)
        for g in range(group_count):
            at = first_group + g
            price, mark = groups.over[band, at], groups.over_mark[band, at]
            _pay_picked_jit(g, price, mark, month, over, programs, scratch, lacking, asked, lanes)


_share_bands_jit = njit(_share_bands)


def _take_plain(
    over: int, upper: int, first: int, count: int, first_group: int, groups: int, cell_group: Ints, price: Ints,
    scratch: Scratch, lanes: int,
) -> None:  # fmt: skip
    """Take what is over the only band, at fixed prices, out of the groups of a position, in the `over` picked lanes."""
    group, served, sums, lane_of = scratch.group, scratch.served, scratch.sums, scratch.lane
    if groups == 1:
        for place in range(over):
            served[0, place] = upper
    else:
        filled = min((over + _FULL - 1) // _FULL * _FULL, lanes)
        _share_band_jit(upper, first, count, groups, cell_group, scratch, filled)
    for g in range(groups):
        for place in range(over):
            lane = lane_of[place]
            sums[OVERRUN, lane] += (group[g, lane] - served[g, place]) * price[0, first_group + g]
            group[g, lane] = served[g, place]


take_plain = njit(_take_plain)


def _share_parts(
    first_cell: int, count: int, cell_group: Ints, parts_after: Ints, weight: Ints, scratch: Scratch, lanes: int
) -> None:
    """Share what was drawn of rows that are parted out over their cells, each of which holds all of its row.

    Parameters
    ----------
    first_cell, count : int64
        The cells of a position.
    cell_group : int64 array
    parts_after : int64 array
        Of each cell, how many cells of its row follow.
    weight : int64 array
        By what a row is shared out, by cell.
    scratch : Scratch
        ``energy`` and ``group`` are put right.
    lanes : int64
    """
    energy, group, work, over, share = scratch.energy, scratch.group, scratch.work, scratch.over, scratch.share
    cell = 0
    while cell < count:
        parts = parts_after[first_cell + cell] + 1
        if parts > 1:
            for lane in range(lanes):
                work[PART, lane] = energy[cell, lane]
                work[PICKED, lane] = 0
            for part in range(parts):
                own = weight[first_cell + cell + part]
                for lane in range(lanes):
                    over[part, lane] = own
                    work[PICKED, lane] += own
            _split_cells_jit(parts, scratch, lanes)
            for part in range(parts):
                of = cell_group[first_cell + cell + part]
                for lane in range(lanes):
                    group[of, lane] += share[part, lane] - energy[cell + part, lane]
                    energy[cell + part, lane] = share[part, lane]
        cell += parts


share_parts = njit(_share_parts)


def _take_over(
    p: int, over: int, market: Portfolio, groups: Groups, programs: Programs, scratch: Scratch, lacking: Ints,
    asked: int, lanes: int,
) -> None:  # fmt: skip
    """Take what is over the band out of the groups of a position, and price it, whatever bands and prices there are.

    Where all cells have the same prices, row 0 of the groups gets what is in band.

    Parameters
    ----------
    p : int64
    over : int64
        How many lanes are picked.
    market, groups, programs, scratch, lacking, asked, lanes
        As `gridsim.core.draws.position.settle_position` has them.
    """
    upper, month, first_group = market.over_edge[0, p], market.month[p], groups.start[p]
    group_count = groups.start[p + 1] - first_group
    group, work, top = scratch.group, scratch.work, top_band(p, market.over_edge)
    if upper == 0 and (top == 0 or market.contract[p] == 0):  # without a contract all lies in the last band
        for g in range(group_count):
            at = first_group + g
            price, mark = groups.over[top, at], groups.over_mark[top, at]
            pay(group, g, price, mark, OVERRUN, month, programs, scratch, lacking, asked, lanes)
        clear_rows(group, group_count, lanes)
        return
    if market.is_alike[p] != 0:
        for band in range(top + 1):
            band_row(p, band, top, market.over_edge, work, lanes)
            price, mark = groups.over[band, first_group], groups.over_mark[band, first_group]
            pay(work, PART, price, mark, OVERRUN, month, programs, scratch, lacking, asked, lanes)
        for lane in range(lanes):
            group[0, lane] = work[IN_BAND, lane]
        return
    _share_bands_jit(p, top, over, market, groups, programs, scratch, lacking, asked, lanes)


take_over = njit(_take_over)
