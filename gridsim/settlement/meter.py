"""Metered energy as columns: each cell with its user, month, period, settlement unit and product (rulebook part 5)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.calendar import month_ordinal, months_of
from gridsim.errors import KernelError
from gridsim.market_tables import TARIFF_PERIOD
from gridsim.scenario.month_parts import parts_of_months
from gridsim.settlement.part_weights import part_weights
from gridsim.tables.blocks import blocks, looked_up, unlocked

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.scenario.month_parts import MonthParts
    from gridsim.trading.buyers import Buyers

__all__ = ["Meter", "Parts", "meter_of", "units_at"]


class Parts(NamedTuple):
    """How R rows of a meter fall into N cells.

    Attributes
    ----------
    start : (R,) int64 array
        The first cell of each row.
    after : (N,) int64 array
        How many cells of the same row follow.
    weight : (N,) int64 array
        By what the energy of a row is split over its cells.
    """

    start: NDArray[np.int64]
    after: NDArray[np.int64]
    weight: NDArray[np.int64]

    @classmethod
    def of(cls, row: NDArray[np.int64], weight: NDArray[np.int64]) -> Parts:
        """The parts of rows, by the row of each cell, ascending."""
        start = np.flatnonzero(np.diff(row, prepend=-1))
        many = np.diff(start, append=len(row))
        return cls(start, np.repeat(start + many, many) - 1 - np.arange(len(row)), weight)

    def split(self, energy: NDArray[np.int64]) -> NDArray[np.int64]:
        """The energies of the cells, by those of the rows, in whole kWh by largest remainder."""
        from gridsim.core.jit import OK
        from gridsim.core.split import scratch_size, split_many  # of most scenarios no month has parts

        shares = np.empty(len(self.weight), dtype=np.int64)
        scratch = np.empty(scratch_size(int(self.after.max(initial=0)) + 1), dtype=np.int64)
        offsets = np.append(self.start, len(self.weight))
        status = split_many(unlocked(energy), offsets, self.weight, shares, scratch)
        if status != OK:
            raise KernelError(f"the split of months was refused with status {status}")
        return shares

    def whole(self, energy: NDArray[np.int64]) -> NDArray[np.int64]:
        """(N,) the energy of each cell's row, by those of the cells."""
        if not len(self.start):
            return energy
        return np.repeat(np.add.reduceat(energy, self.start), self.after[self.start] + 1)


@dataclass(frozen=True, eq=False)
class Meter:
    """Metered energy, a cell a row, in file order.

    Attributes
    ----------
    user, month, period : (N,) int32, int8, int8 array
        Rows of users; 0 to 11; positions among the periods. (Not longer than they need be: a province has many cells.)
    state : (N,) int32 array
        What the user is in that month (`gridsim.scenario.states`); the same array as `user` where nobody changes.
    energy : (N,) int64 array
        [kWh]
    unit : (N,) int32 array
        Number of the settlement unit; -1 where the user has none in that month (left the market, priority purchase).
    product : (N,) int8 array
        The product whose position the cell belongs to; -1 without a unit.
    tariff_period : (N,) int8 array
        The period of the rule set's own hours, where the unit has agreed on others; else the same array as `period`.
    row : (N,) int64 array or None
        The row of the table of which each cell is a part, ascending; None: each is a row. A cell is parted where a
        tariff begins within the month (rulebook part 15).
    weight : (N,) int64 array or None
        By what the energy of a row is split over its parts.
    """

    user: NDArray[np.int32]
    state: NDArray[np.int32]
    month: NDArray[np.int8]
    period: NDArray[np.int8]
    energy: NDArray[np.int64]
    unit: NDArray[np.int32]
    product: NDArray[np.int8]
    tariff_period: NDArray[np.int8]
    row: NDArray[np.int64] | None = None
    weight: NDArray[np.int64] | None = None

    @cached_property
    def parts(self) -> Parts | None:
        """How its rows fall into parts; None: each cell is a row."""
        return None if self.row is None or self.weight is None else Parts.of(self.row, self.weight)

    @cached_property
    def whole(self) -> NDArray[np.int64]:
        """(N,) the energy of the row of each cell [kWh]."""
        return self.energy if self.parts is None else self.parts.whole(self.energy)

    def take(self, cells: NDArray[np.integer]) -> Meter:
        """Some of its cells; `parts` are right if of each row all are taken, or none."""
        columns: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        taken: dict[str, Any] = {name: None if values is None else values[cells] for name, values in columns.items()}
        if self.tariff_period is self.period:
            taken["tariff_period"] = taken["period"]
        return Meter(**taken)


