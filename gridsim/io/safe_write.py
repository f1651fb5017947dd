"""Writing files so that a reader sees the old one or the new one, whatever happens in between."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

__all__ = ["replace_file", "sync_folder"]


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Write under a temporary name, flush it to the disk, move it into place.

    Parameters
    ----------
    path : Path
    write : callable
        Writes the file that it is handed.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        write(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def sync_folder(directory: Path) -> None:
    """Make names that were changed in a folder last."""
    if os.name == "nt":  # Windows opens no folder as a file
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
