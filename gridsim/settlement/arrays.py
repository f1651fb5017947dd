"""Settlement at the level of arrays: NumPy integers in, NumPy integers out (`gridsim.settle_arrays`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.arrays import int64_array
from gridsim.core.jit import OK, OVERFLOW
from gridsim.core.settlement.arrays import BandTables, Cells, CellShares, Legs, LegShares, PositionTotals, allocate
from gridsim.core.settlement.bounds import check_positions
from gridsim.core.settlement.settle import settle_positions
from gridsim.core.split import scratch_size
from gridsim.errors import InputOverflowError, KernelError
from gridsim.sentences import Sentence
from gridsim.settlement.bands import Bands, band_tables
from gridsim.settlement.ranges import over_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["SettledArrays", "settle_arrays", "settle_within_bounds"]


class SettledArrays(NamedTuple):
    """What `settle_arrays` gives: arrays of int64, energies in kWh, money in micro-yuan, prices in micro-yuan/kWh."""

    positions: PositionTotals
    """By position: contract, metered, upper, lower, in_band, overrun, shortfall, energy_money, average_price …"""
    legs: LegShares
    """By leg: in_band, energy_money, shortfall (by under band), shortfall_money."""
    cells: CellShares
    """By cell: in_band, over (by over band), over_money."""


def settle_arrays(
    leg_start: Ints,
    leg_energy: Ints,
    leg_price: Ints,
    cell_start: Ints,
    cell_energy: Ints,
    over_price: Ints,
    bands: Bands | Sequence[Bands],
    *,
    set_of_position: Ints | None = None,
    threads: int = 1,
    out: SettledArrays | None = None,
) -> SettledArrays:
    """Settle contract legs against metered cells, position by position (rulebook parts 4 and 5; notice 991, N5).

    The same settlement as `gridsim.settle`, for arrays that hold exact integers already. All are int64 arrays.

    Parameters
    ----------
    leg_start, cell_start : (positions + 1,) int64 array
        The legs of position ``p`` are ``leg_start[p]`` to ``leg_start[p + 1] - 1``, its cells likewise.
    leg_energy : (legs,) int64 array [kWh]
    leg_price : (legs,) int64 array [micro-yuan/kWh]
        1000 is 1 yuan/MWh.
    cell_energy : (cells,) int64 array [kWh]
    over_price : (cells,) or (over bands, cells) int64 array [micro-yuan/kWh]
        What the energy of a cell above the band costs; a row for each over band if they differ.
    bands : Bands or sequence of Bands
        The bands around the contract energy; several sets with `set_of_position`.
    set_of_position : (positions,) int64 array, optional
        Which of `bands` holds for each position.
    threads : int
        That the positions are shared out among. The results are the same.
    out : SettledArrays, optional
        An earlier result of as many positions, legs, cells and bands, to be written over: that is almost twice as fast
        as new memory.

    Returns
    -------
    SettledArrays

    Raises
    ------
    TypeError
        An array of another kind.
    ValueError
        Arrays of other shapes, runs out of order, negative energies.
    InputOverflowError
        Energies or prices whose products could leave 64 bits; names the position. Nothing was computed.

    Examples
    --------
    >>> import numpy as np
    >>> import gridsim
    >>> settled = gridsim.settle_arrays(
    ...     leg_start=np.array([0, 2]), leg_energy=np.array([600_000, 400_000]), leg_price=np.array([350_000, 360_000]),
    ...     cell_start=np.array([0, 1]), cell_energy=np.array([1_100_000]), over_price=np.array([600_000]),
    ...     bands=gridsim.Bands.henan_conventional(),
    ... )
    >>> settled.legs.in_band, settled.positions.overrun
    (array([630000, 420000]), array([50000]))
    """
    sets = [bands] if isinstance(bands, Bands) else list(bands)
    positions = max(len(leg_start) - 1, 0)
    if set_of_position is None:
        if len(sets) != 1:
            raise ValueError(f"with {len(sets)} sets of bands, set_of_position must say which holds for each position")
        set_of_position = np.zeros(positions, dtype=np.int64)
    tables = band_tables(sets, int64_array("set_of_position", set_of_position, (positions,)))
    cells = len(cell_energy)
    over_bands = tables.over_edge.shape[1]
    if getattr(over_price, "ndim", None) == 1:
        over_price = np.broadcast_to(over_price, (over_bands, len(over_price)))
    legs_given = Legs(
        int64_array("leg_start", leg_start, (positions + 1,)),
        int64_array("leg_energy", leg_energy, (len(leg_energy),)),
        int64_array("leg_price", leg_price, (len(leg_energy),)),
    )
    cells_given = Cells(
        int64_array("cell_start", cell_start, (positions + 1,)),
        int64_array("cell_energy", cell_energy, (cells,)),
        int64_array("over_price", over_price, (over_bands, cells)),
    )
    status, position, settled = settle_within_bounds(legs_given, cells_given, tables, threads=threads, out=out)
    if status == OVERFLOW:
        raise InputOverflowError(
            Sentence(
                "energies or prices too large to settle exactly in 64 bits in position [{position}]", position=position
            )
        )
    if settled is None:
        raise ValueError(
            f"position [{position}]: runs of legs and cells must ascend within their arrays, energies must not be "
            f"negative, and its set must be one of the {len(sets)} given"
        )
    return settled


def settle_within_bounds(
    legs: Legs, cells: Cells, bands: BandTables, *, threads: int = 1, out: SettledArrays | None = None
) -> tuple[int, int, SettledArrays | None]:
    """Check the bounds of all positions, and settle them if they hold: the one way to the settlement kernel.

    Returns
    -------
    status : int
        As `gridsim.core.settlement.bounds.check_positions` has it.
    position : int
        The first position that breaks a bound.
    settled : SettledArrays, or None
        None unless the status is `OK`.

    Raises
    ------
    KernelError
        An unexpected status of the kernel: a fault in gridsim.
    """
    positions = len(bands.of_position)
    status, position = check_positions(0, positions, legs, cells, bands)
    if status != OK:
        return status, position, None
    shape = positions, len(legs.energy), len(cells.energy), bands.over_edge.shape[1], bands.under_edge.shape[1]
    settled = SettledArrays(*allocate(*shape)) if out is None else out
    if out is not None:
        found = (len(out.positions.contract), len(out.legs.in_band), len(out.cells.in_band))
        if (*found, len(out.cells.over), len(out.legs.shortfall)) != shape:
            raise ValueError(f"out is for other positions, legs, cells or bands than these: {shape}")
    longest = max(int(np.diff(run).max(initial=0)) for run in (legs.start, cells.start))

    def settle_range(first: int, last: int) -> None:
        scratch = np.empty(scratch_size(longest), dtype=np.int64)
        ended = settle_positions(first, last, legs, cells, bands, *settled, scratch)
        if ended != OK:
            raise KernelError(f"settle_positions returned status {ended} for checked positions")

    over_ranges(legs.start, cells.start, settle_range, threads)
    return OK, 0, settled
