"""One exact table as one file, Parquet or CSV: written part by part, read whole or part by part."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from gridsim.columns import Column, Table
from gridsim.errors import ResultError
from gridsim.io.csv_texts import marked, unmarked
from gridsim.io.decimals import exact_table, outside_table
from gridsim.io.used_texts import UsedTexts
from gridsim.settlement.parted import chunks, made_ahead
from gridsim.tables.decimals import DIGITS, SHORT_DIGITS, TooLongError
from gridsim.units import decimals_of
from gridsim.words import Sentence

__all__ = [
    "FORMATS",
    "Format",
    "parquet_options",
    "read_parts",
    "read_table",
    "table_without_rows",
    "write_outside",
    "write_table",
]

Format = Literal["parquet", "csv"]
FORMATS: tuple[Format, ...] = ("parquet", "csv")

_NO_TEXT = ("bool", "time", "date")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it Excel takes Chinese text for another encoding
_VALUES_AT_ONCE = 2**16
_BYTES_AT_ONCE = 2**24


def write_table(
    path: Path, parts: Callable[[], Iterator[pa.Table]], spec: Table, format: Format, *, ahead: bool = False
) -> None:
    """Write a table.

    Parameters
    ----------
    path : Path
        In a folder that is not yet what others read: a file that is half written stays as it is.
    parts : callable
        Gives the exact rows as tables of one schema, at least one; may be called twice.
    spec : Table
    format : {"parquet", "csv"}
    ahead : bool
        A second thread makes the rows that come next while some are being written.
    """
    in_turn: Callable[[Iterator[pa.Table]], Iterator[pa.Table]] = made_ahead if ahead else iter
    if format == "csv":
        _write_csv(path, in_turn(_plain_parts(parts(), spec)))
        return
    try:
        _write_parquet(path, in_turn(_row_groups(parts(), spec, SHORT_DIGITS)))
    except TooLongError:
        _write_parquet(path, in_turn(_row_groups(parts(), spec, DIGITS)))


def write_outside(path: Path, parts: Iterator[pa.Table], format: Format) -> None:
    """Write a table as it is to stand there, under whatever headings it has.

    Parameters
    ----------
    path : Path
    parts : iterator of Arrow table
        Of one schema, at least one.
    format : {"parquet", "csv"}
    """
    if format == "csv":
        _write_csv(path, map(_plain_texts, parts))
    else:
        _write_parquet(path, parts)


def table_without_rows(spec: Table) -> pa.Table:
    """The exact table of a result that has none, because its gridsim did not know it yet."""
    nothing = pa.table({column.name: pa.array([], pa.string()) for column in spec.columns})
    return exact_table(nothing, spec.columns)


def read_table(
    path: Path,
    spec: Table,
    filters: list[tuple[str, str, Any]] | None = None,
    wanted: Collection[str] | None = None,
    *,
    is_marked: bool = True,
) -> pa.Table:
    """Read an exact table back, of Parquet only the rows that pass the filters.

    Parameters
    ----------
    path : Path
    spec : Table
    filters : list of (column, operator, value), optional
        As pyarrow takes them.
    wanted : collection of str, optional
        Exact names of columns; all if left out.
    is_marked : bool
        Whether texts of CSV were written as `gridsim.io.csv_texts` marks them.

    Raises
    ------
    ResultError
        The file is broken, or no such table.
    """
    columns = _wanted(spec, wanted)
    with _told(path):
        if path.suffix == ".csv":
            outside = pyarrow.csv.read_csv(path, convert_options=_as_texts(columns))
            if is_marked:
                outside = _unmarked(outside, columns)
            outside = _completed(outside, columns)
        else:
            # A whole table keeps its dictionaries; a few rows of it are read sooner without them.
            names = _there(pyarrow.parquet.read_schema(path).names, columns)
            texts = [name for name in _texts(columns) if name in names] if filters is None else []
            outside = pyarrow.parquet.read_table(path, columns=names, read_dictionary=texts, filters=filters)
            outside = _completed(outside, columns)
        return exact_table(outside, columns)


def read_parts(
    path: Path, spec: Table, wanted: Collection[str] | None = None, *, is_marked: bool = True
) -> Iterator[pa.Table]:
    """Read an exact table back part by part, in its order.

    Parameters
    ----------
    path : Path
    spec : Table
    wanted : collection of str, optional
        Exact names of columns; all if left out.
    is_marked : bool
        Whether texts of CSV were written as `gridsim.io.csv_texts` marks them.

    Raises
    ------
    ResultError
        The file is broken, or no such table.
    """
    columns = _wanted(spec, wanted)
    with _told(path):
        if path.suffix != ".csv":
            for outside in _parquet_parts(path, columns):
                yield exact_table(outside, columns)
            return
        for outside in _csv_parts(path, columns):
            outside = _completed(_unmarked(outside, columns) if is_marked else outside, columns)
            yield exact_table(outside, columns)


def _wanted(spec: Table, wanted: Collection[str] | None) -> tuple[Column, ...]:
    return tuple(column for column in spec if wanted is None or column.exact in wanted)


def parquet_options(outside: pa.Table) -> dict[str, Any]:
    """How pyarrow is to write a table: so that every reader understands it, and as measured to be quick.

    Texts are dictionaries; numbers are not, as looking for repetitions costs more than it saves.
    """
    numeric = (pa.types.is_decimal, pa.types.is_integer)
    return {
        "store_schema": False,  # without Arrow's own the texts come back as texts in every reader
        "compression": "zstd",
        "store_decimal_as_integer": True,
        "use_dictionary": [field.name for field in outside.schema if not any(test(field.type) for test in numeric)],
        "write_batch_size": _VALUES_AT_ONCE,
    }


def _row_groups(parts: Iterator[pa.Table], spec: Table, digits: int) -> Iterator[pa.Table]:
    """What each row group of the file is to hold."""
    used = UsedTexts()
    for part in parts:
        for chunk in chunks(part.num_rows):
            rows = part.slice(chunk.start, chunk.stop - chunk.start)
            yield used.of(outside_table(rows, spec.columns, digits))


def _write_parquet(target: Path, groups: Iterator[pa.Table]) -> None:
    writer = None
    try:
        for outside in groups:
            if writer is None:
                writer = pyarrow.parquet.ParquetWriter(target, outside.schema, **parquet_options(outside))
            writer.write_table(outside)
    finally:
        if writer is not None:
            writer.close()


def _plain_parts(parts: Iterator[pa.Table], spec: Table) -> Iterator[pa.Table]:
    for part in parts:
        yield _plain_texts(outside_table(part, spec.columns))


def _write_csv(target: Path, parts: Iterator[pa.Table]) -> None:
    with target.open("wb") as file:
        for number, outside in enumerate(parts):
            if number == 0:
                file.write(_BYTE_ORDER_MARK + ",".join(outside.column_names).encode() + b"\n")
            pyarrow.csv.write_csv(outside, file, pyarrow.csv.WriteOptions(include_header=False))


def _plain_texts(table: pa.Table) -> pa.Table:
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
            column = marked(column)
        elif pa.types.is_timestamp(column.type):
            column = pa.compute.strftime(_whole_seconds(column), "%Y-%m-%dT%H:%M:%S")
        columns[name] = column
    return pa.table(columns)


def _unmarked(table: pa.Table, columns: Iterable[Column]) -> pa.Table:
    for name in set(_texts(columns)) & set(table.column_names):
        place = table.column_names.index(name)
        table = table.set_column(place, name, unmarked(table.column(place)))
    return table


def _whole_seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Instants in seconds if all of them are whole: the text of a finer unit carries its zeros along."""
    try:
        return column.cast(pa.timestamp("s"))
    except pa.ArrowInvalid:
        return column


