"""A document as a sheet of a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from gridsim.show.document import Folded, Grid, Heading, ListItem
from gridsim.show.workbook import Cell, Formats, Number, Page, width_of

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from gridsim.show.document import Block

__all__ = ["write_document"]

_HEAD = "#D9E2EF"
_NARROWEST, _WIDEST = 9, 44  # characters of a column
_FEWEST = 6  # columns, so that a document without tables is as wide as a page
_SIZES = (16, 13, 11)  # points of headings, by level
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?( %)?")
_DIGITS = 15  # a workbook holds no more of them: a longer number stays the text that it is


def write_document(sheet: Worksheet, formats: Formats, document: Iterable[Block]) -> dict[Heading, int]:
    """Write a document from the top of a worksheet down; what is a number in a table is one in its cell.

    Parameters
    ----------
    sheet : Worksheet
        An empty one.
    formats : Formats
    document : iterable of Block

    Returns
    -------
    dict of Heading to int
        The row of each heading, from 0, to lead there; of equal ones that of the first.
    """
    rows: dict[Heading, int] = {}
    blocks = list(_unfolded(document))
    page = Page(sheet, formats, _widths(blocks), shortens=False)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    for block in blocks:
        if isinstance(block, Heading):
            rows.setdefault(block, page.row)
            size = _SIZES[min(block.level, len(_SIZES)) - 1]
            page.text(" ".join(filter(None, (block.text, block.note))), 2.0 * size, bold=True, font_size=size)
        elif isinstance(block, Grid):
            _write_grid(page, block)
        elif isinstance(block, ListItem):
            page.text(f"• {block.head}")
            for line in block.lines:
                page.text(line, indent=2)
        else:
            for line in str(block).split("\n"):
                page.text(line)
    return rows


def _unfolded(document: Iterable[Block]) -> Iterator[Block]:
    for block in document:
        if isinstance(block, Folded):
            yield Heading(block.summary, 3)
            yield from _unfolded(block.inside)
        else:
            yield block


def _widths(blocks: Sequence[Block]) -> list[int]:
    """A width for each column that fits all tables, within reason."""
    widths = [_NARROWEST] * _FEWEST
    for block in blocks:
        if isinstance(block, Grid):
            widths += [_NARROWEST] * (len(block.headings) - len(widths))
            for row in (block.headings, *block.rows, block.foot):
                for column, cell in enumerate(row):
                    widths[column] = max(widths[column], min(width_of(str(cell)) + 1, _WIDEST))
    return widths


def _write_grid(page: Page, grid: Grid) -> None:
    if grid.title:
        page.text(grid.title, bold=True)
    sides = {column: {"align": "right"} for column, side in enumerate(grid.align) if side == ">"}
    page.row_of(grid.headings, sides, bold=True, bg_color=_HEAD)
    for row in grid.rows:
        page.row_of(_cells(row, grid.align), sides)
    if grid.foot:
        page.row_of(_cells(grid.foot, grid.align), sides, bold=True)
    if grid.note:
        page.text(grid.note, font_size=9)
    page.skip()


def _cells(row: Sequence[object], align: str) -> list[Cell]:
    """The cells of a row: texts, and what stands to the right as the number that it tells."""
    return [_number(str(cell)) if side == ">" else str(cell) for cell, side in zip(row, align, strict=True)]


def _number(text: str) -> Cell:
    found = _NUMBER.fullmatch(text)
    digits = "".join(sign for sign in text if sign.isdigit())
    if found is None or len(digits) > _DIGITS:
        return text
    units, decimals = int(digits) * (-1 if text[0] == "-" else 1), len(found[1] or "")
    shown = "#,##0" + ("." + "0" * decimals if decimals else "") + ("%" if found[2] else "")
    if text[0] == "+":
        shown = f"+{shown};-{shown};{shown}"
    return Number(units, decimals + 2 if found[2] else decimals, shown)
