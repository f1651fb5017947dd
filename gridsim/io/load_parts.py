"""From a load curve to what it has in each part of a month in which a tariff begins (rulebook part 15).

The curve itself is summed to months and gone; of months that fall into parts this table keeps what tells them apart.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.io.load_curve import months_of_instants
from gridsim.io.load_periods import day_and_quarter
from gridsim.io.load_stamps import STARTS
from gridsim.market_tables import TARIFF_PERIOD
from gridsim.shares import shares
from gridsim.tables.encoded import categorical, places_of, recode, texts_of_rows
from gridsim.tables.read_table import ReadTable
from gridsim.units import round_half_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.columns import Table
    from gridsim.io.load_periods import UserHours
    from gridsim.scenario.month_parts import MonthParts
    from gridsim.scenario.states import UserStates
    from gridsim.tables.read_table import IntArray

__all__ = ["parts_of_load"]

_DAYS = 32  # of a month, with one that is none


def parts_of_load(
    load: ReadTable,
    table: Table,
    hours: UserHours,
    parts: MonthParts,
    users: pd.DataFrame,
    states: UserStates,
    months: Sequence[str],
) -> ReadTable:
    """What a load curve has in the parts of months; those of a cell add up to its row of the meter table.

    An interval belongs to the day on which it starts. Where a sum is no whole kWh, the cell's, which is rounded once,
    is split to its parts by largest remainder.

    Parameters
    ----------
    load : ReadTable
        Without a fault.
    table : Table
        As which the rows stand.
    hours : UserHours
    parts : MonthParts
    users : DataFrame
    states : UserStates
        Of these users.
    months : sequence of str
        Of the year.
    """
    names, pairs = load.categories("user_id"), len(hours.contract)
    row_of_user = places_of(names, texts_of_rows(users["user_id"]).tolist())
    rate_of = parts.rate_of_state[states.by_month()[row_of_user]]  # by user of the load and month
    exists = (parts.days[rate_of, np.arange(len(months))] > 0) & (rate_of >= 0)[..., np.newaxis]

    user, starts = load.codes("user_id"), load.frame[STARTS].to_numpy()
    month = months_of_instants(starts)
    rows = np.flatnonzero(exists.sum(axis=2)[user, month] > 1)
    user, month, starts = user[rows], month[rows], starts[rows]
    day_of_year, quarter = day_and_quarter(starts)
    day = (starts.astype("datetime64[D]") - starts.astype("datetime64[M]")).astype(np.int64) + 1
    first_day = parts.first_day[rate_of[user, month], month]
    part = (first_day <= day[:, np.newaxis]).sum(axis=1) - 1
    pair = hours.pair[hours.set_of_user[user], day_of_year, quarter]
    cells, cell = np.unique((user * len(months) + month) * pairs + pair, return_inverse=True)
    energy = _energies(load, rows, cell * parts.most + part, (len(cells), parts.most))

    user, month = cells // (len(months) * pairs), cells // pairs % len(months)
    cell, part = np.nonzero(exists[user, month])
    user, month, pair = user[cell], month[cell], cells[cell] % pairs
    first_day = parts.first_day[rate_of[user, month], month, part]
    who = recode(user.astype(np.int32), list(names))
    days = [f"{text}-{number:02d}" for text in months for number in range(_DAYS)]
    since = recode(np.where(part > 0, month * _DAYS + first_day, -1).astype(np.int32), list(days))
    periods = list(hours.periods)
    columns = {
        "user_id": categorical(who.codes, who.texts),
        "month": categorical(month.astype(np.int32), list(months)),
        "period": categorical(hours.contract[pair].astype(np.int32), periods),
        TARIFF_PERIOD: categorical(hours.tariff[pair].astype(np.int32), periods),
        "effective_from": categorical(since.codes, since.texts),
        "energy_kwh": energy[cell, part],
    }
    return ReadTable(table, load.file, pd.DataFrame(columns, index=pd.RangeIndex(len(cell))))


def _energies(load: ReadTable, rows: IntArray, key: IntArray, shape: tuple[int, int]) -> IntArray:
    """(cells, parts) sums of rows by key, in whole kWh that add up to the cell's exact sum, rounded half up."""
    energy = np.zeros(shape[0] * shape[1], dtype=np.int64)
    np.add.at(energy, key, load.frame["energy_kwh"].to_numpy()[rows])
    if "energy_kwh" not in load.rests:
        return energy.reshape(shape)
    key_of_row = np.full(len(load), -1, dtype=np.int64)
    key_of_row[rows] = key
    added, fractions = load.rests["energy_kwh"].summed(key_of_row, len(energy))
    energy += added
    found = energy.reshape(shape)
    for cell in sorted({place // shape[1] for place in fractions}):
        exact = [Fraction(int(value)) for value in found[cell]]
        for part, value in enumerate(exact):
            rest = fractions.get(cell * shape[1] + part, Fraction(0))
            exact[part] = value - (rest >= Fraction(1, 2)) + rest  # it was rounded half up by itself
        whole = sum(exact)
        scale = math.lcm(*(value.denominator for value in exact))
        total = round_half_up(whole.numerator, whole.denominator)
        found[cell] = shares(total, [int(value * scale) for value in exact])
    return found
