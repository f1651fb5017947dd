"""Sheets of cells into a file: csv in an encoding, or an Excel workbook with merged titles."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from .grids import Cell, Sheet
from .layouts import Layout


def write(sheets: list[Sheet], layout: Layout, folder: Path, name: str = "statement") -> Path:
    """Write the statement; the path of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.{layout.form}"
    if layout.form == "csv":
        (sheet,) = sheets
        with path.open("w", encoding=layout.encoding, newline="") as file:
            csv.writer(file, lineterminator="\r\n").writerows(
                [[_text(cell, layout) for cell in row] for row in sheet.cells]
            )
    else:
        _write_workbook(sheets, path)
    return path


def _text(cell: Cell, layout: Layout) -> str:
    if isinstance(cell, str):
        return cell
    return f"{cell:,f}" if layout.has_thousands else f"{cell:f}"


def _write_workbook(sheets: list[Sheet], path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": dt.datetime(2021, 7, 12)})  # the same bytes whenever it is made
        centred = book.add_format({"align": "center", "valign": "vcenter"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            for number, row in enumerate(sheet.cells):
                for place, cell in enumerate(row):
                    if isinstance(cell, Decimal):
                        page.write_number(number, place, float(cell))
                    elif cell:
                        page.write_string(number, place, cell)
            for top, left, bottom, right in sheet.merged:
                if (top, left) != (bottom, right):
                    page.merge_range(top, left, bottom, right, sheet.cells[top][left], centred)
