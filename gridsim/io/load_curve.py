"""What may be wrong with the intervals of a load curve, and which are missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from gridsim.calendar import days_in_month, months_of
from gridsim.errors import Fault
from gridsim.io.load_stamps import (
    QUARTER,
    QUARTERS_OF_DAY,
    QUARTERS_OF_HOUR,
    STARTS,
    TELLING,
    clock_of,
    longest_from,
    stamp_of,
)
from gridsim.tables.read_table import BoolArray, IntArray, ReadTable
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.io.load_pattern import StampPattern

    Instants = np.ndarray[tuple[int], np.dtype[np.datetime64]]

__all__ = ["gaps_in_load", "load_faults", "months_of_instants"]

_HOURS_OF_DAY = 24
_HALF_HOUR = 2  # [quarter-hours]
_LENGTHS = (1, _HALF_HOUR, QUARTERS_OF_HOUR)


def load_faults(load: ReadTable, pattern: StampPattern, year: int) -> Iterator[Fault]:
    """What is wrong with the stamps of intervals.

    Intervals outside the year, that begin or end at no quarter-hour, that are stamped by their other end than the
    heading says, or of any other length than 15, 30 or 60 minutes.
    """
    starts, stamp = load.frame[STARTS].to_numpy(), stamp_of(load)
    usable = load.usable(STARTS)
    is_of_year = starts.astype("datetime64[Y]") == np.datetime64(str(year))
    is_at_quarter = starts.astype(np.int64) % QUARTER == 0
    clock = clock_of(load)
    yield from load.faults(
        np.flatnonzero(usable & ~is_of_year & ~pattern.rows_of_named(load)),
        stamp,
        Sentence("an interval outside the year"),
        Sentence("an instant of {year}", year=year),
    )
    begins = stamp == STARTS
    yield from load.faults(
        np.flatnonzero(usable & ~is_at_quarter),
        stamp,
        Sentence("an interval that begins at no quarter-hour")
        if begins
        else Sentence("an interval that ends at no quarter-hour"),
        Sentence("a full hour, or 15, 30 or 45 minutes past"),
    )
    yield from pattern.faults(load)
    rows = np.flatnonzero(load.usable("user_id", STARTS) & is_of_year & is_at_quarter)
    wrong, faults = _wrong_lengths(load, clock, rows)
    yield from faults
    yield from _mixed_lengths(load, clock, rows[~wrong[load.codes("user_id")[rows]]] if len(rows) else rows)


def _wrong_lengths(load: ReadTable, clock: IntArray, rows: NDArray[np.intp]) -> tuple[BoolArray, Iterator[Fault]]:
    """Users whose intervals, in any month or in all of them together, are not of 15, 30 or 60 minutes; their faults.

    Hours that begin at half past would sum up rightly, but a day's or a shift's energy at its first instant would fall
    into one period.
    """
    if not len(rows):
        return np.zeros(0, dtype=bool), iter(())
    starts, user = load.frame[STARTS].to_numpy()[rows], load.codes("user_id")[rows]
    stamp = stamp_of(load)
    month = months_of_instants(starts)
    quarter = clock[rows] % QUARTERS_OF_DAY
    users = int(user.max()) + 1
    begins = np.zeros((users, 12, QUARTERS_OF_DAY), dtype=bool)
    begins[user, month, quarter] = True
    counts = np.bincount(user * 12 + month, minlength=users * 12).reshape(users, 12)
    in_any_month: BoolArray = np.logical_or.reduce(begins, axis=1)
    lengths = np.column_stack([_length(begins), _length(in_any_month)])  # by month, then all of them together
    is_telling = np.column_stack([counts, counts.sum(axis=1)]) >= TELLING
    is_wrong = is_telling & ~np.isin(lengths, _LENGTHS)
    wrong = np.where(is_wrong.any(axis=1), np.argmax(is_wrong, axis=1), -1)[user]  # of each row's user; 12: the whole
    # A row that shows it: one that begins off the hour; where none does, the first of its month.
    shows = (wrong >= 0) & ((wrong == month) | (wrong == 12))
    shows &= (quarter % QUARTERS_OF_HOUR != 0) | (lengths[user, wrong] > QUARTERS_OF_HOUR)
    _, first = np.unique(user[shows], return_index=True)
    found = np.sort(np.flatnonzero(shows)[first])
    length_at = dict(zip(rows[found].tolist(), lengths[user, wrong][found].tolist(), strict=True))
    faults = load.faults(
        rows[found],
        ("user_id", stamp),
        lambda row: _length_in_words(length_at[row], stamp),
        listed(
            Sentence(
                "intervals of an hour from the full hour, a half-hour or a quarter-hour, a row for each, even of 0"
            ),
            Sentence("or sums by month and period in meter"),
        ),
        kind=Sentence("intervals of another length than an hour, a half-hour or a quarter-hour"),
    )
    of_user: BoolArray = np.asarray(is_wrong.any(axis=1))
    return of_user, faults


def _mixed_lengths(load: ReadTable, clock: IntArray, rows: NDArray[np.intp]) -> Iterator[Fault]:
    """Hours of which the beginning alone (the end, on a clock of ends) has a row, in a day of shorter intervals.

    Such a row may stand for the first interval, with the others lost, or for the hour: the energy is another. A few
    half-hours of a day may be all that there are.
    """
    if not len(rows):
        return
    user, quarter = load.codes("user_id")[rows], clock[rows]
    is_off = quarter % QUARTERS_OF_HOUR != 0
    if not is_off.any():
        return
    day = quarter // QUARTERS_OF_DAY
    day += user * (int(day.max()) + 1)  # of each user its own
    hour = day * _HOURS_OF_DAY + quarter // QUARTERS_OF_HOUR % _HOURS_OF_DAY
    of_day, place = np.unique(day, return_inverse=True)
    counts, has_quarters = np.bincount(place), np.zeros(len(of_day), dtype=bool)
    has_quarters[place[quarter % _HALF_HOUR != 0]] = True
    is_judged = (has_quarters | (counts >= TELLING))[place]
    alone = ~is_off & is_judged & np.isin(day, day[is_off]) & ~np.isin(hour, hour[is_off])
    _, first = np.unique(day[alone], return_index=True)
    yield from load.faults(
        np.sort(rows[alone][first]),
        ("user_id", stamp_of(load)),
        Sentence("an hour among shorter intervals of one day, or the first of an hour whose others are missing")
        if stamp_of(load) == STARTS
        else Sentence("an hour among shorter intervals of one day, or the last of an hour whose others are missing"),
        Sentence("all intervals of a user's day of one length, a row for each, also without energy"),
    )


def _length(begins: BoolArray) -> IntArray:
    """(...) the longest interval [quarter-hours] whose repetition meets all these (..., 96) beginnings in a day.

    Hours that do not begin at the full hour count as minus an hour, half-hours that begin between as minus a half-hour.
    """
    first = np.argmax(begins, axis=-1)
    length = np.full(begins.shape[:-1], QUARTERS_OF_DAY, dtype=np.int64)
    for place in range(QUARTERS_OF_DAY):
        length = np.gcd(length, np.where(begins[..., place], place - first, 0))
    is_between = (length % QUARTERS_OF_HOUR == 0) & (first % QUARTERS_OF_HOUR != 0)
    is_between |= (length == _HALF_HOUR) & (first % _HALF_HOUR != 0)
    return np.where(is_between, -length, length)


def _length_in_words(length: int, stamp: str) -> Sentence:
    begins = stamp == STARTS
    if length == -QUARTERS_OF_HOUR:
        if begins:
            return Sentence("hourly intervals that begin between the full hours")
        return Sentence("hourly intervals that end between the full hours")
    if length == -_HALF_HOUR:
        if begins:
            return Sentence("half-hourly intervals that begin between the full and half hours")
        return Sentence("half-hourly intervals that end between the full and half hours")
    if abs(length) == QUARTERS_OF_DAY:
        return Sentence("one interval a day, or fewer")
    hours, rest = divmod(abs(length), QUARTERS_OF_HOUR)
    return (
        Sentence("intervals of {minutes} minutes", minutes=hours * 60 + rest * 15)
        if rest
        else Sentence("intervals of {hours} hours", hours=hours)
    )


def gaps_in_load(load: ReadTable, year: int) -> Iterator[Sentence]:
    """Intervals that are missing in a month of which a user has any, in one sentence.

    A day is hourly if all its intervals begin at full hours, half-hourly if all at full or half hours, else
    quarter-hourly; a day that is missing altogether is like the longest of the month.
    """
    if not len(load):
        return
    starts, user = load.frame[STARTS].to_numpy(), load.codes("user_id")
    key = user * 12 + months_of_instants(starts)
    dates, row_of_day = np.unique(starts.astype("datetime64[D]").astype(np.int64), return_inverse=True)
    of_user, of_day = np.divmod(np.arange((int(user.max()) + 1) * len(dates)), len(dates))
    row_of_day += user * len(dates)
    in_hour = np.zeros(len(of_user), dtype=np.int64)  # intervals of an hour, 0 on a day without any
    np.maximum.at(in_hour, row_of_day, QUARTERS_OF_HOUR // longest_from(starts.astype(np.int64) // QUARTER))
    month_of_day = of_user * 12 + (dates.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12)[of_day]
    counts = np.bincount(key)
    filled = np.bincount(month_of_day[in_hour > 0], minlength=len(counts))[: len(counts)]
    expected = np.bincount(month_of_day, weights=in_hour, minlength=len(counts))[: len(counts)].astype(np.int64)
    fewest = np.full(len(counts), QUARTERS_OF_HOUR, dtype=np.int64)
    np.minimum.at(fewest, month_of_day[in_hour > 0], in_hour[in_hour > 0])
    length = np.array([days_in_month(text) for text in months_of(year)])[np.arange(len(counts)) % 12]
    expected = (expected + (length - filled) * fewest) * _HOURS_OF_DAY
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


def months_of_instants(starts: Instants) -> IntArray:
    """Months 0 to 11 of instants."""
    month: IntArray = starts.astype("datetime64[M]").astype(np.int64) % 12
    return month
