"""A market of a batch: traded once, and packed unit by unit.

Trading needs the whole market, and so do the positions with their legs and cells; all that comes after is a matter of
each unit. So a worker trades a point once, and lays out only the units that it is to settle (`gridsim.batch.layout`).
Points that differ in settlement values alone share the market and its layouts (`gridsim.batch.worker`); prices and
bands are laid over them point by point (`gridsim.batch.prepared`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.batch.billed_market import BilledMarket, billed_market
from gridsim.batch.drawn_load import LoadTables, check_largest_draw, load_of
from gridsim.batch.retail_market import RetailMarket, retail_market
from gridsim.contracts.changed import changed_legs
from gridsim.contracts.concluded import concluded, split_by_kernel
from gridsim.contracts.filling import rank_of_legs
from gridsim.scenario.vary import varied
from gridsim.settlement.meter import meter_of
from gridsim.settlement.month_prices import month_prices
from gridsim.settlement.monthly import MonthPrices
from gridsim.settlement.positions import Positions, legs_of_positions, pack_by_key
from gridsim.settlement.prices import Pairs, pairs_of
from gridsim.settlement.sellers import generation_of, settling_months
from gridsim.settlement.tariffs import tariffs_of
from gridsim.tables.blocks import blocks
from gridsim.trading.buyers import buyers_of
from gridsim.trading.market import trade
from gridsim.trading.sessions import sessions_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.drawn_load import LoadModel
    from gridsim.contracts.book import ContractBook
    from gridsim.rules import RuleSet
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario
    from gridsim.scenario.changes import Change
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.tariffs import Tariffs

    Ints = NDArray[np.int64]
    Scale = str | int | float | Decimal

__all__ = [
    "Traded",
    "TradedPoint",
    "UnitParties",
    "put_in_order",
    "starts_of",
    "trade_market",
    "trade_point",
    "trade_scenario",
    "user_classes",
]

_MONTHS = 12
_NOBODY = -1


class UnitParties(NamedTuple):
    """Whose units are: the users that buy for themselves, and the retailers.

    Attributes
    ----------
    of_unit : (units,) int64 array
        The party of each unit that there could be, ascending.
    ids : (parties,) object array
    retailers : int
        How many of them are retailers: the last.
    """

    of_unit: Ints
    ids: NDArray[np.object_]
    retailers: int


@dataclass(frozen=True, eq=False)
class Traded:
    """A market after trading, unit by unit.

    U counts units: settlement units in the order of their numbers, then the users outside the market in file order.

    Attributes
    ----------
    legs, meter, tariffs
        Of the settlement.
    is_peak_valley : (states,) bool array
        By state of a user (`gridsim.scenario.states`).
    is_priority : (users,) bool array
    class_of_user : (users,) int64 array
    classes : int
        How many classes users can share a part of their draws in.
    unit_ids : (U,) object array
    is_outside : (U,) bool array
    unit_number : (U,) int64 array
        Number of the settlement unit; row of the user outside the market.
    party : (U,) int64 array
        Whose each unit is, ascending; a user outside the market is a party of its own.
    party_ids : (U,) object array
    is_retailer : (U,) bool array
    positions : Positions
        By unit, month and product; units are counted as here. A user outside the market has a position for each month,
        of the first product.
    position_start : (U + 1,) int64 array
    periods : int
        How many the market has.
    pairs : Pairs
        Of contract periods and tariff periods.
    leg_rank : (legs,) int64 array or None
        Where each leg stands in the order in which legs are filled; None: in proportion.
    prices : MonthPrices
        What the rules may ask of months, of tables or trades.
    transferred : (U,) int64 array
        Money of the transfers that made legs of the unit, the same in every draw [micro-yuan].
    transferred_at : (positions,) int64 array
        The same by position; what was transferred in a month without a position is in none.
    retail : RetailMarket or None
        Retail contracts, where there are any.
    bills : BilledMarket or None
        Rows of ``billing``, where there are any.
    unit_of_bill : (rows,) int64 array
        The unit of each of them.
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
    party: Ints
    party_ids: NDArray[np.object_]
    is_retailer: NDArray[np.bool_]
    positions: Positions
    position_start: Ints
    periods: int
    pairs: Pairs
    leg_rank: Ints | None
    prices: MonthPrices
    transferred: Ints
    transferred_at: Ints
    retail: RetailMarket | None = None
    bills: BilledMarket | None = None
    unit_of_bill: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @cached_property
    def work(self) -> Ints:
        """(U + 1,) what settling all units before takes: a cell, a leg or half a position each counts as one."""
        first = self.position_start
        return self.positions.cell_start[first] + self.positions.leg_start[first] + 2 * first

    @cached_property
    def party_start(self) -> Ints:
        """(parties + 1,) where the units of each party begin."""
        return starts_of(self.party)


def starts_of(ascending: Ints) -> Ints:
    """Where the runs of equal numbers begin, and where the last ends."""
    is_first = np.ones(len(ascending) + 1, dtype=bool)
    is_first[1:-1] = ascending[1:] != ascending[:-1]
    return np.flatnonzero(is_first)


