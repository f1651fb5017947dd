"""Pack legs and cells into positions: settlement unit × month × product (rulebook part 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import month_ordinal, months_of
from gridsim.columns import PRODUCTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import Legs
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers

__all__ = ["Meter", "Positions", "meter_of", "pack"]


@dataclass(frozen=True, eq=False)
class Meter:
    """Metered energy, a cell a row, in file order.

    Attributes
    ----------
    user, month, period : (N,) int32, int8, int8 array
        Rows of users; 0 to 11; positions in `PERIODS`. (Not longer than they need be: a province has many cells.)
    energy : (N,) int64 array
        [kWh]
    unit : (N,) int32 array
        ``2 × buyer + mode``; -1 where the user has no unit in that month (left the market, priority purchase).
    """

    user: NDArray[np.int32]
    month: NDArray[np.int8]
    period: NDArray[np.int8]
    energy: NDArray[np.int64]
    unit: NDArray[np.int32]


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
    user = scenario.row_of(table["user_id"], "users", "user_id").astype(np.int32)
    month = table["month"].cat.codes.to_numpy().astype(np.int8, copy=False)
    unit_of_user = np.where(buyers.buyer_of_user >= 0, 2 * buyers.buyer_of_user + buyers.mode_of_user, -1)
    months_of_user = np.clip(buyers.exit_of_user - month_ordinal(months_of(scenario.year)[0]), 0, 12)
    is_in_market = month < months_of_user.astype(np.int8)[user]
    return Meter(
        user=user,
        month=month,
        period=table["period"].cat.codes.to_numpy().astype(np.int8, copy=False),
        energy=table["energy_kwh"].to_numpy(),
        unit=np.where(is_in_market, unit_of_user.astype(np.int32)[user], np.int32(-1)),
    )


def pack(legs: Legs, meter: Meter, unit_count: int, months: NDArray[np.bool_]) -> Positions:
    """The positions of the given months.

    A conventional position holds all periods of its unit's users, a ``tou`` position its own period. A
    position exists wherever a leg or a cell does, be its energy zero.

    Parameters
    ----------
    legs : Legs
    meter : Meter
    unit_count : int
    months : (12,) bool array
        Which months to settle.
    """
    product_count = len(PRODUCTS)
    leg = np.flatnonzero(months[legs.month])
    leg_key = (legs.month[leg] * unit_count + legs.unit[leg]) * product_count + legs.product[leg]
    cell = np.flatnonzero((meter.unit >= 0) & months[meter.month])
    unit_of_cell = meter.unit[cell]
    product_of_cell = np.where(unit_of_cell % 2 == 1, 1 + meter.period[cell], 0)
    cell_key = (meter.month[cell].astype(np.int64) * unit_count + unit_of_cell) * product_count + product_of_cell

    exists = np.zeros(12 * unit_count * product_count, dtype=bool)
    exists[leg_key] = True
    exists[cell_key] = True
    key = np.flatnonzero(exists)
    leg_order = np.argsort(leg_key, kind="stable")
    cell_order = np.argsort(cell_key, kind="stable")
    unit_month, product = np.divmod(key, product_count)
    month, unit = np.divmod(unit_month, unit_count) if len(key) else (unit_month, unit_month)
    return Positions(
        month=month,
        unit=unit,
        product=product,
        leg=leg[leg_order],
        leg_start=_starts(leg_key[leg_order], key),
        cell=cell[cell_order],
        cell_start=_starts(cell_key[cell_order], key),
    )


def _starts(sorted_key: NDArray[np.int64], key: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.append(np.searchsorted(sorted_key, key), len(sorted_key)).astype(np.int64)
