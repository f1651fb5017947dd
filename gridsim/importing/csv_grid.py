"""A CSV file as a grid: separators found, rows of any length kept, the body read by Arrow in one stroke."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from gridsim.errors import Fault, shorten
from gridsim.importing.amounts import Amounts, amounts_of_texts, side_by_side
from gridsim.importing.grids import HEAD, Body, Grid, Keyed
from gridsim.io.encodings import utf8_of
from gridsim.words import Sentence

__all__ = ["csv_grid"]

_SEPARATORS = (",", "\t", ";", "|")
_BLOCK = 1 << 23
_LONGEST_CELL = 1 << 20


def csv_grid(data: bytes, file: str) -> tuple[list[Grid], list[Fault]]:
    """The one grid of a text file.

    Parameters
    ----------
    data : bytes
    file : str
        As the user knows it.
    """
    data, fault, notes = utf8_of(_from_utf16(data), file)
    if fault is not None:
        return [], [fault]
    if not data.strip():
        return [], [Fault.of_file(file, Sentence("empty file"), Sentence("headings, then rows"))]
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    try:
        return [CsvGrid(data, file, notes)], []
    except csv.Error as error:
        return [], [Fault.of_file(file, Sentence("not readable as CSV: {why}", why=shorten(str(error))))]


def _from_utf16(data: bytes) -> bytes:
    """The same in UTF-8, if it is "Unicode text" as Excel saves it; else as it is."""
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data
    try:
        return data.decode("utf-16").encode("utf-8")
    except UnicodeError:
        return data


class CsvGrid(Grid):
    """A text file."""

    def __init__(self, data: bytes, file: str, notes: tuple[Sentence, ...]) -> None:
        self.name, self.notes, self._data = file, notes, data
        self._separator = _separator(data)
        self._ends: list[int] = []
        self.head = []
        stream, end = io.BytesIO(data), 0

        def lines() -> Iterator[str]:
            nonlocal end
            for line in stream:
                end += len(line)
                yield line.decode("utf-8")

        for record in islice(csv.reader(lines(), delimiter=self._separator), HEAD):
            self.head.append([_cell(text) for text in record])
            self._ends.append(end)

    def body(self, start: int) -> tuple[Body, list[Fault]]:
        """The rows from the one at place `start` on."""
        rest = memoryview(self._data)[self._ends[start - 1] if start else 0 :]
        width = max((len(row) for row in self.head[max(start - 2, 0) :]), default=1)
        try:
            table, others = _read(rest, width, self._separator, multiline=b'"' in self._data)
        except pa.ArrowInvalid as error:
            why = shorten(str(error).splitlines()[0].removeprefix("CSV parse error: "))
            return CsvBody(pa.table({"c0": pa.array([], pa.string())}), start), [
                Fault.of_file(self.name, Sentence("not readable as CSV: {why}", why=why))
            ]
        return CsvBody(_with_others(table, others, self._separator), start), []

    def release(self) -> None:
        """Let go of the text."""
        super().release()
        self._data = b""


class CsvBody(Body):
    """The rows of a text file behind its headings."""

    def __init__(self, table: pa.Table, start: int) -> None:
        self._table = table
        self.top, self.length, self.width = start + 1, table.num_rows, table.num_columns

    def _column(self, place: int) -> pa.Array:
        if place >= self.width:
            return pa.nulls(self.length, pa.string())
        chunks = self._table.column(place)
        return chunks.combine_chunks() if chunks.num_chunks != 1 else chunks.chunk(0)

    def keyed(self, place: int) -> Keyed:
        encoded = self._column(place).dictionary_encode()
        codes = np.asarray(encoded.indices.fill_null(-1)).astype(np.int64)
        cells = [_cell(text) for text in encoded.dictionary.to_pylist()]
        empty = np.array([cell is None for cell in cells] + [False], dtype=bool)
        return Keyed(np.where(empty[codes], -1, codes), cells)

    def amounts(self, places: Sequence[int]) -> Amounts:
        return side_by_side([amounts_of_texts(self._column(place)) for place in places])


def _cell(text: str | None) -> str | None:
    """What stands in a cell; None if nothing does. Exports write ids with a tab or an apostrophe before them."""
    plain = "" if text is None else text.strip(" \t\r\u00a0\u3000\ufeff")
    return plain.removeprefix("'").removeprefix('="').removesuffix('"') or None


def _separator(data: bytes) -> str:
    """What stands between the cells: that which most of the first lines have most of."""
    text = data[:_LONGEST_CELL].decode("utf-8", errors="ignore")
    counts: Counter[str] = Counter()
    for line in text.splitlines()[:HEAD]:
        counts.update({each: line.count(each) for each in _SEPARATORS})
    return max(_SEPARATORS, key=lambda each: (counts[each], each == ","))


def _read(data: memoryview, width: int, separator: str, *, multiline: bool) -> tuple[pa.Table, dict[int, str]]:
    """The rows of the usual length as columns of texts, and those of another as they stand, by number from 1."""
    names = [f"c{place}" for place in range(width)]
    if not bytes(data[:4096]).strip() and not bytes(data).strip():
        return pa.table({name: pa.array([], pa.string()) for name in names}), {}
    table, others = _run(data, names, separator, multiline=multiline, threads=True)
    if others:  # their numbers are known only to the reader that goes from row to row
        table, others = _run(data, names, separator, multiline=multiline, threads=False)
    return table, others


def _run(
    data: memoryview, names: list[str], separator: str, *, multiline: bool, threads: bool
) -> tuple[pa.Table, dict[int, str]]:
    others: dict[int, str] = {}

    def note(row: pa_csv.InvalidRow) -> str:
        others[row.number or -len(others)] = row.text
        return "skip"

    table = pa_csv.read_csv(
        pa.BufferReader(pa.py_buffer(data)),
        read_options=pa_csv.ReadOptions(column_names=names, use_threads=threads, block_size=_BLOCK),
        parse_options=pa_csv.ParseOptions(
            delimiter=separator,
            newlines_in_values=multiline,
            invalid_row_handler=note,
            ignore_empty_lines=False,
        ),
        convert_options=pa_csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    return table, others


def _with_others(table: pa.Table, others: dict[int, str], separator: str) -> pa.Table:
    """The rows of another length put back where they stood, as long as they are."""
    if not others:
        return table
    rows = [next(csv.reader([text], delimiter=separator), []) for text in others.values()]
    width = max([table.num_columns, *map(len, rows)])
    columns = []
    numbers = np.array(list(others), dtype=np.int64) - 1
    place = np.empty(table.num_rows + len(rows), dtype=np.int64)
    is_other = np.zeros(len(place), dtype=bool)
    is_other[numbers] = True
    place[~is_other] = np.arange(table.num_rows)
    place[numbers] = table.num_rows + np.arange(len(rows))
    for number in range(width):
        more = pa.array([row[number] or None if number < len(row) else None for row in rows], pa.string())
        if number < table.num_columns:
            more = pa.concat_arrays([*table.column(number).chunks, more])
        else:
            more = pa.concat_arrays([pa.nulls(table.num_rows, pa.string()), more])
        columns.append(more.take(pa.array(place)))
    return pa.table(columns, names=[f"c{number}" for number in range(width)])
