"""Memory of Dask's workers: kept from one array to the next while a task runs, given back when it ends.

Dask starts its workers with ``MALLOC_TRIM_THRESHOLD_`` in their environment, so that they give memory back at once.
To glibc that means that every array above 128 KiB is mapped anew and touched for the first time: making a point ready
took 1.8 times as long, a draw 1.1 times. What Dask wants holds again after each task.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["kept_memory"]

_VARIABLE = "MALLOC_TRIM_THRESHOLD_"
_TRIM, _MAP = -1, -3  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of malloc.h
_ROOMY = {_MAP: 32 * 2**20, _TRIM: 64 * 2**20}  # what glibc comes to by itself where nothing is said
_USUAL_MAP = 128 * 2**10

_lock = threading.Lock()
_inside = 0


@contextmanager
def kept_memory() -> Iterator[None]:
    """Let freed memory be used again within the block, in a process that was told to give it back at once.

    Does nothing anywhere else, nor where the C library is not glibc. Blocks of several threads may overlap.
    """
    trim = os.environ.get(_VARIABLE, "")
    library = _glibc() if trim.isdigit() else None
    if library is None:
        yield
        return
    _enter(library, +1, int(trim))
    try:
        yield
    finally:
        _enter(library, -1, int(trim))


def _enter(library: Any, step: int, trim: int) -> None:
    global _inside  # how many blocks are open: the settings are the process's
    with _lock:
        was, _inside = _inside, _inside + step
        if not was:
            for name, value in _ROOMY.items():
                library.mallopt(name, value)
        elif not _inside:
            library.mallopt(_MAP, _USUAL_MAP)
            library.mallopt(_TRIM, trim)
            library.malloc_trim(0)


def _glibc() -> Any:
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
    except (OSError, TypeError):  # Windows loads no nameless library
        return None
