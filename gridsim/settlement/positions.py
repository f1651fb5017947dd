"""Pack legs and cells into positions: settlement unit × month × product (rulebook part 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.tables.blocks import blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.settlement.meter import Meter
    from gridsim.trading.units import UnitTable

__all__ = ["Packed", "Positions", "legs_of_positions", "pack", "pack_by_key", "sorted_rows"]

_DIGIT = 16  # bits: numbers of so many NumPy sorts by counting them


@dataclass(frozen=True, eq=False)
class Positions:
    """Positions in ascending order of month, unit and product, with the legs and cells of each.

    Attributes
    ----------
    month, unit, product : (P,) int64 array
    leg : (L,) int64 array
        Rows of legs, position by position, in each in the order of the legs.
    leg_start : (P + 1,) int64 array
    cell : (N,) int64 array
        Rows of the meter table, position by position, in each in file order.
    cell_start : (P + 1,) int64 array
    """

    month: NDArray[np.int64]
    unit: NDArray[np.int64]
    product: NDArray[np.int64]
    leg: NDArray[np.int64]
    leg_start: NDArray[np.int64]
    cell: NDArray[np.int64]
    cell_start: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.month)

    @property
    def position_of_leg(self) -> NDArray[np.int64]:
        """(L,) the position of each packed leg."""
        return np.repeat(np.arange(len(self)), np.diff(self.leg_start))

    @property
    def position_of_cell(self) -> NDArray[np.int64]:
        """(N,) the position of each packed cell."""
        return np.repeat(np.arange(len(self)), np.diff(self.cell_start))

    def in_order(self, rank: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
        """(L,) the packed legs in the order in which they are filled, each position's where its legs are.

        Parameters
        ----------
        rank : (legs,) int64 array or None
            The place of each leg among all (`gridsim.contracts.filling`); None: they are filled in proportion.
        """
        return None if rank is None else np.lexsort((rank[self.leg], self.position_of_leg)).astype(np.int64)

    def take(self, rows: NDArray[np.integer]) -> Positions:
        """Some positions, alone with their legs and cells."""
        leg, leg_start = _of_runs(self.leg_start, rows)
        cell, cell_start = _of_runs(self.cell_start, rows)
        return Positions(
            month=self.month[rows],
            unit=self.unit[rows],
            product=self.product[rows],
            leg=self.leg[leg],
            leg_start=leg_start,
            cell=self.cell[cell],
            cell_start=cell_start,
        )

    def run(self, first: int, last: int) -> Positions:
        """Positions `first` up to, not including, `last`, alone with their legs and cells."""
        leg_start, cell_start = (start[first : last + 1] for start in (self.leg_start, self.cell_start))
        return Positions(
            month=self.month[first:last],
            unit=self.unit[first:last],
            product=self.product[first:last],
            leg=self.leg[leg_start[0] : leg_start[-1]],
            leg_start=leg_start - leg_start[0],
            cell=self.cell[cell_start[0] : cell_start[-1]],
            cell_start=cell_start - cell_start[0],
        )


def pack(legs: ContractBook, meter: Meter, units: UnitTable, months: NDArray[np.bool_]) -> Positions:
    """The positions of the given months.

    A position exists wherever a cell or a leg that makes one does (`legs_of_positions`), be its energy zero.

    Parameters
    ----------
    legs : ContractBook
    meter : Meter
    units : UnitTable
    months : (12,) bool array
        Which months to settle.
    """
    unit_count, product_count = len(units), len(units.shape.products)
    found: list[Packed] = []
    leg_month = np.where(legs_of_positions(legs, meter, unit_count, months), legs.month, -1)
    cell_month = np.where(meter.unit >= 0, meter.month, np.int8(-1))
    for number in np.flatnonzero(months).tolist():  # a twelfth of the keys is sorted sooner, and in less memory
        leg = np.flatnonzero(leg_month == number)
        cell = np.flatnonzero(cell_month == number)
        leg_key = legs.unit[leg] * product_count + legs.product[leg]
        cell_key = meter.unit[cell].astype(np.int64) * product_count + meter.product[cell]
        found.append(pack_by_key(leg, leg_key, cell, cell_key, unit_count * product_count))
    unit, product = np.divmod(_joined([month.key for month in found]), product_count)
    return Positions(
        month=np.repeat(np.flatnonzero(months), [len(month.key) for month in found]),
        unit=unit,
        product=product,
        leg=_joined([month.leg for month in found]),
        leg_start=_starts(_joined([np.diff(month.leg_start) for month in found])),
        cell=_joined([month.cell for month in found]),
        cell_start=_starts(_joined([np.diff(month.cell_start) for month in found])),
    )


def legs_of_positions(
    legs: ContractBook, meter: Meter, unit_count: int, months: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which legs make positions: in the given months those of units.

    Where a unit's contracts of a month come from deals alone, and no row of the meter is its, they make none: someone
    gives a year's deals and one month of meter (rulebook part 12). A leg that a transfer made is no deal's.

    Parameters
    ----------
    legs : ContractBook
    meter : Meter
    unit_count : int
        How many units there could be.
    months : (12,) bool array
        Which months settle.

    Returns
    -------
    (L,) bool array
    """
    makes: NDArray[np.bool_] = months[legs.month] & (legs.unit >= 0)
    if not legs.of_deal.any():
        return makes
    has_other = np.zeros((unit_count, len(months)), dtype=bool)
    other = np.flatnonzero(makes & ~legs.of_deal)
    has_other[legs.unit[other], legs.month[other]] = True
    for block in blocks(len(meter.unit)):
        inside = meter.unit[block] >= 0
        has_other[meter.unit[block][inside], meter.month[block][inside]] = True
    makes[makes] = has_other[legs.unit[makes], legs.month[makes]]
    return makes


