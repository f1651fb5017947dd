"""How two contenders are held against each other before anything is timed."""

from __future__ import annotations

import numpy as np

from gridsim.bench.books import Pairs

__all__ = ["MismatchError", "Pairs", "require_equal"]


class MismatchError(AssertionError):
    """Two contenders matched one book differently: nothing may be timed."""


def require_equal(expected: Pairs, found: Pairs, who: str) -> None:
    """Raise `MismatchError` unless both hold the same pairs in the same order, to the last unit."""
    for name, left, right in zip(Pairs._fields, expected, found, strict=True):
        if len(left) != len(right):
            raise MismatchError(f"{who}: {len(right)} pairs where {len(left)} were expected")
        if not np.array_equal(left, right):
            row = int(np.argmax(left != right))
            raise MismatchError(f"{who}: {name} of pair {row + 1} is {right[row]}, not {left[row]}")
