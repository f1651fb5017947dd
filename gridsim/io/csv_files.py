"""CSV files as raw tables: headings and rows of the wrong length, then Arrow's reader for the rest."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from gridsim.columns import Column, Table
from gridsim.errors import Fault, shorten, visible
from gridsim.input_files import unpacked_limit, unpacked_too_far
from gridsim.io.encodings import utf8_of
from gridsim.tables.export_shapes import by_import
from gridsim.tables.faults import row_faults
from gridsim.tables.headings import form_of, match_headings
from gridsim.tables.raw import RawTable
from gridsim.tables.read_table import IntArray
from gridsim.units import decimals_of
from gridsim.words import Sentence

__all__ = ["read_csv"]

_UNREADABLE = "not readable as CSV: "
_BLOCK = 1 << 22
_FEWEST_HEADINGS = 2
_BLANK = re.compile(rb"\s*")
_DICTIONARY = pa.dictionary(pa.int32(), pa.string())


class _WrongRow(NamedTuple):
    number: int
    expected: int
    actual: int
    text: str


def read_csv(data: bytes, table: Table, file: str) -> tuple[RawTable | None, list[Fault]]:
    """A CSV file as a raw table.

    Lines without anything are skipped; a row with more or fewer cells than headings is a fault and left out.

    Parameters
    ----------
    data : bytes
        The file's content; compressed if `file` ends in ``.gz``.
    table : Table
    file : str

    Returns
    -------
    RawTable or None
        None if there is nothing that could be looked at.
    faults : list of Fault
    """
    if file.endswith(".gz"):
        most = unpacked_limit(len(data))
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                data = packed.read(most + 1)
        except (OSError, EOFError, zlib.error):
            return None, [
                Fault.of_file(file, Sentence("not a gzip file, or a broken one"), Sentence("CSV compressed by gzip"))
            ]
        if len(data) > most:
            return None, [unpacked_too_far(file, most)]
    data, fault, notes = utf8_of(data, file)
    if fault is not None:
        return None, [fault]
    quotes = data.count(b'"')
    if quotes % 2:
        return None, [_open_quote(data, file)]
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")  # as old Macs wrote
    try:
        headings, start = _first_record(data)
    except csv.Error:
        message = Sentence("a heading of more than {count:,} characters", count=csv.field_size_limit())
        return None, [Fault.of_file(file, message, Sentence("a row of headings, then data rows"))]
    if not headings:
        return None, [Fault.of_file(file, Sentence("empty file"), Sentence("a row of headings, then data rows"))]
    table = form_of(headings, table)
    if (fault := _title(headings, data[start : start + _BLOCK], table, file)) is not None:
        return None, [fault]
    columns, faults, units, more = match_headings(headings, table, file)
    if columns is None:
        return None, faults
    body = pa.py_buffer(memoryview(data)[start:])
    try:
        read, wrong = _read_body(body, columns, multiline=quotes > 0)
        rows = read.num_rows + len(wrong)
        if quotes and data.count(b"\n", start) > rows and (fault := _stray_quote(data[start:], file)) is not None:
            return None, [*faults, fault]
    except pa.ArrowInvalid as error:
        why = shorten(_UNREADABLE + str(error).splitlines()[0].removeprefix("CSV parse error: ")).removeprefix(
            _UNREADABLE
        )
        return None, [
            *faults,
            Fault.of_file(
                file, Sentence("not readable as CSV: {why}", why=why), Sentence("RFC 4180: commas, double quotes")
            ),
        ]
    faults.extend(_length_faults(wrong, file))
    arrays, nameless = _arrays(read, columns, headings)
    for place in nameless:
        name = f"column {place + 1}"
        faults.append(
            Fault(file, None, name, None, Sentence("cells without a heading"), Sentence("a heading for each column"))
        )
    numbers = _numbers(read.num_rows, wrong)
    raw = RawTable(table, file, arrays, read.num_rows, numbers, len(wrong), (*notes, *more), units=units)
    return raw, faults


def _first_record(data: bytes) -> tuple[list[str], int]:
    """The cells of the first row that has any, and where the row behind it begins."""
    stream = io.BytesIO(data)
    end = 0

    def lines() -> Iterator[str]:
        nonlocal end
        for line in stream:
            end += len(line)
            yield line.decode("utf-8")

    for record in csv.reader(lines()):
        if any(cell.strip() for cell in record):
            return record, end
    return [], end


def _title(headings: list[str], body: bytes, table: Table, file: str) -> Fault | None:
    """A title that stands above the headings, of a table that an import makes: one fault, and no cell is looked at."""
    texts = [cell.strip() for cell in headings if cell.strip()]
    reads = by_import(table, file)
    if len(texts) > 1 or reads is None or sum(not column.optional for column in table) < _FEWEST_HEADINGS:
        return None
    below = [cell for cell in _first_record(body)[0] if cell.strip()]
    if len(below) < _FEWEST_HEADINGS:
        return None
    return Fault.of_file(file, Sentence("a title above the headings"), reads, value=shorten(visible(texts[0])))


def _open_quote(data: bytes, file: str) -> Fault:
    """Where a quotation mark most likely was not closed: the first line with an odd number of them."""
    for number, line in enumerate(data.split(b"\n")):
        if line.count(b'"') % 2:
            text = shorten(line.decode("utf-8").strip())
            message = Sentence("a quotation mark that is not closed")
            return Fault(file, number or None, None, text, message, Sentence("quotation marks in pairs"))
    raise AssertionError("an odd number of marks has an odd line")


def _stray_quote(body: bytes, file: str) -> Fault | None:
    """Where a cell goes on behind its closing quotation mark, so that rows may have run into one.

    Asked only where there are more lines than rows, which cells of several lines (and blank lines) explain, too.
    """
    reader = csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True)
    row = 0
    while True:
        row += 1
        try:
            if not next(reader):
                row -= 1  # a blank line
        except StopIteration:
            return None
        except csv.Error as error:
            if "limit" in str(error):  # a cell too long for this reader, which Arrow's has read
                return None
            message = Sentence("a quotation mark that is not closed, or one inside a cell")
            return Fault(
                file, row, None, None, message, Sentence("quotation marks in pairs around a cell, doubled inside it")
            )


def _read_body(body: pa.Buffer, columns: list[Column | None], *, multiline: bool) -> tuple[pa.Table, list[_WrongRow]]:
    """The rows behind the headings, every column as text, and the rows of the wrong length."""
    names = [f"c{place}" for place in range(len(columns))]
    types = {name: _type_of(column) for name, column in zip(names, columns, strict=True)}
    if _BLANK.fullmatch(body):
        return pa.table({name: pa.array([], kind) for name, kind in types.items()}), []
    read, wrong = _run(body, names, types, multiline=multiline, threads=True)
    if wrong:  # their numbers are known only to the reader that goes from row to row
        read, wrong = _run(body, names, types, multiline=multiline, threads=False)
    return read, wrong


def _run(
    body: pa.Buffer, names: list[str], types: dict[str, pa.DataType], *, multiline: bool, threads: bool
) -> tuple[pa.Table, list[_WrongRow]]:
    wrong: list[_WrongRow] = []

    def note(row: pa_csv.InvalidRow) -> str:
        wrong.append(_WrongRow(row.number or 0, row.expected_columns, row.actual_columns, row.text))
        return "skip"

    read = pa_csv.read_csv(
        pa.BufferReader(body),
        read_options=pa_csv.ReadOptions(column_names=names, use_threads=threads, block_size=_BLOCK),
        parse_options=pa_csv.ParseOptions(newlines_in_values=multiline, invalid_row_handler=note),
        convert_options=pa_csv.ConvertOptions(
            check_utf8=False,  # known by now
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    return read, wrong


def _type_of(column: Column | None) -> pa.DataType:
    """Texts that repeat are read as codes; numbers as they stand, to be proved exact."""
    return pa.string() if column is None or decimals_of(column.kind) is not None else _DICTIONARY


def _arrays(read: pa.Table, columns: list[Column | None], headings: list[str]) -> tuple[dict[str, pa.Array], list[int]]:
    """The arrays of the known columns, and the places of columns that have cells but no heading."""
    read = read.unify_dictionaries()
    arrays: dict[str, pa.Array] = {}
    nameless: list[int] = []
    for place, column in enumerate(columns):
        chunks = read.column(place)
        if column is not None:
            arrays[column.name] = _whole(chunks)
        elif not headings[place].strip() and chunks.null_count < len(chunks):
            nameless.append(place)
    return arrays, nameless


def _whole(chunks: pa.ChunkedArray) -> pa.Array:
    return chunks.combine_chunks() if chunks.num_chunks != 1 else chunks.chunk(0)


def _numbers(length: int, wrong: list[_WrongRow]) -> IntArray | None:
    """The data row of each row that is left."""
    if not wrong:
        return None
    return np.delete(np.arange(1, length + len(wrong) + 1), [row.number - 1 for row in wrong])


def _length_faults(wrong: list[_WrongRow], file: str) -> list[Fault]:
    def message(place: int) -> Sentence:
        count, columns = wrong[place].actual, wrong[place].expected
        if count == 1:
            return Sentence("1 cell in a table of {columns} columns", columns=columns)
        return Sentence("{count} cells in a table of {columns} columns", count=count, columns=columns)

    return list(
        row_faults(
            file,
            range(len(wrong)),
            None,
            lambda place: wrong[place].text.strip("\r\n"),
            message,
            Sentence("as many cells as there are headings"),
            kind=Sentence("wrong number of cells"),
            row_number=lambda place: wrong[place].number,
        )
    )
