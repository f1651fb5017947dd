"""Pack legs and cells into positions: settlement unit × month × product (rulebook part 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import month_ordinal, months_of
from gridsim.tables.blocks import blocks, looked_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.units import UnitTable

__all__ = ["Meter", "Positions", "meter_of", "pack"]


@dataclass(frozen=True, eq=False)
class Meter:
    """Metered energy, a cell a row, in file order.

    Attributes
    ----------
    user, month, period : (N,) int32, int8, int8 array
        Rows of users; 0 to 11; positions among the periods. (Not longer than they need be: a province has many cells.)
    energy : (N,) int64 array
        [kWh]
    unit : (N,) int32 array
        Number of the settlement unit; -1 where the user has none in that month (left the market, priority purchase).
    product : (N,) int8 array
        The product whose position the cell belongs to; -1 without a unit.
    """

    user: NDArray[np.int32]
    month: NDArray[np.int8]
    period: NDArray[np.int8]
    energy: NDArray[np.int64]
    unit: NDArray[np.int32]
    product: NDArray[np.int8]


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


def meter_of(scenario: Scenario, buyers: Buyers) -> Meter:
    """The metered energy of a scenario, each row with its settlement unit.

    A user that has left the market brings its unit no more energy (rulebook part 5).
    """
    table = scenario.tables["meter"]
    row_of_category = scenario.row_of_category(table["user_id"], "users", "user_id")
    user = looked_up(row_of_category.astype(np.int32), table["user_id"].array.codes)
    month = table["month"].array.codes.astype(np.int8, copy=False)
    period = table["period"].array.codes.astype(np.int8, copy=False)
    unit_of_user = buyers.units.number[buyers.buyer_of_user, buyers.mode_of_user].astype(np.int32)
    product_of_cell = buyers.shape.product_of_cell.astype(np.int8)
    months_of_user = np.clip(buyers.exit_of_user - month_ordinal(months_of(scenario.year)[0]), 0, 12).astype(np.int8)
    unit = np.empty(len(user), dtype=np.int32)
    product = np.empty(len(user), dtype=np.int8)
    for block in blocks(len(user)):
        is_in_market = month[block] < months_of_user[user[block]]
        unit[block] = np.where(is_in_market, unit_of_user[user[block]], np.int32(-1))
        of_mode = product_of_cell[buyers.mode_of_user[user[block]], period[block]]
        product[block] = np.where(unit[block] >= 0, of_mode, np.int8(-1))
    return Meter(
        user=user,
        month=month,
        period=period,
        energy=table["energy_kwh"].to_numpy(),
        unit=unit,
        product=product,
    )


def pack(legs: ContractBook, meter: Meter, units: UnitTable, months: NDArray[np.bool_]) -> Positions:
    """The positions of the given months.

    A position exists wherever a leg or a cell does, be its energy zero.

    Parameters
    ----------
    legs : ContractBook
    meter : Meter
    units : UnitTable
    months : (12,) bool array
        Which months to settle.
    """
    unit_count, product_count = len(units), len(units.shape.products)
    leg = np.flatnonzero(months[legs.month])
    leg_key = (legs.month[leg] * unit_count + legs.unit[leg]) * product_count + legs.product[leg]
    leg_order = np.argsort(leg_key, kind="stable")
    leg, leg_key = leg[leg_order], leg_key[leg_order]
    cell = np.empty(np.count_nonzero((meter.unit >= 0) & months[meter.month]), dtype=np.int64)
    keys, leg_starts, cell_starts, filled = [], [], [], 0
    for number in np.flatnonzero(months).tolist():  # a twelfth of the keys is sorted sooner, and in less memory
        cells, cell_key = _sorted_cells(meter, number, product_count)
        end = filled + len(cells)
        first = number * unit_count * product_count
        of_month = slice(*np.searchsorted(leg_key, (first, first + unit_count * product_count)))
        exists = np.zeros(unit_count * product_count, dtype=bool)
        exists[leg_key[of_month] - first] = True
        exists[cell_key] = True
        key = np.flatnonzero(exists)
        keys.append(first + key)
        leg_starts.append(of_month.start + np.searchsorted(leg_key[of_month], first + key))
        cell_starts.append(filled + np.searchsorted(cell_key, key))
        cell[filled:end] = cells
        filled = end
    unit_month, product = np.divmod(_joined(keys), product_count)
    month, unit = np.divmod(unit_month, unit_count) if len(unit_month) else (unit_month, unit_month)
    return Positions(
        month=month,
        unit=unit,
        product=product,
        leg=leg,
        leg_start=_joined([*leg_starts, [len(leg)]]),
        cell=cell,
        cell_start=_joined([*cell_starts, [len(cell)]]),
    )


def _sorted_cells(meter: Meter, month: int, products: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The cells of a month that have a unit, by unit and product; and these two of each, as one number."""
    cell = np.flatnonzero((meter.month == month) & (meter.unit >= 0))
    key = meter.unit[cell].astype(np.int64) * products + meter.product[cell]
    order = np.argsort(key, kind="stable")
    return cell[order], key[order]


def _joined(parts: Sequence[ArrayLike]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64, copy=False)
