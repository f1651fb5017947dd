"""The price of a user's kWh by month, as the table of tariffs has it, as arrays (rulebook part 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import month_ordinal, months_of
from gridsim.columns import BILLED_TARIFFS
from gridsim.market_tables import input_tables
from gridsim.scenario.month_parts import begins_of, parts_of_months, rates_of

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
        How many there are, and behind them the one of users without a rate. Where a tariff begins within a month there
        are several of each rate, one behind the other: in that month each has the prices of one part of it.
    rate_of_state : (S,) int64 array
        By state of a user (`gridsim.scenario.states`); where months have parts, of the first parts, then of the second,
        and so on.
    of : mapping of str to (rates, 12) or (rates, 12, periods) int64 array
        The prices of each item of the market's tariffs, by rate and month, and by period where it is by period
        [micro-yuan/kWh].
    """

    rates: int
    rate_of_state: NDArray[np.int64]
    of: Mapping[str, NDArray[np.int64]]
    on_peak_valley: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    """(S,) whether each state, of each part, is on the peak-valley tariff."""
    per_month: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """(rates, 12) by column of `gridsim.columns.BILLED_TARIFFS` [10⁻³ yuan per kVA or kW]; `NO_TARIFF` without one."""


def tariffs_of(scenario: Scenario) -> Tariffs:
    """The tariffs of a scenario: in each month the row with the latest ``effective_from`` not after it.

    A rate has zeros in months for which no row exists: the checks have made sure that no metered energy
    falls there.
    """
    table = scenario.tables["tariffs"]
    rate_of_row, rate_of_state, rates = rates_of(table, scenario.states.rows)
    since, day = begins_of(table)
    on_tariff = scenario.states.rows["peak_valley_tariff"].to_numpy(dtype=bool)
    parts = parts_of_months(scenario)
    several = 1 if parts is None else parts.most

    months = np.array([month_ordinal(month) for month in months_of(scenario.year)])
    shape = scenario.rules.shape
    prices = {
        item.id: np.zeros((rates * several + 1, 12, *([len(shape.periods)] if item.by_period else [])), dtype=np.int64)
        for item in shape.tariff
    }
    columns = {c.name: table[c.exact].to_numpy() for c in input_tables(shape)["tariffs"] if c.kind == "price"}
    billed = {c.name: table[c.exact].fillna(NO_TARIFF).to_numpy(dtype=np.int64) for c in BILLED_TARIFFS}
    per_month = {name: np.full((rates * several + 1, 12), NO_TARIFF, dtype=np.int64) for name in billed}

    def put(row: int, rate: int, in_force: NDArray[np.bool_]) -> None:
        for name, values in billed.items():
            per_month[name][rate, in_force] = values[row]
        for item in shape.tariff:
            if not item.by_period:
                prices[item.id][rate, in_force] = columns[item.id][row]
                continue
            for position, period in enumerate(shape.periods):
                prices[item.id][rate, in_force, position] = columns[f"{item.id}_{period}"][row]

    # Later rows overwrite the months that they govern, and of the month in which they begin what is behind their day.
    for row in np.lexsort((day, since)).tolist():
        begun = months > since[row] if day[row] > 1 else months >= since[row]
        for part in range(several):
            own = begun if parts is None else begun | parts.holds(rate_of_row[row], row, part)
            put(row, int(rate_of_row[row]) + rates * part, own)
    of_part = np.arange(several)[:, np.newaxis]
    rate_of_state = np.where(rate_of_state < 0, -1, rate_of_state + rates * of_part).ravel()
    return Tariffs(rates * several + 1, rate_of_state, prices, np.tile(on_tariff, several), per_month)
