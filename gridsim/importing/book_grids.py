"""The sheets of a workbook as grids: ``.xlsx``, ``.xls`` and ``.ods``, by way of calamine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from gridsim.errors import Fault, shorten
from gridsim.importing.amounts import Amounts, amounts_of_cells, side_by_side
from gridsim.importing.grids import HEAD, Body, Grid, Keyed
from gridsim.io.excel import open_workbook
from gridsim.io.excel_cells import CellFacts, Parts, SheetError, column_letters
from gridsim.io.excel_limits import check_sheet
from gridsim.words import Sentence

__all__ = ["book_grids"]

_ROWS_AT_ONCE = 20_000
_HALF_SECOND = dt.timedelta(milliseconds=500)


def book_grids(path: Path, file: str, *, is_archive: bool) -> tuple[list[Grid], list[Fault]]:
    """A grid for each sheet of a workbook that has any cell.

    Parameters
    ----------
    path : Path
    file : str
        As the user knows it.
    is_archive : bool
        Whether it is a zip archive: ``.xlsx`` and ``.ods`` are, ``.xls`` is not.
    """
    parts = None
    if is_archive:
        book, faults = open_workbook(path, file)
        if faults:
            return [], faults
        assert book is not None  # as there is no fault
        parts = book.parts if file.lower().endswith((".xlsx", ".xlsm")) else None
    try:
        workbook = CalamineWorkbook.from_path(path)
        hidden = {each.name for each in workbook.sheets_metadata if each.visible != SheetVisibleEnum.Visible}
        grids = [BookGrid(workbook, sheet, file, parts) for sheet in workbook.sheet_names]
        for grid in grids:
            if grid.name.partition(":")[2] in hidden:
                note = Sentence("{file}: the sheet is hidden, and was read all the same", file=grid.name)
                grid.notes = (note, *grid.notes)
    except SheetError as error:
        return [], [Fault(file, None, None, None, error.sentence, error.allowed, cell=error.cell)]
    except BaseException as error:
        if type(error).__name__ != "PanicException" and not isinstance(error, Exception):
            raise
        why = shorten(str(error))
        return [], [
            Fault.of_file(
                file,
                Sentence("a workbook that cannot be read: {why}", why=why),
                Sentence("open it in Excel or WPS and save it as .xlsx"),
            )
        ]
    return [grid for grid in grids if grid.head], []


class BookGrid(Grid):
    """A sheet."""

    def __init__(self, workbook: CalamineWorkbook, sheet: str, file: str, parts: Parts | None) -> None:
        if parts is not None:
            check_sheet(parts, sheet)
        self.name = f"{file}:{sheet}"
        self._parts, self._sheet = parts, sheet
        self._cells = workbook.get_sheet_by_name(sheet)
        # iter_rows gives the empty rows above the first cell, but not the empty columns before it.
        self._left = (self._cells.start or (0, 0))[1]
        self._merged = sorted(self._cells.merged_cell_ranges or [])
        hidden = 0 if parts is None else parts.hidden_rows(sheet)
        if hidden:
            self.notes = (
                Sentence("{file}: {count:,} rows are hidden, and were read all the same", file=self.name, count=hidden),
            )
        self.head = [self._row(row) for row in islice(self._cells.iter_rows(), HEAD)]
        while self.head and all(cell is None for cell in self.head[-1]):
            self.head.pop()
        self._fill_merged(self.head, 0)

    def _row(self, row: list[Any]) -> list[object]:
        return [None] * self._left + [_cell(cell) for cell in row] if row else []

    def _fill_merged(self, rows: list[list[object]], start: int) -> None:
        """What stands in a merged range stands in each of its cells."""
        for (first_row, first), (last_row, last) in self._merged:
            if not start <= first_row < start + len(rows) or first >= len(rows[first_row - start]):
                continue
            value = rows[first_row - start][first]
            for number in range(first_row - start, min(last_row - start + 1, len(rows))):
                row = rows[number]
                row[first : last + 1] = [value] * len(row[first : last + 1])

    def body(self, start: int) -> tuple[Body, list[Fault]]:
        """The rows from the one at place `start` on."""
        width = max(self._left + self._cells.width, max((len(row) for row in self.head), default=0))
        facts = CellFacts() if self._parts is None else self._parts.facts(self._sheet)
        faults = [*_errors(facts, self.name, start)]
        rows = islice(self._cells.iter_rows(), start, None)
        return BookBody(rows, width, self._left, start, self._merged), faults

    def release(self) -> None:
        """Let go of the cells."""
        super().release()
        del self._cells


class BookBody(Body):
    """The rows of a sheet behind its headings."""

    def __init__(self, rows: Any, width: int, left: int, start: int, merged: list[Any]) -> None:
        self.top, self.width = start + 1, width
        self._blocks: list[Any] = []
        self._left = left
        while block := list(islice(rows, _ROWS_AT_ONCE)):
            self._blocks.append(_columns(block, width - left))
        self.length = sum(len(block[0]) if block else 0 for block in self._blocks)
        self._merged = [each for each in merged if each[0][1] == each[1][1] and each[0][0] >= start]

    def _cells(self, place: int) -> list[object]:
        if not self._left <= place < self.width:
            return [None] * self.length
        cells = [cell for block in self._blocks for cell in block[place - self._left]]
        for (first_row, first), (last_row, _) in self._merged:
            if first == place:
                start = first_row - self.top + 1
                cells[start : last_row - self.top + 2] = [cells[start]] * len(cells[start : last_row - self.top + 2])
        return cells

    def keyed(self, place: int) -> Keyed:
        places: dict[tuple[type, object], int] = {}
        codes = np.empty(self.length, dtype=np.int64)
        for number, cell in enumerate(self._cells(place)):
            codes[number] = -1 if cell is None or cell == "" else places.setdefault((type(cell), cell), len(places))
        kept = [_cell(cell) for _, cell in places]
        empty = np.array([cell is None for cell in kept] + [False], dtype=bool)
        return Keyed(np.where(empty[codes], -1, codes), kept)

    def amounts(self, places: Sequence[int]) -> Amounts:
        return side_by_side([amounts_of_cells(self._numbers(place)) for place in places])

    def _numbers(self, place: int) -> Any:
        """The cells of a column: one array where all are numbers."""
        parts = [block[place - self._left] for block in self._blocks] if self._left <= place < self.width else []
        is_plain = parts and all(isinstance(part, np.ndarray) for part in parts)
        return np.concatenate(parts) if is_plain else self._cells(place)


def _columns(rows: list[list[Any]], width: int) -> list[Any]:
    """Rows as columns: arrays of floats where a column has nothing else, which is a quarter of the room."""
    columns: list[Any] = []
    padded = [row if len(row) == width else [*row, *[""] * (width - len(row))] for row in rows]
    for column in zip(*padded, strict=True):
        kinds = set(map(type, column))
        columns.append(np.array(column, dtype=np.float64) if kinds == {float} else list(column))
    return columns


def _cell(value: Any) -> object:
    """A cell; None if nothing stands there. A time within half a second of a minute is that minute."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value.strip(" \t\r\n\u00a0\u3000").removeprefix("'") or None
    if isinstance(value, np.floating):
        return float(value)
    if isinstance(value, dt.datetime):
        minute = (value + dt.timedelta(seconds=30)).replace(second=0, microsecond=0)
        return minute if abs(value - minute) <= _HALF_SECOND else value
    if isinstance(value, dt.time):
        as_of_day = _cell(dt.datetime.combine(dt.date(2000, 1, 1), value))
        assert isinstance(as_of_day, dt.datetime)  # as it was one
        return dt.timedelta(days=1) if as_of_day.day == 2 else as_of_day.time()
    return value


def _errors(facts: CellFacts, name: str, start: int) -> list[Fault]:
    """Formulas that ended in an error or were never computed: calamine shows such cells as empty."""
    faults = []
    for (row, column), error in sorted(facts.errors.items()):
        if row >= start:
            faults.append(
                Fault(
                    name, None, None, error, Sentence("a formula that ended in an error"), Sentence("a value"),
                    cell=f"{column_letters(column)}{row + 1}",
                )
            )  # fmt: skip
    for row, column in sorted(facts.without_result):
        if row >= start:
            faults.append(
                Fault(
                    name, None, None, None, Sentence("a formula without a result"),
                    Sentence("a value: open the workbook in Excel or LibreOffice and save it"),
                    cell=f"{column_letters(column)}{row + 1}",
                )
            )  # fmt: skip
    return faults
