"""A worksheet that is written from the top down: rows of cells, merged texts, sums with their values.

A statement writes its cells one by one (`Page`); so does `gridsim.show.workbook_document`, block by block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Any

from gridsim.errors import SentenceError, shorten
from gridsim.units import ENERGY_DECIMALS
from gridsim.words import Language, Sentence

if TYPE_CHECKING:
    from pathlib import Path

    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


__all__ = [
    "ENERGY",
    "MONEY",
    "MOST_LINKS",
    "MOST_ROWS",
    "PRICE",
    "RATIO",
    "Formats",
    "Link",
    "Number",
    "Page",
    "Ratio",
    "Sum",
    "column_letter",
    "fen",
    "kwh",
    "opened",
    "width_of",
]

MOST_ROWS = 1_048_575
"""That a sheet holds beneath its headings."""

MOST_LINKS = 65_530
"""That a sheet holds."""

ENERGY, PRICE, MONEY, RATIO = "#,##0.000", "#,##0.000", "#,##0.00", "0.00%"
_POINTS_PER_LINE = 14.5
_SMALL = 1.25  # a column holds more letters of our size than of the one that its width is told in


_NO_CLOCK = datetime(2000, 1, 1)
_FONT = {"en": "Arial", "zh": "宋体"}
_LINK = "#0563C1"


class Formats:
    """Cell formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, words: Language) -> None:
        self._book = book
        self._base = {"font_name": _FONT[words.lang], "font_size": 10, "valign": "vcenter"}
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def __call__(self, **properties: object) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**self._base, **properties})
        return self._made[key]


@contextmanager
def opened(
    path: Path, title: str, words: Language, *, row_by_row: bool = False
) -> Iterator[tuple[xlsxwriter.Workbook, Formats]]:
    """A new workbook, closed when this is left: texts stay texts, and the same content gives the same bytes.

    Parameters
    ----------
    path : Path
    title : str
    words : Language
    row_by_row : bool
        Each row goes to the disk when the next one begins: for long tables, written from the top down.

    Raises
    ------
    SentenceError
        It cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    try:
        options = {"strings_to_numbers": False, "strings_to_formulas": False, "constant_memory": row_by_row}
        with xlsxwriter.Workbook(path, options) as book:
            book.set_properties({"title": title, "author": "gridsim", "created": _NO_CLOCK})
            yield book, Formats(book, words)
    except XlsxWriterException as error:
        raise SentenceError(
            Sentence("{path}: the workbook cannot be written ({why})", path=path, why=str(error))
        ) from error


@dataclass(frozen=True, slots=True)
class Number:
    """An exact decimal: `units` of ``10**-decimals``, shown in a number format."""

    units: int
    decimals: int
    shown: str

    @property
    def value(self) -> float:
        """The float64 nearest to it, which is what a workbook holds."""
        return float(Decimal(self.units).scaleb(-self.decimals))


def fen(amount_fen: int) -> Number:
    """Money in fen as a cell in yuan."""
    return Number(amount_fen, 2, MONEY)


def kwh(energy_kwh: int) -> Number:
    """Energy in kWh as a cell in MWh."""
    return Number(energy_kwh, ENERGY_DECIMALS, ENERGY)


@dataclass(frozen=True, slots=True)
class Ratio:
    """The quotient of two numbers as a workbook computes it, from their floats; shown, and never computed with."""

    value: float
    shown: str = RATIO


@dataclass(frozen=True, slots=True)
class Sum:
    """A formula and the number that it comes to: exact, unless it is a ratio."""

    formula: str
    result: Number | Ratio


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a row of another sheet of the same workbook."""

    sheet: str
    row: int
    text: str


Cell = str | Number | Sum | Link | int | None


