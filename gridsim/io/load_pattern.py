"""Load stamped by the other end of its intervals than the heading says, recognised from where its stamps lie.

Hours of April stamped by ends run from 01:00 on the first to 00:00 on the first of May. Taken for starts, the first
hour of the first day is missing, and the last day has its first hour alone; each energy falls into a neighbouring hour,
and nothing else tells. On the clock of `gridsim.io.load_stamps` the same holds of starts that are called ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.io.load_stamps import (
    ENDS,
    QUARTER,
    QUARTERS_OF_DAY,
    QUARTERS_OF_HOUR,
    STARTS,
    TELLING,
    longest_from,
    stamp_of,
    turned_clock,
)
from gridsim.words import Sentence, verbatim

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.errors import Fault
    from gridsim.tables.read_table import BoolArray, IntArray, ReadTable

    Rows = NDArray[np.intp]

__all__ = ["StampPattern", "pattern_of"]

_DENSE = 2  # of so many hours one is there at least: a few that lie anywhere are no pattern
_BEHIND = (1, 2, QUARTERS_OF_HOUR)  # where the second interval of a day begins [quarter-hours]
_BACK = [length - QUARTERS_OF_DAY for length in _BEHIND]  # from a day's last interval back to its midnight


@dataclass(frozen=True, eq=False)
class StampPattern:
    """Which users of a load curve are stamped by the other end than the heading says.

    Attributes
    ----------
    rows : (m,) int array
        Those of the table that could be looked at.
    turned : (users,) bool array
        By code: surely.
    same_day : (users,) bool array
        Ends of days are written as 00:00 of the same day, behind all its others.
    doubtful : (users,) bool array
        By one sign alone.
    """

    rows: Rows
    turned: BoolArray
    same_day: BoolArray
    doubtful: BoolArray

    def rows_of_named(self, load: ReadTable) -> BoolArray:
        """(n,) the rows of those that are named in a fault."""
        found = np.zeros(len(load), dtype=bool)
        named = self.turned | self.same_day
        if named.any():
            found[self.rows] = named[load.codes("user_id")[self.rows]]
        return found

    def faults(self, load: ReadTable) -> Iterator[Fault]:
        """One for each user that is stamped by the other end."""
        is_start = stamp_of(load) == STARTS
        first_row, span = self._shown(load, self.turned)

        def message(row: int) -> Sentence:
            first, last = span[row]
            if is_start:
                return Sentence("stamps from {first} to {last}, as ends of intervals lie", first=first, last=last)
            return Sentence("stamps from {first} to {last}, as starts of intervals lie", first=first, last=last)

        yield from load.faults(
            first_row,
            ("user_id", stamp_of(load)),
            message,
            Sentence("the heading ends_at (结束时间), where 24:00 may stand, too; if these are starts, both columns")
            if is_start
            else Sentence("the heading starts_at (起始时间); if these are ends, both columns"),
            kind=Sentence("stamps of ends under starts_at") if is_start else Sentence("stamps of starts under ends_at"),
        )
        first_row, _ = self._shown(load, self.same_day)
        yield from load.faults(
            first_row,
            ("user_id", stamp_of(load)),
            Sentence("00:00 stands behind all other intervals of the same day: 24:00, the end of that day, is meant"),
            Sentence("24:00, or 00:00 of the next day, under the heading ends_at (结束时间)"),
        )

    def notes(self, load: ReadTable) -> Iterator[Sentence]:
        """What one sign alone tells."""
        count = int(np.count_nonzero(self.doubtful))
        if not count:
            return
        rows, span = self._shown(load, self.doubtful)
        whose, between = load.shown(rows[0], "user_id"), span[rows[0]]
        first = verbatim(f"{whose}, {between[0]} … {between[1]}")
        if stamp_of(load) == STARTS:
            yield Sentence(
                "{file}: stamps that are perhaps ends of intervals (then the heading is ends_at), of users: {count:,}; "
                "the first: {first}",
                file=load.file,
                count=count,
                first=first,
            )
        else:
            yield Sentence(
                "{file}: stamps that are perhaps starts of intervals (then the heading is starts_at), of users: "
                "{count:,}; the first: {first}",
                file=load.file,
                count=count,
                first=first,
            )

    def _shown(self, load: ReadTable, users: BoolArray) -> tuple[list[int], dict[int, tuple[str, str]]]:
        """The first row of each of these users, and the first and last stamp that it has."""
        if not users.any():
            return [], {}
        codes = load.codes("user_id")[self.rows]
        mine = np.flatnonzero(users[codes])
        stamps = load.frame[stamp_of(load)].to_numpy()[self.rows[mine]]
        _, begins, of = np.unique(codes[mine], return_index=True, return_inverse=True)
        numbers = stamps.astype(np.int64)
        low, high = np.full(len(begins), np.iinfo(np.int64).max), np.full(len(begins), np.iinfo(np.int64).min)
        np.minimum.at(low, of, numbers)
        np.maximum.at(high, of, numbers)
        span = {
            int(self.rows[mine[begin]]): (_text(first), _text(last))
            for begin, first, last in zip(begins.tolist(), low.tolist(), high.tolist(), strict=True)
        }
        return sorted(span), span


def pattern_of(load: ReadTable, year: int) -> StampPattern:
    """Look at where the stamps of each user lie.

    Where both ends of each interval are given nothing needs to be recognised.

    Parameters
    ----------
    load : ReadTable
        As `gridsim.io.load_stamps.load_by_starts` gives it, if it has ends.
    year : int
    """
    stamp, users = stamp_of(load), len(load.categories("user_id"))
    stamps = load.frame[stamp].to_numpy().astype(np.int64)
    rows = np.flatnonzero(load.usable("user_id", STARTS) & (stamps % QUARTER == 0))
    if (stamp == STARTS and ENDS in load.frame.columns) or not len(rows):
        nobody = np.zeros(users, dtype=bool)
        return StampPattern(rows, nobody, nobody, nobody)
    quarters, user = stamps[rows] // QUARTER, load.codes("user_id")[rows]
    clock = turned_clock(quarters, stamp)
    late, early, first_day = _ends_of_users(clock, user, users)
    same_day = _same_day(quarters, user, users)
    turned = ((late & early) | _by_month(clock, user, users, stamp, year)) & ~same_day
    is_of_month = np.isin(turned_clock(first_day * QUARTERS_OF_DAY, stamp), _months(year))
    doubtful = (early | (late & is_of_month)) & ~(turned | same_day)
    return StampPattern(rows, turned, same_day, doubtful)


def _ends_of_users(clock: IntArray, user: IntArray, users: int) -> tuple[BoolArray, BoolArray, IntArray]:
    """Of users with a dense curve: whether the first day lacks its first interval, and whether the last has it alone.

    Returns
    -------
    late, early : (users,) bool array
    first_day : (users,) int64 array
        On the clock.
    """
    runs = np.concatenate([[0], np.flatnonzero(user[1:] != user[:-1]) + 1])
    first, last = np.full(users, np.iinfo(np.int64).max), np.full(users, -1, dtype=np.int64)
    np.minimum.at(first, user[runs], np.minimum.reduceat(clock, runs))
    np.maximum.at(last, user[runs], np.maximum.reduceat(clock, runs))
    first_day, last_day = first // QUARTERS_OF_DAY, last // QUARTERS_OF_DAY
    late, early = np.isin(first % QUARTERS_OF_DAY, _BEHIND), (last % QUARTERS_OF_DAY == 0) & (last > first)
    mine = np.flatnonzero((late | early)[user])
    if len(mine):
        clock, user = clock[mine], user[mine]
        count, day = np.bincount(user, minlength=users), clock // QUARTERS_OF_DAY
        is_dense = (count >= TELLING) & (count * QUARTERS_OF_HOUR * _DENSE >= last - first)
        on_first = day == first_day[user]
        length = np.full(users, QUARTERS_OF_HOUR, dtype=np.int64)  # of the first day's intervals
        np.minimum.at(length, user[on_first], longest_from(clock[on_first]))
        before_last = np.bincount(user[day == last_day[user] - 1], minlength=users)
        late &= is_dense & (first % QUARTERS_OF_DAY == length)
        early &= is_dense & (before_last >= TELLING)
    return late, early, first_day


def _by_month(clock: IntArray, user: IntArray, users: int, stamp: str, year: int) -> BoolArray:
    """(users,) those with months stamped so among others: without a first interval, up to that of a month left out."""
    near = np.flatnonzero(clock % QUARTERS_OF_DAY <= QUARTERS_OF_HOUR)
    midnight = clock[near] - clock[near] % QUARTERS_OF_DAY
    months = np.sort(turned_clock(_months(year), stamp))
    month = np.searchsorted(months, midnight)
    month[month == len(months)] = 0
    is_of_month = months[month] == midnight
    near, month = near[is_of_month], month[is_of_month]
    present = np.zeros((users, len(months), QUARTERS_OF_HOUR + 1), dtype=bool)
    present[user[near], month, clock[near] % QUARTERS_OF_DAY] = True
    at: BoolArray = present[..., 0]
    behind: BoolArray = np.logical_or.reduce(present[..., list(_BEHIND)], axis=2)
    since = np.full(users, -1, dtype=np.int64)  # the month in which such a run of months begins
    found = np.zeros(users, dtype=bool)
    for place, last in enumerate(months.tolist()):
        closes = (since >= 0) & at[:, place] & ~behind[:, place]
        if closes.any():
            mine = np.flatnonzero(closes[user])
            of, since_then = user[mine], months[since]
            is_in = (clock[mine] > since_then[of]) & (clock[mine] <= last)
            count = np.bincount(of[is_in], minlength=users)
            found |= closes & (count * QUARTERS_OF_HOUR * _DENSE >= last - since_then)
        goes_on = (since >= 0) & at[:, place] & behind[:, place]
        since = np.where(behind[:, place] & ~at[:, place], place, np.where(goes_on, since, -1))
    return found


def _same_day(quarters: IntArray, user: IntArray, users: int) -> BoolArray:
    """(users,) those whose midnights stand, in most days, behind the last interval of the same day."""
    step = np.flatnonzero(np.isin(np.diff(quarters), _BACK)) + 1
    step = step[(user[step] == user[step - 1]) & (quarters[step] % QUARTERS_OF_DAY == 0)]
    if not len(step):
        return np.zeros(users, dtype=bool)
    behind = np.bincount(user[step], minlength=users)
    midnights = np.bincount(user[quarters % QUARTERS_OF_DAY == 0], minlength=users)
    count = np.bincount(user, minlength=users)
    mine = (behind > 0)[user]
    days = np.unique(np.stack([user[mine], quarters[mine] // QUARTERS_OF_DAY]), axis=1)[0]
    is_dense = count * QUARTERS_OF_HOUR * _DENSE >= np.bincount(days, minlength=users) * QUARTERS_OF_DAY
    return (behind > 0) & (2 * behind >= midnights) & (count >= TELLING) & is_dense


def _months(year: int) -> IntArray:
    """(13,) the first instants of the months of a year and of the next year [quarter-hours since 1970]."""
    months = np.arange(f"{year}-01", f"{year + 1}-02", dtype="datetime64[M]")
    quarters: IntArray = months.astype("datetime64[D]").astype(np.int64) * QUARTERS_OF_DAY
    return quarters


def _text(microseconds: int) -> str:
    return str(np.datetime64(microseconds, "us").astype("datetime64[m]")).replace("T", " ")
