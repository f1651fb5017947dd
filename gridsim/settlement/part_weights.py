"""By what the energy of a cell falls into the parts of its month, where tariffs begin within it (rulebook part 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import day_of_month
from gridsim.market_tables import METER_PARTS, TARIFF_PERIOD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario
    from gridsim.scenario.month_parts import MonthParts

    Ints = NDArray[np.int64]
    Numbers = NDArray[np.integer]

__all__ = ["part_weights"]

_LOAD = "load"


def part_weights(
    scenario: Scenario,
    parts: MonthParts,
    *,
    user: Numbers,
    state: Numbers,
    month: Numbers,
    period: Numbers,
    tariff_period: Numbers,
) -> Ints:
    """The weight of each part of each cell's month: its calendar days, or what load has in it.

    Parameters
    ----------
    scenario : Scenario
    parts : MonthParts
    user, state, month, period, tariff_period : (N,) integer array
        Of each cell, as `gridsim.settlement.meter.Meter` has them.

    Returns
    -------
    (N, most) int64 array
        [days] or [kWh]; 0 where there is no such part. No cell has nothing but zeros.
    """
    rate = parts.rate_of_state[state]
    weights: Ints = np.where((rate >= 0)[:, np.newaxis], parts.days[rate, month], 0)
    weights[rate < 0, 0] = 1
    if METER_PARTS in scenario.tables and scenario.rules.values.changes.tariff_within_month == _LOAD:
        keys, of_key = _metered(scenario, parts)
        key = _keys(scenario, user, month, period, tariff_period)
        place = np.searchsorted(keys, key)
        place[place == len(keys)] = 0
        is_told = keys[place] == key if len(keys) else np.zeros(len(key), dtype=bool)
        told = np.flatnonzero(is_told)
        told = told[of_key[place[told]].any(axis=1)]  # what never metered anything tells no part from another
        weights[told] = of_key[place[told]]
    return weights


def _metered(scenario: Scenario, parts: MonthParts) -> tuple[Ints, Ints]:
    """The cells that load has parts of, by ascending key, and (cells, most) what it has in each [kWh]."""
    table = scenario.tables[METER_PARTS]
    user = scenario.row_of(table["user_id"], "users", "user_id")
    month, period, tariff_period = (table[name].array.codes for name in ("month", "period", TARIFF_PERIOD))
    begins = table["effective_from"].array
    day = np.array([day_of_month(text) for text in begins.categories] + [1], dtype=np.int64)[begins.codes]
    rate = parts.rate_of_state[scenario.states.at(user, month)]
    begun = (parts.first_day[rate, month] == day[:, np.newaxis]) & (rate >= 0)[:, np.newaxis]
    rows = np.flatnonzero(begun.any(axis=1) & (user >= 0))
    key = _keys(scenario, user, month, period, tariff_period)[rows]
    keys, place = np.unique(key, return_inverse=True)
    of_key = np.zeros((len(keys), parts.most), dtype=np.int64)
    of_key[place, begun[rows].argmax(axis=1)] = table["energy_kwh"].to_numpy()[rows]
    return keys, of_key


def _keys(scenario: Scenario, user: Numbers, month: Numbers, period: Numbers, tariff_period: Numbers) -> Ints:
    """A number for each cell."""
    periods = len(scenario.rules.shape.periods)
    found: Ints = ((user.astype(np.int64) * 12 + month) * periods + period) * periods + tariff_period
    return found
