"""The one way to settle arrays: bound, settle, bound, charge; of a scenario, of frames, of whatever comes as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.core.jit import OK, OVERFLOW
from gridsim.core.settlement.arrays import allocate, allocate_charges
from gridsim.core.settlement.bounds import check_charges, check_positions
from gridsim.core.settlement.charge import charge_cells
from gridsim.core.settlement.settle import settle_positions
from gridsim.core.split import scratch_size
from gridsim.errors import InputOverflowError, KernelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridsim.core.settlement.arrays import (
        BandTables,
        CellCharges,
        Cells,
        CellShares,
        ChargePrices,
        Legs,
        LegShares,
        PositionTotals,
    )
    from gridsim.words import Sentence

    Tell = Callable[[int, int | None], Sentence]
    """Of a position, and of a cell if it is one, what is said of numbers there that are too large."""

__all__ = ["SettledArrays", "room_for", "settle_arrays"]


class SettledArrays(NamedTuple):
    """What settling writes to."""

    totals: PositionTotals
    leg_shares: LegShares
    cell_shares: CellShares
    charges: CellCharges


def room_for(legs: Legs, cells: Cells, bands: BandTables, prices: ChargePrices) -> SettledArrays:
    """Arrays for what `settle_arrays` will write.

    Parameters
    ----------
    legs, cells, bands, prices
        As it takes them.
    """
    totals, leg_shares, cell_shares = allocate(
        len(legs.start) - 1, len(legs.energy), len(cells.energy), bands.over_edge.shape[1], bands.under_edge.shape[1]
    )
    return SettledArrays(totals, leg_shares, cell_shares, allocate_charges(len(cells.energy), len(prices.price)))


def settle_arrays(
    legs: Legs, cells: Cells, bands: BandTables, prices: ChargePrices, into: SettledArrays, tell: Tell
) -> None:
    """Settle positions and charge their cells (rulebook part 5).

    Kernels wrap without a word, so what they multiply is bounded here, whatever was checked before.

    Parameters
    ----------
    legs, cells : Legs, Cells
        Of P positions.
    bands : BandTables
    prices : ChargePrices
        Of the cells.
    into : SettledArrays
        Written.
    tell : callable
        Of a position, and of a cell of it or None, what the error says; both count from 0.

    Raises
    ------
    InputOverflowError
        Energies and prices whose products leave int64; nothing of what was written may be used.
    KernelError
        A kernel refused inputs that the bounds let through: a defect of gridsim.
    """
    positions, start = len(legs.start) - 1, cells.start
    status, position = check_positions(0, positions, legs, cells, bands)
    if status == OVERFLOW:
        raise InputOverflowError(tell(position, None))
    _expect_ok(status)
    longest = max(int(np.diff(run).max(initial=0)) for run in (legs.start, start))
    scratch = np.empty(scratch_size(longest), dtype=np.int64)
    totals, leg_shares, cell_shares, charges = into
    _expect_ok(settle_positions(0, positions, legs, cells, bands, totals, leg_shares, cell_shares, scratch))
    average, in_band = totals.average_price, cell_shares.in_band
    status, cell = check_charges(0, positions, start, average, in_band, prices)
    if status == OVERFLOW:
        raise InputOverflowError(tell(int(np.searchsorted(start, cell, side="right")) - 1, cell))
    _expect_ok(status)
    _expect_ok(charge_cells(0, positions, start, average, in_band, prices, charges))


def _expect_ok(status: int) -> None:
    if status != OK:
        raise KernelError(f"a settlement kernel refused checked inputs with status {status}")
