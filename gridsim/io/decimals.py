"""Between the integers inside and the exact decimals outside, without a detour over floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.columns import Column
from gridsim.scenario.blocks import blocks
from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS, PRICE_DECIMALS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "DECIMALS_OF_KIND",
    "DIGITS",
    "SHORT_DIGITS",
    "TooLongError",
    "decimals_of_integers",
    "exact_table",
    "floats_of_table",
    "integers_of_decimals",
    "outside_table",
]

DECIMALS_OF_KIND = {"energy": ENERGY_DECIMALS, "price": PRICE_DECIMALS, "money": MONEY_DECIMALS}
DIGITS = 19
"""So many has the largest int64; Parquet stores such decimals as bytes."""
SHORT_DIGITS = 18
"""So many always fit into int64; Parquet stores such decimals as 64-bit integers, in half the time and less room."""


class TooLongError(ValueError):
    """A number has more digits than its column."""


def decimals_of_integers(values: NDArray[np.int64], decimals: int, digits: int = DIGITS) -> pa.Array:
    """Integers of ``10**-decimals`` as an Arrow decimal column.

    Parameters
    ----------
    values : (n,) int64 array
    decimals : int
    digits : int
        `DIGITS`, or `SHORT_DIGITS` for the shorter decimals that are nothing but these integers.

    Raises
    ------
    TooLongError
        A value has more than `SHORT_DIGITS`, and no more were asked for.
    """
    if digits == SHORT_DIGITS:
        if len(values) and max(int(values.max()), -int(values.min())) >= 10**SHORT_DIGITS:
            raise TooLongError(f"more than {SHORT_DIGITS} digits")
        shorts = np.ascontiguousarray(values, dtype=np.int64)
        return pa.Array.from_buffers(pa.decimal64(digits, decimals), len(values), [None, pa.py_buffer(shorts)])
    words = np.empty((len(values), 2), dtype=np.int64)  # little-endian 128-bit two's complement
    words[:, 0] = values
    words[:, 1] = values >> 63
    return pa.Array.from_buffers(pa.decimal128(DIGITS, decimals), len(values), [None, pa.py_buffer(words)])


def integers_of_decimals(column: pa.ChunkedArray | pa.Array, decimals: int) -> NDArray[np.int64]:
    """A column without gaps of decimals (or of their texts) as integers of ``10**-decimals``.

    Raises
    ------
    pyarrow.ArrowInvalid
        A value is no decimal, is finer than `decimals`, or leaves int64.
    """
    plain = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_decimal64(plain.type) and plain.type.scale == decimals and not plain.null_count:
        return np.frombuffer(plain.buffers()[1], dtype=np.int64)[plain.offset : plain.offset + len(plain)]
    if not (pa.types.is_decimal128(plain.type) and plain.type.scale == decimals):
        plain = plain.cast(pa.decimal128(DIGITS, decimals))
    if plain.null_count:
        raise pa.ArrowInvalid("a number is missing")
    words = np.frombuffer(plain.buffers()[1], dtype=np.int64).reshape(-1, 2)
    words = words[plain.offset : plain.offset + len(plain)]
    if any(np.any(words[block, 1] != words[block, 0] >> 63) for block in blocks(len(words))):
        raise pa.ArrowInvalid("a number leaves int64")
    return words[:, 0].copy()


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
        decimals = DECIMALS_OF_KIND.get(column.kind)
        out[column.name] = other(values) if decimals is None else amount(values.to_numpy(), decimals)
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
        if column.kind in DECIMALS_OF_KIND:
            out[column.exact] = pa.array(integers_of_decimals(values, DECIMALS_OF_KIND[column.kind]))
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
