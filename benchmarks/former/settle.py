"""Settlement at commit b002059: block by block in vectors, then position by position where there is a deviation."""

from __future__ import annotations

import numpy as np

from benchmarks.former.split import scratch_size, split
from gridsim.core.jit import NO_ROOM, OK, njit
from gridsim.core.rounding import band_edge, half_away
from gridsim.core.settlement.arrays import (
    OPEN_EDGE,
    BandTables,
    Cells,
    CellShares,
    Ints,
    Legs,
    LegShares,
    PositionTotals,
)

__all__ = ["settle_positions"]

_BLOCK = 512


def _find_bands(first: int, last: int, legs: Legs, cells: Cells, bands: BandTables, totals: PositionTotals) -> None:
    """What is contracted, metered, in band, over and missing in each position."""
    leg_start, leg_energy = legs.start, legs.energy
    cell_start, cell_energy = cells.start, cells.energy
    of_position, over_edge, under_edge = bands.of_position, bands.over_edge, bands.under_edge
    of_contract = totals.contract
    of_metered = totals.metered
    of_upper = totals.upper
    of_lower = totals.lower
    of_in_band = totals.in_band
    of_overrun = totals.overrun
    of_shortfall = totals.shortfall
    for p in range(np.uint64(first), np.uint64(last)):
        contract = 0
        for i in range(np.uint64(leg_start[p]), np.uint64(leg_start[p + np.uint64(1)])):
            contract += leg_energy[i]
        metered = 0
        for i in range(np.uint64(cell_start[p]), np.uint64(cell_start[p + np.uint64(1)])):
            metered += cell_energy[i]
        row = np.uint64(of_position[p])
        if contract == 0:
            upper = 0
        elif over_edge[row, 0] == OPEN_EDGE:
            upper = metered
        else:
            upper = band_edge(contract, over_edge[row, 0])
        lower = 0
        if under_edge.shape[1] > 0:
            lower = band_edge(contract, under_edge[row, 0])
        in_band = min(metered, upper)
        of_contract[p] = contract
        of_metered[p] = metered
        of_upper[p] = upper
        of_lower[p] = lower
        of_in_band[p] = in_band
        of_overrun[p] = metered - in_band
        of_shortfall[p] = max(lower - metered, 0)


_find_bands_jit = njit(_find_bands)


def _settle_legs(
    first: int, last: int, legs: Legs, bands: BandTables, totals: PositionTotals, shares: LegShares, scratch: Ints
) -> None:
    """Share in-band energy and shortfall out over the legs of each position, and price them."""
    leg_start, leg_energy, leg_price = legs
    of_position, under_edge, under_price, under_fee = (
        bands.of_position,
        bands.under_edge,
        bands.under_price,
        bands.under_fee,
    )
    leg_in_band, leg_money, leg_shortfall, leg_shortfall_money = shares
    of_in_band = totals.in_band
    of_contract = totals.contract
    of_metered = totals.metered
    of_energy_money = totals.energy_money
    of_average_price = totals.average_price
    of_lower = totals.lower
    of_shortfall_money = totals.shortfall_money
    of_fee_money = totals.fee_money
    under_bands = under_edge.shape[1]
    for p in range(np.uint64(first), np.uint64(last)):
        start = np.uint64(leg_start[p])
        stop = np.uint64(leg_start[p + np.uint64(1)])
        if of_in_band[p] == 0:
            for i in range(start, stop):
                leg_in_band[i] = 0
        else:
            split(of_in_band[p], of_contract[p], leg_energy, start, stop, leg_in_band, scratch)
    for i in range(np.uint64(leg_start[first]), np.uint64(leg_start[last])):
        leg_money[i] = leg_in_band[i] * leg_price[i]
        leg_shortfall_money[i] = 0
    for u in range(under_bands):
        for i in range(np.uint64(leg_start[first]), np.uint64(leg_start[last])):
            leg_shortfall[u, i] = 0
    for p in range(np.uint64(first), np.uint64(last)):
        energy_money = 0
        for i in range(np.uint64(leg_start[p]), np.uint64(leg_start[p + np.uint64(1)])):
            energy_money += leg_money[i]
        of_energy_money[p] = energy_money
        of_average_price[p] = half_away(energy_money, max(of_in_band[p], 1))
        of_shortfall_money[p] = 0
        of_fee_money[p] = 0
    for u in range(under_bands):
        share = leg_shortfall[u]
        for p in range(np.uint64(first), np.uint64(last)):
            metered = of_metered[p]
            if metered >= of_lower[p]:
                continue
            row = np.uint64(of_position[p])
            contract = of_contract[p]
            next_edge = 0
            if u + 1 < under_bands:
                next_edge = band_edge(contract, under_edge[row, u + 1])
            missing = band_edge(contract, under_edge[row, u]) - max(metered, next_edge)
            if missing <= 0:
                continue
            start = np.uint64(leg_start[p])
            stop = np.uint64(leg_start[p + np.uint64(1)])
            price = under_price[row, u]
            split(missing, contract, leg_energy, start, stop, share, scratch)
            for i in range(start, stop):
                leg_shortfall_money[i] += share[i] * price
            of_shortfall_money[p] += missing * price
            of_fee_money[p] += missing * under_fee[row, u]


