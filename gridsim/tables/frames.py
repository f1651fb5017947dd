"""DataFrames as raw tables: what is missing to pandas is an empty cell, the index means nothing."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from gridsim.columns import Column, Table
from gridsim.errors import Fault
from gridsim.tables.headings import match_headings
from gridsim.tables.raw import RawTable, array_of_cells

__all__ = ["raw_of_frame"]


def raw_of_frame(frame: pd.DataFrame, table: Table) -> tuple[RawTable | None, list[int | None], list[Fault]]:
    """A DataFrame as a raw table.

    Parameters
    ----------
    frame : DataFrame
        In outside units; columns of any type.
    table : Table
        Its name stands for the file in the faults.

    Returns
    -------
    RawTable or None
        None if there is nothing that could be looked at.
    places : list of (int or None)
        The place in the frame of each column of `table`.
    faults : list of Fault
    """
    columns, faults = match_headings(list(frame.columns), table, table.name)
    if columns is None:
        return None, [None] * len(table.columns), faults
    place_of = {column.name: place for place, column in enumerate(columns) if column is not None}
    arrays = {name: _array(frame.iloc[:, place], table[name]) for name, place in place_of.items()}
    places = [place_of.get(column.name) for column in table]
    return RawTable(table, table.name, arrays, len(frame)), places, faults


def _array(series: pd.Series, column: Column) -> pa.Array:
    """A column as an Arrow array."""
    if series.dtype == object:
        return array_of_cells(series.tolist(), column)
    if isinstance(series.dtype, pd.PeriodDtype):
        return pa.array([None if cell is pd.NaT else str(cell) for cell in series], pa.string())
    try:
        array = pa.array(series.array, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, UnicodeEncodeError):
        return array_of_cells(series.tolist(), column)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array.storage if isinstance(array, pa.ExtensionArray) else array
