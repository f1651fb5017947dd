"""The second thread: kernels let go of the GIL, so that two of them run at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from typing import Any, TypeVar

__all__ = ["both"]

_Result = TypeVar("_Result")


@cache
def _second_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="gridsim")


def both(
    function: Callable[..., _Result], some: tuple[Any, ...], others: tuple[Any, ...], *, threads: int = 2
) -> tuple[_Result, _Result]:
    """Call `function` with either: at the same time, or with one thread one after the other.

    Not from within another such call: there is one second thread, and it would wait for itself.

    Returns
    -------
    tuple
        Both results. When it returns or raises, both calls have ended: whose memory they write to may use it again.

    Raises
    ------
    Exception
        What `function` raised; with `some` before with `others`.
    """
    if threads == 1:
        return function(*some), function(*others)
    later = _second_thread().submit(function, *others)
    try:
        mine = function(*some)
    finally:
        wait([later])
    return mine, later.result()
