"""What a workbook would unpack to: looked at before its reader does it, which ends the process where memory does.

A file of a few kilobytes may name one cell in the last row and column, of whose 17 thousand million neighbours the
reader makes a table, or one long text a million times.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np

from gridsim.errors import Fault
from gridsim.input_files import unpacked_limit, unpacked_too_far
from gridsim.io.excel_cells import Parts, SheetError, column_letters, column_number
from gridsim.words import Sentence

__all__ = ["MOST_SHEETS", "archive_fault", "check_sheet"]

MOST_SHEETS = 1_000
_LAST_ROW, _LAST_COLUMN = 2**20, 2**14  # of any spreadsheet program: XFD1048576
_CELLS_FREELY = 5 * 10**6
_CELLS_OF_ONE = 50  # of a table with many empty columns every tenth cell is there
_TEXT = 2**30  # bytes of text in the cells of a sheet
_FEW = 10**5  # cells: so many references are read one by one

_ANY = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)([0-9]+)["']""")
# Of many cells those alone that may be far away: two letters, or seven digits.
_FAR = re.compile(rb"""\br\s*=\s*["'](?:([A-Za-z]{2,})([0-9]+)|([A-Za-z])([0-9]{7,}))["']""")
_FAR_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']([0-9]{7,})["']""")
_SHARED = re.compile(rb"""<(?:\w+:)?c\s[^>]*\bt\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*(\d{1,9})\s*<""")
_SEVEN_DIGITS = re.compile(rb'<row r="[0-9]{7}')
_BYTES_AT_ONCE = 1 << 24
_LONGEST_REFERENCE = 24
_MOST_LETTERS, _MOST_DIGITS = 3, 7
_END_OF_TEXT = re.compile(rb"</(?:\w+:)?si>")


def archive_fault(path: Path, size: int, file: str) -> Fault | None:
    """What is wrong with a workbook whose parts are larger unpacked than any honest one, or are there twice.

    Parameters
    ----------
    path : Path
    size : int
        Of the file [bytes].
    file : str
        Its name, for the fault.

    Raises
    ------
    zipfile.BadZipFile
        It is no archive.
    """
    most = unpacked_limit(size)
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    if sum(part.file_size for part in parts) > most:
        return unpacked_too_far(file, most)
    name, times = Counter(part.filename.lower() for part in parts).most_common(1)[0] if parts else ("", 0)
    if times > 1:  # the reader would take one of them, and we might look at the other
        return Fault.of_file(file, Sentence("two parts of one name: {name}", name=name), Sentence("a workbook .xlsx"))
    return None


def check_sheet(parts: Parts, sheet: str) -> None:
    """Refuse a sheet that the reader would make too much of.

    Raises
    ------
    SheetError
    """
    text = parts.text(sheet)
    cells = text.count(b"<c ") + text.count(b":c ")
    if cells > _FEW:
        ends = _plain_ends(text, cells)
        if ends is not None and (ends[0] + 1) * (ends[1] + 1) <= max(_CELLS_FREELY, _CELLS_OF_ONE * cells):
            _check_texts(parts, text)
            return
    places = [_place(*match) for match in _ANY.findall(text)] if cells <= _FEW else _far_places(text)
    places += [(int(row) - 1, 0) for row in _FAR_ROW.findall(text)]
    row, column = (max((place[axis] for place in places), default=0) for axis in (0, 1))
    if row >= _LAST_ROW or column >= _LAST_COLUMN:
        cell = next(_name(*place) for place in places if place[0] >= _LAST_ROW or place[1] >= _LAST_COLUMN)
        last = _name(_LAST_ROW - 1, _LAST_COLUMN - 1)
        raise SheetError(Sentence("a cell beyond the last of a sheet"), Sentence("cells up to {last}", last=last), cell)
    if (row + 1) * (column + 1) > max(_CELLS_FREELY, _CELLS_OF_ONE * cells):
        cell = _name(*max(places, key=lambda place: (place[1] == column, place[0])))
        raise SheetError(
            Sentence("a cell so far from the others that the sheet has {count:,}", count=(row + 1) * (column + 1)),
            Sentence("delete the rows and columns beyond the table"),
            cell,
        )
    _check_texts(parts, text)


def _check_texts(parts: Parts, text: bytes) -> None:
    """Refuse texts that are short in the file, where each stands once, and long in the cells."""
    strings = parts.strings()
    if text.count(b"<v") * len(strings) <= _TEXT:
        return
    lengths = np.array([len(one) for one in _END_OF_TEXT.split(strings)] + [0], dtype=np.int64)
    if text.count(b"<v") * int(lengths.max()) <= _TEXT:
        return
    used = np.array([int(number) for number in _SHARED.findall(text)], dtype=np.int64)
    if int(lengths[np.minimum(used, len(lengths) - 1)].sum()) > _TEXT:
        raise SheetError(
            Sentence("what is packed in it is too large"), Sentence("at most {size:,} bytes of text", size=_TEXT)
        )


def _plain_ends(text: bytes, cells: int) -> tuple[int, int] | None:
    """The last row and column of a sheet whose cells are written as most programs write them; None for any other."""
    if text.count(b'<c r="') != cells or text.count(b'<row r="') != text.count(b"<row ") + text.count(b":row "):
        return None
    if _SEVEN_DIGITS.search(text):
        return None
    data = np.frombuffer(text, dtype=np.uint8)
    last_row = last_column = 0
    for start in range(0, len(data), _BYTES_AT_ONCE):
        block = data[start : start + _BYTES_AT_ONCE + _LONGEST_REFERENCE]
        at = np.flatnonzero(block[:_BYTES_AT_ONCE] == ord("<"))
        at = at[at + _LONGEST_REFERENCE <= len(block)]
        for step, letter in enumerate(b'c r="', start=1):
            at = at[block[at + step] == letter]
        column, row = np.zeros((2, len(at)), dtype=np.int64)
        place = at + len('<c r="')
        for _ in range(_MOST_LETTERS):
            sign = block[place]
            is_letter = (sign >= ord("A")) & (sign <= ord("Z"))
            column = np.where(is_letter, column * 26 + sign - (ord("A") - 1), column)
            place = place + is_letter
        for _ in range(_MOST_DIGITS):
            sign = block[place]
            is_digit = (sign >= ord("0")) & (sign <= ord("9"))
            row = np.where(is_digit, row * 10 + sign - ord("0"), row)
            place = place + is_digit
        if np.any(block[place] != ord('"')):
            return None
        last_row, last_column = max(last_row, int(row.max(initial=0))), max(last_column, int(column.max(initial=0)))
    is_of_a_sheet = last_row <= _LAST_ROW and last_column <= _LAST_COLUMN
    return (last_row - 1, last_column - 1) if is_of_a_sheet else None


def _far_places(text: bytes) -> list[tuple[int, int]]:
    return [_place(one or other, number or digits) for one, number, other, digits in _FAR.findall(text)]


def _place(letters: bytes, digits: bytes) -> tuple[int, int]:
    """Row and column from 0; of either so many characters as tell that it is none."""
    return int(digits[:12]) - 1, column_number(letters[:6])


def _name(row: int, column: int) -> str:
    return f"{column_letters(column)}{row + 1}"
