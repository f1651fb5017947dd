"""One point of a batch as the arrays that its kernel settles: its prices and bands, laid over a layout."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.columns import PERIODS
from gridsim.core.market import Groups, Market
from gridsim.core.positions import NO_ADJUSTMENT, OPEN_EDGE
from gridsim.settlement.ledger import ITEMS
from gridsim.settlement.prices import TOU, TRANSITION, cell_prices, leg_prices, monthly_rules, regime_of, round_ratio
from gridsim.settlement.unitless import settle_unitless

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.layout import Layout
    from gridsim.rules import RuleSet
    from gridsim.settlement.prices import MonthlyRules

    Ints = NDArray[np.int64]

__all__ = ["pack_market"]

_CHARGE = ITEMS.index("transmission")
_FALLBACK, _CATALOGUE = ITEMS.index("fallback"), ITEMS.index("catalogue")
# The kernel's rows of money are the ledger's items in their order.
assert ITEMS == ("energy", "shortfall", "overrun", "transmission", "tou_adjustment", "funds", "fallback", "catalogue")


class _Part(NamedTuple):
    """What rules add to positions and their cells, in the order of the layout."""

    upper: Ints
    lower: Ints
    shortfall_price: Ints
    charge_item: Ints
    group_key: Ints
    prices: tuple[Ints, Ints, Ints, Ints, Ints]  # of each cell: overrun, charge, funds, adjustment base and ratio


def pack_market(layout: Layout, rules: RuleSet, year: int) -> tuple[Market, Groups]:
    """Lay a rule set's prices and bands over what is to be settled.

    Parameters
    ----------
    layout : Layout
        Of rules that agree with `rules` in all that a layout reads.
    rules : RuleSet
    year : int
    """
    monthly = monthly_rules(rules, year)
    inside, leg_price = _inside(layout, monthly)
    outside = _outside(layout, monthly)
    groups, cell_group = _groups(inside, outside, layout.position_of_cell, len(layout.month))

    def both(name: str) -> Ints:
        return _ints(np.concatenate([getattr(inside, name), getattr(outside, name)]))

    market = Market(
        user_start=layout.user_start,
        user=layout.user,
        user_class=layout.user_class,
        position_start=layout.position_start,
        month=layout.month,
        contract=layout.contract,
        upper=both("upper"),
        lower=both("lower"),
        shortfall_price=both("shortfall_price"),
        charge_item=both("charge_item"),
        leg_start=layout.leg_start,
        leg_energy=layout.leg_energy,
        leg_price=_ints(leg_price),
        cell_start=layout.cell_start,
        cell_energy=layout.cell_energy,
        cell_factor=layout.cell_factor,
        cell_group=cell_group,
    )
    return market, groups


def _inside(layout: Layout, rules: MonthlyRules) -> tuple[_Part, Ints]:
    """The positions of settlement units, and the prices of their legs."""
    positions, meter, tariffs, is_peak_valley = layout.positions, layout.meter, layout.tariffs, layout.is_peak_valley
    regime = regime_of(positions, rules, trial=False)
    prices = cell_prices(positions, meter, tariffs, is_peak_valley, rules, regime)
    price = leg_prices(positions, layout.legs, regime)[layout.leg]
    cell, count = layout.cell, len(layout.order)

    unit, month, regime = layout.unit_number[:count], layout.month[:count], regime[layout.order]
    contract = layout.contract[:count]
    is_transition = regime == TRANSITION
    row = layout.meter_row[: len(cell)]
    user = meter.user[row]
    # These three decide all prices of a cell in its position.
    counts = is_peak_valley[user] | (np.repeat(regime, np.diff(layout.cell_start[: count + 1])) == TOU)
    key = (tariffs.rate_of_user[user] * 2 + is_peak_valley[user]) * len(PERIODS)
    part = _Part(
        upper=np.where(
            is_transition, np.where(contract > 0, OPEN_EDGE, 0), round_ratio(contract, rules.upper[month, unit % 2])
        ),
        lower=np.where(is_transition, 0, round_ratio(contract, rules.lower[month, unit % 2])),
        shortfall_price=rules.shortfall_price[month],
        charge_item=np.full(count, _CHARGE, dtype=np.int64),
        group_key=key + np.where(counts, meter.period[row], 0),
        prices=(
            prices.overrun[cell],
            prices.transmission[cell],
            prices.funds[cell],
            prices.transmission_base[cell],
            prices.coefficient[cell],
        ),
    )
    return part, price


def _outside(layout: Layout, rules: MonthlyRules) -> _Part:
    """Positions outside the market: all in band, the price of a kWh as its charge."""
    prices = settle_unitless(layout.meter, layout.tariffs, layout.is_peak_valley, layout.is_priority, rules)
    order = layout.cell_outside
    user = layout.unit_number[len(layout.order) :]
    nothing = np.zeros(len(user), dtype=np.int64)
    none = np.zeros(len(order), dtype=np.int64)
    return _Part(
        upper=np.full(len(user), OPEN_EDGE, dtype=np.int64),
        lower=nothing,
        shortfall_price=nothing,
        charge_item=np.where(layout.is_priority[user], _CATALOGUE, _FALLBACK).astype(np.int64),
        group_key=layout.meter.period[prices.cell[order]].astype(np.int64),
        prices=(none, prices.price[order], prices.funds_price[order], none, np.full(len(order), NO_ADJUSTMENT)),
    )


def _groups(inside: _Part, outside: _Part, position_of_cell: Ints, positions: int) -> tuple[Groups, Ints]:
    """The groups of all positions, and the group of each cell among those of its position."""
    key = np.concatenate([inside.group_key, outside.group_key])
    keys = int(key.max(initial=0)) + 1
    found, first, group = np.unique(position_of_cell * keys + key, return_index=True, return_inverse=True)
    start = np.searchsorted(found, np.arange(positions + 1) * keys)
    prices = [np.concatenate(pair)[first] for pair in zip(inside.prices, outside.prices, strict=True)]
    return Groups(_ints(start), *map(_ints, prices)), _ints(group - start[position_of_cell])


def _ints(values: NDArray[np.integer]) -> Ints:
    return np.ascontiguousarray(values, dtype=np.int64)