class Packed(NamedTuple):
    """Legs and cells in the order of the positions that they belong to.

    Attributes
    ----------
    key : (P,) int64 array
        Of the positions, ascending.
    leg, leg_start, cell, cell_start
        As `Positions` has them.
    """

    key: NDArray[np.int64]
    leg: NDArray[np.int64]
    leg_start: NDArray[np.int64]
    cell: NDArray[np.int64]
    cell_start: NDArray[np.int64]


def pack_by_key(
    leg: NDArray[np.int64],
    leg_key: NDArray[np.int64],
    cell: NDArray[np.int64],
    cell_key: NDArray[np.int64],
    count: int,
) -> Packed:
    """Put rows of legs and cells in the order of their positions; a position exists where a leg or a cell does.

    Parameters
    ----------
    leg, cell : (L,), (N,) int64 array
        Rows.
    leg_key, cell_key : (L,), (N,) int64 array
        The position of each, below `count`.
    count : int
        How many positions there could be.
    """
    leg_count, cell_count = (np.bincount(key, minlength=count) for key in (leg_key, cell_key))
    key = np.flatnonzero(leg_count + cell_count)
    return Packed(
        key,
        leg[sorted_rows(leg_key, count)],
        _starts(leg_count[key]),
        cell[sorted_rows(cell_key, count)],
        _starts(cell_count[key]),
    )


def sorted_rows(key: NDArray[np.integer], count: int) -> NDArray[np.int64]:
    """Rows in ascending order of their keys, those of one key in their own order.

    Parameters
    ----------
    key : (n,) integer array
        0 to `count` - 1.
    count : int

    Returns
    -------
    (n,) int64 array
    """
    row = np.argsort(key.astype(np.uint16), kind="stable")
    for shift in range(_DIGIT, max(count - 1, 0).bit_length(), _DIGIT):
        row = row[np.argsort((key >> shift).astype(np.uint16)[row], kind="stable")]
    return row.astype(np.int64, copy=False)


def _starts(length: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where runs of these lengths begin, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(length)]).astype(np.int64)


def _of_runs(start: NDArray[np.int64], rows: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What some of the runs hold, one behind the other, and where each begins then."""
    first, length = start[:-1][rows], np.diff(start)[rows]
    begin = _starts(length)
    return np.arange(begin[-1]) + np.repeat(first - begin[:-1], length), begin


def _joined(parts: Sequence[ArrayLike]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64, copy=False)
