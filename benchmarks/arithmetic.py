"""Arithmetic that touches no memory: what the machine's processors give one thread, and two.

Processors of a shared machine may be halves of one core, or lent to a neighbour: two need not do twice as much as one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from gridsim.core.jit import njit_wrapping
from gridsim.core.threads import call_all

__all__ = ["reckoning"]

_ONE = np.uint64(1)
_SHIFT = np.uint64(3)


def _reckon(steps: int) -> int:
    """Move four numbers on, none of which waits for another."""
    a = np.uint64(1)
    b = np.uint64(2)
    c = np.uint64(3)
    d = np.uint64(4)
    for _ in range(steps):
        a = (a ^ (a << _SHIFT)) + _ONE
        b = (b ^ (b << _SHIFT)) + _ONE
        c = (c ^ (c << _SHIFT)) + _ONE
        d = (d ^ (d << _SHIFT)) + _ONE
    return a ^ b ^ c ^ d


_reckon_jit = njit_wrapping(_reckon)


def reckoning(steps: int, threads: int) -> Callable[[], object]:
    """A call that takes so many steps together, an equal part of them in each thread."""
    return lambda: call_all([partial(_reckon_jit, steps // threads)] * threads, threads)
