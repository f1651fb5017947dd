"""Who may buy directly (N1), and who should trade by time of use (N4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.compliance.figures import mean_energy_texts, short_energy
from gridsim.compliance.row import table_of_columns
from gridsim.details import COMPLIANCE
from gridsim.tables.encoded import texts_of_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.compliance.history import History
    from gridsim.scenario import Scenario
    from gridsim.trading.buyers import Buyers

__all__ = ["direct_access", "mode", "mode_encouraged"]


def direct_access(scenario: Scenario, buyers: Buyers, history: History) -> pa.Table:
    """A user who buys directly, be it in some months alone, consumes more than 5 GWh a year (N1)."""
    limit = scenario.rules.values.compliance.direct_access_energy
    users = scenario.tables["users"]
    row = buyers.direct_users
    energy, years = (values[row] for values in history)
    return table_of_columns(
        "direct_access",
        (row, texts_of_rows(users["user_id"]).tolist()),
        mean_energy_texts(energy, years),
        scenario.rules.cited("compliance.direct_access"),
        (np.zeros_like(row), [COMPLIANCE["direct_access"]]),
        limit=short_energy(limit),
        passed=pa.array(energy > limit * years, mask=years == 0),
    )


def _energy_of_mode(scenario: Scenario) -> int:
    """The yearly energy from which on a user should trade by period: the value that governs the check `mode` [kWh]."""
    return int(scenario.rules.values.at(scenario.rules.cites["compliance.mode"].by[0]))


def mode(scenario: Scenario, buyers: Buyers, history: History) -> pa.Table:
    """A user of 200 GWh a year or more that is on the peak-valley tariff in any month trades by period (N4)."""
    limit = _energy_of_mode(scenario)
    users = scenario.tables["users"]
    row = np.flatnonzero(buyers.is_in_market)
    energy, years = (values[row] for values in history)
    on_tariff = np.zeros(len(users), dtype=bool)
    on_tariff[scenario.states.user[scenario.states.rows["peak_valley_tariff"].to_numpy(dtype=bool)]] = True
    is_free = (_is_split(scenario) | ~on_tariff)[row]
    return table_of_columns(
        "mode",
        (row, texts_of_rows(users["user_id"]).tolist()),
        mean_energy_texts(energy, years),
        scenario.rules.cited("compliance.mode"),
        (np.zeros_like(row), [COMPLIANCE["mode"]]),
        limit=short_energy(limit),
        passed=pa.array(is_free | (energy < limit * years), mask=~is_free & (years == 0)),
    )


def mode_encouraged(scenario: Scenario, buyers: Buyers, history: History) -> pa.Table:
    """A user from 5 GWh a year up to where `mode` asks for it is encouraged to trade by period: for information (N4).

    Not by the rules of a result that an earlier gridsim saved: they don't have the value, nor the result the check.
    """
    values, limit = scenario.rules.values.compliance, _energy_of_mode(scenario)
    users = scenario.tables["users"]
    energy, years = history
    is_medium = (energy >= values.encouraged_energy * years) & (energy < limit * years) & (years > 0)
    is_checked = scenario.rules.has("compliance.encouraged_energy") & buyers.is_in_market
    row = np.flatnonzero(is_checked & ~_is_split(scenario) & is_medium)
    return table_of_columns(
        "mode_encouraged",
        (row, texts_of_rows(users["user_id"]).tolist()),
        mean_energy_texts(energy[row], years[row]),
        scenario.rules.cited("compliance.mode_encouraged"),
        (np.zeros_like(row), [COMPLIANCE["mode_encouraged"]]),
        limit=short_energy(values.encouraged_energy),
        passed=pa.array(np.ones(len(row), dtype=bool)),
    )


def _is_split(scenario: Scenario) -> NDArray[np.bool_]:
    """(users,) whether a user's mode trades several products."""
    modes = [mode.id for mode in scenario.rules.shape.modes if len(mode.products) > 1]
    is_split: NDArray[np.bool_] = scenario.tables["users"]["mode"].isin(modes).to_numpy()
    return is_split