def trade_market(scenario: Scenario) -> Traded:
    """Trade, decompose contracts, and put what there is to settle in the order of units.

    Parameters
    ----------
    scenario : Scenario
        Of its rules, only those values count that `gridsim.batch.reads.read_by_trading` names.
    """
    buyers = buyers_of(scenario)
    sessions = sessions_of(scenario)
    cleared, as_traded = concluded(scenario, buyers, sessions, trade(scenario, buyers, sessions))
    legs = changed_legs(scenario, buyers, sessions, cleared.trades, as_traded, split_by_kernel)
    users, tariffs = scenario.tables["users"], tariffs_of(scenario)
    meter = meter_of(scenario, buyers)
    return put_in_order(
        legs,
        meter,
        buyers.shape,
        months=settling_months(buyers.shape, meter, generation_of(scenario)) & scenario.settles,
        units=buyers.unit_ids,
        parties=UnitParties(buyers.units.buyer, buyers.ids, len(scenario.tables["retailers"])),
        users=users["user_id"].astype(object).to_numpy(),
        tariffs=tariffs,
        is_peak_valley=tariffs.on_peak_valley,
        is_priority=users["priority_purchase"].to_numpy(dtype=bool),
        classes=user_classes(scenario),
        leg_rank=rank_of_legs(scenario, sessions, cleared.trades, legs),
        prices=month_prices(scenario, buyers, sessions, cleared.trades, cleared.orders, as_traded, split_by_kernel),
        retail=retail_market(scenario, buyers),
        bills=billed_market(scenario, buyers, tariffs),
    )


def put_in_order(
    legs: ContractBook,
    meter: Meter,
    shape: MarketShape,
    *,
    months: NDArray[np.bool_],
    units: NDArray[np.object_],
    users: NDArray[np.object_],
    tariffs: Tariffs,
    is_peak_valley: NDArray[np.bool_],
    is_priority: NDArray[np.bool_],
    classes: Ints,
    parties: UnitParties | None = None,
    leg_rank: Ints | None = None,
    prices: MonthPrices | None = None,
    retail: RetailMarket | None = None,
    bills: BilledMarket | None = None,
) -> Traded:
    """What is to be settled, in the order of units.

    Parameters
    ----------
    legs : ContractBook
    meter : Meter
    shape : MarketShape
    months : (12,) bool array
        Those that settle.
    units, users : object array
        Ids.
    tariffs : Tariffs
    is_peak_valley : (states,) array
    is_priority, classes : (users,) array
    parties : UnitParties, optional
        None: each unit is a user's of its own.
    leg_rank : (legs,) int64 array, optional
        None: legs are filled in proportion.
    prices : MonthPrices, optional
        None: a market whose rules ask for none.
    retail : RetailMarket, optional
        Its retail contracts, if there are any.
    bills : BilledMarket, optional
        What else its users are billed, if there is anything.
    """
    settles = legs_of_positions(legs, meter, len(units), months)
    found, outsiders = _found_units(legs.unit[settles | ~legs.of_deal], meter, bills, len(units), len(users))
    place_of_unit = _places(found, 0, len(units))
    place_of_outsider = _places(outsiders, len(found), len(users))
    unit_of_bill = np.zeros(0, dtype=np.int64)
    if bills is not None:
        unit_of_bill = np.where(bills.unit >= 0, place_of_unit[bills.unit], place_of_outsider[bills.rows.user])
    products = len(shape.products)

    def key(place: Ints, month: NDArray[np.integer], product: NDArray[np.integer]) -> Ints:
        slot: Ints = (place * _MONTHS + month) * products + product
        return slot

    cell_key = np.empty(len(meter.unit), dtype=np.int64)
    for block in blocks(len(cell_key)):
        unit = meter.unit[block]
        place = np.where(unit >= 0, place_of_unit[unit], place_of_outsider[meter.user[block]])
        cell_key[block] = key(place, meter.month[block], np.maximum(meter.product[block], 0))
    leg = np.flatnonzero(settles)
    leg_key = key(place_of_unit[legs.unit[leg]], legs.month[leg], legs.product[leg])
    count = len(found) + len(outsiders)
    packed = pack_by_key(leg, leg_key, np.arange(len(cell_key)), cell_key, count * _MONTHS * products)
    unit_month, product = np.divmod(packed.key, products)
    place, month = np.divmod(unit_month, _MONTHS)
    positions = Positions(month, place, product, packed.leg, packed.leg_start, packed.cell, packed.cell_start)
    whose = parties or UnitParties(np.arange(len(units)), units, 0)
    party = whose.of_unit[found]
    many = len(whose.ids)
    return Traded(
        legs=legs,
        meter=meter,
        tariffs=tariffs,
        is_peak_valley=is_peak_valley,
        is_priority=is_priority,
        class_of_user=classes,
        classes=int(classes.max(initial=-1)) + 1,
        unit_ids=np.concatenate([units[found], users[outsiders]]).astype(object),
        is_outside=np.arange(count) >= len(found),
        unit_number=np.concatenate([found, outsiders]).astype(np.int64),
        party=np.concatenate([party, many + np.arange(len(outsiders))]).astype(np.int64),
        party_ids=np.concatenate([whose.ids[party], users[outsiders]]).astype(object),
        is_retailer=np.concatenate([party >= many - whose.retailers, np.zeros(len(outsiders), dtype=bool)]),
        positions=positions,
        position_start=np.searchsorted(place, np.arange(count + 1)).astype(np.int64),
        periods=len(shape.periods),
        pairs=pairs_of(meter, len(shape.periods)),
        leg_rank=leg_rank,
        prices=prices or MonthPrices(),
        transferred=_transferred(legs, place_of_unit, count),
        transferred_at=_transferred_at(legs, positions),
        retail=retail,
        bills=bills,
        unit_of_bill=unit_of_bill,
    )


