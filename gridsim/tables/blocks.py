"""Long columns a block at a time: what is made on the way stays in the cache and is never new memory.

A province's meter has tens of millions of rows. An array of that length that is needed once costs more to be had from
the operating system than all that is done with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "blocks", "looked_up"]

BLOCK = 2**16
"""Rows: half a megabyte of a column."""

_Scalar = TypeVar("_Scalar", bound=np.generic)


def blocks(rows: int) -> Iterator[slice]:
    """Cut so many rows into runs of at most `BLOCK`."""
    for first in range(0, rows, BLOCK):
        yield slice(first, min(first + BLOCK, rows))


def looked_up(values: NDArray[_Scalar], codes: NDArray[np.integer[Any]]) -> NDArray[_Scalar]:
    """The value of each code; a code of -1 has the last.

    Parameters
    ----------
    values : (k,) array
    codes : (n,) integer array
        -1 to k - 1.

    Returns
    -------
    (n,) array of the type of `values`
    """
    found = np.empty(len(codes), dtype=values.dtype)
    for block in blocks(len(codes)):
        values.take(codes[block], out=found[block], mode="wrap")
    return found
