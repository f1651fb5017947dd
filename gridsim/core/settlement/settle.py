"""Settlement of positions against any number of bands (rulebook part 5): what is in band, over and missing, of whom.

The arrays, and what a band is, stand in `gridsim.core.settlement.arrays`. Work goes through blocks of positions that
stay in the processor's cache: first the edges and totals of each position, then its legs, then its cells, each of them
a plain loop over positions. (One loop that hands all arrays to smaller functions takes twice as long, inlined or not:
each array that is handed over is counted up and down.)

Habits of these loops come from numba and the compiler below it. Indices are unsigned, or every access asks whether its
index counts from the end. Arrays are taken out of their tuples before the loop, and tables with a band axis are read as
one long array, or every access counts a reference. `one_by_one` keeps the loops over two or three legs as they are.
"""

from __future__ import annotations

import numpy as np

from gridsim.core.jit import NO_ROOM, OK, njit, njit_wrapping, one_by_one
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
from gridsim.core.settlement.in_order import fill, take_missing
from gridsim.core.split import scratch_size, split

__all__ = ["settle_positions"]

_BLOCK = 512
_ZERO = np.uint64(0)
_ONE = np.uint64(1)


def _find_bands(first: int, last: int, legs: Legs, cells: Cells, bands: BandTables, totals: PositionTotals) -> None:
    """What is contracted, metered, in band, over and missing in each position."""
    leg_start, leg_energy = legs.start, legs.energy
    cell_start, cell_energy, _ = cells
    of_position, over_edge, under_edge = bands.of_position, bands.over_edge, bands.under_edge
    of_contract, of_metered, of_upper, of_lower = totals.contract, totals.metered, totals.upper, totals.lower
    of_in_band, of_overrun, of_shortfall = totals.in_band, totals.overrun, totals.shortfall
    for p in range(np.uint64(first), np.uint64(last)):
        contract = 0
        for i in range(np.uint64(leg_start[p]), np.uint64(leg_start[p + _ONE])):
            one_by_one()
            contract += leg_energy[i]
        metered = 0
        for i in range(np.uint64(cell_start[p]), np.uint64(cell_start[p + _ONE])):
            one_by_one()
            metered += cell_energy[i]
        row = np.uint64(of_position[p])
        if contract == 0:
            upper = 0
        elif over_edge[row, _ZERO] == OPEN_EDGE:
            upper = metered
        else:
            upper = band_edge(contract, over_edge[row, _ZERO])
        lower = 0
        if under_edge.shape[1] > 0:
            lower = band_edge(contract, under_edge[row, _ZERO])
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
    leg_start, leg_energy, leg_price, leg_order = legs
    is_in_order = len(leg_order) > 0
    of_position, under_edge = bands.of_position, bands.under_edge
    under_price, under_fee = bands.under_price, bands.under_fee
    leg_in_band, leg_money, leg_missing_money = shares.in_band, shares.energy_money, shares.shortfall_money
    leg_missing = shares.shortfall.ravel()
    of_contract, of_metered, of_in_band = totals.contract, totals.metered, totals.in_band
    of_energy_money, of_average_price = totals.energy_money, totals.average_price
    of_shortfall_money, of_fee_money = totals.shortfall_money, totals.fee_money
    legs_in_all = np.uint64(len(leg_energy))
    under_bands = np.uint64(under_edge.shape[1])
    for p in range(np.uint64(first), np.uint64(last)):
        start, stop = np.uint64(leg_start[p]), np.uint64(leg_start[p + _ONE])
        contract, metered, in_band = of_contract[p], of_metered[p], of_in_band[p]
        row = np.uint64(of_position[p])
        if in_band == 0:
            for i in range(start, stop):
                leg_in_band[i] = 0
        elif is_in_order:
            fill(in_band, contract, leg_energy, leg_order, start, stop, leg_in_band, scratch)
        else:
            split(in_band, contract, leg_energy, start, stop, leg_in_band, start, scratch)
        energy_money = 0
        for i in range(start, stop):
            one_by_one()
            money = leg_in_band[i] * leg_price[i]
            leg_money[i] = money
            leg_missing_money[i] = 0
            energy_money += money
        of_energy_money[p] = energy_money
        of_average_price[p] = half_away(energy_money, max(in_band, 1))

        shortfall_money = 0
        fees = 0
        for u in range(under_bands):
            column = u * legs_in_all
            next_edge = 0
            if u + _ONE < under_bands:
                next_edge = band_edge(contract, under_edge[row, u + _ONE])
            missing = band_edge(contract, under_edge[row, u]) - max(metered, next_edge)
            if missing <= 0:
                for i in range(start, stop):
                    one_by_one()
                    leg_missing[column + i] = 0
                continue
            price = under_price[row, u]
            if is_in_order:
                take_missing(
                    missing, contract, leg_energy, leg_order, start, stop, leg_missing, legs_in_all, u, scratch
                )
            else:
                split(missing, contract, leg_energy, start, stop, leg_missing, column + start, scratch)
            for i in range(start, stop):
                one_by_one()
                leg_missing_money[i] += leg_missing[column + i] * price
            shortfall_money += missing * price
            fees += missing * under_fee[row, u]
        of_shortfall_money[p] = shortfall_money
        of_fee_money[p] = fees


_settle_legs_jit = njit_wrapping(_settle_legs)


