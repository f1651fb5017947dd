"""The price of a user's kWh by month, as the table of tariffs has it, as arrays (rulebook part 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.calendar import day_of_month, days_in_month, is_month, month_ordinal, months_of
from gridsim.columns import BILLED_TARIFFS
from gridsim.market_tables import input_tables
from gridsim.tables.encoded import places_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

__all__ = ["NO_TARIFF", "MonthParts", "Tariffs", "begins_of", "parts_of_months", "tariffs_of"]

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
    rate_of_row, rate_of_state, rates = _rates(table, scenario.states.rows)
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


def begins_of(table: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The month, as an ordinal, and the day of it from which each row of the tariffs holds; 0 and 1: from ever."""
    effective = table["effective_from"].array
    ordinals = np.array([month_ordinal(text) for text in effective.categories] + [0], dtype=np.int64)
    days = np.array([day_of_month(text) for text in effective.categories] + [1], dtype=np.int64)
    return ordinals[effective.codes], days[effective.codes]


@dataclass(frozen=True, eq=False)
class MonthParts:
    """Months in which tariffs begin on another day than the first: the parts that they fall into.

    Attributes
    ----------
    most : int
        Into how many a month falls at most.
    days : (rates, 12, most) int64 array
        Of each part, how many days; 0: there is no such part.
    rate_of_state : (S,) int64 array
        -1: none.
    """

    most: int
    days: NDArray[np.int64]
    rate_of_state: NDArray[np.int64]
    _begun: Mapping[tuple[int, int], tuple[int, int]]

    def holds(self, rate: int, row: int, part: int) -> NDArray[np.bool_]:
        """(12,) the month in which a row begins, if the part begins with it or later."""
        found = np.zeros(12, dtype=bool)
        begun = self._begun.get((rate, row))
        if begun is not None and part >= begun[1]:
            found[begun[0]] = True
        return found


def parts_of_months(scenario: Scenario) -> MonthParts | None:
    """The parts of months of a scenario's year; None if no tariff begins within a month."""
    table = scenario.tables["tariffs"]
    if all(is_month(text) for text in table["effective_from"].array.categories):
        return None
    since, day = begins_of(table)
    rate_of_row, rate_of_state, rates = _rates(table, scenario.states.rows)
    months = scenario.months
    first = month_ordinal(months[0])
    begins: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row in np.flatnonzero((day > 1) & (since >= first) & (since < first + 12)).tolist():
        begins.setdefault((int(rate_of_row[row]), int(since[row]) - first), []).append((int(day[row]), row))
    if not begins:
        return None
    most = 1 + max(map(len, begins.values()))
    days = np.zeros((rates, 12, most), dtype=np.int64)
    days[:, :, 0] = [days_in_month(month) for month in months]
    begun: dict[tuple[int, int], tuple[int, int]] = {}
    for (rate, month), rows in begins.items():
        starts = [1, *(start for start, _ in sorted(rows)), days_in_month(months[month]) + 1]
        days[rate, month, : len(starts) - 1] = np.diff(starts)
        begun |= {(rate, row): (month, part) for part, (_, row) in enumerate(sorted(rows), 1)}
    return MonthParts(most, days, rate_of_state, begun)


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
