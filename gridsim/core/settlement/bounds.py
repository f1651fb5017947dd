"""What must hold before a settlement kernel runs, because afterwards an overflow cannot be told (design, part 3).

Products are compared as float64, whose error is less than a ten-thousandth of the distance between `LIMIT` and 2⁶³.

Each position is looked at by itself, and the first that breaks a bound is named. That takes 15 ns a position of three
legs and cells, ten more than to look at the extremes of a block of them first, and nothing that a user would notice:
the kernels of settlement are 3 % of a run. What is small, the band tables, is read by NumPy.
"""

from __future__ import annotations

import numpy as np

from gridsim.core.jit import BAD_INPUT, OK, OVERFLOW, njit, one_by_one
from gridsim.core.rounding import RATIO_ONE
from gridsim.core.settlement.arrays import LIMIT, OPEN_EDGE, BandTables, Cells, ChargePrices, Ints, Legs

__all__ = ["LIMIT", "MAX_ENERGY", "check_charges", "check_each", "check_each_charge", "check_positions"]

MAX_ENERGY = 10**15
"""[kWh] what the legs of a position, and its cells, may sum to: what `gridsim.core.split` divides exactly."""


def _check_bands(bands: BandTables) -> int:
    """`OK` if the band tables have their shapes, their edges in order and nothing negative among them."""
    sets, over_bands = bands.over_edge.shape
    under_bands = bands.under_edge.shape[1]
    if over_bands < 1 or bands.over_fee.shape != (sets, over_bands):
        return BAD_INPUT
    if bands.under_edge.shape[0] != sets:
        return BAD_INPUT
    if bands.under_price.shape != (sets, under_bands) or bands.under_fee.shape != (sets, under_bands):
        return BAD_INPUT
    if (bands.over_edge < 0).any() or (np.diff(bands.over_edge) < 0).any():
        return BAD_INPUT
    if (bands.under_edge < 0).any() or (np.diff(bands.under_edge) > 0).any():
        return BAD_INPUT
    return OK


def _largest(values: Ints, row: int) -> float:
    """The largest magnitude in a row."""
    largest = 0.0
    for i in range(np.uint64(values.shape[1])):
        one_by_one()
        largest = max(largest, abs(float(values[row, i])))
    return largest


_largest_jit = njit(_largest)


def _check_run(start: Ints, p: int, energy: Ints) -> tuple[int, int]:
    """Status and sum of the energies of position `p`."""
    if not 0 <= start[p] <= start[p + 1] <= len(energy):
        return BAD_INPUT, 0
    total = 0
    for i in range(np.uint64(start[p]), np.uint64(start[p + 1])):
        if energy[i] < 0:
            return BAD_INPUT, 0
        if energy[i] > MAX_ENERGY - total:
            return OVERFLOW, 0
        total += energy[i]
    return OK, total


_check_run_jit = njit(_check_run)


def _check_each(first: int, last: int, legs: Legs, cells: Cells, bands: BandTables) -> tuple[int, int]:
    """Status, and the first position of the range that breaks a bound; see `check_positions`."""
    sets, over_bands = bands.over_edge.shape
    for p in range(first, last):
        status, contract = _check_run_jit(legs.start, p, legs.energy)
        if status != OK:
            return status, p
        status, metered = _check_run_jit(cells.start, p, cells.energy)
        if status != OK:
            return status, p
        row = bands.of_position[p]
        if not 0 <= row < sets:
            return BAD_INPUT, p

        missing = 0.0
        if bands.under_edge.shape[1] > 0:
            if float(contract) * float(bands.under_edge[row, 0]) > LIMIT:
                return OVERFLOW, p
            missing = float(contract) * float(bands.under_edge[row, 0]) / RATIO_ONE + 1.0
        for b in range(over_bands):
            ratio = bands.over_edge[row, b]
            if ratio != OPEN_EDGE and float(contract) * float(ratio) > LIMIT:
                return OVERFLOW, p
        price = 0.0
        for i in range(np.uint64(legs.start[p]), np.uint64(legs.start[p + 1])):
            one_by_one()
            price = max(price, abs(float(legs.price[i])))
        for b in range(over_bands):
            for i in range(np.uint64(cells.start[p]), np.uint64(cells.start[p + 1])):
                one_by_one()
                price = max(price, abs(float(cells.over_price[b, i])))
        if float(metered) * price > LIMIT or missing * _largest_jit(bands.under_price, row) > LIMIT:
            return OVERFLOW, p
        fees = float(metered) * _largest_jit(bands.over_fee, row) + missing * _largest_jit(bands.under_fee, row)
        if fees > LIMIT:
            return OVERFLOW, p
    return OK, 0


