"""Parquet files as raw tables."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gridsim.columns import Table
from gridsim.errors import Fault
from gridsim.io.headings import match_headings
from gridsim.io.parquet_columns import gathered, row_groups
from gridsim.io.raw import RawTable
from gridsim.scenario.reading import decimals_of
from gridsim.words import Sentence

__all__ = ["read_parquet"]

# What pandas writes beside the columns when a DataFrame has an index; no one's data.
_PANDAS_INDEX = re.compile(r"__index_level_\d+__")


def read_parquet(path: Path, table: Table, file: str) -> tuple[RawTable | None, list[Fault]]:
    """A Parquet file as a raw table.

    Parameters
    ----------
    path : Path
    table : Table
    file : str
        The file as the user knows it.

    Returns
    -------
    RawTable or None
        None if there is nothing that could be looked at.
    faults : list of Fault
    """
    if path.stat().st_size == 0:
        return None, [
            Fault.of_file(file, Sentence("empty file"), Sentence("a Parquet file with the columns of the table"))
        ]
    try:
        schema = pq.read_schema(path)
        headings = [name for name in schema.names if not _PANDAS_INDEX.fullmatch(name)]
        columns, faults = match_headings(headings, table, file)
        if columns is None:
            return None, faults
        kept = [name for name, column in zip(headings, columns, strict=True) if column is not None]
        numbers = {
            name
            for name, column in zip(headings, columns, strict=True)
            if column is not None and decimals_of(column.kind) is not None
        }
        texts = [name for name in kept if _is_text(schema, name)]
        with pq.ParquetFile(path, read_dictionary=texts) as parquet:
            rows = parquet.metadata.num_rows
            read = gathered(row_groups(parquet, kept), rows, numbers)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        message = Sentence("not a Parquet file, or a broken one: {why}", why=reason)
        return None, [Fault.of_file(file, message, Sentence("a Parquet file with the columns of the table"))]
    arrays: dict[str, pa.Array] = {}
    for name, column in zip(headings, columns, strict=True):
        if column is not None:
            arrays[column.name] = read[name]
    return RawTable(table, file, arrays, rows), faults


def _is_text(schema: pa.Schema, name: str) -> bool:
    places = schema.get_all_field_indices(name)
    return all(pa.types.is_string(schema.field(place).type) for place in places)
