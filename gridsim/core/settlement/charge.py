"""What in-band energy pays beside its contract: charges per kWh and the peak-valley adjustment (rulebook part 5)."""

from __future__ import annotations

import numpy as np

from gridsim.core.jit import OK, njit
from gridsim.core.rounding import RATIO_ONE, half_away
from gridsim.core.settlement.arrays import CellCharges, ChargePrices, Ints

__all__ = ["charge_cells"]

_BLOCK = 512  # positions whose cells stay in the processor's cache from one loop to the next


def _charge_cells(
    first: int,
    last: int,
    cell_start: Ints,
    average_price: Ints,
    in_band: Ints,
    prices: ChargePrices,
    charges: CellCharges,
) -> int:
    """Price the in-band energy of the cells of positions ``first`` up to, not including, ``last``.

    Each charge is the cell's in-band energy times its price. The adjustment price is (average in-band price of the
    position + base) × (coefficient − 1), rounded half away from zero to the micro-yuan, and 0 for a coefficient of 1.

    Parameters
    ----------
    first, last : int64
        Range of positions; ranges that don't overlap may run at once in several threads.
    cell_start : int64 array, shape (P + 1,)
    average_price : int64 array, shape (P,)
        [micro-yuan/kWh] ``PositionTotals.average_price``; 0 where the adjustment doesn't rest on it.
    in_band : int64 array, shape (N,)
        [kWh] ``CellShares.in_band``.
    prices : ChargePrices
        Within the bounds that `gridsim.core.settlement.bounds.check_charges` checks; nothing is checked here.
    charges : CellCharges
        Output.

    Returns
    -------
    int
        `OK`.
    """
    price, adjustment_base, adjustment_ratio = prices
    money, adjustment_price, adjustment_money = charges
    for block in range(first, last, _BLOCK):
        end = min(block + _BLOCK, last)
        # Unsigned, or numba asks of every index whether it counts from the end.
        start = np.uint64(cell_start[block])
        stop = np.uint64(cell_start[end])
        for k in range(price.shape[0]):
            for i in range(start, stop):
                money[k, i] = in_band[i] * price[k, i]
        for p in range(np.uint64(block), np.uint64(end)):
            average = average_price[p]
            for i in range(np.uint64(cell_start[p]), np.uint64(cell_start[p + np.uint64(1)])):
                adjustment_price[i] = average
        for i in range(start, stop):
            product = (adjustment_price[i] + adjustment_base[i]) * (adjustment_ratio[i] - RATIO_ONE)
            adjustment = half_away(product, RATIO_ONE)
            adjustment_price[i] = adjustment
            adjustment_money[i] = in_band[i] * adjustment
    return OK


charge_cells = njit(_charge_cells)
