"""Machine code that is kept on disk, and what happens where it cannot be: kernels work all the same, and it is told.

Numba keeps machine code beside the package, or else in the user's folder for caches, or where ``NUMBA_CACHE_DIR``
points. In a container, or for another user than the one who installed, none of these may be writable.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

__all__ = ["UncachedWarning", "has_kept", "is_kept", "keep", "tell"]


class UncachedWarning(RuntimeWarning):
    """The machine code of kernels cannot be kept on disk, so every process compiles them again, some ten seconds.

    Told once in a process, when a kernel is first compiled. ``NUMBA_CACHE_DIR`` names a folder that can be written.

    Parameters
    ----------
    why : str
        As the system words it; empty if there is no folder for it that can be written.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return (
            f"the machine code of gridsim's kernels cannot be kept ({self.why or 'no folder for it can be written'}), "
            "so every process compiles them again, some ten seconds; to keep it, set the environment variable "
            "NUMBA_CACHE_DIR to a folder that can be written"
        )


_not_kept: list[UncachedWarning] = []  # the first one, from when it is known
_told: list[UncachedWarning] = []  # the same, from when somebody was told


def is_kept() -> bool:
    """Whether machine code is kept, as far as this process has found out."""
    return not _not_kept


def keep(kernel: Any, stamp: object) -> None:
    """Let a kernel keep its machine code, unless that is impossible.

    Parameters
    ----------
    kernel : dispatcher of numba
    stamp : picklable
        What the sources are known by: code of another stamp is compiled anew.
    """
    try:
        kernel.enable_caching()
    except (RuntimeError, OSError):  # RuntimeError: "no locator available", which is that none of the folders will do
        _not_kept[:] = _not_kept or [UncachedWarning("")]
        kernel._cache.load_overload = _after_telling(kernel._cache.load_overload)
        return
    # numba stamps cached machine code with the kernel's own file alone, although what the kernel calls is compiled
    # into it: a change in split.py would never reach a cached match_books. So the stamp is that of all the files.
    # (The attributes are private to numba. Should they go, kernels still work and only that protection is lost,
    # which tests/core/test_jit.py would tell.)
    cache: Any = getattr(kernel, "_cache", None)
    file = getattr(cache, "_cache_file", None)
    if file is None:
        return
    file._source_stamp = stamp
    # numba unpickles the index before it looks at the stamp (an older gridsim's may name a class that is gone by now),
    # and trusts that the code it reads is whole.
    file._load_index = _or(dict, file._load_index)
    cache.load_overload = _or(lambda: None, cache.load_overload)
    cache.save_overload = _if_there_is_room(cache.save_overload)


def has_kept(kernel: Any) -> bool:
    """Whether the machine code of a kernel need not be compiled: it lies on disk, not older than its sources.

    Asked of numba's own private parts; should they change, nobody is told of the compilation, and that is all.
    """
    if getattr(kernel, "signatures", True):  # compiled in this process; a plain function has no signatures
        return True
    file = getattr(getattr(kernel, "_cache", None), "_cache_file", None)
    if file is None:
        return False
    names = file._load_index().values()
    return bool(names) and all(Path(file._data_path(name)).is_file() for name in names)


def tell() -> None:
    """Warn that machine code is not kept, unless this process was told before."""
    if not _told:
        _told.extend(_not_kept)
        warnings.warn(_not_kept[0], stacklevel=3)


def _after_telling(load: Callable[..., Any]) -> Callable[..., Any]:
    """`load`, which is what numba does before it compiles, once it is told that this will happen every time."""

    @wraps(load)
    def told(*arguments: Any) -> Any:
        tell()
        return load(*arguments)

    return told


def _or(other: Callable[[], Any], load: Callable[..., Any]) -> Callable[..., Any]:
    """`load`, or `other` where what lies there cannot be read: the kernel is then compiled anew."""

    @wraps(load)
    def loaded(*arguments: Any) -> Any:
        try:
            return load(*arguments)
        except Exception:  # whatever a pickle that is damaged, or of another version, may raise
            return other()

    return loaded


def _if_there_is_room(save: Callable[..., None]) -> Callable[..., None]:
    """`save`, which may fail: the disk may be full, or somebody else's since this process began."""

    @wraps(save)
    def saved(*arguments: Any) -> None:
        try:
            save(*arguments)
        except OSError as error:
            _not_kept[:] = _not_kept or [UncachedWarning(error.strerror or type(error).__name__)]
            tell()

    return saved