def _transferred(legs: ContractBook, place_of_unit: Ints, count: int) -> Ints:
    money = np.zeros(count, dtype=np.int64)
    place = place_of_unit[np.maximum(legs.unit[legs.moves.leg], _NOBODY)]
    np.add.at(money, place[place >= 0], (legs.moves.energy * legs.moves.price)[place >= 0])
    return money


def _transferred_at(legs: ContractBook, positions: Positions) -> Ints:
    money = np.zeros(len(positions), dtype=np.int64)
    if len(legs.moves.leg):
        position_of_leg = np.full(len(legs.unit), _NOBODY, dtype=np.int64)
        position_of_leg[positions.leg] = positions.position_of_leg
        at = position_of_leg[legs.moves.leg]
        np.add.at(money, at[at >= 0], (legs.moves.energy * legs.moves.price)[at >= 0])
    return money


def _found_units(
    unit_of_leg: Ints, meter: Meter, bills: BilledMarket | None, units: int, users: int
) -> tuple[Ints, Ints]:
    """The units that have a leg, a cell or a bill, and the users that have a cell or a bill without a unit."""
    has_any = np.zeros(units + 1, dtype=bool)  # the last is found by -1, the number of no unit
    has_any[np.maximum(unit_of_leg, _NOBODY)] = True
    is_left = np.zeros(users, dtype=bool)
    for block in blocks(len(meter.unit)):
        unit = meter.unit[block]
        has_any[unit] = True
        is_left[meter.user[block][unit < 0]] = True
    if bills is not None:
        has_any[bills.unit] = True
        is_left[bills.rows.user[bills.unit < 0]] = True
    return np.flatnonzero(has_any[:units]), np.flatnonzero(is_left)


def _places(things: Ints, first: int, count: int) -> Ints:
    """By number of a thing, its place from `first` on; of `count` things and one that is nobody."""
    places = np.full(count + 1, _NOBODY, dtype=np.int64)
    places[things] = first + np.arange(len(things))
    return places


def user_classes(scenario: Scenario) -> Ints:
    """The class of each user: the place of its tariff class among those of the users, in the order of their texts.

    That is the class in which it begins the year: its draws go on when it changes (rulebook part 15).
    """
    column = scenario.tables["users"]["tariff_class"].cat
    codes = column.codes.to_numpy()
    used = np.unique(codes)
    rank_of = np.zeros(len(column.categories) + 1, dtype=np.int64)
    rank_of[used] = np.argsort(np.argsort(column.categories.to_numpy(dtype=object).astype(str)[used]))
    return rank_of[codes]


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
        """(U + 1,) what a draw of all units before takes; see `Traded.work`."""
        return self.market.work

    @property
    def party_start(self) -> Ints:
        """(parties + 1,) where the units of each party begin."""
        return self.market.party_start


def trade_point(
    scenario: Scenario,
    load: LoadModel,
    *,
    contract_scale: Scale = 1,
    load_scale: Scale = 1,
    price_scale: Scale = 1,
    rules: RuleSet | None = None,
    changes: tuple[Change, ...] = (),
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
    changes : tuple of Change
        Of contracts as traded (`Scenario.with_contracts`).

    Raises
    ------
    ScenarioError
        A scale that cannot be used; and as `trade_scenario`.
    """
    scales = {"contracts": contract_scale, "load": load_scale, "prices": price_scale}
    return trade_scenario(varied(scenario, rules or scenario.rules, **scales, changes=changes), load)


def trade_scenario(
    point: Scenario, load: LoadModel, markets: Callable[[Callable[[], Traded]], Traded] | None = None
) -> TradedPoint:
    """Trade the scenario of a point and decompose its contracts.

    Parameters
    ----------
    point : Scenario
    load : LoadModel
    markets : callable, optional
        Is given how to trade the point, and returns the market of another point that trades alike if it has one.

    Raises
    ------
    ScenarioError
        A distribution that cannot be used; a meter whose largest draw could leave the bounds of a run, which names the
        row.
    """
    tables = load_of(point, load)
    check_largest_draw(point, tables)

    def make() -> Traded:
        return trade_market(point)

    return TradedPoint(point.rules, point.year, make() if markets is None else markets(make), tables)
