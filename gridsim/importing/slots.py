"""Columns that are the intervals of a day: 24, 48 or 96, named by clock times or by number."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

__all__ = ["COUNTS", "DAY", "Slots", "clock", "slots_of"]

COUNTS = (24, 48, 96)
DAY = 24 * 60
_FEW = 12  # columns: so many that look like intervals are meant as some, though one may lack

_RANGE = re.compile(r"(.+?)[-~～—至到]+(.+)")
_CLOCK = re.compile(r"(\d{1,2})(?:[:：时点h]|(?<=\d\d)(?=\d\d$))(\d{2})?分?(?::00)?(?:\.0+)?", re.ASCII)
_NUMBER = re.compile(
    r"(?:[A-Za-z]{1,3}|时段|时点|电量|点|第|period|point|slot|hour|interval)?[\s_.-]*0*(\d{1,2})(?:个?点|时段|时)?",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class Slots:
    """The intervals of a day as columns.

    Attributes
    ----------
    places : tuple of int
        Of the columns.
    minutes : tuple of int
        What each is stamped with [minutes of the day]; of numbered ones, the start.
    length : int
        Of an interval [minutes].
    stamped : {"starts", "ends", ""}
        Where in its interval a stamp stands, as far as the headings tell; numbered ones are given by their starts.
    labels : tuple of str
    is_numbered : bool
    """

    places: tuple[int, ...]
    minutes: tuple[int, ...]
    length: int
    stamped: Literal["starts", "ends", ""]
    labels: tuple[str, ...]
    is_numbered: bool = False

    def missing(self) -> list[str]:
        """Stamps that a whole day has and no column is for."""
        first = self.length if self.stamped == "ends" else 0
        whole = range(first, first + DAY, self.length)
        return [f"{minute // 60:02d}:{minute % 60:02d}" for minute in whole if minute not in self.minutes]


def clock(cell: object) -> int | None:
    """Minutes of the day that a cell names, up to 1440; None if it is no time of day."""
    if isinstance(cell, dt.time):
        return None if cell.second or cell.microsecond else cell.hour * 60 + cell.minute
    if isinstance(cell, dt.timedelta):
        seconds = cell.total_seconds()
        return int(seconds // 60) if 0 <= seconds <= DAY * 60 and seconds % 60 == 0 else None
    if isinstance(cell, float) and 0 <= cell <= 1 and (cell in (0, 1) or not cell.is_integer()):
        minutes = round(cell * DAY)
        return minutes if abs(cell * DAY - minutes) < 1 / 120 else None
    if not isinstance(cell, str):
        return None
    match = _CLOCK.fullmatch(unicodedata.normalize("NFKC", cell).replace(" ", ""))
    if match is None:
        return None
    minutes = int(match[1]) * 60 + int(match[2] or 0)
    return minutes if minutes <= DAY and int(match[2] or 0) < 60 else None


def slots_of(cells: Sequence[object]) -> Slots | None:
    """The intervals that some of the cells of a heading row name; None if they name none.

    Parameters
    ----------
    cells : sequence
        Cells of one row, and only those that mean nothing else.
    """
    return _ranges(cells) or _clocks(cells) or _numbers(cells)


def _ranges(cells: Sequence[object]) -> Slots | None:
    found: dict[int, tuple[int, int]] = {}
    for place, cell in enumerate(cells):
        match = _RANGE.fullmatch(unicodedata.normalize("NFKC", cell).strip()) if isinstance(cell, str) else None
        if match is not None:
            ends = clock(match[1].strip()), clock(match[2].strip())
            if ends[0] is not None and ends[1] is not None:
                found[place] = ends[0], ends[1] or DAY
    lengths = {end - start for start, end in found.values()}
    if len(found) < _FEW or len(lengths) != 1:
        return None
    return _made(cells, {place: start for place, (start, _) in found.items()}, lengths.pop(), "starts", numbered=True)


def _clocks(cells: Sequence[object]) -> Slots | None:
    found = {place: minute for place, cell in enumerate(cells) if (minute := clock(cell)) is not None}
    if len(found) < _FEW:
        found = _clocks_as_numbers(cells)
    minutes = list(found.values())
    if len(found) < _FEW or len(set(minutes)) != len(minutes):
        return None
    ordered = sorted(minutes)
    length = min(after - before for before, after in pairwise(ordered))
    if length not in (15, 30, 60):
        return None
    if DAY in found.values() and 0 not in found.values():
        stamped: Literal["starts", "ends", ""] = "ends"
    elif minutes[-1] == 0 and minutes[0] == length:  # the last of the row is midnight
        stamped, found = "ends", {place: minute or DAY for place, minute in found.items()}
    else:
        stamped = "starts" if minutes[0] == 0 and minutes[-1] == DAY - length else ""
    return _made(cells, found, length, stamped)


def _clocks_as_numbers(cells: Sequence[object]) -> dict[int, int]:
    """0015 typed as a number is 15: such headings count as times if all of them are some."""
    whole = {place: number for place, cell in enumerate(cells) if (number := _whole(cell)) is not None}
    found = {
        place: number // 100 * 60 + number % 100
        for place, number in whole.items()
        if number % 100 in (0, 15, 30, 45) and 0 <= number <= 2400
    }
    return found if len(found) == len(whole) and max(whole.values(), default=0) > 100 else {}


def _numbers(cells: Sequence[object]) -> Slots | None:
    found: dict[int, int] = {}
    for place, cell in enumerate(cells):
        number = _whole(cell)
        if number is None and isinstance(cell, str):
            match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", cell).strip())
            number = None if match is None else int(match[1])
        if number is not None:
            found[place] = number
    count = len(found)
    first = min(found.values(), default=0)
    if count not in COUNTS or first not in (0, 1) or sorted(found.values()) != list(range(first, first + count)):
        return None
    length = DAY // count
    starts = {place: (number - first) * length for place, number in found.items()}
    return _made(cells, starts, length, "starts", numbered=True)


def _whole(cell: object) -> int | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float) or cell != int(cell):
        return None
    return int(cell)


def _made(
    cells: Sequence[object],
    found: dict[int, int],
    length: int,
    stamped: Literal["starts", "ends", ""],
    *,
    numbered: bool = False,
) -> Slots:
    labels = tuple(str(cells[place]) for place in found)
    return Slots(tuple(found), tuple(found.values()), length, stamped, labels, numbered)
