"""Two folders that change places in one step, where the system can do that."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

__all__ = ["can_exchange", "exchange"]

_HERE = -100  # AT_FDCWD: names are taken as they are written
_EXCHANGE = 2  # RENAME_EXCHANGE


def can_exchange() -> bool:
    """Whether the system knows of such a step at all; a file system may not."""
    return _rename() is not None


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places: each name has the one or the other at any moment, also if the machine stops.

    Parameters
    ----------
    one, other : Path
        On one file system.

    Returns
    -------
    bool
        Whether it was done. If not, nothing has changed: the file system cannot, or one of them is a mount point.
    """
    rename = _rename()
    return rename is not None and rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


@cache
def _rename() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """Linux's renameat2 from the C library; glibc has it since 2018, musl since 2024."""
    if os.name == "nt":
        return None
    try:
        found = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return None
    found.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    found.restype = ctypes.c_int
    call: Callable[[int, bytes, int, bytes, int], int] = found
    return call
