"""What points of a batch share that trade alike: contracts, positions, users; all but prices and bands.

Trading, the contract book and the order of units, positions, legs and cells follow from the scenario's tables, the
scales, and the rules of matching and decomposition. A sweep of settlement values changes none of them, so they are
made once for all of its points (`gridsim.batch.shared`); prices and bands are laid over them point by point
(`gridsim.batch.packing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.columns import PERIODS
from gridsim.contracts.book import legs_of
from gridsim.core.draw import TERM
from gridsim.settlement.positions import meter_of, pack
from gridsim.settlement.tariffs import tariffs_of
from gridsim.trading.buyers import buyers_of
from gridsim.trading.market import trade
from gridsim.trading.sessions import sessions_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import Legs
    from gridsim.scenario import Scenario
    from gridsim.settlement.positions import Meter, Positions
    from gridsim.settlement.tariffs import Tariffs

    Ints = NDArray[np.int64]

__all__ = ["NOT_LAID_OUT", "Layout", "lay_out", "trading_values", "user_classes"]

NOT_LAID_OUT = frozenset({"settlement", "tariff", "fallback", "transition", "compliance", "scope"})
"""Groups of rules that a layout never reads. Any other group counts as read, also one that is added later."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Units, positions, legs and cells of a point, without prices and bands.

    U counts units, those outside the market last, V their users, P positions (P₁ of settlement units, then those of
    users outside the market), L legs, N cells (N₁ and N₂).

    Attributes
    ----------
    legs, meter, tariffs, positions
        Of the settlement; positions in its own order.
    is_peak_valley, is_priority : (users,) bool array
    unit_ids : (U,) object array
        Settlement units in the order of their numbers, then the users outside the market in file order.
    is_outside : (U,) bool array
    classes : int
        How many classes users can share a part of their draws in.
    unit_number : (P,) int64 array
        Number of the settlement unit; row of the user outside the market.
    order : (P₁,) int64 array
        The settlement's positions by unit, month and product.
    leg, cell : (L,), (N₁,) int64 array
        The settlement's packed legs and cells in that order.
    cell_outside : (N₂,) int64 array
        Cells outside the market, as `settle_unitless` has them, by user and month.
    user_start, user, user_class, position_start, month, contract, leg_start, leg_energy, cell_start, cell_energy,
    cell_factor
        As `gridsim.core.market.Market` has them.
    meter_row : (N,) int64 array
        The row of the meter table of each cell.
    """

    legs: Legs
    meter: Meter
    tariffs: Tariffs
    positions: Positions
    is_peak_valley: NDArray[np.bool_]
    is_priority: NDArray[np.bool_]
    unit_ids: NDArray[np.object_]
    is_outside: NDArray[np.bool_]
    classes: int
    unit_number: Ints
    order: Ints
    leg: Ints
    cell: Ints
    cell_outside: Ints
    user_start: Ints
    user: Ints
    user_class: Ints
    position_start: Ints
    month: Ints
    contract: Ints
    leg_start: Ints
    leg_energy: Ints
    cell_start: Ints
    cell_energy: Ints
    cell_factor: Ints
    meter_row: Ints

    @property
    def position_of_cell(self) -> Ints:
        """(N,) the position of each cell."""
        return np.repeat(np.arange(len(self.month)), np.diff(self.cell_start))


def trading_values(overrides: Mapping[str, object]) -> dict[str, object]:
    """Those overrides of a rule set that a layout may depend on."""
    return {path: value for path, value in overrides.items() if path.split(".")[0] not in NOT_LAID_OUT}


def lay_out(scenario: Scenario, *, has_period: bool) -> Layout:
    """Trade, decompose contracts, and put what is to be settled in order.

    Parameters
    ----------
    scenario : Scenario
        Of its rules, only groups that are not in `NOT_LAID_OUT` count.
    has_period : bool
        Whether each period has a factor of its own in the draws.
    """
    buyers = buyers_of(scenario)
    trades = trade(scenario, buyers, sessions_of(scenario)).trades
    legs = legs_of(trades, scenario.rules.values, scenario.year)
    meter = meter_of(scenario, buyers)
    users = scenario.tables["users"]
    positions = pack(legs, meter, len(buyers.unit_ids), np.ones(12, dtype=bool))

    order = np.lexsort((positions.product, positions.month, positions.unit))
    leg_start, leg = _reordered(positions.leg_start, order)
    inside_start, cell = _reordered(positions.cell_start, order)
    leg_energy = legs.energy[positions.leg][leg]
    total = np.concatenate([[0], np.cumsum(leg_energy)]).astype(np.int64)
    unit, month = positions.unit[order], positions.month[order]

    # A position for each user and month outside the market.
    outside = np.flatnonzero(meter.unit < 0)
    key = meter.user[outside].astype(np.int64) * 12 + meter.month[outside]
    cell_outside = np.argsort(key, kind="stable")
    found, outside_start = np.unique(key[cell_outside], return_index=True)
    nothing = np.zeros(len(found), dtype=np.int64)

    units, outsiders = np.unique(unit), np.unique(found // 12)
    count = len(units) + len(outsiders)
    place = np.concatenate([np.searchsorted(units, unit), len(units) + np.searchsorted(outsiders, found // 12)])
    start = np.concatenate([inside_start, inside_start[-1] + np.append(outside_start, len(outside))[1:]])
    meter_row = np.concatenate([positions.cell[cell], outside[cell_outside]])
    classes = user_classes(scenario)
    unit_of_cell = np.repeat(place, np.diff(start))
    user_start, user, local = _users(unit_of_cell, meter.user[meter_row].astype(np.int64), count)
    row = meter.month[meter_row] % TERM
    return Layout(
        legs=legs,
        meter=meter,
        tariffs=tariffs_of(scenario),
        positions=positions,
        is_peak_valley=users["peak_valley_tariff"].to_numpy(dtype=bool),
        is_priority=users["priority_purchase"].to_numpy(dtype=bool),
        unit_ids=np.concatenate([buyers.unit_ids[units], users["user_id"].astype(object).to_numpy()[outsiders]]).astype(
            object
        ),
        is_outside=np.arange(count) >= len(units),
        classes=int(classes.max(initial=-1)) + 1,
        unit_number=_ints(np.concatenate([unit, found // 12])),
        order=order,
        leg=leg,
        cell=cell,
        cell_outside=cell_outside,
        user_start=user_start,
        user=user,
        user_class=classes[user],
        position_start=_ints(np.searchsorted(place, np.arange(count + 1))),
        month=_ints(np.concatenate([month, found % 12])),
        contract=_ints(np.concatenate([total[leg_start[1:]] - total[leg_start[:-1]], nothing])),
        leg_start=_ints(np.concatenate([leg_start, np.full(len(found), leg_start[-1])])),
        leg_energy=_ints(leg_energy),
        cell_start=_ints(start),
        cell_energy=_ints(meter.energy[meter_row]),
        cell_factor=_ints((local * len(PERIODS) + meter.period[meter_row] if has_period else local) * TERM + row),
        meter_row=_ints(meter_row),
    )


def user_classes(scenario: Scenario) -> Ints:
    """The class of each user: the place of its tariff class among those of the users, in the order of their texts."""
    texts = scenario.tables["users"]["tariff_class"].astype(object).to_numpy()
    return _ints(np.unique(texts.astype(str), return_inverse=True)[1])


def _reordered(start: Ints, order: Ints) -> tuple[Ints, Ints]:
    """Runs in another order: their starts, and the row of each entry."""
    length = np.diff(start)[order]
    begin = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    row = np.repeat(start[:-1][order] - begin[:-1], length) + np.arange(begin[-1])
    return begin, row.astype(np.int64)


def _users(unit: Ints, user: Ints, units: int) -> tuple[Ints, Ints, Ints]:
    """The users of each unit in the order of their rows, and the place of each cell's user among them."""
    users = int(user.max(initial=0)) + 1
    found, place = np.unique(unit * users + user, return_inverse=True)
    start = np.searchsorted(found, np.arange(units + 1) * users)
    return _ints(start), _ints(found % users), _ints(place - start[unit])


def _ints(values: NDArray[np.integer]) -> Ints:
    return np.ascontiguousarray(values, dtype=np.int64)
