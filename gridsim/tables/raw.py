"""A table as it came from the outside: columns of Arrow arrays under their English names, nothing believed yet."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridsim.columns import Column, Table
from gridsim.errors import Fault
from gridsim.tables.allowed import is_key_text
from gridsim.tables.fine import Rests
from gridsim.tables.heading_units import HeadingUnit
from gridsim.tables.read_table import BoolArray, IntArray
from gridsim.words import Sentence

__all__ = [
    "CellProblem",
    "ConvertedColumn",
    "RawTable",
    "SheetPlaces",
    "Shown",
    "array_of_cells",
    "narrow",
    "text_of",
    "text_of_cell",
    "text_of_month",
]

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_LONGEST_DECIMAL = 60
_WHOLE_FLOATS = 1e15  # below it every whole float64 names one integer alone


@dataclass(frozen=True)
class SheetPlaces:
    """Where a table stands on a sheet, so that a fault can name the cell as a spreadsheet does.

    Parameters
    ----------
    heading_row : int
        1-based row of the sheet that has the headings.
    letters : mapping of str to str
        Letters of each column, by its English name and by its heading.
    """

    heading_row: int
    letters: Mapping[str, str]

    def located(self, fault: Fault) -> Fault:
        """The same fault with its cell: ``D17``, a heading's, those of several columns, or a whole row ``17:17``."""
        letters = [self.letters[name] for name in (fault.column or "").split(", ") if name in self.letters]
        if fault.cell is not None or (fault.row is None and not letters):
            return fault
        row = self.heading_row + (fault.row or 0)
        return replace(fault, cell=", ".join(f"{each}{row}" for each in letters) or f"{row}:{row}")


@dataclass(frozen=True)
class RawTable:
    """One table before its cells were looked at.

    Parameters
    ----------
    table : Table
    file : str
        The file as the user knows it.
    columns : dict of str to Arrow array
        By English name; a column that was not there is left out.
    length : int
    row_numbers : (length,) int64 array, optional
        1-based data rows, where rows had to be left out; else None.
    left_out : int
        Rows left out because their cells cannot be told apart; each is a fault already.
    notes : tuple of Sentence
        What is no fault but ought to be known.
    places : SheetPlaces, optional
        Of a table on a sheet.
    units : mapping of str to HeadingUnit
        By English name, of the columns whose cells are in another unit than ours, as their headings say.
    """

    table: Table
    file: str
    columns: dict[str, pa.Array]
    length: int
    row_numbers: IntArray | None = None
    left_out: int = 0
    notes: tuple[Sentence, ...] = ()
    places: SheetPlaces | None = None
    units: Mapping[str, HeadingUnit] = field(default_factory=dict)


Shown = Callable[[int], "str | None"]
"""What stands in a cell, by its position."""


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with some cells of one column, in the same words for all of them."""

    positions: NDArray[np.intp]
    message: Sentence
    allowed: Sentence | Callable[[int], Sentence]
    shown: Shown


@dataclass
class ConvertedColumn:
    """One column, converted: exact values, and what was wrong with some.

    Parameters
    ----------
    values : (n,) array or Categorical
    bad : (n,) bool array, optional
        Cells that could not be read; None if all could.
    problems : list of CellProblem
    lacks : (n,) bool array, optional
        Cells that are empty in a column that tells them from others; None if none is.
    rests : Rests, optional
        What cells have beyond the column's last decimal, where they may; None if none has anything.
    """

    values: Any
    bad: BoolArray | None = None
    problems: list[CellProblem] = field(default_factory=list)
    lacks: BoolArray | None = None
    rests: Rests | None = None

    def add(
        self,
        positions: NDArray[np.intp],
        message: Sentence,
        allowed: Sentence | Callable[[int], Sentence],
        shown: Shown,
    ) -> None:
        """Note what is wrong with the cells at `positions`, if there are any."""
        if len(positions):
            self.problems.append(CellProblem(positions, message, allowed, shown))

    def mark_bad(self, mask: BoolArray) -> None:
        """These cells could not be read, too."""
        if mask.any():
            self.bad = mask if self.bad is None else self.bad | mask


def text_of_cell(value: object) -> str | None:
    """A cell of any type as the text that a CSV file would have; None if it is empty.

    Whole floats lose their ``.0`` (spreadsheets know no integers); a float too large to be told from its
    neighbours keeps an exponent, by which it is recognised later.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if not math.isfinite(number) or not number.is_integer():
            return repr(number)
        return str(int(number)) if abs(number) < _WHOLE_FLOATS else f"{number:.16e}"
    if isinstance(value, Decimal):
        return _plain_decimal(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    try:
        return str(value)
    except ValueError:  # a whole number of thousands of digits
        return f"{Decimal(value):.16e}" if isinstance(value, int) else repr(type(value))


def _plain_decimal(value: Decimal) -> str:
    """All digits of a decimal without exponent; as it stands where that would be a page long."""
    if not value.is_finite() or abs(value.adjusted()) > _LONGEST_DECIMAL:
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def narrow(text: str) -> str:
    """A text without full-width characters, and without spaces at its ends; other characters stay what they are."""
    if text.isascii():
        return text.strip()
    wide = (unicodedata.east_asian_width(character) == "F" for character in text)
    plain = (
        unicodedata.normalize("NFKC", character) if is_wide else character
        for character, is_wide in zip(text, wide, strict=True)
    )
    return "".join(plain).strip()


def text_of_month(value: object) -> str | None:
    """As `text_of_cell`, but the first of a month (as spreadsheets and pandas have months) is that month."""
    if isinstance(value, dt.datetime):
        if value == dt.datetime(value.year, value.month, 1):
            return f"{value:%Y-%m}"
    elif isinstance(value, dt.date) and value.day == 1:
        return f"{value:%Y-%m}"
    return text_of_cell(value)


def text_of(column: Column) -> Callable[[object], str | None]:
    """How the cells of a column become texts."""
    return text_of_month if column.kind in ("month", "delivery") else text_of_cell


def array_of_cells(cells: Sequence[object], column: Column) -> pa.Array:
    """Python objects of whatever types as one Arrow array; of mixed types, as texts.

    Arrow's own inference is not asked: of a date and a time it makes two dates.
    """
    plain = [cell.item() if isinstance(cell, np.generic) else cell for cell in cells]
    plain = [None if cell is None or _is_missing(cell) else cell for cell in plain]
    plain = [_text(cell, column) if isinstance(cell, str) and not cell.isascii() else cell for cell in plain]
    types = {type(cell) for cell in plain if cell is not None}
    if types <= {int, float}:
        kind = pa.int64() if types == {int} else pa.float64()
    elif types == {str}:
        kind = pa.string()
    elif types == {bool}:
        kind = pa.bool_()
    elif types == {dt.date}:
        kind = pa.date32()
    else:
        return pa.array([text_of(column)(cell) for cell in plain], pa.string())
    try:
        return pa.array(plain, kind)
    except (pa.ArrowInvalid, OverflowError):  # an integer beyond int64, or beyond float64's exact ones
        return pa.array([text_of(column)(cell) for cell in plain], pa.string())


def _text(text: str, column: Column) -> str:
    """A text that Arrow can hold: in place of half a character pair a sign that is a fault in a name."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _HALF_A_PAIR.sub("\0" if is_key_text(column) else "\ufffd", text)
    return text


def _is_missing(cell: object) -> bool:
    """Whether a cell is one of the marks by which pandas and calamine say that there is nothing."""
    if isinstance(cell, str):
        return cell == ""
    if isinstance(cell, float):
        return math.isnan(cell)
    return type(cell).__name__ in {"NAType", "NaTType"}
