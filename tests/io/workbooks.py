"""Workbooks made for tests of their reader."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import xlsxwriter

from tests.io.building import write_files

Cells = list[list[object]]


def write_workbook(folder: Path, sheets: dict[str, Cells], *, instead_of: tuple[str, ...]) -> Path:
    """The small scenario, some of its tables as sheets; text that begins with = is a formula of that result."""
    write_files(folder, {f"{name}.csv": None for name in instead_of})
    with xlsxwriter.Workbook(folder / "tables.xlsx") as book:
        day, time = (book.add_format({"num_format": text}) for text in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"))
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, dt.datetime):
                        sheet.write_datetime(number, place, cell, time)
                    elif isinstance(cell, dt.date):
                        sheet.write_datetime(number, place, dt.datetime.combine(cell, dt.time()), day)
                    elif isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(number, place, "=1/0", value=_result(cell[1:]))
                    elif cell is not None:
                        sheet.write(number, place, cell)
    return folder


def _result(text: str) -> float | str:
    """The result of a formula: of a number all its digits, of which a plain cell would be written with sixteen."""
    try:
        return float(text)
    except ValueError:
        return text
