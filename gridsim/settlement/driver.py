"""The one way to settle arrays: bound, settle, bound, charge; of a scenario, of frames, of whatever comes as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.core.jit import OK, OVERFLOW
from gridsim.core.settlement.arrays import SettledArrays, allocate, allocate_charges
from gridsim.core.settlement.bounds import check_charges, check_positions
from gridsim.core.settlement.charge import charge_cells
from gridsim.core.settlement.settle import settle_positions
from gridsim.core.split import scratch_size
from gridsim.errors import InputOverflowError, KernelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.core.settlement.arrays import (
        BandTables,
        Cells,
        ChargePrices,
        Legs,
    )
    from gridsim.words import Sentence

    Tell = Callable[[int, int | None], Sentence]
    """Of a position, and of a cell if it is one, what is said of numbers there that are too large."""

__all__ = ["BrokenArraysError", "SettledArrays", "room_for", "settle_within_bounds"]


class BrokenArraysError(KernelError):
    """Arrays that no bounds can be told of: runs out of order, negative energies, a set of bands that is not there.

    Attributes
    ----------
    position : int
        The first position where they are so.
    """

    def __init__(self, status: int, position: int) -> None:
        self.position = position
        super().__init__(f"a settlement kernel refused checked inputs with status {status}, in position [{position}]")


def room_for(legs: Legs, cells: Cells, bands: BandTables, prices: ChargePrices | None = None) -> SettledArrays:
    """Arrays for what `settle_within_bounds` will write.

    Parameters
    ----------
    legs, cells, bands, prices
        As it takes them.
    """
    charges = None if prices is None else allocate_charges(len(cells.energy), len(prices.price))
    bands_a_side = bands.over_edge.shape[1], bands.under_edge.shape[1]
    return SettledArrays(*allocate(len(legs.start) - 1, len(legs.energy), len(cells.energy), *bands_a_side), charges)


def settle_within_bounds(
    legs: Legs,
    cells: Cells,
    bands: BandTables,
    prices: ChargePrices | None,
    into: SettledArrays,
    tell: Tell,
    *,
    adjusts_average: NDArray[np.bool_] | None = None,
    first: int = 0,
    last: int | None = None,
) -> None:
    """Settle positions and charge their cells (rulebook part 5).

    Kernels wrap without a word, so what they multiply is bounded here, whatever was checked before.

    Parameters
    ----------
    legs, cells : Legs, Cells
        Of P positions.
    bands : BandTables
    prices : ChargePrices or None
        Of the cells; None charges nothing.
    into : SettledArrays
        Written; made by `room_for` of the same prices.
    tell : callable
        Of a position, and of a cell of it or None, what the error says; both count from 0.
    adjusts_average : (P,) bool array, optional
        Whether the position's average price in band is in the base of the adjustment; of all if left out.
    first, last : int
        Only these positions, all of them if left out; `last` is the one behind.

    Raises
    ------
    InputOverflowError
        Energies and prices whose products leave int64; nothing of what was written may be used.
    BrokenArraysError
        What no caller inside gridsim hands in, and what `gridsim.settle_arrays` tells of.
    KernelError
        A kernel refused inputs that the bounds let through: a defect of gridsim.
    """
    last = len(legs.start) - 1 if last is None else last
    status, position = check_positions(first, last, legs, cells, bands)
    if status == OVERFLOW:
        raise InputOverflowError(tell(position, None))
    if status != OK:
        raise BrokenArraysError(status, position)
    longest = max(int(np.diff(run[first : last + 1]).max(initial=0)) for run in (legs.start, cells.start))
    scratch = np.empty(scratch_size(longest) * (2 if len(legs.order) else 1), dtype=np.int64)
    totals, leg_shares, cell_shares, charges = into
    _expect_ok(settle_positions(first, last, legs, cells, bands, totals, leg_shares, cell_shares, scratch))
    if prices is None or charges is None:
        return
    average, in_band = totals.average_price, cell_shares.in_band
    if adjusts_average is not None:
        average = average * adjusts_average
    status, cell = check_charges(first, last, cells.start, average, in_band, prices)
    if status == OVERFLOW:
        raise InputOverflowError(tell(int(np.searchsorted(cells.start, cell, side="right")) - 1, cell))
    _expect_ok(status)
    _expect_ok(charge_cells(first, last, cells.start, average, in_band, prices, charges))


def _expect_ok(status: int) -> None:
    if status != OK:
        raise KernelError(f"a settlement kernel refused checked inputs with status {status}")
