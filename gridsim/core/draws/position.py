"""One position of a batch, settled in all lanes at once: drawn, held against its bands, split, priced.

The settlement is that of `gridsim.settlement`, item by item to the micro-yuan, for any number of bands and charges;
since only sums are kept, three things are left out that change no sum:

* the shortfall's split over the legs: all of it in one band has one price;
* the split of energy over cells that all have the same prices;
* prices cell by cell: cells of a position that agree in all prices form a *group*, and the group's energy is priced.
"""

from __future__ import annotations

from gridsim.core.draws.arrays import (
    AVERAGE,
    ENERGY,
    FIXED,
    IN_BAND,
    KIND,
    LINEAR,
    MARK_BITS,
    METERED,
    MISSING,
    MONEY,
    NO_PRICE,
    OVER,
    PART,
    SHORTFALL,
    TOTAL,
    Groups,
    Ints,
    Portfolio,
    Scratch,
    Terms,
)
from gridsim.core.draws.draw import FACTOR_BITS, FACTOR_HALF
from gridsim.core.draws.lanes import add_adjustment, add_product, add_row, average_row, clear_rows
from gridsim.core.draws.over import band_row, pick_lanes, share_parts, take_over, take_plain, top_band
from gridsim.core.draws.pay import pay, pay_legs, pay_legs_in_order
from gridsim.core.jit import njit
from gridsim.core.settlement.arrays import OPEN_EDGE

__all__ = ["settle_position"]


def _draw_cell(
    given: int, factors: Ints, factor_row: int, energy: Ints, row: int, group: Ints, group_row: int, lanes: int
) -> None:
    """One cell's drawn energy, half up to the kWh, and added to its group."""
    for lane in range(lanes):
        drawn = (given * factors[factor_row, lane] + FACTOR_HALF) >> FACTOR_BITS
        energy[row, lane] = drawn
        group[group_row, lane] += drawn


_draw_cell_jit = njit(_draw_cell)


def _meet_band(upper: int, work: Ints, sums: Ints, lanes: int) -> None:
    """What is in band and over of a position."""
    for lane in range(lanes):
        work[IN_BAND, lane] = min(work[TOTAL, lane], upper)
        sums[METERED, lane] += work[TOTAL, lane]
    for lane in range(lanes):
        sums[OVER, lane] += work[TOTAL, lane] - work[IN_BAND, lane]


_meet_band_jit = njit(_meet_band)


def _pay_missing(lower: int, price: int, work: Ints, sums: Ints, lanes: int) -> None:
    """What lacks of the only under band, at a fixed price."""
    for lane in range(lanes):
        missing = max(lower - work[TOTAL, lane], 0)
        sums[MISSING, lane] += missing
        sums[SHORTFALL, lane] += missing * price


_pay_missing_jit = njit(_pay_missing)


def _miss_row(edge: int, next_edge: int, work: Ints, sums: Ints, lanes: int) -> None:
    """What lacks in an under band, into ``work[PART]``."""
    for lane in range(lanes):
        missing = max(edge - max(work[TOTAL, lane], next_edge), 0)
        work[PART, lane] = missing
        sums[MISSING, lane] += missing


_miss_row_jit = njit(_miss_row)


def _meet_under_bands(
    p: int, market: Portfolio, terms: Terms, scratch: Scratch, lacking: Ints, asked: int, lanes: int
) -> None:
    """What lacks in each under band, its price and its fee."""
    edges, prices, month = market.under_edge, terms.prices, market.month[p]
    bands, fee_bands = edges.shape[0], prices.under_fee.shape[0]
    for band in range(bands):
        if edges[band, p] == 0:
            continue
        next_edge = edges[band + 1, p] if band + 1 < bands else 0
        _miss_row_jit(edges[band, p], next_edge, scratch.work, scratch.sums, lanes)
        pay(
            scratch.work, PART, prices.under[band, p], prices.under_mark[band, p], SHORTFALL, month,
            terms.programs, scratch, lacking, asked, lanes,
        )  # fmt: skip
        if fee_bands > 0:
            pay(
                scratch.work, PART, prices.under_fee[band, p], prices.under_fee_mark[band, p], terms.fee_row[0], month,
                terms.programs, scratch, lacking, asked, lanes,
            )  # fmt: skip


_meet_under_bands_jit = njit(_meet_under_bands)


def _pay_over_fees(
    p: int, market: Portfolio, terms: Terms, scratch: Scratch, lacking: Ints, asked: int, lanes: int
) -> None:
    """The fees of the over bands, each on what exemptions leave of it."""
    prices, exempt, work = terms.prices, market.exempt, scratch.work
    top = top_band(p, market.over_edge)
    for band in range(top + 1):
        if prices.over_fee_mark[band, p] == 0:
            continue
        band_row(p, band, top, market.over_edge, work, lanes)
        if exempt.shape[0] > 0:
            free = exempt[band, p]
            for lane in range(lanes):
                work[PART, lane] = max(work[PART, lane] - free, 0)
        pay(
            work, PART, prices.over_fee[band, p], prices.over_fee_mark[band, p], terms.fee_row[0], market.month[p],
            terms.programs, scratch, lacking, asked, lanes,
        )  # fmt: skip


