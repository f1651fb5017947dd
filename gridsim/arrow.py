"""Arrow tables: a few rows picked out of large ones, and texts by their codes, without a detour over other types."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Value", "coded", "dicts", "distinct", "pick", "rows_at", "rows_where", "select", "texts_of"]

Value = str | int | bool | None


def select(table: pa.Table, where: Mapping[str, Value | Collection[Value]]) -> pa.Array:
    """The positions of the rows in which each named column has the given value, or one of the given values.

    Parameters
    ----------
    table : Arrow table
        Texts may be dictionary columns; then their codes are compared, which is what makes this quick.
    where : mapping of str to value or collection of values
        None stands for an empty cell. A column that the table lacks counts as empty.

    Returns
    -------
    (n,) uint64 Arrow array
    """
    mask = None
    for name, wanted in where.items():
        values = wanted if isinstance(wanted, Collection) and not isinstance(wanted, str) else (wanted,)
        if name in table.column_names:
            found = _mask(table.column(name), values)
        else:
            found = pa.chunked_array([pa.array([None in values] * len(table), type=pa.bool_())])
        mask = found if mask is None else pc.and_(mask, found)
    if mask is None:
        return pa.array(range(len(table)), type=pa.uint64())
    return pc.indices_nonzero(mask)


def rows_where(
    table: pa.Table, where: Mapping[str, Value | Collection[Value]], columns: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """The selected rows as dictionaries, each with its 1-based number under ``number``."""
    return pick(table, select(table, where), columns)


def dicts(table: pa.Table, columns: Collection[str] | None = None) -> list[dict[str, Any]]:
    """All rows as dictionaries, each with its 1-based number under ``number``."""
    return rows_where(table, {}, columns)


def rows_at(table: pa.Table, numbers: Collection[int]) -> dict[int, dict[str, Any]]:
    """Rows by their 1-based number."""
    wanted = sorted(set(numbers))
    return {row["number"]: row for row in pick(table, pa.array([number - 1 for number in wanted], type=pa.uint64()))}


def pick(table: pa.Table, positions: pa.Array, columns: Collection[str] | None = None) -> list[dict[str, Any]]:
    """The rows at the given positions as dictionaries, each with its 1-based number under ``number``."""
    names = [name for name in table.column_names if columns is None or name in columns]
    columns_of_row = {name: table.column(name).take(positions).to_pylist() for name in names}
    rows: list[dict[str, Any]] = [{"number": position + 1} for position in positions.to_pylist()]
    for name, values in columns_of_row.items():
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    return rows


def distinct(column: pa.ChunkedArray) -> list[Any]:
    """The values that occur in a column, empty cells apart, in order of first appearance."""
    return [value for value in pc.unique(column).to_pylist() if value is not None]


def _mask(column: pa.ChunkedArray, values: Collection[Value]) -> pa.ChunkedArray:
    chunks = [_chunk_mask(chunk, values) for chunk in column.chunks]
    return pa.chunked_array(chunks, type=pa.bool_())


def _chunk_mask(chunk: pa.Array, values: Collection[Value]) -> pa.Array:
    filled = [value for value in values if value is not None]
    if pa.types.is_dictionary(chunk.type):
        code_of_value = {value: code for code, value in enumerate(chunk.dictionary.to_pylist())}
        codes = [code_of_value[value] for value in filled if value in code_of_value]
        mask = pc.is_in(chunk.indices, pa.array(codes, type=chunk.indices.type))
    else:
        mask = pc.is_in(chunk, pa.array(filled, type=chunk.type))
    return pc.or_(mask, pc.is_null(chunk)) if None in values else mask


def texts_of(values: Sequence[str] | NDArray[np.object_]) -> pa.Array:
    """Texts as Arrow has them, to be named by their number."""
    return pa.array(list(values), type=pa.string())


def coded(codes: NDArray[np.integer], values: Sequence[str] | NDArray[np.object_] | pa.Array) -> pa.DictionaryArray:
    """Integer codes as an Arrow dictionary column; a code of -1 is an empty cell."""
    texts = values if isinstance(values, pa.Array) else texts_of(values)
    is_empty = codes < 0
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=is_empty if is_empty.any() else None), texts)
