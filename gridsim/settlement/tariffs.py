"""The price of a user's kWh by month: catalogue, T&D and funds, as arrays (rulebook part 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.calendar import month_ordinal, months_of
from gridsim.columns import INPUT_TABLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

__all__ = ["Tariffs", "tariffs_of"]


@dataclass(frozen=True, eq=False)
class Tariffs:
    """Tariffs by rate (a tariff class at a voltage) and month of the year.

    Attributes
    ----------
    rate_of_user : (U,) int64 array
    catalogue : (R, 12, periods) int64 array
        By rate, month and period [micro-yuan/kWh].
    transmission, funds : (R, 12) int64 array
        [micro-yuan/kWh]
    """

    rate_of_user: NDArray[np.int64]
    catalogue: NDArray[np.int64]
    transmission: NDArray[np.int64]
    funds: NDArray[np.int64]

    @property
    def periods(self) -> int:
        """How many periods have a price of their own."""
        return int(self.catalogue.shape[2])


def tariffs_of(scenario: Scenario) -> Tariffs:
    """The tariffs of a scenario: in each month the row with the latest ``effective_from`` not after it.

    A rate has zeros in months for which no row exists: the checks have made sure that no metered energy
    falls there.
    """
    table = scenario.tables["tariffs"]
    rate_names = pd.MultiIndex.from_frame(table[["tariff_class", "voltage"]].astype(object)).unique()
    rate_of_row = rate_names.get_indexer(pd.MultiIndex.from_frame(table[["tariff_class", "voltage"]].astype(object)))
    users = scenario.tables["users"][["tariff_class", "voltage"]].astype(object)
    rate_of_user = rate_names.get_indexer(pd.MultiIndex.from_frame(users)).astype(np.int64)

    effective = table["effective_from"]
    ordinal_of_category = [month_ordinal(month) for month in effective.cat.categories]
    since = np.append(np.array(ordinal_of_category, dtype=np.int64), 0)[effective.cat.codes.to_numpy()]

    months = np.array([month_ordinal(month) for month in months_of(scenario.year)])
    periods = scenario.rules.shape.periods
    catalogue = np.zeros((len(rate_names) + 1, 12, len(periods)), dtype=np.int64)  # the last: users without a rate
    transmission = np.zeros((len(rate_names) + 1, 12), dtype=np.int64)
    funds = np.zeros((len(rate_names) + 1, 12), dtype=np.int64)
    prices = {c.name: table[c.exact].to_numpy() for c in INPUT_TABLES["tariffs"] if c.kind == "price"}
    for row in np.argsort(since, kind="stable"):  # later rows overwrite the months that they govern
        rate, in_force = rate_of_row[row], months >= since[row]
        for position, period in enumerate(periods):
            catalogue[rate, in_force, position] = prices[f"catalogue_{period}"][row]
        transmission[rate, in_force] = prices["transmission"][row]
        funds[rate, in_force] = prices["funds"][row]
    return Tariffs(rate_of_user, catalogue, transmission, funds)