class Page:
    """Writes one worksheet row by row.

    Parameters
    ----------
    sheet : Worksheet
    formats : Formats
    widths : sequence of int
        Of its columns, in characters, by which the height of rows is judged: not every program does so itself.
    shortens : bool
        Whether texts in cells, which may be ids of any length, are cut.
    """

    def __init__(self, sheet: Worksheet, formats: Formats, widths: Sequence[int], *, shortens: bool = True) -> None:
        self.sheet = sheet
        self.formats = formats
        self.row = 0
        self._widths = widths
        self._told = shorten if shortens else str
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)

    def row_of(
        self, cells: Sequence[Cell], properties: Mapping[int, Mapping[str, object]] | None = None, **common: object
    ) -> int:
        """Write a row of bordered cells; its place is returned.

        Parameters
        ----------
        cells : sequence of Cell
            Texts stay texts whatever they begin with.
        properties : mapping of int to mapping, optional
            Of the formats of single cells, by column.
        **common : object
            Of the formats of all of them.
        """
        lines = max(
            ceil(width_of(self._told(cell)) / (width * _SMALL))
            for cell, width in zip(cells, self._widths, strict=False)
            if isinstance(cell, str)
        )
        if lines > 1:
            self.sheet.set_row(self.row, lines * _POINTS_PER_LINE)
        for column, cell in enumerate(cells):
            self.cell(column, cell, **{"border": 1, **common, **((properties or {}).get(column, {}))})
        self.row += 1
        return self.row - 1

    def cell(self, column: int, cell: Cell, **properties: object) -> None:
        """Write one cell of the present row."""
        if isinstance(cell, (Number, Sum)):
            number = cell.result if isinstance(cell, Sum) else cell
            made = self.formats(**{"align": "right", "num_format": number.shown, **properties})
            if isinstance(cell, Sum):
                self.sheet.write_formula(self.row, column, cell.formula, made, number.value)
            else:
                self.sheet.write_number(self.row, column, number.value, made)
        elif isinstance(cell, Link):
            made = self.formats(**{"font_color": _LINK, "underline": 1, **properties})
            target = cell.sheet.replace("'", "''")
            self.sheet.write_url(self.row, column, f"internal:'{target}'!A{cell.row + 1}", made, cell.text)
        elif isinstance(cell, int):
            self.sheet.write_number(self.row, column, cell, self.formats(**{"align": "center", **properties}))
        elif not cell:
            self.sheet.write_blank(self.row, column, None, self.formats(**properties))
        else:
            # As text (@), so that it stays one if somebody edits the cell.
            made = self.formats(**{"text_wrap": True, "num_format": "@", **properties})
            self.sheet.write_string(self.row, column, self._told(cell), made)

    def span(self, first: int, last: int, cell: Cell, **properties: object) -> None:
        """Write one cell over several columns of the present row."""
        text = isinstance(cell, str)
        made = self.formats(**{**({"num_format": "@", "text_wrap": True} if text else {}), **properties})
        if isinstance(cell, (Number, Sum)):
            number = cell.result if isinstance(cell, Sum) else cell
            made = self.formats(**{"align": "right", "num_format": number.shown, **properties})
        self.sheet.merge_range(self.row, first, self.row, last, None, made)
        if isinstance(cell, str) and cell:
            self.sheet.write_string(self.row, first, cell, made)
        elif isinstance(cell, Sum):
            self.sheet.write_formula(self.row, first, cell.formula, made, cell.result.value)
        elif isinstance(cell, Number):
            self.sheet.write_number(self.row, first, cell.value, made)

    def text(self, text: str, height: float | None = None, **properties: object) -> int:
        """Write a text over all columns, as high as it needs."""
        lines = -(-width_of(text) // sum(self._widths))
        self.sheet.set_row(self.row, height or max(1, lines) * _POINTS_PER_LINE)
        self.span(0, len(self._widths) - 1, text, **properties)
        self.row += 1
        return self.row - 1

    def skip(self) -> None:
        """Leave a row empty."""
        self.row += 1


def width_of(text: str) -> int:
    """The width of a text in characters, of which a Chinese one counts two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


@cache
def column_letter(column: int) -> str:
    """The letter of a column, from 0."""
    from xlsxwriter.utility import xl_col_to_name

    letters: Any = xl_col_to_name(column)
    return str(letters)
