"""Settlement at the level of arrays: NumPy integers in, NumPy integers out (`gridsim.settle_arrays`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridsim.arrays import int64_array
from gridsim.core.settlement.arrays import Cells, Legs
from gridsim.settlement.bands import Bands, band_tables
from gridsim.settlement.driver import BrokenArraysError, SettledArrays, room_for, settle_within_bounds
from gridsim.settlement.ranges import over_ranges
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.core.settlement.arrays import BandTables

    Ints = NDArray[np.int64]

__all__ = ["SettledArrays", "settle_arrays"]


@helpful
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
    r"""Settle contract legs against metered cells, position by position (rulebook parts 4 and 5; notice 991, N5).

    The same settlement as `gridsim.settle`, for arrays that hold exact integers already. All are int64 arrays. Of a
    position with contract energy :math:`C` and metered energy :math:`A`, upper edge :math:`u` and lower edge
    :math:`l`:

    .. math::

        \mathrm{in\ band} = \min(A, uC), \quad \mathrm{overrun} = A - \mathrm{in\ band}, \quad
        \mathrm{shortfall} = \max(0, lC - A)

    with edges rounded half up to the kWh; where there are several bands, each is what lies between its edge and the
    next.

    Parameters
    ----------
    leg_start : (positions + 1,) int64 array
        The legs of position ``p`` are ``leg_start[p]`` to ``leg_start[p + 1] - 1``.
    leg_energy : (legs,) int64 array [kWh]
        Contract energy, not negative.
    leg_price : (legs,) int64 array [micro-yuan/kWh]
        1000 is 1 yuan/MWh.
    cell_start : (positions + 1,) int64 array
        The cells of each position, as `leg_start` its legs.
    cell_energy : (cells,) int64 array [kWh]
        Metered energy, not negative.
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
        ``positions``, ``legs`` and ``cells``, each with arrays in kWh, micro-yuan/kWh and micro-yuan.

    Raises
    ------
    TypeError
        An array of another kind.
    ValueError
        Arrays of other shapes, runs out of order, negative energies.
    InputOverflowError
        Energies or prices whose products could leave 64 bits; names the position. Nothing in `out` may be used then.

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
    if out is None:
        out = room_for(legs_given, cells_given, tables)
    else:
        _check_room(out, positions, legs_given, cells_given, tables)

    def too_large(position: int, _: int | None) -> Sentence:
        return Sentence(
            "energies or prices too large to settle exactly in 64 bits in position [{position}]", position=position
        )

    def settle_range(first: int, last: int) -> None:
        settle_within_bounds(legs_given, cells_given, tables, None, out, too_large, first=first, last=last)

    try:
        over_ranges(legs_given.start, cells_given.start, settle_range, threads)
    except BrokenArraysError as error:
        raise ValueError(
            f"position [{error.position}]: runs of legs and cells must ascend within their arrays, energies must not "
            f"be negative, and its set must be one of the {len(sets)} given"
        ) from None
    return out


def _check_room(out: SettledArrays, positions: int, legs: Legs, cells: Cells, bands: BandTables) -> None:
    over_bands, under_bands = bands.over_edge.shape[1], bands.under_edge.shape[1]
    shape = positions, len(legs.energy), len(cells.energy), over_bands, under_bands
    found = len(out.positions.contract), len(out.legs.in_band), len(out.cells.in_band)
    if (*found, len(out.cells.over), len(out.legs.shortfall)) != shape:
        raise ValueError(f"out is for other positions, legs, cells or bands than these: {shape}")
