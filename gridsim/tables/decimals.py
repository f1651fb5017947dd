"""Between integers and Arrow's decimals, without a detour over floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gridsim.tables.blocks import blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DIGITS", "SHORT_DIGITS", "TooLongError", "decimals_of_integers", "integers_of_decimals"]

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
