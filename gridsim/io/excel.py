"""Sheets of an Excel workbook as raw tables."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import cast

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from gridsim.columns import Column, Table
from gridsim.errors import Fault, shorten, visible
from gridsim.input_files import InputFileError, check_input, open_input
from gridsim.io.excel_cells import CellFacts, Parts, SheetError, column_letters
from gridsim.io.excel_limits import MOST_SHEETS, archive_fault, check_sheet
from gridsim.io.excel_values import plain_value
from gridsim.tables.headings import form_of, match_headings
from gridsim.tables.raw import RawTable, SheetPlaces, array_of_cells
from gridsim.units import decimals_of
from gridsim.words import Sentence, msg

__all__ = ["Workbook", "open_workbook", "read_sheet"]

_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")

Range = tuple[tuple[int, int], tuple[int, int]]


class Workbook:
    """An open workbook: its sheets, and what a reader of values alone does not see."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._book = CalamineWorkbook.from_path(path)
        self.sheets: tuple[str, ...] = tuple(self._book.sheet_names)
        self._parsed: tuple[str, CalamineSheet] | None = None

    def _sheet(self, sheet: str) -> CalamineSheet:
        """A sheet; the last one is kept, as parsing it costs most."""
        if self._parsed is None or self._parsed[0] != sheet:
            check_sheet(self.parts, sheet)
            with _told_of_damage(sheet):
                self._parsed = sheet, self._book.get_sheet_by_name(sheet)
        return self._parsed[1]

    def rows(self, sheet: str) -> list[list[object]]:
        """All cells of a sheet, from its first row and column on.

        Raises
        ------
        SheetError
            It is damaged, or would fill the memory.
        """
        parsed = self._sheet(sheet)
        with _told_of_damage(sheet):
            rows = parsed.to_python(skip_empty_area=False)
        return cast("list[list[object]]", rows)

    def merged(self, sheet: str) -> list[Range]:
        """The ranges of merged cells: first and last (row, column), from 0."""
        return cast("list[Range]", self._sheet(sheet).merged_cell_ranges or [])

    def is_hidden(self, sheet: str) -> bool:
        """Whether people do not see the sheet."""
        found = next(entry for entry in self._book.sheets_metadata if entry.name == sheet)
        return found.visible != SheetVisibleEnum.Visible

    @cached_property
    def parts(self) -> Parts:
        """What stands in the archive beside the values."""
        return Parts(self.path)


