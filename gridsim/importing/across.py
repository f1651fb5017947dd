r"""Users and days that stand side by side, a column for each, above rows of times, periods or months.

A heading of so many digits as an account has is a user, and so is what stands in a row that 户号 begins, or behind a
corner such as ``时间\户号``. A name alone may be anything: whether such columns are users, the user says.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gridsim.importing.cells import day_and_minute
from gridsim.importing.heading_texts import heading_text
from gridsim.importing.meanings import NOTHING_SAID, Meaning
from gridsim.importing.slots import clock
from gridsim.tables.heading_units import unit_of_heading

if TYPE_CHECKING:
    from gridsim.importing.headings import Vocabulary

__all__ = ["days_of", "named_users", "users_of_rows"]

_BESIDE_USERS = frozenset(("time", "date", "starts_at", "ends_at", "month", "year", "period"))
"""What the rows below users are told apart by."""

_CORNER = re.compile(r"\s*[\\/|、↘＼]\s*|\s+")
_NAME = re.compile(r"(?:用户|客户|企业|单位)?(?:户名|名称)|(?:user|customer|account)? ?name|序号|no\.?", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d*%?")
_LONGEST_NAME = 40
_DAY = re.compile(r"0?(\d|[12]\d|3[01])(?:日|号|th)", re.ASCII)
_MONTH_AND_DAY = re.compile(r"(1[0-2]|0?[1-9])(?:月|[-/.])(3[01]|[12]\d|0?[1-9])日?", re.ASCII)
_DAYS_OF_MONTHS = range(28, 32)
_FEWEST = 2


def days_of(cells: Sequence[object]) -> Mapping[int, tuple[int, int, int]]:
    """The days that cells of a row of headings name: (year, month, day), each 0 where it isn't said.

    Parameters
    ----------
    cells : sequence
        Cells of one row, and only those that mean nothing else.

    Returns
    -------
    dict of int to (int, int, int)
        By place; empty if they name none. Bare numbers are days where they run from 1 to 28, 29, 30 or 31.
    """
    for read in (_dates, _days_with_months, _days_of_a_month, _numbers):
        found = read(cells)
        days = {day for _, _, day in found.values()}
        if len(found) >= _FEWEST and len(days) >= _FEWEST and len(set(found.values())) == len(found):
            return found
    return {}


def _dates(cells: Sequence[object]) -> dict[int, tuple[int, int, int]]:
    found = {}
    for place, cell in enumerate(cells):
        if isinstance(cell, str | dt.date) and (named := day_and_minute(cell)) is not None and not named[1]:
            day = dt.date(1970, 1, 1) + dt.timedelta(days=named[0])
            found[place] = day.year, day.month, day.day
    return found


def _days_with_months(cells: Sequence[object]) -> dict[int, tuple[int, int, int]]:
    """4月1日; 4-1 may be many other things, but not a whole month of them."""
    found, is_plain = {}, True
    for place, cell in enumerate(cells):
        text = heading_text(cell) if isinstance(cell, str) else ""
        match = _MONTH_AND_DAY.fullmatch(text)
        if match is not None:
            found[place] = 0, int(match[1]), int(match[2])
            is_plain &= "月" in text
    return found if is_plain or len(found) in _DAYS_OF_MONTHS else {}


def _days_of_a_month(cells: Sequence[object]) -> dict[int, tuple[int, int, int]]:
    found = {}
    for place, cell in enumerate(cells):
        match = _DAY.fullmatch(heading_text(cell)) if isinstance(cell, str) else None
        if match is not None:
            found[place] = 0, 0, int(match[1])
    return found


def _numbers(cells: Sequence[object]) -> dict[int, tuple[int, int, int]]:
    found = {}
    for place, cell in enumerate(cells):
        text = heading_text(cell)
        if text.isascii() and text.isdecimal() and len(text) < 3:
            found[place] = 0, 0, int(text)
    days = sorted(day for _, _, day in found.values())
    return found if len(days) in _DAYS_OF_MONTHS and days == list(range(1, len(days) + 1)) else {}


def users_of_rows(rows: list[list[object]], words: Vocabulary) -> tuple[list[list[object]], Mapping[int, Meaning]]:
    """The users that one of the rows of headings says, by its first cell or by the corner.

    Parameters
    ----------
    rows : list of list
        Rows of headings.
    words : Vocabulary

    Returns
    -------
    rows : list of list
        Without users and their names.
    meanings : dict of int to Meaning
        By place, the user of a column; and what the column of a corner is.
    """
    if not words.has_users:
        return rows, {}
    for number, row in enumerate(rows):
        first = next((place for place, cell in enumerate(row) if cell is not None), None)
        if first is None:
            continue
        key = _corner(row[first], words)
        is_label = words.meaning(row[first]).key == "user_id" and any(
            words.meaning(below[first]).key in _BESIDE_USERS for below in rows[number + 1 :]
        )
        if key is None and not is_label:
            continue
        cells = {place: cell for place, cell in enumerate(row) if place > first and cell is not None}
        cells = {place: cell for place, cell in cells.items() if not words.meaning(cell).is_sum}
        if not cells or any(_is_known(cell, words) for cell in cells.values()):
            continue
        meanings = {place: _user(cell) for place, cell in cells.items()}
        without = [None if place in cells or place == first else cell for place, cell in enumerate(row)]
        kept = [without if each is row else each for each in rows if each is row or not _is_name(each[first])]
        if key is not None:
            meanings[first] = key
        return _without_names(kept, list(cells), words), meanings
    return rows, {}


def named_users(row: Sequence[object], meanings: Sequence[Meaning], words: Vocabulary) -> Mapping[int, Meaning]:
    """Columns whose headings say nothing, as users: what the user has said that they are.

    Parameters
    ----------
    row : sequence
        The lowest row of headings.
    meanings : sequence of Meaning
        What is known of each column.
    words : Vocabulary
    """
    if not words.has_users or any(meaning.key == "user_id" for meaning in meanings):
        return {}
    if not any(meaning.key in _BESIDE_USERS for meaning in meanings):
        return {}
    found = {}
    for place, (cell, meaning) in enumerate(zip(row, meanings, strict=True)):
        if meaning != NOTHING_SAID or cell is None or not _may_be_user(cell, words):
            continue
        user = _user(cell)
        found[place] = user if user.kind else replace(user, kind="energy")
    return found


def _may_be_user(cell: object, words: Vocabulary) -> bool:
    text = _user(cell).user
    return (
        0 < len(text) <= _LONGEST_NAME
        and (not _NUMBER.fullmatch(text) or text.isdecimal())
        and not _is_name(cell)
        and clock(cell) is None
        and day_and_minute(cell) is None
        and not words.is_something_else(heading_text(cell))
    )


def _is_known(cell: object, words: Vocabulary) -> bool:
    """Whether a cell among users is a heading of its own, so that the row is no row of users."""
    meaning = words.meaning(cell)
    return (meaning != NOTHING_SAID and not meaning.user) or _is_name(cell)


def _is_name(cell: object) -> bool:
    return isinstance(cell, str) and _NAME.fullmatch(heading_text(cell)) is not None


def _corner(cell: object, words: Vocabulary) -> Meaning | None:
    """What the rows below a corner are told apart by, if it says that users stand beside it."""
    pieces = _CORNER.split(heading_text(cell))
    if len(pieces) != 2:
        return None
    keys = [words.meaning(piece).key for piece in pieces]
    for own, other in (keys, keys[::-1]):
        if other == "user_id" and own in _BESIDE_USERS:
            return Meaning(key=own)
    return None


def _user(cell: object) -> Meaning:
    """A user, and the unit of its amounts where the heading has one."""
    text = heading_text(cell)
    unit = unit_of_heading(text)
    if unit is None or not unit.name or unit.quantity not in ("energy", "power"):
        return Meaning(user=text)
    return Meaning(user=unit.name, unit=unit, kind=unit.quantity)


def _without_names(rows: list[list[object]], places: list[int], words: Vocabulary) -> list[list[object]]:
    """Rows of headings without those that say of each user another thing, and one that nobody knows: names."""
    kept = []
    for row in rows:
        texts = [heading_text(row[place]) for place in places]
        is_names = len(set(texts)) == len(texts) > 1 and all(
            text and words.meaning(text) == NOTHING_SAID and not words.is_something_else(text) for text in texts
        )
        kept.append([None if place in places else cell for place, cell in enumerate(row)] if is_names else row)
    return kept
