"""Between the integers inside and the exact decimals outside, without a detour over floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.columns import Column
from gridsim.tables.decimals import DIGITS, decimals_of_integers, integers_of_decimals
from gridsim.units import decimals_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["exact_table", "floats_of_table", "outside_table"]


def outside_table(exact: pa.Table, columns: tuple[Column, ...], digits: int = DIGITS) -> pa.Table:
    """An exact table as others read it: MWh, yuan/MWh and yuan as decimals, texts as texts.

    Parameters
    ----------
    exact : Arrow table
    columns : tuple of Column
        Those that `exact` lacks are left out.
    digits : int
        Of the decimals: `DIGITS` or `SHORT_DIGITS`.

    Raises
    ------
    TooLongError
        A number has more digits.
    """
    return _by_kind(
        exact, columns, lambda values, decimals: decimals_of_integers(values, decimals, digits), lambda text: text
    )


def floats_of_table(exact: pa.Table, columns: tuple[Column, ...]) -> pa.Table:
    """An exact table for work in pandas: the float64 nearest to each amount, texts as texts."""
    return _by_kind(exact, columns, lambda values, decimals: pa.array(_nearest(values, decimals)), _plain)


def _by_kind(
    exact: pa.Table,
    columns: tuple[Column, ...],
    amount: Callable[[NDArray[np.int64], int], pa.Array],
    other: Callable[[pa.ChunkedArray], pa.ChunkedArray],
) -> pa.Table:
    """The columns that an exact table has, under their outside names: amounts by one way, all else by another."""
    out = {}
    for column in columns:
        if column.exact not in exact.column_names:
            continue
        values = exact.column(column.exact)
        decimals = decimals_of(column.kind)
        if not decimals:
            out[column.name] = other(values)
        elif values.null_count:
            made = amount(values.fill_null(0).to_numpy(), decimals)
            # The type of a column must not depend on whether some of its cells are empty, as that of if_else does.
            is_there = values.is_valid().combine_chunks().buffers()[1]
            out[column.name] = pa.Array.from_buffers(made.type, len(made), [is_there, made.buffers()[1]])
        else:
            out[column.name] = amount(values.to_numpy(), decimals)
    return pa.table(out)


def exact_table(outside: pa.Table, columns: tuple[Column, ...]) -> pa.Table:
    """The inverse of `outside_table`; texts are accepted for every kind, as CSV has them.

    Raises
    ------
    KeyError
        A column that is not optional is missing.
    pyarrow.ArrowInvalid
        A value is not of its column's kind.
    """
    out = {}
    for column in columns:
        if column.name not in outside.column_names:
            if column.optional:
                continue
            raise KeyError(column.name)
        values = outside.column(column.name)
        if decimals := decimals_of(column.kind):
            out[column.exact] = _integers(values, decimals)
        elif column.kind == "integer":
            out[column.exact] = values.cast(pa.int64())
        elif column.kind == "bool":
            out[column.exact] = values.cast(pa.bool_())
        elif column.kind in ("time", "date"):
            out[column.exact] = values.cast(pa.timestamp("us"))
        elif pa.types.is_dictionary(values.type):
            out[column.exact] = values
        else:
            out[column.exact] = values.cast(pa.string()).dictionary_encode()
    return pa.table(out)


def _integers(values: pa.ChunkedArray, decimals: int) -> pa.Array:
    """Decimals as integers; a cell that is none stays one."""
    if not values.null_count:
        return pa.array(integers_of_decimals(values, decimals))
    lacks = np.asarray(values.is_null())
    found = np.zeros(len(values), dtype=np.int64)
    found[~lacks] = integers_of_decimals(values.drop_null(), decimals)
    return pa.array(found, mask=lacks)


def _plain(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.cast(values.type.value_type) if pa.types.is_dictionary(values.type) else values


def _nearest(values: NDArray[np.int64], decimals: int) -> NDArray[np.float64]:
    """The float64 nearest to each integer of ``10**-decimals``.

    Up to 2⁵³ both operands of the division are exact and it rounds once. Beyond, the integer itself would be
    rounded first, so those few go through decimal text.
    """
    floats: NDArray[np.float64] = values / float(10**decimals)
    for position in np.flatnonzero((values > 2**53) | (values < -(2**53))):
        floats[position] = float(f"{int(values[position])}e-{decimals}")
    return floats