_pay_over_fees_jit = njit(_pay_over_fees)


def _settle_position(
    p: int, market: Portfolio, groups: Groups, terms: Terms, scratch: Scratch, lacking: Ints, asked: int, lanes: int
) -> None:
    """Settle a position in all lanes; the factors of its cells stand in ``scratch.factor``.

    Parameters
    ----------
    p : int64
    market, groups, terms : Portfolio, Groups, Terms
    scratch : Scratch
    lacking : int64 array, shape (rows of sums, 12)
        Output: 1 where a price that is needed isn't there.
    asked : int64
        How many lanes were asked for.
    lanes : int64
    """
    group, work, sums = scratch.group, scratch.work, scratch.sums
    first_cell = market.cell_start[p]
    first_group = groups.start[p]
    group_count = groups.start[p + 1] - first_group
    clear_rows(group, group_count, lanes)
    for cell in range(market.cell_start[p + 1] - first_cell):
        at = first_cell + cell
        _draw_cell_jit(
            market.cell_energy[at], scratch.factor, market.cell_factor[at],
            scratch.energy, cell, group, market.cell_group[at], lanes,
        )  # fmt: skip
    if len(market.cell_weight) > 0:
        count = market.cell_start[p + 1] - first_cell
        share_parts(first_cell, count, market.cell_group, market.cell_parts_after, market.cell_weight, scratch, lanes)
    clear_rows(work, 1, lanes)
    for g in range(group_count):
        add_row(work, TOTAL, group, g, lanes)

    upper = market.over_edge[0, p]
    _meet_band_jit(upper, work, sums, lanes)
    contract = market.contract[p]
    if contract > 0 and upper != 0:
        start, end = market.leg_start[p], market.leg_start[p + 1]
        if len(market.leg_order) > 0:
            pay_legs_in_order(
                start, end, contract, market.leg_energy, market.leg_price, market.leg_order,
                work, scratch.rest, scratch.search, lanes,
            )  # fmt: skip
        else:
            pay_legs(
                start, end, contract, market.leg_energy, market.leg_price, work, scratch.rest, scratch.search, lanes
            )
        add_row(sums, ENERGY, work, MONEY, lanes)
        if market.needs_mean[p] != 0:
            average_row(work[MONEY], work[IN_BAND], work[AVERAGE], lanes)
    elif market.needs_mean[p] != 0:
        for lane in range(lanes):
            work[AVERAGE, lane] = 0
    prices = terms.prices
    if contract > 0:
        if len(market.under_edge) == 1 and len(prices.under_fee) == 0 and prices.under_mark[0, p] == FIXED:
            _pay_missing_jit(market.under_edge[0, p], prices.under[0, p], work, sums, lanes)
        else:
            _meet_under_bands_jit(p, market, terms, scratch, lacking, asked, lanes)
    plan, month = market.plan[p], market.month[p]
    first_charge, end_charge = terms.plans.start[plan], terms.plans.start[plan + 1]
    charge_price, charge_mark, on_metered = groups.charge, groups.charge_mark, terms.plans.on_metered
    for place in range(first_charge, end_charge):
        if on_metered[place] != 0:
            for at in range(first_group, first_group + group_count):
                value, mark = charge_price[place - first_charge, at], charge_mark[place - first_charge, at]
                item = terms.plans.row[place]
                pay(group, at - first_group, value, mark, item, month, terms.programs, scratch, lacking, asked, lanes)
    if group_count == 0:
        return
    if len(prices.over_fee) > 0:
        _pay_over_fees_jit(p, market, terms, scratch, lacking, asked, lanes)

    is_alike = market.is_alike[p] != 0 and group_count > 1
    over = 0
    if upper != OPEN_EDGE:
        over = pick_lanes(upper, work, scratch.lane, lanes)
    if over > 0 and upper > 0 and market.is_plain[p] != 0 and not is_alike:
        cells = market.cell_start[p + 1] - first_cell
        take_plain(
            over, upper, first_cell, cells, first_group, group_count, market.cell_group, groups.over, scratch, lanes
        )
    elif over > 0:
        take_over(p, over, market, groups, terms.programs, scratch, lacking, asked, lanes)
    elif is_alike:
        for lane in range(lanes):
            group[0, lane] = work[IN_BAND, lane]
    if upper == 0:
        return  # without a contract nothing is in band
    parts = 1 if is_alike else group_count
    for place in range(first_charge, end_charge):
        if on_metered[place] != 0:
            continue
        item = terms.plans.row[place]
        for at in range(first_group, first_group + parts):
            value, mark = charge_price[place - first_charge, at], charge_mark[place - first_charge, at]
            if mark == FIXED:
                add_product(sums, item, group, at - first_group, value, lanes)
            elif mark & KIND == LINEAR:
                add_adjustment(work[AVERAGE], value, mark >> MARK_BITS, group, at - first_group, sums, item, lanes)
            elif mark != NO_PRICE:
                pay(group, at - first_group, value, mark, item, month, terms.programs, scratch, lacking, asked, lanes)


settle_position = njit(_settle_position, inlined=True)
