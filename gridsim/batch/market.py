"""Trading a point of a batch: contracts, meters and units of the whole market.

Trading needs the whole market; all that comes after it is a matter of each unit. So a worker trades a point once, and
then lays out only the units that it is to settle (`gridsim.batch.layout`): here legs and cells stand unit by unit, so
that those of a run of units are a slice. Points that differ in settlement values alone share one market.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from gridsim.batch.load_tables import LoadTables, check_largest_draw, compile_load
from gridsim.columns import PRODUCTS
from gridsim.contracts.book import legs_of
from gridsim.scenario.vary import varied
from gridsim.settlement.positions import meter_of
from gridsim.settlement.tariffs import tariffs_of
from gridsim.tables.blocks import blocks
from gridsim.trading.buyers import buyers_of
from gridsim.trading.market import deals
from gridsim.trading.sessions import sessions_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.scenario import Scenario
    from gridsim.settlement.positions import Meter
    from gridsim.settlement.tariffs import Tariffs

    Ints = NDArray[np.int64]
    from gridsim.batch.load_model import LoadModel
    from gridsim.rules import RuleSet

    Scale = str | int | float | Decimal

__all__ = [
    "NOT_LAID_OUT",
    "SLOTS",
    "Traded",
    "TradedPoint",
    "sorted_rows",
    "trade_market",
    "trade_point",
    "trading_values",
    "user_classes",
]

NOT_LAID_OUT = frozenset({"settlement", "tariff", "fallback", "transition", "compliance", "scope"})
"""Groups of rules that neither trading nor a layout ever reads. Any other counts as read, also one added later."""

SLOTS = 12 * len(PRODUCTS)
"""How many positions a unit can have: a month and a product each."""

_DIGIT = 16  # bits: numbers of so many NumPy sorts by counting them
_NOBODY = -1


@dataclass(frozen=True, eq=False)
class Traded:
    """A market after trading, unit by unit.

    U counts units: settlement units in the order of their numbers, then the users outside the market in file order.
    L counts legs, N cells.

    Attributes
    ----------
    legs, meter, tariffs
        Of the settlement.
    is_peak_valley, is_priority : (users,) bool array
    class_of_user : (users,) int64 array
    classes : int
        How many classes users can share a part of their draws in.
    unit_ids : (U,) object array
    is_outside : (U,) bool array
    unit_number : (U,) int64 array
        Number of the settlement unit; row of the user outside the market.
    leg, leg_start : (L,), (U + 1,) int64 array
        Rows of legs by unit, in each in their own order.
    cell, cell_start : (N,), (U + 1,) int64 array
        Rows of the meter table by unit, in each in file order.
    work : (U + 1,) int64 array
        What settling all units before takes: a cell, a leg or half a position each counts as one.
    """

    legs: ContractBook
    meter: Meter
    tariffs: Tariffs
    is_peak_valley: NDArray[np.bool_]
    is_priority: NDArray[np.bool_]
    class_of_user: Ints
    classes: int
    unit_ids: NDArray[np.object_]
    is_outside: NDArray[np.bool_]
    unit_number: Ints
    leg: Ints
    leg_start: Ints
    cell: Ints
    cell_start: Ints
    work: Ints


def trading_values(overrides: Mapping[str, object]) -> dict[str, object]:
    """Those overrides of a rule set that trading or a layout may depend on."""
    return {path: value for path, value in overrides.items() if path.split(".")[0] not in NOT_LAID_OUT}


def trade_market(scenario: Scenario) -> Traded:
    """Trade, decompose contracts, and put what there is to settle in the order of units.

    Parameters
    ----------
    scenario : Scenario
        Of its rules, only groups that are not in `NOT_LAID_OUT` count.
    """
    buyers = buyers_of(scenario)
    legs = legs_of(deals(scenario, buyers, sessions_of(scenario)), scenario.rules.values, scenario.year)
    meter = meter_of(scenario, buyers)
    users = scenario.tables["users"]

    unit_count = 2 * len(buyers.ids)
    has_any = np.zeros(unit_count + 1, dtype=bool)  # the last is found by -1, the number of no unit
    has_any[legs.unit] = True
    is_left = np.zeros(len(users), dtype=bool)
    for block in blocks(len(meter.unit)):
        unit = meter.unit[block]
        has_any[unit] = True
        is_left[meter.user[block][unit < 0]] = True
    units, outsiders = np.flatnonzero(has_any[:unit_count]), np.flatnonzero(is_left)
    count = len(units) + len(outsiders)
    place_of_unit = _places(units, 0, unit_count)
    place_of_outsider = _places(outsiders, len(units), len(users))

    place = np.empty(len(meter.unit), dtype=np.int32)
    has_position = np.zeros(count * SLOTS, dtype=bool)
    for block in blocks(len(place)):
        unit = meter.unit[block]
        found = np.where(unit >= 0, place_of_unit[unit], place_of_outsider[meter.user[block]])
        place[block] = found
        product = np.where((unit >= 0) & (unit % 2 == 1), 1 + meter.period[block], 0)
        has_position[found * SLOTS + meter.month[block].astype(np.int64) * len(PRODUCTS) + product] = True
    place_of_leg = place_of_unit[legs.unit]
    has_position[place_of_leg * SLOTS + legs.month * len(PRODUCTS) + legs.product] = True

    leg_start, cell_start = _starts(place_of_leg, count), _starts(place, count)
    positions = np.concatenate([[0], np.cumsum(has_position.reshape(count, SLOTS).sum(axis=1))])
    classes = user_classes(scenario)
    return Traded(
        legs=legs,
        meter=meter,
        tariffs=tariffs_of(scenario),
        is_peak_valley=users["peak_valley_tariff"].to_numpy(dtype=bool),
        is_priority=users["priority_purchase"].to_numpy(dtype=bool),
        class_of_user=classes,
        classes=int(classes.max(initial=-1)) + 1,
        unit_ids=np.concatenate([buyers.unit_ids[units], users["user_id"].astype(object).to_numpy()[outsiders]]).astype(
            object
        ),
        is_outside=np.arange(count) >= len(units),
        unit_number=np.concatenate([units, outsiders]).astype(np.int64),
        leg=sorted_rows(place_of_leg, count),
        leg_start=leg_start,
        cell=sorted_rows(place, count),
        cell_start=cell_start,
        work=cell_start + leg_start + 2 * positions,
    )


def user_classes(scenario: Scenario) -> Ints:
    """The class of each user: the place of its tariff class among those of the users, in the order of their texts."""
    column = scenario.tables["users"]["tariff_class"].cat
    codes = column.codes.to_numpy()
    used = np.unique(codes)
    rank_of = np.zeros(len(column.categories) + 1, dtype=np.int64)
    rank_of[used] = np.argsort(np.argsort(column.categories.to_numpy(dtype=object).astype(str)[used]))
    return rank_of[codes]


def sorted_rows(key: NDArray[np.integer], count: int) -> Ints:
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


def _places(things: Ints, first: int, count: int) -> Ints:
    """By number of a thing, its place from `first` on; of `count` things and one that is nobody."""
    places = np.full(count + 1, _NOBODY, dtype=np.int64)
    places[things] = first + np.arange(len(things))
    return places


def _starts(place: NDArray[np.integer], count: int) -> Ints:
    """(count + 1,) where the rows of each place begin once they are sorted by it."""
    return np.concatenate([[0], np.cumsum(np.bincount(place, minlength=count))]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class TradedPoint:
    """A point of a batch after trading: how its units can be cut is known, and any of them can be made ready.

    Attributes
    ----------
    rules : RuleSet
    year : int
    market : Traded
    load : LoadTables
    """

    rules: RuleSet
    year: int
    market: Traded
    load: LoadTables

    @property
    def work(self) -> Ints:
        """(U + 1,) what a draw of all units before takes; see `gridsim.batch.market.Traded`."""
        return self.market.work


def trade_point(
    scenario: Scenario,
    load: LoadModel,
    *,
    contract_scale: Scale = 1,
    load_scale: Scale = 1,
    price_scale: Scale = 1,
    rules: RuleSet | None = None,
    markets: Callable[[Callable[[], Traded]], Traded] | None = None,
) -> TradedPoint:
    """Trade a point of a batch and decompose its contracts.

    Parameters
    ----------
    scenario : Scenario
    load : LoadModel
    contract_scale, load_scale, price_scale : str, int, float or Decimal
        At most 4 decimals, up to 100.
    rules : RuleSet, optional
        Instead of the scenario's own.
    markets : callable, optional
        Is given how to trade the point, and returns the market of another point that trades alike if it has one.

    Raises
    ------
    ScenarioError
        A scale or a distribution that cannot be used; a meter whose largest draw could leave the bounds of a run,
        which names the row.
    """
    point = varied(scenario, rules or scenario.rules, contracts=contract_scale, load=load_scale, prices=price_scale)
    tables = compile_load(load)
    check_largest_draw(point, tables)

    def make() -> Traded:
        return trade_market(point)

    return TradedPoint(point.rules, point.year, make() if markets is None else markets(make), tables)
