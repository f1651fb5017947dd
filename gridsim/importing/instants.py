"""The instants of a load curve: from dates, times and columns of intervals to stamps, and from stamps to starts.

Whether a stamp is the start or the end of its interval is told by a stamp of 24:00, by intervals that are numbered or
named by both of their ends, and by which intervals make whole days of each user's: 00:00 to 23:45, or 00:15 to 00:00.
A heading may say it too; where it contradicts the pattern, or nothing tells, the user is asked (ADR 0015).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from gridsim.importing.cells import day_and_minute
from gridsim.importing.day_columns import NO_DAY, days_across
from gridsim.importing.heading_texts import heading_text
from gridsim.importing.slots import DAY, clock, slots_of
from gridsim.io.load_stamps import ENDS, lengths_on, turned_clock
from gridsim.tables.raw import text_of_cell
from gridsim.words import Sentence

if TYPE_CHECKING:
    from gridsim.importing.choices import Choices
    from gridsim.importing.grids import Keyed
    from gridsim.importing.parts import BoolArray, IntArray, Part

__all__ = ["LENGTHS", "fill_instants", "pattern_of", "stamps_of", "starts_of_ends"]

LENGTHS = (15, 30, 60)
"""Minutes that an interval may have."""

_NO_TIME = Sentence("no day and time of day to the minute")
_NO_DAY = Sentence("no day")
_DAYS = Sentence("a day such as 2021-04-01, 2021/4/1, 20210401 or 2021年4月1日")
_TIMES = Sentence(
    "an instant such as 2021-04-01 00:15, 2021/4/1 0:15 or 202104010015; or a day and a time in two columns"
)
_DAY_OF_MONTH = re.compile(r"(\d{1,2})日?", re.ASCII)
_FAR = 10**9
_NONE = NO_DAY


def fill_instants(part: Part, choices: Choices) -> None:
    """The stamps of a part, in minutes since 1970-01-01 00:00, and what headings and cells say of them.

    Parameters
    ----------
    part : Part
    choices : Choices
    """
    raw = part.raw
    keys = raw.layout.keys
    slots = raw.layout.slots
    instant = next((key for key in ("starts_at", "ends_at", "time") if key in keys), None)
    if slots is not None:
        day_key = "date" if "date" in keys else instant
        days = _days(part, day_key)
        if days is None:
            return
        minutes = np.array(slots.minutes, dtype=np.int64)
        part.minutes = np.where(days == _NONE, _NONE, days * DAY)[:, None] + minutes[None, :]
        part.length, part.stamped = slots.length, slots.stamped
        part.is_certain, part.is_numbered = bool(slots.stamped), slots.is_numbered
        missing = slots.missing()
        if missing:
            raw.problems.whole(
                Sentence("columns of intervals are missing: {names}", names=", ".join(missing[:12])),
                Sentence("24, 48 or 96 columns for the intervals of a day"),
            )
        return
    if instant is None:
        raw.problems.whole(
            Sentence("no column says when an interval was"),
            Sentence("a column of times, one of days and one of times, or 24, 48 or 96 columns of intervals"),
        )
        return
    across = days_across(part, choices)
    if across is not None:
        _fill_times(part, instant, across)
    elif not any(raw.layout.meanings[place].day for place in raw.layout.values):
        _fill_long(part, instant, "date" in keys)


def _days(part: Part, key: str | None) -> IntArray | None:
    """(rows,) days since 1970-01-01, of the rows that count."""
    raw = part.raw
    if key is None:
        said = raw.layout.context.keys.get("date")
        found = None if said is None else day_and_minute(said)
        if found is None:
            raw.problems.whole(Sentence("no column or title says the day"), _DAYS)
            return None
        return np.full(len(raw.kept), found[0], dtype=np.int64)
    keyed = raw.keyed[key]
    context = raw.layout.context
    days = [_day(cell, context.year, context.month) for cell in keyed.cells]
    return _looked_up(part, key, keyed, days, _NO_DAY, _DAYS)


def _day(cell: object, year: int, month: int) -> int | None:
    """The day that a cell names; 1 or 1日 is one of the month that stands above."""
    found = day_and_minute(cell)
    if found is not None:
        return found[0]
    match = _DAY_OF_MONTH.fullmatch(heading_text(cell))
    if match is None or not (year and month):
        return None
    found = day_and_minute(f"{year}-{month}-{match[1]}")
    return None if found is None else found[0]


def _looked_up(
    part: Part, key: str, keyed: Keyed, values: list[int | None], message: Sentence, allowed: Sentence
) -> IntArray:
    """Values of the rows that count, by their cells; a fault where there is none."""
    raw = part.raw
    by_code = np.array([_NONE if value is None else value for value in values] + [_NONE], dtype=np.int64)
    codes = keyed.codes[raw.kept]
    found: IntArray = by_code[codes]
    place = raw.layout.keys[key]
    wrong, empty = raw.kept[(found == _NONE) & (codes >= 0)], raw.kept[codes < 0]
    raw.problems.rows(wrong, place, lambda row: text_of_cell(keyed.cells[keyed.codes[row]]), message, allowed)
    raw.problems.rows(empty, place, lambda _: None, Sentence("empty cell"), allowed)
    return found


def _fill_long(part: Part, key: str, has_days: bool) -> None:
    """Each row an interval."""
    raw = part.raw
    keyed = raw.keyed[key]
    whole = [day_and_minute(cell) for cell in keyed.cells]
    is_clock = any(map(_is_clock, keyed.cells)) or _times_of_day(keyed.cells)[1] > 0
    is_whole = any(found is not None for found in whole) or not (has_days or is_clock)
    is_whole = is_whole and not (has_days and all(map(_is_clock, keyed.cells)))
    part.stamped = {"starts_at": "starts", "ends_at": "ends"}.get(key, "")
    if is_whole:
        minutes = [None if found is None else found[0] * DAY + (found[1] or 0) for found in whole]
        part.is_certain = any(found is not None and found[1] == DAY for found in whole)
        stamps = _looked_up(part, key, keyed, minutes, _NO_TIME, _TIMES)
        wrapped = _ends_its_own_day(part, (stamps // DAY)[:, None], stamps % DAY)
        stamps = np.where(wrapped, stamps + DAY, stamps)
        part.is_certain |= bool(wrapped.any())
    else:
        days = _days(part, "date" if has_days else None)
        if days is not None:
            _fill_times(part, key, days[:, None])
        return
    if part.is_certain:
        part.stamped = "ends"
    part.minutes = stamps[:, None]


def _fill_times(part: Part, key: str, days: IntArray) -> None:
    """The stamps of rows that are times of day, of days that are known: (rows, 1), or those of each column."""
    keyed = part.raw.keyed[key]
    part.stamped = {"starts_at": "starts", "ends_at": "ends"}.get(key, "")
    times, length = _times_of_day(keyed.cells)
    of_day = _looked_up(part, key, keyed, times, _NO_TIME, _TIMES)
    part.length, part.is_numbered = length, bool(length)
    wrapped = _ends_its_own_day(part, np.broadcast_to(days, (len(of_day), days.shape[1])), of_day)
    of_day = np.where(wrapped, DAY, of_day)
    part.is_certain = bool(length) or bool(wrapped.any()) or bool((of_day == DAY).any())
    if length:
        part.stamped = "starts"
    elif part.is_certain:
        part.stamped = "ends"
    is_known = (days != _NONE) & (of_day[:, None] != _NONE)
    part.minutes = np.where(is_known, days * DAY + of_day[:, None], _NONE)


def _is_clock(cell: object) -> bool:
    return clock(cell) is not None


def _times_of_day(cells: list[object]) -> tuple[list[int | None], int]:
    """Minutes of the day; of intervals that are numbered or named by both ends also their length, else 0."""
    times = [clock(cell) for cell in cells]
    if all(time is not None for time in times):
        return list(times), 0
    numbers = [int(cell) if isinstance(cell, str) and cell.isdecimal() and len(cell) <= 2 else cell for cell in cells]
    slots = slots_of(numbers)
    if slots is None or not slots.is_numbered:
        return list(times), 0
    by_place = dict(zip(slots.places, slots.minutes, strict=True))
    return [by_place.get(place) for place in range(len(cells))], slots.length


def _ends_its_own_day(part: Part, days: IntArray, of_day: IntArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rows of 00:00 that stand behind the other times of the day that they name: its end, not its beginning."""
    same = np.zeros(len(days), dtype=bool)
    same[1:] = (days[1:] == days[:-1]).all(axis=1)
    if "user_id" in part.codes and len(part.codes["user_id"]) == len(days):
        user = part.codes["user_id"][:, 0]
        same[1:] &= user[1:] == user[:-1]
    midnight = of_day == 0
    late = of_day > DAY // 2
    before, behind = np.zeros(len(days), dtype=bool), np.zeros(len(days), dtype=bool)
    before[1:] = same[1:] & late[:-1]
    behind[:-1] = same[1:] & late[1:]
    is_first = ~same
    after = midnight & (before | (is_first & behind))  # of a day that runs backwards, it stands first
    # Where one midnight opens its day, those that follow another time are something else: duplicates, perhaps.
    return after if after.any() and not (midnight & ~after).any() else np.zeros(len(days), dtype=bool)


