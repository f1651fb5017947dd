"""What every contender returns, and how two of them are held against each other before anything is timed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["MismatchError", "Pairs", "require_equal"]


class MismatchError(AssertionError):
    """Two contenders matched one book differently: nothing may be timed."""


class Pairs(NamedTuple):
    """Matched pairs in the order of matching. All arrays have one length.

    Attributes
    ----------
    sell, buy : int64 arrays
        Positions in the two sides.
    energy : int64 array [kWh]
    price : int64 array [micro-yuan/kWh]
    """

    sell: Ints
    buy: Ints
    energy: Ints
    price: Ints


def require_equal(expected: Pairs, found: Pairs, who: str) -> None:
    """Raise `MismatchError` unless both hold the same pairs in the same order, to the last unit."""
    for name, left, right in zip(Pairs._fields, expected, found, strict=True):
        if len(left) != len(right):
            raise MismatchError(f"{who}: {len(right)} pairs where {len(left)} were expected")
        if not np.array_equal(left, right):
            row = int(np.argmax(left != right))
            raise MismatchError(f"{who}: {name} of pair {row + 1} is {right[row]}, not {left[row]}")
