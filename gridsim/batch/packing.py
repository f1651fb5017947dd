"""One point of a batch as the arrays that its kernel settles: units, positions, legs, cells and their prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.columns import PERIODS
from gridsim.contracts.book import legs_of
from gridsim.core.draw import TERM
from gridsim.core.positions import NO_ADJUSTMENT, OPEN_EDGE
from gridsim.core.reduce import Groups, Market
from gridsim.settlement.ledger import ITEMS
from gridsim.settlement.positions import meter_of, pack
from gridsim.settlement.prices import TOU, TRANSITION, cell_prices, leg_prices, monthly_rules, regime_of, round_ratio
from gridsim.settlement.tariffs import tariffs_of
from gridsim.settlement.unitless import settle_unitless
from gridsim.trading.buyers import buyers_of
from gridsim.trading.market import trade
from gridsim.trading.sessions import sessions_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import Legs
    from gridsim.scenario import Scenario
    from gridsim.settlement.positions import Meter, Positions
    from gridsim.settlement.prices import MonthlyRules
    from gridsim.settlement.tariffs import Tariffs

    Ints = NDArray[np.int64]

__all__ = ["Packed", "pack_market", "user_classes"]

_CHARGE = ITEMS.index("transmission")
_FALLBACK, _CATALOGUE = ITEMS.index("fallback"), ITEMS.index("catalogue")
# The kernel's rows of money are the ledger's items in their order.
assert ITEMS == ("energy", "shortfall", "overrun", "transmission", "tou_adjustment", "funds", "fallback", "catalogue")


@dataclass(frozen=True, eq=False)
class Packed:
    """What `pack_market` makes of a scenario.

    Attributes
    ----------
    unit_ids : (U,) object array
        Settlement units in the order of their numbers, then the users outside the market in file order.
    is_outside : (U,) bool array
    market : Market
    groups : Groups
    classes : int
        How many classes users can share a part of their draws in.
    """

    unit_ids: NDArray[np.object_]
    is_outside: NDArray[np.bool_]
    market: Market
    groups: Groups
    classes: int


class _Part(NamedTuple):
    """Positions sorted by unit and month, without their legs; cells in their order."""

    unit: Ints
    month: Ints
    contract: Ints
    upper: Ints
    lower: Ints
    shortfall_price: Ints
    charge_item: Ints
    cell_start: Ints
    cell: Ints  # rows of the meter
    group_key: Ints
    prices: tuple[Ints, Ints, Ints, Ints, Ints]  # of each cell: overrun, charge, funds, adjustment base and ratio


def pack_market(scenario: Scenario, *, has_period: bool) -> Packed:
    """Trade, decompose contracts, and lay out what is to be settled.

    Parameters
    ----------
    scenario : Scenario
    has_period : bool
        Whether each period has a factor of its own.
    """
    buyers = buyers_of(scenario)
    trades = trade(scenario, buyers, sessions_of(scenario)).trades
    legs = legs_of(trades, scenario.rules.values, scenario.year)
    meter, tariffs = meter_of(scenario, buyers), tariffs_of(scenario)
    monthly = monthly_rules(scenario.rules, scenario.year)
    users = scenario.tables["users"]
    is_peak_valley = users["peak_valley_tariff"].to_numpy(dtype=bool)
    is_priority = users["priority_purchase"].to_numpy(dtype=bool)

    positions = pack(legs, meter, len(buyers.unit_ids), np.ones(12, dtype=bool))
    inside, leg_start, leg_energy, leg_price = _inside(positions, legs, meter, tariffs, is_peak_valley, monthly)
    outside = _outside(meter, tariffs, is_peak_valley, is_priority, monthly)

    units, outsiders = np.unique(inside.unit), np.unique(outside.unit)
    unit = np.concatenate(
        [np.searchsorted(units, inside.unit), len(units) + np.searchsorted(outsiders, outside.unit)]
    ).astype(np.int64)
    cell_start = np.concatenate([inside.cell_start, inside.cell_start[-1] + outside.cell_start[1:]])
    cell = np.concatenate([inside.cell, outside.cell])
    position_of_cell = np.repeat(np.arange(len(unit)), np.diff(cell_start))
    groups, cell_group = _groups(inside, outside, position_of_cell, len(unit))
    classes = user_classes(scenario)
    user_start, user, local = _users(
        unit[position_of_cell], meter.user[cell].astype(np.int64), len(units) + len(outsiders)
    )
    month_row = meter.month[cell] % TERM
    factor = (local * len(PERIODS) + meter.period[cell]) * TERM + month_row if has_period else local * TERM + month_row

    def both(name: str) -> Ints:
        return _ints(np.concatenate([getattr(inside, name), getattr(outside, name)]))

    market = Market(
        user_start=user_start,
        user=user,
        user_class=classes[user],
        position_start=_ints(np.searchsorted(unit, np.arange(len(units) + len(outsiders) + 1))),
        month=both("month"),
        contract=both("contract"),
        upper=both("upper"),
        lower=both("lower"),
        shortfall_price=both("shortfall_price"),
        charge_item=both("charge_item"),
        leg_start=_ints(np.concatenate([leg_start, np.full(len(outside.unit), leg_start[-1])])),
        leg_energy=_ints(leg_energy),
        leg_price=_ints(leg_price),
        cell_start=_ints(cell_start),
        cell_energy=_ints(meter.energy[cell]),
        cell_factor=_ints(factor),
        cell_group=cell_group,
    )
    user_ids = users["user_id"].astype(object).to_numpy()
    return Packed(
        unit_ids=np.concatenate([buyers.unit_ids[units], user_ids[outsiders]]).astype(object),
        is_outside=np.arange(len(units) + len(outsiders)) >= len(units),
        market=market,
        groups=groups,
        classes=int(classes.max(initial=-1)) + 1,
    )


def user_classes(scenario: Scenario) -> Ints:
    """The class of each user: the place of its tariff class among those of the users, in the order of their texts."""
    texts = scenario.tables["users"]["tariff_class"].astype(object).to_numpy()
    return _ints(np.unique(texts.astype(str), return_inverse=True)[1])


def _inside(
    positions: Positions,
    legs: Legs,
    meter: Meter,
    tariffs: Tariffs,
    is_peak_valley: NDArray[np.bool_],
    rules: MonthlyRules,
) -> tuple[_Part, Ints, Ints, Ints]:
    """The positions of settlement units, with start, energy and price of their legs."""
    regime = regime_of(positions, rules, trial=False)
    prices = cell_prices(positions, meter, tariffs, is_peak_valley, rules, regime)
    price = leg_prices(positions, legs, regime)
    order = np.lexsort((positions.product, positions.month, positions.unit))
    leg_start, leg = _reordered(positions.leg_start, order)
    cell_start, cell = _reordered(positions.cell_start, order)
    energy = legs.energy[positions.leg][leg]
    total = np.concatenate([[0], np.cumsum(energy)]).astype(np.int64)
    contract = total[leg_start[1:]] - total[leg_start[:-1]]

    unit, month, regime = positions.unit[order], positions.month[order], regime[order]
    is_transition = regime == TRANSITION
    upper = round_ratio(contract, rules.upper[month, unit % 2])
    lower = round_ratio(contract, rules.lower[month, unit % 2])
    of_meter = positions.cell[cell]
    user = meter.user[of_meter]
    # These three decide all prices of a cell in its position.
    counts = is_peak_valley[user] | (np.repeat(regime, np.diff(cell_start)) == TOU)
    key = (tariffs.rate_of_user[user] * 2 + is_peak_valley[user]) * len(PERIODS)
    part = _Part(
        unit=unit,
        month=month,
        contract=contract,
        upper=np.where(is_transition, np.where(contract > 0, OPEN_EDGE, 0), upper),
        lower=np.where(is_transition, 0, lower),
        shortfall_price=rules.shortfall_price[month],
        charge_item=np.full(len(unit), _CHARGE, dtype=np.int64),
        cell_start=cell_start,
        cell=of_meter,
        group_key=key + np.where(counts, meter.period[of_meter], 0),
        prices=(
            prices.overrun[cell],
            prices.transmission[cell],
            prices.funds[cell],
            prices.transmission_base[cell],
            prices.coefficient[cell],
        ),
    )
    return part, leg_start, energy, price[leg]


def _outside(
    meter: Meter,
    tariffs: Tariffs,
    is_peak_valley: NDArray[np.bool_],
    is_priority: NDArray[np.bool_],
    rules: MonthlyRules,
) -> _Part:
    """A position for each user and month outside the market: all in band, the price of a kWh as its charge."""
    prices = settle_unitless(meter, tariffs, is_peak_valley, is_priority, rules)
    key = meter.user[prices.cell].astype(np.int64) * 12 + meter.month[prices.cell]
    order = np.argsort(key, kind="stable")
    found, start = np.unique(key[order], return_index=True)
    cell = prices.cell[order]
    nothing = np.zeros(len(found), dtype=np.int64)
    none = np.zeros(len(cell), dtype=np.int64)
    return _Part(
        unit=found // 12,
        month=found % 12,
        contract=nothing,
        upper=np.full(len(found), OPEN_EDGE, dtype=np.int64),
        lower=nothing,
        shortfall_price=nothing,
        charge_item=np.where(is_priority[found // 12], _CATALOGUE, _FALLBACK).astype(np.int64),
        cell_start=np.append(start, len(cell)).astype(np.int64),
        cell=cell,
        group_key=meter.period[cell].astype(np.int64),
        prices=(none, prices.price[order], prices.funds_price[order], none, np.full(len(cell), NO_ADJUSTMENT)),
    )


def _reordered(start: Ints, order: Ints) -> tuple[Ints, Ints]:
    """Runs in another order: their starts, and the row of each entry."""
    length = np.diff(start)[order]
    begin = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    row = np.repeat(start[:-1][order] - begin[:-1], length) + np.arange(begin[-1])
    return begin, row.astype(np.int64)


def _groups(inside: _Part, outside: _Part, position_of_cell: Ints, positions: int) -> tuple[Groups, Ints]:
    """The groups of all positions, and the group of each cell among those of its position."""
    key = np.concatenate([inside.group_key, outside.group_key])
    keys = int(key.max(initial=0)) + 1
    found, first, group = np.unique(position_of_cell * keys + key, return_index=True, return_inverse=True)
    start = np.searchsorted(found, np.arange(positions + 1) * keys)
    prices = [np.concatenate(pair)[first] for pair in zip(inside.prices, outside.prices, strict=True)]
    return Groups(_ints(start), *map(_ints, prices)), _ints(group - start[position_of_cell])


def _users(unit: Ints, user: Ints, units: int) -> tuple[Ints, Ints, Ints]:
    """The users of each unit in the order of their rows, and the place of each cell's user among them."""
    users = int(user.max(initial=0)) + 1
    found, place = np.unique(unit * users + user, return_inverse=True)
    start = np.searchsorted(found, np.arange(units + 1) * users)
    return _ints(start), _ints(found % users), _ints(place - start[unit])


def _ints(values: NDArray[np.integer]) -> Ints:
    return np.ascontiguousarray(values, dtype=np.int64)
