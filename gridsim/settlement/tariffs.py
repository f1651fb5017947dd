"""The price of a user's kWh by month, as the table of tariffs has it, as arrays (rulebook part 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.calendar import month_ordinal, months_of
from gridsim.columns import BILLED_TARIFFS
from gridsim.market_tables import input_tables
from gridsim.tables.encoded import places_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

__all__ = ["NO_TARIFF", "Tariffs", "tariffs_of"]

NO_TARIFF = -1


@dataclass(frozen=True, eq=False)
class Tariffs:
    """Tariffs by rate (a tariff class at a voltage) and month of the year.

    Attributes
    ----------
    rates : int
        How many there are, and behind them the one of users without a rate.
    rate_of_state : (S,) int64 array
        By state of a user (`gridsim.scenario.states`).
    of : mapping of str to (rates, 12) or (rates, 12, periods) int64 array
        The prices of each item of the market's tariffs, by rate and month, and by period where it is by period
        [micro-yuan/kWh].
    """

    rates: int
    rate_of_state: NDArray[np.int64]
    of: Mapping[str, NDArray[np.int64]]
    per_month: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """(rates, 12) by column of `gridsim.columns.BILLED_TARIFFS` [10⁻³ yuan per kVA or kW]; `NO_TARIFF` without one."""


def tariffs_of(scenario: Scenario) -> Tariffs:
    """The tariffs of a scenario: in each month the row with the latest ``effective_from`` not after it.

    A rate has zeros in months for which no row exists: the checks have made sure that no metered energy
    falls there.
    """
    table = scenario.tables["tariffs"]
    rate_of_row, rate_of_state, rates = _rates(table, scenario.states.rows)
    effective = table["effective_from"].array
    ordinal_of_category = [month_ordinal(month) for month in effective.categories]
    since = np.append(np.array(ordinal_of_category, dtype=np.int64), 0)[effective.codes]

    months = np.array([month_ordinal(month) for month in months_of(scenario.year)])
    shape = scenario.rules.shape
    prices = {
        item.id: np.zeros((rates + 1, 12, *([len(shape.periods)] if item.by_period else [])), dtype=np.int64)
        for item in shape.tariff
    }
    columns = {c.name: table[c.exact].to_numpy() for c in input_tables(shape)["tariffs"] if c.kind == "price"}
    billed = {c.name: table[c.exact].fillna(NO_TARIFF).to_numpy(dtype=np.int64) for c in BILLED_TARIFFS}
    per_month = {name: np.full((rates + 1, 12), NO_TARIFF, dtype=np.int64) for name in billed}
    for row in np.argsort(since, kind="stable"):  # later rows overwrite the months that they govern
        rate, in_force = rate_of_row[row], months >= since[row]
        for name, values in billed.items():
            per_month[name][rate, in_force] = values[row]
        for item in shape.tariff:
            if not item.by_period:
                prices[item.id][rate, in_force] = columns[item.id][row]
                continue
            for position, period in enumerate(shape.periods):
                prices[item.id][rate, in_force, position] = columns[f"{item.id}_{period}"][row]
    return Tariffs(rates + 1, rate_of_state, prices, per_month)


def _rates(table: pd.DataFrame, users: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """The rate of each row of the tariffs, by first appearance; of each user's row, or -1; how many there are."""
    classes, voltages = table["tariff_class"].array, table["voltage"].array
    width = len(voltages.categories)
    rate_of_row, pairs = pd.factorize(classes.codes.astype(np.int64) * width + voltages.codes)
    codes = []
    for name, known in (("tariff_class", classes), ("voltage", voltages)):
        column = users[name].array
        place = places_of(column.categories.tolist(), known.categories.tolist())
        codes.append(np.append(place, -1)[column.codes])
    of_class, of_voltage = codes
    is_known = (of_class >= 0) & (of_voltage >= 0)
    rate_of_state = np.where(is_known, pd.Index(pairs).get_indexer(of_class * width + of_voltage), -1)
    return rate_of_row.astype(np.int64), rate_of_state.astype(np.int64), len(pairs)
