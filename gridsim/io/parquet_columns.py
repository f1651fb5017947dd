"""The columns of a Parquet file put together row group by row group, in as little memory as they need in the end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gridsim.tables.blocks import blocks
from gridsim.tables.decimals import SHORT_DIGITS

__all__ = ["gathered", "row_groups"]


def row_groups(parquet: pq.ParquetFile, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The row groups of a file one after another; of a file without any, one of no rows."""
    for group in range(parquet.num_row_groups):
        yield parquet.read_row_group(group, columns=columns, use_pandas_metadata=False)
    if not parquet.num_row_groups:
        yield parquet.read(columns=columns, use_pandas_metadata=False)


def gathered(groups: Iterator[pa.Table], rows: int, numbers: Collection[str]) -> dict[str, pa.Array]:
    """Columns that come in pieces, each as one array.

    Parameters
    ----------
    groups : iterator of Arrow table
        Of one schema, at least one; columns of texts as dictionaries.
    rows : int
        Of all of them together.
    numbers : collection of str
        Columns that are to hold numbers: of decimals elsewhere the text counts.

    Returns
    -------
    dict of str to Arrow array
        By name. Dictionaries are one, in the order in which the groups' own have their texts; numbers that are decimals
        of at most `SHORT_DIGITS` digits are decimal64.
    """
    first = next(groups)
    columns = {field.name: _column(field.type, rows, field.name in numbers) for field in first.schema}
    read = 0
    for group in chain([first], groups):
        read += group.num_rows
        if read > rows:
            break
        for name, column in columns.items():
            for piece in group.column(name).chunks:
                column.add(piece)
    if read != rows:
        raise ValueError(f"{rows:,} rows by its own account, and {read:,} in it")
    return {name: column.array() for name, column in columns.items()}


class _Column(Protocol):
    """Takes the pieces of one column in their order, then gives them as one array."""

    def add(self, piece: pa.Array) -> None: ...

    def array(self) -> pa.Array: ...


def _column(kind: pa.DataType, rows: int, is_number: bool) -> _Column:
    if pa.types.is_dictionary(kind):
        return _Texts(kind.value_type, rows)
    if is_number and pa.types.is_decimal(kind) and kind.precision <= SHORT_DIGITS:
        return _Decimals(kind, rows)
    return _AnyColumn(kind)


class _Texts:
    """Codes in the words of each piece's own dictionary until all have come, then of one dictionary for all."""

    def __init__(self, kind: pa.DataType, rows: int) -> None:
        self._kind = kind
        self._codes = np.empty(rows, dtype=np.int32)
        self._ends = [0]
        self._dictionaries: list[pa.Array] = []
        self._has_gaps = False

    def add(self, piece: pa.DictionaryArray) -> None:
        indices = piece.indices
        if indices.null_count:
            indices, self._has_gaps = indices.fill_null(-1), True
        self._ends.append(self._ends[-1] + len(piece))
        self._codes[self._ends[-2] : self._ends[-1]] = np.asarray(indices)
        self._dictionaries.append(piece.dictionary)

    def array(self) -> pa.DictionaryArray:
        together = pa.chunked_array(self._dictionaries, self._kind).combine_chunks().dictionary_encode()
        place, used = np.asarray(together.indices), 0
        for number, dictionary in enumerate(self._dictionaries):
            own = np.append(place[used : used + len(dictionary)], np.int32(-1))  # the last is that of a gap, -1
            used += len(dictionary)
            if np.array_equal(own[:-1], np.arange(len(dictionary))):
                continue
            codes = self._codes[self._ends[number] : self._ends[number + 1]]
            for block in blocks(len(codes)):
                codes[block] = own[codes[block]]
        mask = self._codes < 0 if self._has_gaps else None
        return pa.DictionaryArray.from_arrays(pa.array(self._codes, mask=mask), together.dictionary)


class _Decimals:
    """Numbers of so few digits that they fit into 64 bits, where the file's reader needs twice as many."""

    def __init__(self, kind: pa.DataType, rows: int) -> None:
        self._kind = pa.decimal64(kind.precision, kind.scale)
        self._values = np.empty(rows, dtype=np.int64)
        self._is_gap: NDArray[np.bool_] | None = None
        self._end = 0

    def add(self, piece: pa.Array) -> None:
        begin, self._end = self._end, self._end + len(piece)
        if piece.null_count:
            if self._is_gap is None:
                self._is_gap = np.zeros(len(self._values), dtype=bool)
            self._is_gap[begin : self._end] = np.asarray(piece.is_null())
            piece = piece.fill_null(pa.scalar(0, piece.type))
        plain = piece.cast(pa.decimal128(SHORT_DIGITS, self._kind.scale))
        words = np.frombuffer(plain.buffers()[1], dtype=np.int64).reshape(-1, 2)
        self._values[begin : self._end] = words[plain.offset : plain.offset + len(plain), 0]

    def array(self) -> pa.Array:
        gaps = None if self._is_gap is None else pa.array(self._is_gap, mask=self._is_gap).is_valid()
        bits = None if gaps is None else gaps.buffers()[1]
        return pa.Array.from_buffers(self._kind, len(self._values), [bits, pa.py_buffer(self._values)])


class _AnyColumn:
    """Anything else, as it comes."""

    def __init__(self, kind: pa.DataType) -> None:
        self._kind = kind
        self._pieces: list[pa.Array] = []

    def add(self, piece: pa.Array) -> None:
        self._pieces.append(piece)

    def array(self) -> pa.Array:
        if len(self._pieces) == 1:
            return self._pieces[0]
        whole = pa.chunked_array(self._pieces, self._kind).combine_chunks()
        return whole if not isinstance(whole, pa.ChunkedArray) else pa.concat_arrays(whole.chunks)
