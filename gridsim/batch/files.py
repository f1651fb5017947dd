"""Files of a batch folder: replaced whole, their names flushed too, and a lock that keeps a second run out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from gridsim.errors import ResultError
from gridsim.io.safe_write import replace_file, sync_folder
from gridsim.sentences import Sentence

__all__ = ["TEMPORARY", "is_temporary", "locked", "put", "put_json"]

TEMPORARY = (".*.part", ".shared-*.pickle")
"""What a run that was killed may leave behind: files half written, and what its workers were to read."""


def is_temporary(path: Path) -> bool:
    """Whether a file is of no use to anyone but the run that wrote it."""
    return any(fnmatch(path.name, pattern) for pattern in TEMPORARY)


def put(path: Path, write: Callable[[Path], object]) -> None:
    """Replace a file, and make its name in the folder last."""
    replace_file(path, write)
    sync_folder(path.parent)


def put_json(path: Path, data: Any) -> None:
    """Plain data as a JSON file."""
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    put(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


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
            raise ResultError(Sentence("{path}: another run is at work in this folder", path=directory)) from None
        yield


def _lock(handle: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
