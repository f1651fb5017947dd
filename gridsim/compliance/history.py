"""Consumption of earlier years, summed by user."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

__all__ = ["History", "history_of"]


class History(NamedTuple):
    """Energy and number of the years given, by user.

    Attributes
    ----------
    energy : (U,) int64 array
        [kWh]
    years : (U,) int64 array
    """

    energy: NDArray[np.int64]
    years: NDArray[np.int64]


def history_of(scenario: Scenario, last_years: int | None = None) -> History:
    """Sum the table ``history`` by user.

    Parameters
    ----------
    scenario : Scenario
    last_years : int, optional
        Only the so many calendar years before the scenario's; all that are given if left out.
    """
    table = scenario.tables["history"]
    user = scenario.row_of(table["user_id"], "users", "user_id")
    year = table["year"].to_numpy()
    counts = np.ones(len(table), dtype=bool)
    if last_years is not None:
        counts = (year >= scenario.year - last_years) & (year < scenario.year)
    energy = np.zeros(len(scenario.tables["users"]), dtype=np.int64)
    years = np.zeros_like(energy)
    np.add.at(energy, user[counts], table["energy_kwh"].to_numpy()[counts])
    told = np.unique(np.stack([user[counts], year[counts]]), axis=1)  # a year may stand in parts
    np.add.at(years, told[0], 1)
    return History(energy, years)
