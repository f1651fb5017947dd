"""By what the intervals of a load curve are stamped: by where they start, or by where they end (``ends_at``).

Everything that is told from the distances of stamps is told on a clock of quarter-hours. That of ends runs backwards: a
day's intervals then lie behind its midnight as those that are stamped by starts do, and one way of looking serves both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import Fault
from gridsim.tables.read_table import ReadTable
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridsim.tables.read_table import IntArray

__all__ = [
    "ENDS",
    "QUARTER",
    "QUARTERS_OF_DAY",
    "QUARTERS_OF_HOUR",
    "STARTS",
    "TELLING",
    "clock_of",
    "lengths_on",
    "load_by_starts",
    "longest_from",
    "stamp_of",
    "turned_clock",
]

STARTS, ENDS = "starts_at", "ends_at"
QUARTER = 15 * 60 * 10**6
"""A quarter-hour [µs]."""
QUARTERS_OF_HOUR = 4
QUARTERS_OF_DAY = 24 * QUARTERS_OF_HOUR
TELLING = 12
"""So few intervals may lie far apart by chance; from here on their distances tell how long they are."""

_LONGEST = np.array([4, 1, 2, 1], dtype=np.int64)
_LAST_DAY = 2_932_897  # from 1970 to the year 10000: the clock of ends counts back from there


def stamp_of(load: ReadTable) -> str:
    """The column that a table of load is stamped by: ``starts_at``, if it has that, or ``ends_at``."""
    return STARTS if any(column.name == STARTS for column in load.table) else ENDS


def clock_of(load: ReadTable) -> IntArray:
    """(n,) quarter-hours on the clock of a table's stamps (see above); a midnight is a multiple of a day's."""
    stamp = stamp_of(load)
    return turned_clock(load.frame[stamp].to_numpy().astype(np.int64) // QUARTER, stamp)


def turned_clock(quarters: IntArray, stamp: str) -> IntArray:
    """Quarter-hours since 1970 on the clock of a stamp; and those of its clock as quarter-hours since 1970."""
    return quarters if stamp == STARTS else _LAST_DAY * QUARTERS_OF_DAY - quarters


def longest_from(clock: IntArray) -> IntArray:
    """(...) the longest interval [quarter-hours] that may lie behind each place of a clock: an hour at most."""
    longest: IntArray = _LONGEST[clock % QUARTERS_OF_HOUR]
    return longest


def lengths_on(clock: IntArray, user: IntArray) -> IntArray:
    """(n,) how long each interval is [quarter-hours]: as those of its day, or, of a day with few, of its user."""
    longest = longest_from(clock)
    if longest.min(initial=QUARTERS_OF_HOUR) == QUARTERS_OF_HOUR:  # hours alone
        return longest
    of_user = np.full(int(user.max()) + 1, QUARTERS_OF_HOUR, dtype=np.int64)
    np.minimum.at(of_user, user, longest)
    day = clock // QUARTERS_OF_DAY
    day -= int(day.min())
    key = user * (int(day.max()) + 1) + day
    of_day = np.full(int(key.max()) + 1, QUARTERS_OF_HOUR, dtype=np.int64)
    np.minimum.at(of_day, key, longest)
    is_told = np.bincount(key)[key] >= TELLING
    return np.where(is_told, of_day[key], of_user[user])


def load_by_starts(load: ReadTable) -> tuple[ReadTable, list[Fault]]:
    """A table of load that has ``ends_at``, with the start of each interval in its frame.

    Where it has ``starts_at`` too, that holds, and the two must be an interval apart; else intervals are as long as
    their ends tell.

    Parameters
    ----------
    load : ReadTable

    Returns
    -------
    load : ReadTable
        Its `table` has the one column by which it is stamped.
    faults : list of Fault
    """
    ends, starts = (load.frame[name].to_numpy() for name in (ENDS, STARTS))
    is_both = bool((~np.isnat(starts)).any()) or STARTS in load.bad
    stamp, other = (STARTS, ENDS) if is_both else (ENDS, STARTS)
    table = replace(
        load.table,
        columns=tuple(column for column in load.table if column.name != other),
        key=tuple(stamp if name == ENDS else name for name in load.table.key),
    )
    if is_both:
        is_empty = np.isnat(starts) & load.usable(STARTS)
        faults = [*_without_start(load, is_empty), *_not_apart(load)]
        return replace(load, table=table, bad=_with_bad(load, is_empty)), faults
    found = replace(load, table=table, bad={**load.bad, **({STARTS: load.bad[ENDS]} if ENDS in load.bad else {})})
    rows = np.flatnonzero(found.usable("user_id", ENDS))
    length = np.ones(len(load), dtype=np.int64)
    length[rows] = lengths_on(clock_of(found)[rows], found.codes("user_id")[rows])
    return replace(found, frame=load.frame.assign(starts_at=ends - (length * QUARTER).astype("timedelta64[us]"))), []


def _with_bad(load: ReadTable, is_empty: np.ndarray) -> dict[str, np.ndarray]:
    bad = dict(load.bad)
    if is_empty.any():
        bad[STARTS] = is_empty | bad[STARTS] if STARTS in bad else is_empty
    return bad


def _without_start(load: ReadTable, is_empty: np.ndarray) -> Iterator[Fault]:
    message = Sentence("empty cell")
    allowed = Sentence("of both {starts} and {ends} each in every row, or one column alone", starts=STARTS, ends=ENDS)
    yield from load.faults(np.flatnonzero(is_empty), STARTS, message, allowed)


def _not_apart(load: ReadTable) -> Iterator[Fault]:
    """Rows that start and end at times that no interval can have."""
    starts, ends = (load.frame[name].to_numpy() for name in (STARTS, ENDS))
    usable = load.usable(STARTS, ENDS) & ~np.isnat(starts) & ~np.isnat(ends)
    length = np.where(usable, (ends - starts).astype(np.int64), QUARTER)
    quarters = length // QUARTER
    is_right = (length % QUARTER == 0) & np.isin(quarters, _LONGEST)
    longest = longest_from(starts.astype(np.int64) // QUARTER)
    yield from load.faults(
        np.flatnonzero(usable & ~(is_right & (quarters <= longest))),
        (STARTS, ENDS),
        Sentence("no hour, half-hour or quarter-hour from start to end"),
        Sentence("the start and the end of one interval, or one of the two columns alone"),
    )
