"""Long columns a block at a time: what is made on the way stays in the cache and is never new memory.

A province's meter has tens of millions of rows. An array of that length that is needed once costs more to be had from
the operating system than all that is done with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "blocks", "looked_up", "unlocked"]

BLOCK = 2**16
"""Rows: half a megabyte of a column."""

_Scalar = TypeVar("_Scalar", bound=np.generic)


def blocks(rows: int) -> Iterator[slice]:
    """Cut so many rows into runs of at most `BLOCK`."""
    for first in range(0, rows, BLOCK):
        yield slice(first, min(first + BLOCK, rows))


class _Unlocked:
    """An array's memory, said to be writable."""

    def __init__(self, array: NDArray[Any]) -> None:
        self._array = array  # which must live as long
        about = array.__array_interface__
        self.__array_interface__ = {**about, "data": (about["data"][0], False)}


def unlocked(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """The same memory, not copied, as kernels take it: they are compiled once, for what may be written to.

    Only for kernels that do not write to it: Arrow's arrays and pandas' columns are others', and locked.
    """
    return array if array.flags.writeable else np.asarray(_Unlocked(array))


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
