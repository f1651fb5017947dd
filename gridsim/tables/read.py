"""One table from raw cells to an exact frame, driven by the columns of `gridsim.columns`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa

from gridsim.columns import Column, Table
from gridsim.core.threads import call_all
from gridsim.errors import Fault
from gridsim.tables.allowed import allowed
from gridsim.tables.encoded import Encoded, categorical
from gridsim.tables.faults import row_faults
from gridsim.tables.fine import Rests
from gridsim.tables.numbers import convert_numbers
from gridsim.tables.raw import ConvertedColumn, RawTable
from gridsim.tables.read_table import BoolArray, ReadTable
from gridsim.tables.texts import convert_bools, convert_texts
from gridsim.tables.times import convert_times
from gridsim.units import decimals_of
from gridsim.words import Sentence

__all__ = ["empty_table", "read_cells", "read_table"]


def read_table(raw: RawTable, year: int | None) -> tuple[ReadTable, list[Fault]]:
    """Every cell of a table as an exact value, and a fault for each that is none.

    Parameters
    ----------
    raw : RawTable
    year : int or None
        Of the scenario, if it is known; months are held against it.
    """
    raw, cells, faults = read_cells(raw, year)
    values: dict[str, object] = {}
    bad: dict[str, BoolArray] = {}
    rests: dict[str, Rests] = {}
    for column in raw.table:
        found = cells[column.name]
        plain = found.values
        if isinstance(plain, Encoded):
            plain = categorical(plain.codes, plain.texts)
        elif column.may_lack:
            array = raw.columns.get(column.name)
            lacks = np.full(raw.length, array is None) if found.lacks is None else found.lacks
            plain = pd.arrays.IntegerArray(plain, lacks)
        values[column.exact] = plain
        if found.bad is not None:
            bad[column.exact] = found.bad
        if found.rests is not None:
            rests[column.exact] = found.rests
    frame = pd.DataFrame(values, index=pd.RangeIndex(raw.length), copy=False)
    return ReadTable(raw.table, raw.file, frame, bad, raw.row_numbers, raw.left_out, rests), faults


def read_cells(
    raw: RawTable, year: int | None = None, *, threads: int = 1
) -> tuple[RawTable, dict[str, ConvertedColumn], list[Fault]]:
    """Every column of a table converted, and a fault for each cell that could not be.

    Parameters
    ----------
    raw : RawTable
    year : int or None
        Of the scenario, if it is known; months are held against it.
    threads : int
        Columns are shared out among them.

    Returns
    -------
    raw : RawTable
        Without the rows that have nothing in them.
    cells : dict of str to ConvertedColumn
        By name of the column, also of those that were not given.
    faults : list of Fault
    """
    raw, faults = _without_blank_rows(raw)
    numbers = raw.row_numbers
    row_number = None if numbers is None else lambda position: int(numbers[position])
    converted = call_all([partial(_convert, column, raw, year) for column in raw.table], threads)
    cells = {column.name: found for column, found in zip(raw.table, converted, strict=True)}
    for column in raw.table:
        if column.name not in raw.columns and not column.optional:
            continue  # a missing column is one fault already, not one per row
        for problem in cells[column.name].problems:
            faults.extend(
                row_faults(
                    raw.file,
                    problem.positions,
                    column.name,
                    problem.shown,
                    problem.message,
                    problem.allowed,
                    row_number=row_number,
                )
            )
    return raw, cells, faults


def empty_table(table: Table, year: int | None) -> pd.DataFrame:
    """The exact frame of a table that was not given: no rows, all columns."""
    return read_table(RawTable(table, "", {}, 0), year)[0].frame


def _convert(column: Column, raw: RawTable, year: int | None) -> ConvertedColumn:
    array = raw.columns.get(column.name)
    if array is None:
        array = pa.nulls(raw.length, pa.string())
    unit = raw.units.get(column.name)
    words = allowed(column, raw.table, year, unit)
    if decimals_of(column.kind) is not None:
        exponent = 0 if unit is None else unit.exponent
        return convert_numbers(array, column, words, exponent, is_fine=column.may_be_finer(unit is not None))
    if column.kind == "bool":
        return convert_bools(array, column, words)
    if column.kind in ("time", "date"):
        return convert_times(array, column, words)
    return convert_texts(array, column, raw.table, year, words)


def _without_blank_rows(raw: RawTable) -> tuple[RawTable, list[Fault]]:
    """Leave out rows without any cell: at the end in silence (spreadsheets add them), elsewhere as faults."""
    blank = np.ones(raw.length, dtype=bool)
    for array in raw.columns.values():
        if not array.null_count:
            return raw, []
        blank &= np.asarray(array.is_null())
    if not raw.columns or not blank.any():
        return raw, []
    filled = np.flatnonzero(~blank)
    end = int(filled[-1]) + 1 if len(filled) else 0
    inner = np.flatnonzero(blank[:end])
    numbers = np.arange(1, raw.length + 1) if raw.row_numbers is None else raw.row_numbers
    faults = row_faults(
        raw.file,
        inner,
        None,
        lambda _: None,
        Sentence("empty row"),
        Sentence("no row without any cell between others"),
        row_number=lambda position: int(numbers[position]),
    )
    kept = raw.row_numbers if not len(inner) and raw.row_numbers is None else numbers[filled]
    columns = {
        name: array.take(pa.array(filled)) if len(inner) else array.slice(0, end) for name, array in raw.columns.items()
    }
    return replace(raw, columns=columns, length=len(filled), row_numbers=kept), list(faults)
