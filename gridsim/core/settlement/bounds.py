"""What must hold before a settlement kernel runs, because afterwards an overflow cannot be told (design, part 3).

Products are compared as float64, whose error is less than a ten-thousandth of the distance between `LIMIT` and 2⁶³.

Positions are checked by the block: where the largest energy, price and ratio of a block, met in one position, would do
no harm, no position of the block can. That reads the arrays once, in vectors. Only where it is not enough is each
position looked at by itself, and the one that breaks a bound named: by a kernel of its own, which hardly any run needs
and so hardly any has to compile. What is small, the band tables, is read by NumPy.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridsim.core.jit import BAD_INPUT, OK, OVERFLOW, njit
from gridsim.core.rounding import RATIO_ONE
from gridsim.core.settlement.arrays import OPEN_EDGE, BandTables, Cells, ChargePrices, Ints, Legs

__all__ = ["LIMIT", "MAX_ENERGY", "charges_harmless_until", "check_charges", "check_positions", "harmless_until"]

MAX_ENERGY = 10**15
"""[kWh] what the legs of a position, and its cells, may sum to: what `gridsim.core.split` divides exactly."""
LIMIT = 9.2e18
"""What a product or a sum of products may reach, a little below 2⁶³."""

_BLOCK = 512


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


class _Worst(NamedTuple):
    """The extremes of the band tables; 0 where there is nothing."""

    edge: float
    under_edge: float
    over_fee: float
    under_price: float
    under_fee: float


def _worst(bands: BandTables) -> _Worst:
    """The extremes of sound band tables."""
    over = bands.over_edge[bands.over_edge != OPEN_EDGE]
    under = bands.under_edge[:, :1]
    tables = np.append(over, under), under, bands.over_fee, bands.under_price, bands.under_fee
    # Not abs(), which leaves -2⁶³ negative.
    return _Worst(*(max(float(table.max(initial=0)), -float(table.min(initial=0))) for table in tables))


def _largest(values: Ints, row: int) -> float:
    """The largest magnitude in a row."""
    return _magnitude_jit(values[row], 0, values.shape[1])


def _magnitude(values: Ints, start: int, stop: int) -> float:
    """The largest magnitude in ``values[start:stop]``; 0 if that is empty."""
    lowest = 0
    highest = 0
    for i in range(np.uint64(start), np.uint64(stop)):
        lowest = min(lowest, values[i])
        highest = max(highest, values[i])
    return max(float(highest), -float(lowest))


_magnitude_jit = njit(_magnitude)
_largest_jit = njit(_largest)


def _sum_bound(start: Ints, first: int, last: int, energy: Ints) -> float:
    """What no position of the range exceeds in total; infinite for a negative energy or runs out of order."""
    longest = 0
    descents = 0
    for p in range(np.uint64(first), np.uint64(last)):
        descents += start[p] > start[p + np.uint64(1)]
        longest = max(longest, start[p + np.uint64(1)] - start[p])
    if descents > 0 or start[first] < 0 or start[last] > len(energy):
        return np.inf
    lowest = 0
    highest = 0
    for i in range(np.uint64(start[first]), np.uint64(start[last])):
        lowest = min(lowest, energy[i])
        highest = max(highest, energy[i])
    if lowest < 0:
        return np.inf
    return float(highest) * float(longest)


_sum_bound_jit = njit(_sum_bound)


def _is_harmless(first: int, last: int, legs: Legs, cells: Cells, of_position: Ints, sets: int, worst: _Worst) -> bool:
    """Whether the extremes of a block, all met in one position, would break no bound."""
    contract = _sum_bound_jit(legs.start, first, last, legs.energy)
    metered = _sum_bound_jit(cells.start, first, last, cells.energy)
    if max(contract, metered) > MAX_ENERGY:
        return False
    lowest = 0
    highest = 0
    for p in range(np.uint64(first), np.uint64(last)):
        lowest = min(lowest, of_position[p])
        highest = max(highest, of_position[p])
    if lowest < 0 or highest >= sets:
        return False
    missing = contract * worst.under_edge / RATIO_ONE + 1.0
    price = _magnitude_jit(legs.price, legs.start[first], legs.start[last])
    for b in range(cells.over_price.shape[0]):
        price = max(price, _magnitude_jit(cells.over_price[b], cells.start[first], cells.start[last]))
    money = max(metered * price, missing * worst.under_price)
    return max(contract * worst.edge, money, metered * worst.over_fee + missing * worst.under_fee) <= LIMIT


_is_harmless_jit = njit(_is_harmless)


def _harmless_until(
    first: int, last: int, legs: Legs, cells: Cells, of_position: Ints, sets: int, worst: _Worst
) -> int:
    """Where the first block begins that may break a bound; `last` if there is none."""
    for block in range(first, last, _BLOCK):
        if not _is_harmless_jit(block, min(block + _BLOCK, last), legs, cells, of_position, sets, worst):
            return block
    return last


harmless_until = njit(_harmless_until)


def _check_run(start: Ints, p: int, energy: Ints) -> tuple[int, int]:
    """Status and sum of the energies of position `p`."""
    if not 0 <= start[p] <= start[p + 1] <= len(energy):
        return BAD_INPUT, 0
    total = 0
    for i in range(start[p], start[p + 1]):
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
        for i in range(legs.start[p], legs.start[p + 1]):
            price = max(price, abs(float(legs.price[i])))
        for b in range(over_bands):
            for i in range(cells.start[p], cells.start[p + 1]):
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
    if len(legs.price) != len(legs.energy) or cells.over_price.shape != (over_bands, len(cells.energy)):
        return BAD_INPUT, -1
    if _check_bands(bands) != OK:
        return BAD_INPUT, -1
    worst = _worst(bands)
    while (first := harmless_until(first, last, legs, cells, bands.of_position, len(bands.over_edge), worst)) < last:
        block = min(first + _BLOCK, last)
        status, position = check_each(first, block, legs, cells, bands)
        if status != OK:
            return status, position
        first = block
    return OK, 0


def _are_charges_harmless(
    first: int, last: int, cell_start: Ints, average_price: Ints, in_band: Ints, prices: ChargePrices
) -> bool:
    """Whether the extremes of a block, all met in one cell, would break no bound."""
    start, stop = cell_start[first], cell_start[last]
    adjustment_ratio = prices.adjustment_ratio
    lowest = RATIO_ONE
    highest = RATIO_ONE
    for i in range(np.uint64(start), np.uint64(stop)):
        lowest = min(lowest, adjustment_ratio[i])
        highest = max(highest, adjustment_ratio[i])
    if lowest < 0:
        return False
    energy = _magnitude_jit(in_band, start, stop)
    base = _magnitude_jit(average_price, first, last) + _magnitude_jit(prices.adjustment_base, start, stop)
    product = base * max(float(highest) - RATIO_ONE, RATIO_ONE - float(lowest))
    price = product / RATIO_ONE + 1.0
    for k in range(prices.price.shape[0]):
        price = max(price, _magnitude_jit(prices.price[k], start, stop))
    return max(product, energy * price) <= LIMIT


_are_charges_harmless_jit = njit(_are_charges_harmless)


def _charges_harmless_until(
    first: int, last: int, cell_start: Ints, average_price: Ints, in_band: Ints, prices: ChargePrices
) -> int:
    """Where the first block begins that may break a bound; `last` if there is none."""
    for block in range(first, last, _BLOCK):
        end = min(block + _BLOCK, last)
        if not _are_charges_harmless_jit(block, end, cell_start, average_price, in_band, prices):
            return block
    return last


charges_harmless_until = njit(_charges_harmless_until)


def _check_each_charge(
    first: int, last: int, cell_start: Ints, average_price: Ints, in_band: Ints, prices: ChargePrices
) -> tuple[int, int]:
    """Status, and the first cell of the range that breaks a bound; see `check_charges`."""
    for p in range(first, last):
        for i in range(cell_start[p], cell_start[p + 1]):
            if prices.adjustment_ratio[i] < 0:
                return BAD_INPUT, i
            energy = float(in_band[i])
            base = abs(float(average_price[p])) + abs(float(prices.adjustment_base[i]))
            product = base * abs(float(prices.adjustment_ratio[i]) - RATIO_ONE)
            if product > LIMIT or energy * (product / RATIO_ONE + 1.0) > LIMIT:
                return OVERFLOW, i
            for k in range(prices.price.shape[0]):
                if energy * abs(float(prices.price[k, i])) > LIMIT:
                    return OVERFLOW, i
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
    arrays = cell_start, average_price, in_band, prices
    while (first := charges_harmless_until(first, last, *arrays)) < last:
        block = min(first + _BLOCK, last)
        status, cell = check_each_charge(first, block, *arrays)
        if status != OK:
            return status, cell
        first = block
    return OK, 0
