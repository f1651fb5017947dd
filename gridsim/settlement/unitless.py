"""Users without a settlement unit: fallback and catalogue prices (N6; rulebook part 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.settlement.outcome import UnitlessOutcome
from gridsim.units import times_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.settlement.positions import Meter
    from gridsim.settlement.prices import MonthlyRules
    from gridsim.settlement.tariffs import Tariffs

__all__ = ["settle_unitless"]


def settle_unitless(
    meter: Meter,
    tariffs: Tariffs,
    is_peak_valley: NDArray[np.bool_],
    is_priority: NDArray[np.bool_],
    rules: MonthlyRules,
) -> UnitlessOutcome:
    """Settle the cells of users who have left the market, or who never joined it.

    Fallback: multiple × (catalogue − funds), with funds beside it; priority purchase: the catalogue price.
    Both take the price of the period itself, users off the peak-valley tariff the flat price.

    Parameters
    ----------
    meter : Meter
    tariffs : Tariffs
    is_peak_valley, is_priority : (U,) bool array
    rules : MonthlyRules
    """
    cell = np.flatnonzero(meter.unit < 0)
    user, month = meter.user[cell], meter.month[cell]
    rate, priority = tariffs.rate_of_user[user], is_priority[user]
    period = np.where(is_peak_valley[user], meter.period[cell], rules.off_tariff_period)
    catalogue = tariffs.catalogue[rate, month, period]
    funds = np.where(priority, 0, tariffs.funds[rate, month])
    fallback = times_ratio(catalogue - funds, rules.fallback_multiple[month])
    price = np.where(priority, catalogue, fallback)
    energy = meter.energy[cell]
    return UnitlessOutcome(
        cell=cell,
        is_priority=priority,
        energy=energy,
        price=price,
        money=energy * price,
        funds_price=funds,
        funds_money=energy * funds,
    )
