"""From a load curve to metered energy: intervals summed to months and periods, by the hours that hold for each user.

A unit may have periods of its own (rulebook part 11): its energy is then summed by contract period, which those hours
tell, and tariff period, which those of the rule set tell. For all others the two are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.calendar import months_of
from gridsim.io.load_curve import months_of_instants
from gridsim.io.load_stamps import QUARTER, QUARTERS_OF_HOUR, STARTS, clock_of, lengths_on, stamp_of
from gridsim.market_tables import TARIFF_PERIOD, by_pairs_of_periods
from gridsim.rules.hours import QUARTERS_OF_DAY, periods_of_quarters
from gridsim.tables.encoded import categorical, recode
from gridsim.tables.fine_energy import add_rests
from gridsim.tables.read_table import ReadTable
from gridsim.words import Sentence, listed, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.columns import Table
    from gridsim.errors import Fault
    from gridsim.rules import RuleSet
    from gridsim.rules.period_sets import PeriodSets
    from gridsim.tables.read_table import BoolArray, IntArray

    Instants = np.ndarray[tuple[int], np.dtype[np.datetime64]]

__all__ = ["UserHours", "day_and_quarter", "edges_in_intervals", "hours_of_users", "meter_of_load"]


@dataclass(frozen=True, eq=False)
class UserHours:
    """Which pair of periods each quarter-hour of a year belongs to, by the hours of the rule set and by each set.

    Attributes
    ----------
    periods : tuple of str
    contract, tariff : (Q,) int64 array
        The pairs that there are, in ascending order.
    pair : (1 + sets, days, 96) int64 array
        First by the hours of the rule set, then by each set of periods.
    set_of_user : (categories + 1,) int64 array
        By code of the user in ``load``: 0, or one more than the place of its set.
    """

    periods: tuple[str, ...]
    contract: IntArray
    tariff: IntArray
    pair: IntArray
    set_of_user: IntArray

    @property
    def has_own(self) -> bool:
        """Whether any user has periods of its own."""
        return bool(self.set_of_user.any())


def hours_of_users(load: ReadTable, users: ReadTable | None, rules: RuleSet, sets: PeriodSets, year: int) -> UserHours:
    """The hours that hold for the users of a load curve.

    Parameters
    ----------
    load : ReadTable
    users : ReadTable or None
        None: it could not be read.
    rules : RuleSet
    sets : PeriodSets
        One that is faulty counts as the hours of the rule set.
    year : int
    """
    tariff = periods_of_quarters(rules, year)
    names = load.categories("user_id")
    set_of_user = np.zeros(len(names) + 1, dtype=np.int64)
    if len(sets) and users is not None and users.is_readable("user_id") and users.is_readable("period_set"):
        place = {name: number for number, (name, entries) in enumerate(sets.sets, 1) if entries}
        told = users.frame[["user_id", "period_set"]].dropna().astype(str)
        of_name = {user: place.get(name, 0) for user, name in told.itertuples(index=False)}
        set_of_user[:-1] = [of_name.get(name, 0) for name in names]
    contract = [tariff]
    for number, (_, entries) in enumerate(sets.sets, 1):
        contract.append(periods_of_quarters(rules, year, entries) if (set_of_user == number).any() else tariff)
    periods = len(rules.shape.periods)
    code, pair = np.unique(np.stack(contract) * periods + tariff, return_inverse=True)
    pair = pair.reshape(len(contract), *tariff.shape).astype(np.int64)
    return UserHours(rules.shape.periods, code // periods, code % periods, pair, set_of_user)


def edges_in_intervals(load: ReadTable, hours: UserHours, year: int) -> Iterator[Fault]:
    """An interval of load in which one period ends and another begins: its energy belongs to neither alone.

    One fault for each user.
    """
    starts = load.frame[STARTS].to_numpy()
    usable = load.usable("user_id", STARTS) & (starts.astype("datetime64[Y]") == np.datetime64(str(year)))
    usable &= starts.astype(np.int64) % QUARTER == 0
    rows = np.flatnonzero(usable)
    if not len(rows) or not (hours.pair[..., 1:] != hours.pair[..., :-1]).any():
        return
    day, quarter = day_and_quarter(starts[rows])
    user = load.codes("user_id")[rows]
    length = lengths_on(clock_of(load)[rows], user)
    whose = hours.set_of_user[user]
    first = hours.pair[whose, day, quarter]
    edge = np.zeros(len(rows), dtype=np.int64)  # quarter-hours from the beginning to the first edge; 0: none within
    for step in (3, 2, 1):
        within = (step < length) & (quarter + step < QUARTERS_OF_DAY)
        other = hours.pair[whose[within], day[within], quarter[within] + step]
        edge[np.flatnonzero(within)[other != first[within]]] = step
    cut = np.flatnonzero(edge)
    _, shows = np.unique(user[cut], return_index=True)
    place = dict(zip(rows[cut][shows].tolist(), cut[shows].tolist(), strict=True))

    def message(row: int) -> Sentence:
        at = place[row]
        hour, rest = divmod(int(quarter[at] + edge[at]), 4)
        clock, who = f"{hour:02d}:{rest * 15:02d}", load.shown(row, "user_id")
        if length[at] == QUARTERS_OF_HOUR:
            return Sentence("a period ends at {clock}, inside of an hourly interval of {user}", clock=clock, user=who)
        return Sentence("a period ends at {clock}, inside of a half-hourly interval of {user}", clock=clock, user=who)

    yield from load.faults(
        sorted(place),
        ("user_id", stamp_of(load)),
        message,
        listed(Sentence("quarter-hours"), Sentence("or sums by month and period in meter")),
        kind=Sentence("a period ends inside of an interval"),
    )


def meter_of_load(load: ReadTable, meter: Table, hours: UserHours, year: int) -> tuple[ReadTable, list[Sentence]]:
    """The meter table that a load table amounts to, and what is said of energies finer than a kWh.

    Its cells stand in the order in which their user, month and period first appear (reading R9); those of a user with
    periods of its own where its user and month do, then as the rule set lists contract period and tariff period.

    Parameters
    ----------
    load : ReadTable
        Rows with a fault are passed over.
    meter : Table
        The table ``meter`` of the market.
    hours : UserHours
    year : int
    """
    starts = load.frame[STARTS].to_numpy()
    usable = load.usable("user_id", STARTS, "energy_kwh")
    usable &= starts.astype("datetime64[Y]") == np.datetime64(str(year))
    rows = np.flatnonzero(usable)
    user = load.codes("user_id")[rows]
    month = months_of_instants(starts[rows])
    day, quarter = day_and_quarter(starts[rows])
    pairs = len(hours.contract)
    key = (user * 12 + month) * pairs + hours.pair[hours.set_of_user[user], day, quarter]
    size = (int(user.max(initial=-1)) + 1) * 12 * pairs
    energy = np.zeros(size, dtype=np.int64)
    np.add.at(energy, key, load.frame["energy_kwh"].to_numpy()[rows])
    notes = []
    if "energy_kwh" in load.rests:
        key_of_row = np.full(len(load), -1, dtype=np.int64)
        key_of_row[rows] = key

        def cell(place: int) -> Sentence:
            name, period = load.categories("user_id")[place // (12 * pairs)], hours.contract[place % pairs]
            return named((name, months_of(year)[place // pairs % 12], hours.periods[period]))

        note = add_rests(energy, load.rests["energy_kwh"], key_of_row, load.file, cell)
        notes += [note] if note else []
    first = np.full(size, len(rows), dtype=np.int64)
    first[key[::-1]] = np.arange(len(rows) - 1, -1, -1)
    cells = np.argsort(_standing(first, hours, len(rows)), kind="stable")[: np.count_nonzero(first < len(rows))]
    users = recode((cells // (12 * pairs)).astype(np.int32), list(load.categories("user_id")))
    names = list(hours.periods)
    columns = {
        "user_id": categorical(users.codes, users.texts),
        "month": categorical((cells // pairs % 12).astype(np.int32), list(months_of(year))),
        "period": categorical(hours.contract[cells % pairs].astype(np.int32), names),
        "energy_kwh": energy[cells],
    }
    if hours.has_own:
        columns[TARIFF_PERIOD] = categorical(hours.tariff[cells % pairs].astype(np.int32), names)
        meter = by_pairs_of_periods(meter)
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(cells)))
    numbers = np.array([load.row_number(row) for row in rows[first[cells]]], dtype=np.int64)
    return ReadTable(meter, load.file, frame, {}, numbers), notes


def _standing(first: IntArray, hours: UserHours, nowhere: int) -> IntArray:
    """Where each cell stands: at its first row, or, with periods of one's own, at the first of its user and month."""
    if not hours.has_own:
        return first
    by_month = first.reshape(-1, 12, len(hours.contract))
    is_own: BoolArray = hours.set_of_user[: len(by_month), np.newaxis, np.newaxis] > 0
    of_month = by_month.min(axis=2, keepdims=True)
    return np.where(is_own & (by_month < nowhere), of_month, by_month).ravel()


def day_and_quarter(starts: Instants) -> tuple[IntArray, IntArray]:
    """Day of the year and quarter-hour of the day, from 0, of instants of one year."""
    day = starts.astype("datetime64[D]")
    of_year = (day - day.astype("datetime64[Y]")) // np.timedelta64(1, "D")
    quarter: NDArray[np.int64] = starts.astype(np.int64) // QUARTER % QUARTERS_OF_DAY
    return of_year.astype(np.int64), quarter
