"""Columns of orders, handed out in blocks: what has to become an exact integer becomes one on the way.

A block stays in the caches from one step to the next, so that a column is read from memory once, and what it becomes
on the way to its book and side never gets there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from gridsim.core.decimals import plain_decimals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

__all__ = ["BLOCK", "Classes", "Column", "Decimals", "NotPlainError", "OrderColumns", "Whole", "Zeros", "fit"]

BLOCK = 1 << 16
"""Orders of a block: half a megabyte a column, and some thirty calls for a million orders."""

_SURE_DIGITS = 10.0**15  # a float64 that so many digits name stands for them without doubt


class NotPlainError(Exception):
    """A value that needs a closer look than a block gets."""


class Column(Protocol):
    """A column of int64."""

    def block(self, first: int, stop: int, room: Ints) -> Ints:
        """The rows from `first` up to `stop`, at most `BLOCK`: in `room` (of that length), or wherever they are."""


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """A column that is there as integers."""

    array: Ints

    def block(self, first: int, stop: int, room: Ints) -> Ints:
        block: Ints = fit(self.array[first:stop])
        return block


class Zeros:
    """A column of zeros, which takes no memory."""

    def block(self, first: int, stop: int, room: Ints) -> Ints:
        return _zeros()[: stop - first]


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Priority classes: 0 for those with heat priority, 1 for the others."""

    has_heat: Bools

    def block(self, first: int, stop: int, room: Ints) -> Ints:
        return np.logical_not(self.has_heat[first:stop], out=room)


@dataclass(frozen=True, slots=True, eq=False)
class Decimals:
    """Floats that name decimals, as integers of ``10**-decimals``; see `gridsim.tables.fixed.to_fixed`.

    Attributes
    ----------
    floats : float64 array
    decimals : int
    least : int
        0 or above; `block` raises NotPlainError for less, and for whatever is no plain decimal.
    """

    floats: Floats
    decimals: int
    least: int

    def block(self, first: int, stop: int, room: Ints) -> Ints:
        scale = 10.0**self.decimals
        if not plain_decimals(fit(self.floats[first:stop]), scale, self.least / scale, _SURE_DIGITS / scale, room):
            raise NotPlainError
        return room


class OrderColumns(NamedTuple):
    """Orders of any number of books, as `gridsim.trading.matching.match_orders` describes them.

    Attributes
    ----------
    book : int64 array, shape (orders,), or None
        None: all are of one book.
    is_sell : bool array, shape (orders,)
    price, energy, priority, time : Column
    """

    book: Ints | None
    is_sell: Bools
    price: Column
    energy: Column
    priority: Column
    time: Column


def fit(array: Any) -> Any:
    """An array as the kernels take it: contiguous and writable, so that everything compiles once."""
    return np.require(array, requirements=("C", "W"))


@cache
def _zeros() -> Ints:
    return np.zeros(BLOCK, dtype=np.int64)
