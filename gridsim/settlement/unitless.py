"""Users without a settlement unit: who left the market, and priority purchase (rulebook parts 5 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.errors import Fault, ScenarioError
from gridsim.settlement.figures import figure
from gridsim.settlement.outcome import OutsideCharge, UnitlessOutcome
from gridsim.settlement.prices import TariffPlaces
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gridsim.rules.shape_lists import ChargeShape
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.tariffs import Tariffs

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

__all__ = ["LEFT_MARKET", "PRIORITY_PURCHASE", "lacking_faults", "settle_unitless", "tell_lacking"]

LEFT_MARKET, PRIORITY_PURCHASE = "left_market", "priority_purchase"


def settle_unitless(
    meter: Meter,
    tariffs: Tariffs,
    is_peak_valley: Flags,
    is_priority: Flags,
    rules: MonthlyRules,
) -> UnitlessOutcome:
    """Settle the cells of users who have left the market, or who never joined it, at the charges of the rule set.

    Parameters
    ----------
    meter : Meter
    tariffs : Tariffs
    is_peak_valley : (S,) bool array
        By state of a user.
    is_priority : (U,) bool array
    rules : MonthlyRules

    Raises
    ------
    ScenarioError
        A price that a month lacks.
    """
    cell = np.flatnonzero(meter.unit < 0)
    user, state, energy = meter.user[cell], meter.state[cell], meter.energy[cell]
    priority = is_priority[user]
    charges = []
    for why, listed in rules.shape.outside:
        is_it = priority if why == PRIORITY_PURCHASE else ~priority
        for charge in listed:
            row = np.flatnonzero(is_it & (is_peak_valley[state] | (not charge.only_on_tariff)))
            of = cell[row]
            places = TariffPlaces(
                rules=rules,
                tariffs=tariffs,
                rate=tariffs.rate_of_state[meter.state[of]],
                is_peak_valley=is_peak_valley[meter.state[of]],
                month=meter.month[of].astype(np.int64),
                period=meter.tariff_period[of].astype(np.int64),
                stands_for_all=rules.shape.stands_for_all(why),
            )
            price = _prices(charge, _Cells(row, places, meter.month[of], energy[row]), rules)
            names = (f"{charge.item}.{why}", f"{listed[0].item}_{charge.item}", charge.item)
            charges.append(OutsideCharge(charge.item, names, row, price, rules.shape.accounts.index(charge.payee)))
    return UnitlessOutcome(cell=cell, is_priority=priority, energy=energy, charges=tuple(charges))


class _Cells(NamedTuple):
    """Cells of users without a unit."""

    row: Ints
    """Among all such cells."""
    places: TariffPlaces
    month: NDArray[np.int8]
    energy: Ints


def _prices(charge: ChargeShape, cells: _Cells, rules: MonthlyRules) -> Ints:
    price = np.zeros(len(cells.row), dtype=np.int64)
    for form, is_then in rules.by_month(charge.price):
        here = is_then[cells.month]
        found = figure(form, cells.places)
        np.copyto(price, found.values, where=here)
        if found.is_there is not None:
            lacking = here & ~found.is_there & (cells.energy > 0)
            tell_lacking(charge.item, cells.month[lacking], rules)
    return price


def tell_lacking(item: str, months: NDArray[np.integer], rules: MonthlyRules) -> None:
    """Raise a fault that names the months and the item of lines whose price a month lacks."""
    faults = lacking_faults(item, [rules.months[month] for month in np.unique(months).tolist()])
    if faults:
        raise ScenarioError(faults)


def lacking_faults(item: str, months: Iterable[str]) -> list[Fault]:
    """The faults of lines of an item whose price these months lack."""
    return [
        Fault(
            "market_prices",
            None,
            month,
            item,
            Sentence("the month has no price for {item}", item=item),
            Sentence("a row of market_prices, or trades, that the price of {item} rests on", item=item),
        )
        for month in months
    ]