def _settle_cells(
    first: int, last: int, cells: Cells, bands: BandTables, totals: PositionTotals, shares: CellShares, scratch: Ints
) -> None:
    """Share in-band energy and over bands out over the cells of each position, and price the latter.

    The last band's column first takes all that is left of each cell, and the bands below it their shares of that.
    No share exceeds what is left of its cell, because no band holds more than what is left of all of them (proof at
    `gridsim.core.split`); so what remains for the last band is never negative.
    """
    cell_start, cell_energy, over_price = cells.start, cells.energy, cells.over_price.ravel()
    of_position, over_edge, over_fee = bands.of_position, bands.over_edge, bands.over_fee
    cell_in_band, over, over_money = shares.in_band, shares.over.ravel(), shares.over_money
    of_contract, of_metered, of_in_band = totals.contract, totals.metered, totals.in_band
    of_overrun_money, of_fee_money = totals.overrun_money, totals.fee_money
    cells_in_all = np.uint64(len(cell_energy))
    over_bands = np.uint64(over_edge.shape[1])
    for p in range(np.uint64(first), np.uint64(last)):
        start, stop = np.uint64(cell_start[p]), np.uint64(cell_start[p + _ONE])
        metered, in_band = of_metered[p], of_in_band[p]
        left = metered - in_band
        for i in range(start, stop):
            one_by_one()
            cell_in_band[i] = cell_energy[i]
            over_money[i] = 0
        for b in range(over_bands):
            for i in range(b * cells_in_all + start, b * cells_in_all + stop):
                one_by_one()
                over[i] = 0
        if left == 0:
            of_overrun_money[p] = 0
            continue
        row = np.uint64(of_position[p])
        top = over_bands - _ONE
        while top > _ZERO and over_edge[row, top] == OPEN_EDGE:
            top -= _ONE
        if in_band == 0:
            for i in range(start, stop):
                cell_in_band[i] = 0
        else:
            split(in_band, metered, cell_energy, start, stop, cell_in_band, start, scratch)
        last_column = top * cells_in_all
        for i in range(start, stop):
            one_by_one()
            over[last_column + i] = cell_energy[i] - cell_in_band[i]
        fees = 0
        for b in range(top):
            column = b * cells_in_all
            amount = min(metered, band_edge(of_contract[p], over_edge[row, b + _ONE])) - (metered - left)
            if amount == 0:
                continue
            split(amount, left, over, last_column + start, last_column + stop, over, column + start, scratch)
            for i in range(start, stop):
                over[last_column + i] -= over[column + i]
                over_money[i] += over[column + i] * over_price[column + i]
            left -= amount
            fees += amount * over_fee[row, b]
        overrun_money = 0
        for i in range(start, stop):
            one_by_one()
            money = over_money[i] + over[last_column + i] * over_price[last_column + i]
            over_money[i] = money
            overrun_money += money
        of_overrun_money[p] = overrun_money
        of_fee_money[p] += fees + left * over_fee[row, top]


_settle_cells_jit = njit_wrapping(_settle_cells)


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
    """Settle positions ``first`` up to, not including, ``last``, into the arrays handed in.

    With C the contract and A the metered energy of a position: a band edge is C × ratio, rounded half up to the kWh,
    and 0 if C = 0. In band is min(A, first over edge). Over band ``b`` holds the energy between over edges ``b`` and
    ``b + 1``, the last one all above its edge. Under band ``u`` holds what A lacks between under edges ``u + 1`` (0
    after the last) and ``u``. In-band energy and each under band are split over the legs by contract energy, or where
    the legs have an order laid on them one after the other (`gridsim.core.settlement.in_order`); in-band
    energy over the cells by metered energy, each over band over the cells by what is left of them, and the last over
    band is what then remains of each cell (`gridsim.core.split`: Σ legs = Σ cells = the position, to the kWh).

    Parameters
    ----------
    first, last : int64
        Range of positions. Ranges that don't overlap may run at once in several threads, each with its own scratch.
    legs, cells, bands : Legs, Cells, BandTables
        Within the bounds that `gridsim.core.settlement.bounds.check_positions` checks. Nothing is checked here; inside
        those bounds no product or sum leaves int64.
    totals, leg_shares, cell_shares : PositionTotals, LegShares, CellShares
        Outputs, see `gridsim.core.settlement.arrays.allocate`; all their entries of the range are written.
    scratch : int64 array
        At least `gridsim.core.split.scratch_size` of the longest run of legs or cells in the range; where legs have an
        order, a place more for each of them.

    Returns
    -------
    int
        `OK`, or `NO_ROOM` for a scratch array that is too short, then with nothing written.
    """
    for p in range(first, last):
        longest = max(legs.start[p + 1] - legs.start[p], cells.start[p + 1] - cells.start[p])
        more = legs.start[p + 1] - legs.start[p] if len(legs.order) > 0 else 0
        if scratch_size(longest) + more > len(scratch):
            return NO_ROOM
    for block in range(first, last, _BLOCK):
        end = min(block + _BLOCK, last)
        _find_bands_jit(block, end, legs, cells, bands, totals)
        _settle_legs_jit(block, end, legs, bands, totals, leg_shares, scratch)
        _settle_cells_jit(block, end, cells, bands, totals, cell_shares, scratch)
    return OK


settle_positions = njit(_settle_positions)