check_each = njit(_check_each)


def check_positions(first: int, last: int, legs: Legs, cells: Cells, bands: BandTables) -> tuple[int, int]:
    """Whether `gridsim.core.settlement.settle.settle_positions` may settle positions ``first`` up to ``last``.

    Returns
    -------
    status : int
        `OK`; `BAD_INPUT` for shapes that don't fit, a negative energy or edge, edges out of order, runs out of order
        or a row that the band tables don't have; `OVERFLOW` for a position with more than `MAX_ENERGY` in its legs or
        cells, or with a product above `LIMIT`: contract × edge ratio, metered energy × any price or fee of its own,
        missing energy × price or fee.
    position : int
        The first such position; -1 where it is the arrays as a whole.

    Notes
    -----
    With edges in 10⁻⁴, ``contract × ratio ≤ LIMIT`` also keeps every edge below 10¹⁵.
    """
    positions = len(bands.of_position)
    over_bands = bands.over_edge.shape[1]
    if len(legs.start) != positions + 1 or len(cells.start) != positions + 1 or not 0 <= first <= last <= positions:
        return BAD_INPUT, -1
    if len(legs.order) not in (0, len(legs.energy)):
        return BAD_INPUT, -1
    if len(legs.price) != len(legs.energy) or cells.over_price.shape != (over_bands, len(cells.energy)):
        return BAD_INPUT, -1
    if _check_bands(bands) != OK:
        return BAD_INPUT, -1
    return check_each(first, last, legs, cells, bands)


def _check_each_charge(
    first: int, last: int, cell_start: Ints, average_price: Ints, in_band: Ints, prices: ChargePrices
) -> tuple[int, int]:
    """Status, and the first cell of the range that breaks a bound; see `check_charges`."""
    for p in range(first, last):
        for i in range(np.uint64(cell_start[p]), np.uint64(cell_start[p + 1])):
            if prices.adjustment_ratio[i] < 0:
                return BAD_INPUT, np.int64(i)
            energy = float(in_band[i])
            base = abs(float(average_price[p])) + abs(float(prices.adjustment_base[i]))
            product = base * abs(float(prices.adjustment_ratio[i]) - RATIO_ONE)
            if product > LIMIT or energy * (product / RATIO_ONE + 1.0) > LIMIT:
                return OVERFLOW, np.int64(i)
            for k in range(prices.price.shape[0]):
                if energy * abs(float(prices.price[k, i])) > LIMIT:
                    return OVERFLOW, np.int64(i)
    return OK, 0


check_each_charge = njit(_check_each_charge)


def check_charges(
    first: int, last: int, cell_start: Ints, average_price: Ints, in_band: Ints, prices: ChargePrices
) -> tuple[int, int]:
    """Whether `gridsim.core.settlement.charge.charge_cells` may charge the cells of positions ``first`` up to ``last``.

    Run it after `check_positions` and `settle_positions`, whose results it takes.

    Returns
    -------
    status : int
        `OK`; `BAD_INPUT` for shapes that don't fit or a negative coefficient; `OVERFLOW` where in-band energy × a
        charge's price, (average price + base) × (coefficient − 1) or in-band energy × the adjustment price exceed
        `LIMIT`.
    cell : int
        The first such cell; -1 where it is the arrays as a whole.
    """
    cells = len(in_band)
    if prices.price.shape[1] != cells or len(prices.adjustment_base) != cells or len(prices.adjustment_ratio) != cells:
        return BAD_INPUT, -1
    if len(average_price) != len(cell_start) - 1 or not 0 <= first <= last <= len(average_price):
        return BAD_INPUT, -1
    return check_each_charge(first, last, cell_start, average_price, in_band, prices)
