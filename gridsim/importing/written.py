"""An imported table as Arrow has it, and as CSV or Parquet: decimals as fine as they are, times to the minute."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from gridsim.importing.slots import DAY
from gridsim.io.load_stamps import ENDS, lengths_on
from gridsim.tables.decimals import decimals_of_integers
from gridsim.units import decimals_of

if TYPE_CHECKING:
    from gridsim.importing.amounts import Amounts
    from gridsim.importing.tables import Columns, Made

__all__ = ["arrow_table", "write_csv", "write_parquet"]

_QUARTER = 15  # minutes
_BOM = b"\xef\xbb\xbf"
_ROWS_AT_ONCE = 1_000_000
_MOST_DIGITS = 38
_TO_QUOTE = re.compile('[",\n\r]')


def arrow_table(made: Made, *, for_file: bool = False) -> pa.Table:
    """The columns that the table has, in its order.

    Parameters
    ----------
    made : Made
    for_file : bool
        Amounts that the table takes finer than its own unit allows only where they were converted are in kWh, under a
        heading that says so. Intervals that begin within a day have their ends beside their starts, which alone could
        be taken for ends.
    """
    columns = {}
    for column in made.table:
        if column.name in made.texts:
            columns[column.name] = _texts(made.texts[column.name])
        elif column.name in made.amounts:
            amounts, decimals = made.amounts[column.name], decimals_of(column.kind) or 0
            if for_file and column.finer == "converted" and amounts.decimals > decimals:
                columns[column.exact] = _decimals(amounts.scaled(decimals), 0)
            else:
                columns[column.name] = _decimals(amounts, decimals)
        elif column.name == "starts_at" and made.starts is not None:
            columns[column.name] = _times(made.starts)
            if for_file and _begins_within_a_day(made):
                columns[ENDS] = _times(made.starts + lengths_on(made.starts // _QUARTER, _users(made)) * _QUARTER)
    return pa.table(columns)


def _begins_within_a_day(made: Made) -> bool:
    """Whether the first interval of any user begins at another time than midnight."""
    assert made.starts is not None  # it is load
    users = _users(made)
    first = np.full(int(users.max(initial=0)) + 1, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(first, users, made.starts)
    return bool((first[np.unique(users)] % DAY).any())


def _users(made: Made) -> NDArray[np.int64]:
    return made.texts["user_id"].codes.astype(np.int64)


def _times(minutes: NDArray[np.int64]) -> pa.Array:
    return pa.array(minutes.astype("datetime64[m]").astype("datetime64[us]"))


def _texts(column: Columns) -> pa.Array:
    codes = pa.array(column.codes, mask=column.codes < 0) if (column.codes < 0).any() else pa.array(column.codes)
    return pa.DictionaryArray.from_arrays(codes, pa.array(column.texts, pa.string()))


def _decimals(amounts: Amounts, least: int) -> pa.Array:
    amounts = amounts.at_least(least)
    mask = None if amounts.given.all() else ~amounts.given
    if amounts.values.dtype == object:
        numbers = [Decimal(number).scaleb(-amounts.decimals) for number in amounts.values.tolist()]
        return pa.array(numbers, pa.decimal128(_MOST_DIGITS, amounts.decimals), mask=mask)
    whole = decimals_of_integers(amounts.values, amounts.decimals)
    return whole if mask is None else pa.array(whole.to_pylist(), whole.type, mask=mask)


def write_csv(path: Path, table: pa.Table) -> None:
    """Write a table as CSV in UTF-8 with BOM, as Excel needs it."""
    with path.open("wb") as stream:
        stream.write(_BOM + ",".join(table.column_names).encode() + b"\n")
        for start in range(0, table.num_rows, _ROWS_AT_ONCE):
            block = table.slice(start, _ROWS_AT_ONCE)
            block = pa.table({name: _as_text(block.column(name)) for name in block.column_names})
            quoting = "needed" if _needs_quotes(block) else "none"
            options = pyarrow.csv.WriteOptions(include_header=False, quoting_style=quoting)
            pyarrow.csv.write_csv(block, stream, options)


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet."""
    pyarrow.parquet.write_table(table, path, compression="zstd", compression_level=1)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times as ISO 8601 has them, to the minute; each is written once and taken where it stands."""
    if pa.types.is_timestamp(column.type):
        encoded = (
            column.combine_chunks().dictionary_encode()
            if column.num_chunks != 1
            else column.chunk(0).dictionary_encode()
        )
        texts = np.datetime_as_string(np.asarray(encoded.dictionary), unit="m")
        return pa.chunked_array(
            [pa.DictionaryArray.from_arrays(encoded.indices, pa.array(texts, pa.string())).cast(pa.string())]
        )
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _needs_quotes(table: pa.Table) -> bool:
    for column in table.columns:
        if pa.types.is_string(column.type):
            texts = column.unique().to_pylist()
            if any(text is not None and _TO_QUOTE.search(text) for text in texts):
                return True
    return False
