"""Memory of Dask's workers: kept from one array to the next while a batch runs, given back soon after.

Dask starts its workers with ``MALLOC_TRIM_THRESHOLD_`` in their environment, so that they give memory back at once.
To glibc that means that every array above 128 KiB is mapped anew and touched for the first time: making a point ready
took 1.8 times as long, a draw 1.1 times. And memory that was given back after every task had to be had again for the
next one: of half a second in which a worker makes a province ready, another quarter. So what Dask wants holds again
half a minute after the last task.
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
_ROOMY = {_MAP: 32 * 2**20, _TRIM: 512 * 2**20}  # the first is what glibc comes to by itself where nothing is said
_USUAL_MAP = 128 * 2**10

_LINGER = 30.0
"""How long after the last task memory is given back [s]: the next task, or batch, is often there by then."""


class _State:
    """Of this process, whose settings they are: how many blocks are open, and who waits to give memory back."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = 0
        self.later: threading.Timer | None = None


_STATE = _State()


@contextmanager
def kept_memory() -> Iterator[None]:
    """Let freed memory be used again within the block and soon after, in a process that was to give it back at once.

    Does nothing anywhere else, nor where the C library is not glibc. Blocks of several threads may overlap.
    """
    trim = os.environ.get(_VARIABLE, "")
    library = _glibc() if trim.isdigit() else None
    if library is None:
        yield
        return
    _enter(library)
    try:
        yield
    finally:
        _leave(library, int(trim))


def _enter(library: Any) -> None:
    with _STATE.lock:
        _STATE.inside += 1
        if _STATE.later is not None:
            _STATE.later.cancel()
            _STATE.later = None
        elif _STATE.inside == 1:
            for name, value in _ROOMY.items():
                library.mallopt(name, value)


def _leave(library: Any, trim: int) -> None:
    with _STATE.lock:
        _STATE.inside -= 1
        if not _STATE.inside:
            _STATE.later = threading.Timer(_LINGER, _give_back, (library, trim))
            _STATE.later.daemon = True  # nobody waits for it when the worker goes
            _STATE.later.start()


def _give_back(library: Any, trim: int) -> None:
    with _STATE.lock:
        if _STATE.later is not threading.current_thread():
            return  # a task came in between
        _STATE.later = None
        library.mallopt(_MAP, _USUAL_MAP)
        library.mallopt(_TRIM, trim)
        library.malloc_trim(0)


def _glibc() -> Any:
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
    except (OSError, TypeError):  # Windows loads no nameless library
        return None
