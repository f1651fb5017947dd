"""Sheets of an Excel workbook as raw tables."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from gridsim.columns import Table
from gridsim.errors import Fault
from gridsim.io.headings import match_headings
from gridsim.io.raw import RawTable, array_of_cells

__all__ = ["Workbook", "open_workbook", "read_sheet"]

_ERROR_CELL = re.compile(rb'<c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Workbook:
    """An open workbook: its sheets, and what a reader of values alone does not see."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._book = CalamineWorkbook.from_path(path)
        self.sheets: tuple[str, ...] = tuple(self._book.sheet_names)

    def rows(self, sheet: str) -> list[list[object]]:
        """All cells of a sheet, from its first row and column on."""
        rows = self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        return cast("list[list[object]]", rows)

    def error_cells(self, sheet: str) -> dict[tuple[int, int], str]:
        """Cells whose formula ended in an error, by (row, column) from 0: calamine shows them as empty."""
        found: dict[tuple[int, int], str] = {}
        try:
            with zipfile.ZipFile(self.path) as archive:
                text = archive.read(_path_of_sheet(archive, sheet))
        except (KeyError, zipfile.BadZipFile, ElementTree.ParseError):
            return found
        if b't="e"' not in text:
            return found
        for letters, digits, error in _ERROR_CELL.findall(text):
            found[int(digits) - 1, _column_number(letters)] = error.decode("utf-8")
        return found


def open_workbook(path: Path, file: str) -> tuple[Workbook | None, list[Fault]]:
    """A workbook, or the fault that it cannot be read."""
    if path.stat().st_size == 0:
        return None, [Fault(file, None, None, None, "empty file", "an Excel workbook with one sheet per table")]
    try:
        return Workbook(path), []
    except (CalamineError, OSError, ValueError) as error:
        message = f"not an Excel workbook, or a broken one: {error}"
        return None, [Fault(file, None, None, None, message, "a workbook .xlsx")]


def read_sheet(workbook: Workbook, sheet: str, table: Table, file: str) -> tuple[RawTable | None, list[Fault]]:
    """A sheet as a raw table: the first row that has any cell is the headings.

    Parameters
    ----------
    workbook : Workbook
    sheet : str
    table : Table
    file : str
        The sheet as the user knows it, ``tables.xlsx:users``.

    Returns
    -------
    RawTable or None
        None if there is nothing that could be looked at.
    faults : list of Fault
    """
    rows = workbook.rows(sheet)
    top = next((place for place, row in enumerate(rows) if any(cell != "" for cell in row)), None)
    if top is None:
        return None, [Fault(file, None, None, None, "empty sheet", "a row of headings, then data rows")]
    headings = rows[top]
    columns, faults = match_headings(headings, table, file)
    if columns is None:
        return None, faults
    body = rows[top + 1 :]
    arrays = {}
    notes = []
    errors = workbook.error_cells(sheet)
    for place, column in enumerate(columns):
        cells = [_cell(row[place]) for row in body]
        for (row, wrong_place), error in errors.items():
            if wrong_place == place and row > top:
                cells[row - top - 1] = error  # such as #N/A, which is no number, month or choice; but it is a text
                if column is not None and column.kind in ("id", "ref", "text"):
                    message = "a formula that ended in an error"
                    faults.append(Fault(file, row - top, column.name, error, message, "a value"))
        if column is not None:
            arrays[column.name] = array_of_cells(cells, column)
            if column.name == "closes_at" and any(type(cell) is dt.date for cell in cells):
                notes.append(f"{file}: closes_at without a time of day (or at midnight) counts as 23:59:59 of that day")
        elif headings[place] == "" and any(cell != "" for cell in cells):
            name = f"column {place + 1}"
            faults.append(Fault(file, None, name, None, "cells without a heading", "a heading for each column"))
    return RawTable(table, file, arrays, len(body), notes=tuple(notes)), faults


def _cell(value: object) -> object:
    """A time of day to the millisecond: workbooks count days as floats."""
    if isinstance(value, dt.datetime) and value.microsecond:
        rounded = round(value.microsecond, -3)
        return value.replace(microsecond=0) + dt.timedelta(microseconds=rounded)
    return value


def _path_of_sheet(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part of the archive that holds a sheet, by the workbook's own list of relations."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relation = next(node.get(_RELATION) for node in book.iter(_SHEET) if node.get("name") == sheet)
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(link.get("Target", "") for link in links if link.get("Id") == relation)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