_settle_legs_jit = njit(_settle_legs)


def _settle_cells(
    first: int, last: int, cells: Cells, bands: BandTables, totals: PositionTotals, shares: CellShares, scratch: Ints
) -> None:
    """Share in-band energy and over bands out over the cells of each position, and price the latter.

    The last band's column first takes all that is left of each cell, and the bands below it their shares of that.
    No share exceeds what is left of its cell, because no band holds more than what is left of all of them (proof at
    `benchmarks.former.split`); so what remains for the last band is never negative.
    """
    cell_start, cell_energy, over_price = cells
    of_position, over_edge, over_fee = bands.of_position, bands.over_edge, bands.over_fee
    cell_in_band, over, over_money = shares
    of_overrun = totals.overrun
    of_overrun_money = totals.overrun_money
    of_metered = totals.metered
    of_in_band = totals.in_band
    of_contract = totals.contract
    of_fee_money = totals.fee_money
    columns = over_edge.shape[1]
    for i in range(np.uint64(cell_start[first]), np.uint64(cell_start[last])):
        cell_in_band[i] = cell_energy[i]
        over_money[i] = 0
    for b in range(columns):
        for i in range(np.uint64(cell_start[first]), np.uint64(cell_start[last])):
            over[b, i] = 0
    for p in range(np.uint64(first), np.uint64(last)):
        left = of_overrun[p]
        if left == 0:
            of_overrun_money[p] = 0
            continue
        start = np.uint64(cell_start[p])
        stop = np.uint64(cell_start[p + np.uint64(1)])
        metered = of_metered[p]
        in_band = of_in_band[p]
        row = np.uint64(of_position[p])
        top = columns - 1
        while top > 0 and over_edge[row, top] == OPEN_EDGE:
            top -= 1
        if in_band == 0:
            for i in range(start, stop):
                cell_in_band[i] = 0
        else:
            split(in_band, metered, cell_energy, start, stop, cell_in_band, scratch)
        for i in range(start, stop):
            over[top, i] = cell_energy[i] - cell_in_band[i]
        fees = 0
        for b in range(top):
            upper = band_edge(of_contract[p], over_edge[row, b + 1])
            amount = min(metered, upper) - (metered - left)
            if amount == 0:
                continue
            split(amount, left, over[top], start, stop, over[b], scratch)
            for i in range(start, stop):
                over[top, i] -= over[b, i]
                over_money[i] += over[b, i] * over_price[b, i]
            left -= amount
            fees += amount * over_fee[row, b]
        overrun_money = 0
        for i in range(start, stop):
            money = over_money[i] + over[top, i] * over_price[top, i]
            over_money[i] = money
            overrun_money += money
        of_overrun_money[p] = overrun_money
        of_fee_money[p] += fees + left * over_fee[row, top]


_settle_cells_jit = njit(_settle_cells)


def _settle_positions(
    first: int,
    last: int,
    legs: Legs,
    cells: Cells,
    bands: BandTables,
    totals: PositionTotals,
    leg_shares: LegShares,
    cell_shares: CellShares,
    scratch: Ints,
) -> int:
    """See `gridsim.core.settlement.settle`.

    With C the contract and A the metered energy of a position: a band edge is C × ratio, rounded half up to the kWh,
    and 0 if C = 0. In band is min(A, first over edge). Over band ``b`` holds the energy between over edges ``b`` and
    ``b + 1``, the last one all above its edge. Under band ``u`` holds what A lacks between under edges ``u + 1`` (0
    after the last) and ``u``. In-band energy and each under band are split over the legs by contract energy, in-band
    energy over the cells by metered energy, each over band over the cells by what is left of them, and the last over
    band is what then remains of each cell (`benchmarks.former.split`: Σ legs = Σ cells = the position, to the kWh).

    Parameters
    ----------
    first, last : int64
        Range of positions. Ranges that don't overlap may run at once in several threads, each with its own scratch.
    legs, cells, bands : Legs, Cells, BandTables
        Within the bounds that `gridsim.core.settlement.bounds` checks. Nothing is checked here; inside those
        bounds no product or sum leaves int64.
    totals, leg_shares, cell_shares : PositionTotals, LegShares, CellShares
        Outputs, see `gridsim.core.settlement.arrays.allocate`; all their entries of the range are written.
    scratch : int64 array
        At least `gridsim.core.split.scratch_size` of the longest run of legs or cells in the range.

    Returns
    -------
    int
        `OK`, or `NO_ROOM` for a scratch array that is too short, then with nothing written.
    """
    for p in range(first, last):
        longest = max(legs.start[p + 1] - legs.start[p], cells.start[p + 1] - cells.start[p])
        if scratch_size(longest) > len(scratch):
            return NO_ROOM
    for block in range(first, last, _BLOCK):
        end = min(block + _BLOCK, last)
        _find_bands_jit(block, end, legs, cells, bands, totals)
        _settle_legs_jit(block, end, legs, bands, totals, leg_shares, scratch)
        _settle_cells_jit(block, end, cells, bands, totals, cell_shares, scratch)
    return OK


settle_positions = njit(_settle_positions)
