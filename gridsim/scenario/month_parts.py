"""Months in which tariffs begin on another day than the first, and the parts that they fall into (rulebook part 15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.calendar import day_of_month, days_in_month, is_month, month_ordinal
from gridsim.tables.encoded import places_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gridsim.scenario.content import ScenarioContent

__all__ = ["MonthParts", "begins_of", "month_parts", "parts_of_months", "rates_of"]

_NEVER = 99  # no day of a month


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
    first_day : (rates, 12, most) int64 array
        Of each part, the day of the month on which it begins.
    rate_of_state : (S,) int64 array
        -1: none.
    """

    most: int
    days: NDArray[np.int64]
    first_day: NDArray[np.int64]
    rate_of_state: NDArray[np.int64]
    _begun: Mapping[tuple[int, int], tuple[int, int]]

    def holds(self, rate: int, row: int, part: int) -> NDArray[np.bool_]:
        """(12,) the month in which a row begins, if the part begins with it or later."""
        found = np.zeros(12, dtype=bool)
        begun = self._begun.get((rate, row))
        if begun is not None and part >= begun[1]:
            found[begun[0]] = True
        return found


def parts_of_months(scenario: ScenarioContent) -> MonthParts | None:
    """The parts of months of a scenario's year; None if no tariff begins within a month."""
    return month_parts(scenario.tables["tariffs"], scenario.states.rows, scenario.months)


def month_parts(tariffs: pd.DataFrame, users: pd.DataFrame, months: Sequence[str]) -> MonthParts | None:
    """The parts of months; None if no tariff begins within one.

    Parameters
    ----------
    tariffs : DataFrame
        Exact.
    users : DataFrame
        Their states (`gridsim.scenario.states`).
    months : sequence of str
        Of the year.
    """
    if all(is_month(text) for text in tariffs["effective_from"].array.categories):
        return None
    since, day = begins_of(tariffs)
    rate_of_row, rate_of_state, rates = rates_of(tariffs, users)
    first = month_ordinal(months[0])
    begins: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for row in np.flatnonzero((day > 1) & (since >= first) & (since < first + 12)).tolist():
        begins.setdefault((int(rate_of_row[row]), int(since[row]) - first), []).append((int(day[row]), row))
    if not begins:
        return None
    most = 1 + max(map(len, begins.values()))
    days = np.zeros((rates, 12, most), dtype=np.int64)
    days[:, :, 0] = [days_in_month(month) for month in months]
    first_days = np.full((rates, 12, most), _NEVER, dtype=np.int64)
    first_days[:, :, 0] = 1
    begun: dict[tuple[int, int], tuple[int, int]] = {}
    for (rate, month), rows in begins.items():
        starts = [1, *(start for start, _ in sorted(rows)), days_in_month(months[month]) + 1]
        days[rate, month, : len(starts) - 1] = np.diff(starts)
        first_days[rate, month, : len(starts) - 1] = starts[:-1]
        begun |= {(rate, row): (month, part) for part, (_, row) in enumerate(sorted(rows), 1)}
    return MonthParts(most, days, first_days, rate_of_state, begun)


def rates_of(table: pd.DataFrame, users: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
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
