"""DataFrames as raw tables: what is missing to pandas is an empty cell, the index means nothing."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from gridsim.columns import Column, Table
from gridsim.core.threads import call_all
from gridsim.errors import Fault
from gridsim.tables.headings import form_of, match_headings
from gridsim.tables.raw import RawTable, array_of_cells

__all__ = ["FrameColumns", "array_of_series", "columns_of_frame"]


class FrameColumns(NamedTuple):
    """A DataFrame, its columns known.

    Attributes
    ----------
    raw : RawTable or None
        None if there is nothing that could be looked at.
    given : dict of str to Series
        The columns as they are, by English name.
    faults : list of Fault
        Of the headings.
    """

    raw: RawTable | None
    given: dict[str, pd.Series]
    faults: list[Fault]


def columns_of_frame(frame: pd.DataFrame, table: Table, *, threads: int = 1) -> FrameColumns:
    """A DataFrame as a raw table.

    Parameters
    ----------
    frame : DataFrame
        In outside units; columns of any type.
    table : Table
        Its name stands for the file in the faults.
    threads : int
        Columns are shared out among them.
    """
    table = form_of(list(frame.columns), table)
    columns, faults, units, notes = match_headings(list(frame.columns), table, table.name)
    if columns is None:
        return FrameColumns(None, {}, faults)
    given = {
        column.name: series for column, (_, series) in zip(columns, frame.items(), strict=True) if column is not None
    }
    arrays = call_all([partial(array_of_series, series, table[name]) for name, series in given.items()], threads)
    raw = RawTable(table, table.name, dict(zip(given, arrays, strict=True)), len(frame), notes=notes, units=units)
    return FrameColumns(raw, given, faults)


def array_of_series(series: pd.Series, column: Column) -> pa.Array:
    """A column as an Arrow array."""
    if series.dtype == object:
        return array_of_cells(series.tolist(), column)
    if isinstance(series.dtype, pd.PeriodDtype):
        return pa.array([None if cell is pd.NaT else str(cell) for cell in series], pa.string())
    if isinstance(series.dtype, pd.ArrowDtype) and pa.types.is_floating(series.dtype.pyarrow_dtype):
        series = pd.Series(series.to_numpy(dtype=np.float64, na_value=np.nan))  # NaN is missing here as everywhere
    try:
        # NumPy's own array takes pyarrow 9 µs, pandas' wrapper of it 65.
        plain = series.to_numpy() if isinstance(series.dtype, np.dtype) else series.array
        array = pa.array(plain, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, UnicodeEncodeError):
        return array_of_cells(series.tolist(), column)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return array.storage if isinstance(array, pa.ExtensionArray) else array
