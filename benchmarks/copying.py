"""A copy that moves as many bytes as a kernel does: what the machine's memory gives one thread, and two."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridsim.core.threads import call_all

_LARGEST = 2**28
"""Bytes of an array: enough for no cache to hold it; what is more is copied again."""


def copying(moved: int, threads: int) -> Callable[[], object]:
    """A call that reads and writes so many bytes together, an equal part of them in each thread."""
    times = max(1, round(moved / 2 / _LARGEST))
    length = moved // 2 // 8 // times
    source, target = np.ones(length), np.ones(length)
    cuts = [length * part // threads for part in range(threads + 1)]
    calls = [partial(_copy, target[first:last], source[first:last], times) for first, last in pairwise(cuts)]
    return lambda: call_all(calls, threads)


def _copy(target: NDArray[Any], source: NDArray[Any], times: int) -> None:
    for _ in range(times):
        np.copyto(target, source)
