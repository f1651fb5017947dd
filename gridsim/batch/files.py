"""Writing files so that a reader sees the old one or the new one, whatever happens in between."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from gridsim.errors import ResultError

__all__ = ["TEMPORARY", "is_temporary", "locked", "put", "put_json", "sync_folder"]

TEMPORARY = (".*.part", ".shared-*.pickle")
"""What a run that was killed may leave behind: files half written, and what its workers were to read."""


def is_temporary(path: Path) -> bool:
    """Whether a file is of no use to anyone but the run that wrote it."""
    return any(fnmatch(path.name, pattern) for pattern in TEMPORARY)


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Write under a temporary name, flush it to the disk, move it into place, flush the folder."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        write(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def put_json(path: Path, data: Any) -> None:
    """Plain data as a JSON file."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    put(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def sync_folder(directory: Path) -> None:
    """Make names that were changed in a folder last."""
    if os.name == "nt":  # Windows opens no folder as a file
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Keep a second run out of a folder; the system lets go of the lock if the process is killed.

    Raises
    ------
    ResultError
        Another run is at work there.
    """
    with (directory / ".lock").open("a+b") as file:
        try:
            _lock(file.fileno())
        except OSError:
            raise ResultError(f"{directory}: another run is at work in this folder") from None
        yield


def _lock(handle: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