def _csv_parts(path: Path, columns: tuple[Column, ...]) -> Iterator[pa.Table]:
    options = pyarrow.csv.ReadOptions(block_size=_BYTES_AT_ONCE)
    with pyarrow.csv.open_csv(path, read_options=options, convert_options=_as_texts(columns)) as reader:
        none = True
        for batch in reader:
            none = False
            yield pa.table(batch)
        if none:
            yield reader.schema.empty_table()


def _parquet_parts(path: Path, columns: tuple[Column, ...]) -> Iterator[pa.Table]:
    names = _there(pyarrow.parquet.read_schema(path).names, columns)
    with pyarrow.parquet.ParquetFile(path, read_dictionary=[name for name in _texts(columns) if name in names]) as file:
        for group in range(file.num_row_groups):
            yield _completed(file.read_row_group(group, columns=names), columns)
        if not file.num_row_groups:
            yield _completed(file.read(columns=names), columns)


def _there(names: Collection[str], columns: Iterable[Column]) -> list[str]:
    """Those columns that a file has, those that it ought to have, and those that stand for what it lacks."""
    found = [column.name for column in columns if column.name in names or not column.later]
    found += [_stand_in(column) for column in columns if column.name not in found and _stand_in(column)]
    return list(dict.fromkeys(found))


def _stand_in(column: Column) -> str:
    """The column that a later one is equal to in files that lack it; empty: it is empty."""
    return column.later if isinstance(column.later, str) else ""


def _completed(outside: pa.Table, columns: Iterable[Column]) -> pa.Table:
    """The table with what stands for the columns that came in later than its file, mostly nothing."""
    for column in columns:
        if column.later and column.name not in outside.column_names:
            if _stand_in(column) in outside.column_names:
                outside = outside.append_column(column.name, outside.column(_stand_in(column)))
                continue
            kind = pa.bool_() if column.kind == "bool" else pa.string()
            outside = outside.append_column(column.name, pa.nulls(outside.num_rows, kind))
    return outside


def _as_texts(columns: Iterable[Column]) -> pyarrow.csv.ConvertOptions:
    """What is made of the texts is decided by the columns, not by what they look like."""
    names = [column.name for column in columns]
    return pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )


def _texts(columns: Iterable[Column]) -> list[str]:
    return [column.name for column in columns if decimals_of(column.kind) is None and column.kind not in _NO_TEXT]


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell of a broken file by its name."""
    try:
        yield
    except KeyError as error:
        raise ResultError(Sentence("{path}: column {column} is missing", path=path, column=str(error))) from None
    except (pa.ArrowInvalid, OSError) as error:
        raise ResultError(Sentence("{path}: cannot be read ({why})", path=path, why=str(error))) from error
