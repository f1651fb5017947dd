"""Parquet files as raw tables."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gridsim.columns import Table
from gridsim.errors import Fault
from gridsim.input_files import check_input, unpacked_limit, unpacked_too_far
from gridsim.io.parquet_columns import gathered, row_groups
from gridsim.tables.headings import form_of, match_headings
from gridsim.tables.raw import RawTable
from gridsim.units import decimals_of
from gridsim.words import Sentence

__all__ = ["read_parquet"]

_ROWS_FREELY = 10**7
_ROWS_OF_A_BYTE = 1_000  # a year of hours without any energy has some hundred rows for each byte
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
    size = check_input(path)
    if size == 0:
        return None, [
            Fault.of_file(file, Sentence("empty file"), Sentence("a Parquet file with the columns of the table"))
        ]
    try:
        metadata = pq.read_metadata(path)
        if (fault := _too_large(metadata, size, file)) is not None:
            return None, [fault]
        schema = metadata.schema.to_arrow_schema()
        headings = [name for name in schema.names if not _PANDAS_INDEX.fullmatch(name)]
        table = form_of(headings, table)
        columns, faults, units, notes = match_headings(headings, table, file)
        if columns is None:
            return None, faults
        # Of two columns of one name, which is a fault by now, neither can be asked for.
        kept = [
            name
            for name, column in zip(headings, columns, strict=True)
            if column is not None and headings.count(name) == 1
        ]
        numbers = {
            name
            for name, column in zip(headings, columns, strict=True)
            if column is not None and decimals_of(column.kind) is not None
        }
        texts = [name for name in kept if _is_text(schema, name)]
        with pq.ParquetFile(path, read_dictionary=texts) as parquet:
            rows = parquet.metadata.num_rows
            read = gathered(row_groups(parquet, kept), rows, numbers)
        for array in read.values():
            texts = array.dictionary if pa.types.is_dictionary(array.type) else array
            if pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type):
                texts.validate(full=True)  # a text may be no UTF-8
    except (pa.ArrowException, OSError, ValueError, OverflowError, IndexError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        message = Sentence("not a Parquet file, or a broken one: {why}", why=reason)
        return None, [Fault.of_file(file, message, Sentence("a Parquet file with the columns of the table"))]
    arrays: dict[str, pa.Array] = {}
    for name, column in zip(headings, columns, strict=True):
        if column is not None and name in read:
            arrays[column.name] = read[name]
    return RawTable(table, file, arrays, rows, notes=notes, units=units), faults


def _too_large(metadata: pq.FileMetaData, size: int, file: str) -> Fault | None:
    """What is wrong with a file of few bytes that stands for many rows."""
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    most = unpacked_limit(size)
    if sum(max(group.total_byte_size, 0) for group in groups) > most:
        return unpacked_too_far(file, most)
    rows = max(_ROWS_FREELY, _ROWS_OF_A_BYTE * size)
    if metadata.num_rows > rows:
        message = Sentence("{count:,} rows in a file of {size:,} bytes", count=metadata.num_rows, size=size)
        return Fault.of_file(file, message, Sentence("at most {count:,} rows in a file of this size", count=rows))
    return None


def _is_text(schema: pa.Schema, name: str) -> bool:
    places = schema.get_all_field_indices(name)
    return all(pa.types.is_string(schema.field(place).type) for place in places)
