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
    np.add.at(energy, user[counts], table["energy_kwh"].to_numpy()[counts])
    # A year may stand in parts, so it is marked and not counted. (Sorting users and years took most of all checks.)
    which = np.array(sorted(set(year[counts].tolist())), dtype=np.int64)
    is_told = np.zeros((len(energy), len(which)), dtype=bool)
    is_told[user[counts], np.searchsorted(which, year[counts])] = True
    return History(energy, np.count_nonzero(is_told, axis=1))