def pattern_of(users: IntArray, minutes: IntArray) -> tuple[str, int]:
    """What the stamps of each user tell: ``starts``, ``ends`` or nothing, and the length of an interval [minutes].

    Parameters
    ----------
    users, minutes : (n,) int64 array
    """
    order = np.lexsort((minutes, users))
    user, minute = users[order], minutes[order]
    is_first = np.ones(len(user), dtype=bool)
    is_first[1:] = user[1:] != user[:-1]
    apart = np.full(len(user), _FAR, dtype=np.int64)
    apart[1:] = np.where(is_first[1:] | (minute[1:] == minute[:-1]), _FAR, minute[1:] - minute[:-1])
    length = np.minimum.reduceat(apart, np.flatnonzero(is_first)) if len(apart) else apart  # of each user's intervals
    shortest = int(length.min(initial=_FAR))
    if shortest not in LENGTHS:
        return "", 0 if shortest == _FAR else shortest
    first, last = minute[is_first], minute[np.append(is_first[1:], True)]
    starts = (first % DAY == 0) & ((last + length) % DAY == 0)
    ends = ((first - length) % DAY == 0) & (last % DAY == 0)
    if starts.any() == ends.any():
        return "", shortest
    return ("starts" if starts.any() else "ends"), shortest


def starts_of_ends(part: Part) -> IntArray:
    """The starts of intervals that are stamped by their ends: each is as long as those of its day and user.

    Parameters
    ----------
    part : Part
        With stamps at quarter-hours.
    """
    assert part.minutes is not None  # what is stamped
    if part.raw.layout.slots is not None:  # columns of a day, all of one length
        return part.minutes - part.length
    users, minutes, where = stamps_of(part)
    lengths = lengths_on(turned_clock(minutes // LENGTHS[0], ENDS), users) * LENGTHS[0]
    if where is None:
        return part.minutes - lengths[:, None]
    starts = np.broadcast_to(part.minutes, where.shape).copy()
    starts[where] -= lengths
    return starts


def stamps_of(part: Part) -> tuple[IntArray, IntArray, BoolArray | None]:
    """Users and stamps of the rows of a part that are no whole days.

    Parameters
    ----------
    part : Part

    Returns
    -------
    users, minutes : (n,) int64 array
    where : (rows, columns) bool array or None
        Which amounts they are of; None: of each row, whose amounts have one stamp and are all there, or of one user.
    """
    assert part.minutes is not None  # what is stamped
    given = part.measures["energy_mwh"].given
    users = part.codes["user_id"]
    if part.minutes.shape[1] == 1 and (given.shape[1] == 1 or given.all()):
        return np.broadcast_to(users[:, :1], part.minutes.shape)[:, 0], part.minutes[:, 0], None
    return np.broadcast_to(users, given.shape)[given], np.broadcast_to(part.minutes, given.shape)[given], given