def open_workbook(path: Path, file: str) -> tuple[Workbook | None, list[Fault]]:
    """A workbook, or the fault that it cannot be read."""
    try:
        size = check_input(path)
    except InputFileError as error:
        return None, [error.fault(file)]
    if size == 0:
        return None, [
            Fault.of_file(file, Sentence("empty file"), Sentence("an Excel workbook with one sheet per table"))
        ]
    try:
        if _is_compound(path):
            message = Sentence("not an Excel workbook .xlsx: an older one (.xls), or one with a password")
            return None, [
                Fault.of_file(file, message, Sentence("a workbook .xlsx: save it as such, without a password"))
            ]
        fault = archive_fault(path, size, file)
        if fault is not None:
            return None, [fault]
        with _readers_error():
            workbook = Workbook(path)
    except (_ReaderError, OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        why = shorten(str(error))
        message = Sentence("not an Excel workbook, or a broken one: {why}", why=why)
        return None, [Fault.of_file(file, message, Sentence("a workbook .xlsx"))]
    count = len(workbook.sheets)
    if not 0 < count <= MOST_SHEETS:
        many = Sentence("more than {count:,} sheets", count=MOST_SHEETS)
        message = many if count else Sentence("no sheet in it")
        return None, [Fault.of_file(file, message, Sentence("an Excel workbook with one sheet per table"))]
    return workbook, []


def _is_compound(path: Path) -> bool:
    """Whether a file is a compound file of Microsoft's, as .xls and workbooks with a password are."""
    with open_input(path) as stream:
        return stream.read(len(_COMPOUND)) == _COMPOUND


class _ReaderError(Exception):
    """What the reader says of what it cannot read."""


@contextmanager
def _readers_error() -> Iterator[None]:
    try:
        yield
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise _ReaderError(str(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what Rust's own checks raise is no Exception
            raise
        raise _ReaderError(str(error)) from None


@contextmanager
def _told_of_damage(sheet: str) -> Iterator[None]:
    """What the reader says of a sheet, as our own error."""
    try:
        with _readers_error():
            yield
    except _ReaderError as error:
        raise SheetError.of_part(sheet, error) from None


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
    try:
        return _read(workbook, sheet, table, file)
    except SheetError as error:
        return None, [Fault(file, None, None, None, error.sentence, error.allowed, cell=error.cell)]


def _read(workbook: Workbook, sheet: str, table: Table, file: str) -> tuple[RawTable | None, list[Fault]]:
    rows = workbook.rows(sheet)
    top = next((place for place, row in enumerate(rows) if any(cell != "" for cell in row)), None)
    if top is None:
        return None, [Fault.of_file(file, Sentence("empty sheet"), Sentence("a row of headings, then data rows"))]
    headings = rows[top]
    table = form_of(headings, table)
    columns, faults, units, more = match_headings(headings, table, file)
    places = SheetPlaces(top + 1, _letters(headings, columns))
    if columns is None:
        return None, [places.located(fault) for fault in faults]
    facts = workbook.parts.facts(sheet)
    faults += _merged(workbook.merged(sheet), rows, top, columns, file)
    body = rows[top + 1 :]
    arrays = {}
    notes = [*_notes(workbook, sheet, file, facts), *more]
    for place, column in enumerate(columns):
        stored = [row[place] for row in body]
        cells = [plain_value(cell) for cell in stored]
        for (row, wrong_place), error in facts.errors.items():
            if wrong_place == place and row > top:
                cells[row - top - 1] = error  # such as #N/A, which is no number, month or choice; but it is a text
        if column is not None:
            faults += _wrong_cells(facts, cells, place, top, column, file)
            notes += _as_excel_has_them(stored, cells, column_letters(place), top, file)
            arrays[column.name] = array_of_cells(cells, column)
            if column.name == "closes_at" and any(type(cell) is dt.date for cell in cells):
                notes.append(
                    Sentence(
                        "{file}: closes_at without a time of day (or at midnight) counts as 23:59:59 of that day",
                        file=file,
                    )
                )
        elif headings[place] == "" and any(cell != "" for cell in cells):
            name = f"column {place + 1}"
            faults.append(
                Fault(
                    file, None, name, None, Sentence("cells without a heading"), Sentence("a heading for each column")
                )
            )
    return RawTable(table, file, arrays, len(body), notes=tuple(notes), places=places, units=units), faults


def _letters(headings: Sequence[object], columns: Sequence[Column | None] | None) -> dict[str, str]:
    """The letters of the columns, by every name by which a fault may call them."""
    letters: dict[str, str] = {}
    for place, heading in enumerate(headings):
        names = [shorten(visible(str(heading).strip())), f"column {place + 1}"]
        column = None if columns is None else columns[place]
        if column is not None:
            names.insert(0, column.name)
        for name in names:
            letters.setdefault(name, column_letters(place))
    return letters


def _notes(workbook: Workbook, sheet: str, file: str, facts: CellFacts) -> list[Sentence]:
    notes = []
    if workbook.is_hidden(sheet):
        notes.append(Sentence("{file}: the sheet is hidden, and was read all the same", file=file))
    if facts.formulas and workbook.parts.is_left_to_compute:
        notes.append(
            Sentence(
                "{file}: the results of {count} formulas were taken as the program that wrote them left them; "
                "to be sure, open the workbook and save it",
                file=file,
                count=facts.formulas,
            )
        )
    return notes


def _merged(
    ranges: Sequence[Range], rows: list[list[object]], top: int, columns: Sequence[Column | None], file: str
) -> list[Fault]:
    """Merged cells hide which rows a value is for: a fault for each range among the data.

    For the checks that follow, each row has the value, so that one fault does not make others.
    """
    faults = []
    for (first_row, first), (last_row, last) in sorted(ranges):
        known = [place for place in range(first, min(last + 1, len(columns))) if columns[place] is not None]
        is_used = first_row < len(rows) and any(cell != "" for cell in rows[first_row][first : last + 1])
        if last_row < top or not known or not is_used:
            continue
        column = columns[known[0]]
        assert column is not None  # as chosen above
        name = f"{column_letters(first)}{first_row + 1}:{column_letters(last)}{last_row + 1}"
        row = first_row - top if first_row > top else None
        allowed = Sentence("unmerge them and write the value in each cell that it is for")
        faults.append(Fault(file, row, column.name, None, Sentence("merged cells {range}", range=name), allowed))
        if first == last and first_row > top:
            for number in range(first_row + 1, min(last_row + 1, len(rows))):
                rows[number][first] = rows[first_row][first]
    return faults


def _wrong_cells(facts: CellFacts, cells: list[object], place: int, top: int, column: Column, file: str) -> list[Fault]:
    """Faults of cells whose value is not what it seems."""
    faults = []
    is_text = column.kind in ("id", "ref", "text")
    for (row, where), error in facts.errors.items():
        if where == place and row > top and is_text:
            faults.append(
                Fault(
                    file,
                    row - top,
                    column.name,
                    error,
                    Sentence("a formula that ended in an error"),
                    Sentence("a value"),
                )
            )
    for row, where in sorted(facts.without_result):
        if where == place and row > top:
            allowed = Sentence("a value: open the workbook in Excel or LibreOffice and save it")
            faults.append(Fault(file, row - top, column.name, None, Sentence("a formula without a result"), allowed))
    if decimals_of(column.kind) is not None:
        for row, where in sorted(facts.percentages):
            if where == place and row > top:
                value = cells[row - top - 1]
                shown = f"{value * 100:.12g}%" if isinstance(value, (int, float)) else None
                allowed = Sentence("a plain number: give the cell the format 0.000 and look whether it is meant")
                faults.append(
                    Fault(file, row - top, column.name, shown, Sentence("a number shown as a percentage"), allowed)
                )
    return faults


def _as_excel_has_them(stored: list[object], cells: list[object], letters: str, top: int, file: str) -> list[Sentence]:
    """What was taken for another value than is stored, because Excel has it so: of numbers and of times a sentence."""
    notes = []
    for kind, template in _TAKEN.items():
        changed = [
            row
            for row, (value, cell) in enumerate(zip(stored, cells, strict=True))
            if type(value) is kind and value != cell and not getattr(cell, "microsecond", 0)
        ]
        if changed:
            row = changed[0]
            first = Sentence(
                "{cell}, {value} as {shown}", cell=f"{letters}{top + 2 + row}", value=stored[row], shown=cells[row]
            )
            notes.append(Sentence.of(template, file=file, count=len(changed), first=first))
    return notes


_TAKEN: dict[type, str] = {
    float: msg("{file}: numbers taken with the 15 digits that Excel has: {count:,}; the first: {first}"),
    dt.datetime: msg("{file}: times less than half a second from a minute, taken as it: {count:,}; the first: {first}"),
}
