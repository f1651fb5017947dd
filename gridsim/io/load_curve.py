"""From a load curve to metered energy: intervals summed to months and periods by the rule set's hours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridsim.calendar import days_in_month, months_of
from gridsim.columns import Table
from gridsim.errors import Fault
from gridsim.rules.hours import periods_of_quarters
from gridsim.tables.encoded import categorical, recode
from gridsim.tables.read_table import BoolArray, IntArray, ReadTable
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from gridsim.rules import RuleSet

__all__ = ["edges_in_intervals", "gaps_in_load", "load_faults", "meter_of_load"]

_QUARTERS_OF_HOUR = 4
_HOURS_OF_DAY = 24
_QUARTERS_OF_DAY = _QUARTERS_OF_HOUR * _HOURS_OF_DAY
_TELLING = 12  # so few intervals may lie far apart by chance; from here on their distances tell how long they are
_QUARTER = 15 * 60 * 10**6  # [µs]


def load_faults(load: ReadTable, year: int) -> Iterator[Fault]:
    """Intervals outside the year, that begin at no quarter-hour, or of any other length than an hour or a quarter."""
    starts = load.frame["starts_at"].to_numpy()
    usable = load.usable("starts_at")
    is_of_year = starts.astype("datetime64[Y]") == np.datetime64(str(year))
    yield from load.faults(
        np.flatnonzero(usable & ~is_of_year),
        "starts_at",
        Sentence("an interval outside the year"),
        Sentence("an instant of {year}", year=year),
    )
    is_at_quarter = starts.astype(np.int64) % _QUARTER == 0
    yield from load.faults(
        np.flatnonzero(usable & ~is_at_quarter),
        "starts_at",
        Sentence("an interval that begins at no quarter-hour"),
        Sentence("a full hour, or 15, 30 or 45 minutes past"),
    )
    rows = np.flatnonzero(load.usable("user_id", "starts_at") & is_of_year & is_at_quarter)
    wrong, faults = _wrong_lengths(load, rows)
    yield from faults
    yield from _mixed_lengths(load, rows[~wrong[load.codes("user_id")[rows]]] if len(rows) else rows)


def _wrong_lengths(load: ReadTable, rows: NDArray[np.intp]) -> tuple[BoolArray, Iterator[Fault]]:
    """Users whose intervals, in any month or in all of them together, are no hours and no quarter-hours; their faults.

    Half-hours would sum up rightly, but a day's or a shift's energy at its first instant would fall into one period.
    """
    if not len(rows):
        return np.zeros(0, dtype=bool), iter(())
    starts, user = load.frame["starts_at"].to_numpy()[rows], load.codes("user_id")[rows]
    month, _ = _month_and_hour(starts)
    quarter = starts.astype(np.int64) // _QUARTER % _QUARTERS_OF_DAY
    users = int(user.max()) + 1
    begins = np.zeros((users, 12, _QUARTERS_OF_DAY), dtype=bool)
    begins[user, month, quarter] = True
    counts = np.bincount(user * 12 + month, minlength=users * 12).reshape(users, 12)
    in_any_month: BoolArray = np.logical_or.reduce(begins, axis=1)
    lengths = np.column_stack([_length(begins), _length(in_any_month)])  # by month, then all of them together
    is_telling = np.column_stack([counts, counts.sum(axis=1)]) >= _TELLING
    is_wrong = is_telling & ~np.isin(lengths, (1, _QUARTERS_OF_HOUR))
    wrong = np.where(is_wrong.any(axis=1), np.argmax(is_wrong, axis=1), -1)[user]  # of each row's user; 12: the whole
    # A row that shows it: one that begins off the hour; where none does, the first of its month.
    shows = (wrong >= 0) & ((wrong == month) | (wrong == 12))
    shows &= (quarter % _QUARTERS_OF_HOUR != 0) | (lengths[user, wrong] > _QUARTERS_OF_HOUR)
    _, first = np.unique(user[shows], return_index=True)
    found = np.sort(np.flatnonzero(shows)[first])
    length_at = dict(zip(rows[found].tolist(), lengths[user, wrong][found].tolist(), strict=True))
    faults = load.faults(
        rows[found],
        ("user_id", "starts_at"),
        lambda row: _length_in_words(length_at[row]),
        listed(
            Sentence(
                "intervals of an hour from the full hour, or of a quarter-hour, a row for each, also without energy"
            ),
            Sentence("or sums by month and period in meter"),
        ),
        kind=Sentence("intervals of another length than an hour or a quarter-hour"),
    )
    of_user: BoolArray = np.asarray(is_wrong.any(axis=1))
    return of_user, faults


def _mixed_lengths(load: ReadTable, rows: NDArray[np.intp]) -> Iterator[Fault]:
    """Hours of which the first quarter alone has a row, in a day of quarter-hours of the same user.

    Such a row may stand for the quarter, with three rows lost, or for the hour: the energy is another.
    """
    if not len(rows):
        return
    starts, user = load.frame["starts_at"].to_numpy()[rows], load.codes("user_id")[rows]
    quarter = starts.astype(np.int64) // _QUARTER
    is_off = quarter % _QUARTERS_OF_HOUR != 0
    if not is_off.any():
        return
    day = quarter // _QUARTERS_OF_DAY
    day += user * (int(day.max()) + 1)  # of each user its own
    hour = day * _HOURS_OF_DAY + quarter // _QUARTERS_OF_HOUR % _HOURS_OF_DAY
    alone = ~is_off & np.isin(day, day[is_off]) & ~np.isin(hour, hour[is_off])
    _, first = np.unique(day[alone], return_index=True)
    yield from load.faults(
        np.sort(rows[alone][first]),
        ("user_id", "starts_at"),
        Sentence("an hour among quarter-hours of one day, or a quarter-hour whose three others are missing"),
        Sentence("all intervals of a user's day of one length, a row for each, also without energy"),
    )


def _length(begins: BoolArray) -> IntArray:
    """(...) the longest interval [quarter-hours] whose repetition meets all these (..., 96) beginnings in a day.

    Hours that do not begin at the full hour count as minus an hour.
    """
    first = np.argmax(begins, axis=-1)
    length = np.full(begins.shape[:-1], _QUARTERS_OF_DAY, dtype=np.int64)
    for place in range(_QUARTERS_OF_DAY):
        length = np.gcd(length, np.where(begins[..., place], place - first, 0))
    return np.where((length % _QUARTERS_OF_HOUR == 0) & (first % _QUARTERS_OF_HOUR != 0), -length, length)


def _length_in_words(length: int) -> Sentence:
    if length == -_QUARTERS_OF_HOUR:
        return Sentence("hourly intervals that begin between the full hours")
    if abs(length) == _QUARTERS_OF_DAY:
        return Sentence("one interval a day, or fewer")
    hours, rest = divmod(abs(length), _QUARTERS_OF_HOUR)
    return (
        Sentence("intervals of {minutes} minutes", minutes=hours * 60 + rest * 15)
        if rest
        else Sentence("intervals of {hours} hours", hours=hours)
    )


def edges_in_intervals(load: ReadTable, rules: RuleSet, year: int) -> Iterator[Fault]:
    """An hour of load in which one period ends and another begins: its energy belongs to neither alone.

    One fault for each user.
    """
    starts = load.frame["starts_at"].to_numpy()
    usable = load.usable("user_id", "starts_at") & (starts.astype("datetime64[Y]") == np.datetime64(str(year)))
    usable &= starts.astype(np.int64) % _QUARTER == 0
    rows = np.flatnonzero(usable)
    table = periods_of_quarters(rules, year)
    by_hour = table.reshape(len(table), _HOURS_OF_DAY, _QUARTERS_OF_HOUR)
    has_edge = (by_hour != by_hour[..., :1]).any(axis=2)
    if not len(rows) or not has_edge.any():
        return
    day, quarter = _day_and_quarter(starts[rows])
    user = load.codes("user_id")[rows]
    key = user * len(table) + day
    is_fine = np.isin(key, key[quarter % _QUARTERS_OF_HOUR != 0])  # a day of quarter-hours
    cut = np.flatnonzero(~is_fine & has_edge[day, quarter // _QUARTERS_OF_HOUR])
    _, first = np.unique(user[cut], return_index=True)
    place = dict(zip(rows[cut][first].tolist(), cut[first].tolist(), strict=True))

    def message(row: int) -> Sentence:
        hour = int(quarter[place[row]]) // _QUARTERS_OF_HOUR
        within = by_hour[day[place[row]], hour]
        minute = 15 * int(np.argmax(within != within[0]))
        return Sentence(
            "a period ends at {clock}, inside of an hourly interval of {user}",
            clock=f"{hour:02d}:{minute:02d}",
            user=load.shown(row, "user_id"),
        )

    yield from load.faults(
        sorted(place),
        ("user_id", "starts_at"),
        message,
        listed(Sentence("quarter-hours"), Sentence("or sums by month and period in meter")),
        kind=Sentence("a period ends inside of an hourly interval"),
    )


def meter_of_load(load: ReadTable, meter: Table, rules: RuleSet, year: int) -> ReadTable:
    """The meter table that a load table amounts to.

    Its cells stand in the order in which their user, month and period first appear (reading R9).

    Parameters
    ----------
    load : ReadTable
        Rows with a fault are passed over.
    meter : Table
        The table ``meter`` of the market.
    rules : RuleSet
    year : int
    """
    starts = load.frame["starts_at"].to_numpy()
    usable = load.usable("user_id", "starts_at", "energy_kwh")
    usable &= starts.astype("datetime64[Y]") == np.datetime64(str(year))
    rows = np.flatnonzero(usable)
    user = load.codes("user_id")[rows]
    month, _ = _month_and_hour(starts[rows])
    names = rules.shape.periods
    periods = len(names)
    period = periods_of_quarters(rules, year)[_day_and_quarter(starts[rows])]
    key = (user * 12 + month) * periods + period
    size = (int(user.max(initial=-1)) + 1) * 12 * periods
    energy = np.zeros(size, dtype=np.int64)
    np.add.at(energy, key, load.frame["energy_kwh"].to_numpy()[rows])
    first = np.full(size, len(rows), dtype=np.int64)
    first[key[::-1]] = np.arange(len(rows) - 1, -1, -1)
    cells = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(rows))]
    users = recode((cells // (12 * periods)).astype(np.int32), list(load.categories("user_id")))
    frame = pd.DataFrame(
        {
            "user_id": categorical(users.codes, users.texts),
            "month": categorical((cells // periods % 12).astype(np.int32), list(months_of(year))),
            "period": categorical((cells % periods).astype(np.int32), list(names)),
            "energy_kwh": energy[cells],
        },
        index=pd.RangeIndex(len(cells)),
    )
    numbers = np.array([load.row_number(row) for row in rows[first[cells]]], dtype=np.int64)
    return ReadTable(meter, load.file, frame, {}, numbers)


def gaps_in_load(load: ReadTable, year: int) -> Iterator[Sentence]:
    """Intervals that are missing in a month of which a user has any, in one sentence.

    A day is hourly if all its intervals begin at full hours, else quarter-hourly; a day that is missing altogether is
    quarter-hourly if all others of the month are.
    """
    if not len(load):
        return
    starts, user = load.frame["starts_at"].to_numpy(), load.codes("user_id")
    month, _ = _month_and_hour(starts)
    key = user * 12 + month
    dates, row_of_day = np.unique(starts.astype("datetime64[D]").astype(np.int64), return_inverse=True)
    of_user, of_day = np.divmod(np.arange((int(user.max()) + 1) * len(dates)), len(dates))
    row_of_day += user * len(dates)
    is_there = np.zeros(len(of_user), dtype=bool)
    is_there[row_of_day] = True
    has_quarters = np.zeros(len(of_user), dtype=bool)
    has_quarters[row_of_day[starts.astype(np.int64) // _QUARTER % _QUARTERS_OF_HOUR != 0]] = True
    month_of_day = of_user * 12 + (dates.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12)[of_day]
    counts = np.bincount(key)
    filled, fine = (
        np.bincount(month_of_day, weights=which, minlength=len(counts))[: len(counts)].astype(np.int64)
        for which in (is_there, has_quarters)
    )
    length = np.array([days_in_month(text) for text in months_of(year)])[np.arange(len(counts)) % 12]
    fine += np.where(fine == filled, length - filled, 0)
    expected = (length + fine * (_QUARTERS_OF_HOUR - 1)) * _HOURS_OF_DAY
    lacking = np.where(counts > 0, expected - counts, 0)
    if not lacking.any():
        return
    places = np.flatnonzero(lacking)
    first, at = divmod(int(places[0]), 12)
    example = Sentence(
        "{user}, {month}, {count:,} missing",
        user=load.categories("user_id")[first],
        month=months_of(year)[at],
        count=int(lacking[places[0]]),
    )
    yield (
        Sentence(
            "{file}: missing intervals, taken as zero: {count:,}, in months of users: {months:,}; the first: {first}",
            file=load.file,
            count=int(lacking.sum()),
            months=len(places),
            first=example,
        )
    )


def _month_and_hour(starts: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> tuple[IntArray, IntArray]:
    """Month 0 to 11 and hour 0 to 23 of instants of one year."""
    month = starts.astype("datetime64[M]").astype(np.int64) % 12
    hour = (starts - starts.astype("datetime64[D]")) // np.timedelta64(1, "h")
    return month, hour.astype(np.int64)


def _day_and_quarter(starts: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> tuple[IntArray, IntArray]:
    """Day of the year and quarter-hour of the day, from 0, of instants of one year."""
    day = starts.astype("datetime64[D]")
    of_year = (day - day.astype("datetime64[Y]")) // np.timedelta64(1, "D")
    quarter = starts.astype(np.int64) // _QUARTER % _QUARTERS_OF_DAY
    return of_year.astype(np.int64), quarter