def meter_of(scenario: Scenario, buyers: Buyers) -> Meter:
    """The metered energy of a scenario, each row with its settlement unit.

    A user that has left the market brings its unit no more energy (rulebook part 5).
    """
    table = scenario.tables["meter"]
    row_of_category = scenario.row_of_category(table["user_id"], "users", "user_id")
    user = looked_up(row_of_category.astype(np.int32), table["user_id"].array.codes)
    month = table["month"].array.codes.astype(np.int8, copy=False)
    period = table["period"].array.codes.astype(np.int8, copy=False)
    has_own = TARIFF_PERIOD in table
    tariff_period = table[TARIFF_PERIOD].array.codes.astype(np.int8, copy=False) if has_own else period
    state = scenario.states.at(user, month).astype(np.int32, copy=False)
    unit_at = _units_of_states(scenario, buyers)
    product_of_cell = buyers.shape.product_of_cell.astype(np.int8)
    unit = np.empty(len(user), dtype=np.int32)
    product = np.empty(len(user), dtype=np.int8)
    for block in blocks(len(user)):
        unit[block] = unit_at(user[block], state[block], month[block])
        of_mode = product_of_cell[buyers.mode_of_user[user[block]], period[block]]
        product[block] = np.where(unit[block] >= 0, of_mode, np.int8(-1))
    meter = Meter(
        user=user,
        state=state,
        month=month,
        period=period,
        energy=table["energy_kwh"].to_numpy(),
        unit=unit,
        product=product,
        tariff_period=tariff_period,
    )
    parts = parts_of_months(scenario)
    if parts is None:
        return meter
    cells = {"user": user, "state": state, "month": month, "period": period, "tariff_period": tariff_period}
    return _parted(meter, parts, part_weights(scenario, parts, **cells))


def units_at(
    scenario: Scenario, buyers: Buyers, user: NDArray[np.integer], month: NDArray[np.integer]
) -> NDArray[np.int32]:
    """The number of the settlement unit of users in months; -1: none then.

    Parameters
    ----------
    scenario : Scenario
    buyers : Buyers
    user, month : (n,) integer array
        Rows of users; 0 to 11.
    """
    return _units_of_states(scenario, buyers)(user, scenario.states.at(user, month), month)


def _units_of_states(
    scenario: Scenario, buyers: Buyers
) -> Callable[[NDArray[np.integer], NDArray[np.integer], NDArray[np.integer]], NDArray[np.int32]]:
    """How to find the units of users, who are in some state, in months."""
    mode = buyers.mode_of_user[scenario.states.user]
    unit_of_state = buyers.units.number[buyers.buyer_of_state, mode].astype(np.int32)
    months_of_user = np.clip(buyers.exit_of_user - month_ordinal(months_of(scenario.year)[0]), 0, 12).astype(np.int8)

    def unit_at(user: NDArray[np.integer], state: NDArray[np.integer], month: NDArray[np.integer]) -> NDArray[np.int32]:
        return np.where(month < months_of_user[user], unit_of_state[state], np.int32(-1))

    return unit_at


def _parted(meter: Meter, parts: MonthParts, weights: NDArray[np.int64]) -> Meter:
    """Metered energy with a cell for each part of a month: in whole kWh, by largest remainder."""
    rate = parts.rate_of_state[meter.state]
    days = np.where((rate >= 0)[:, np.newaxis], parts.days[rate, meter.month], 0)
    days[rate < 0, 0] = 1
    row, part = np.nonzero(days)
    weight = weights[row, part]
    names = ("user", "month", "period", "unit", "product")
    taken = {name: getattr(meter, name)[row] for name in names}
    is_alike = meter.tariff_period is meter.period
    return Meter(
        **taken,
        state=(meter.state[row] + len(parts.rate_of_state) * part).astype(np.int32),
        energy=Parts.of(row, weight).split(meter.energy),
        tariff_period=taken["period"] if is_alike else meter.tariff_period[row],
        row=row,
        weight=weight,
    )
