"""What is to be moved in a folder: written before the first move, completed by whoever comes next.

The journal is a file of the folder and gives the names of a folder of new files beside it, and of old files to remove.
Neither is believed: names must be ours.
"""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from gridsim.errors import ResultError
from gridsim.io.safe_write import InUseError, locked, replace_file, sync_folder
from gridsim.words import Sentence

__all__ = ["JOURNAL", "complete", "settle", "stands_in", "write"]

JOURNAL = ".gridsim-journal.json"
_STAGED = re.compile(r"\.gridsim-[0-9a-f]{32}-[0-9a-f]{16}\.save")
_MOST_BYTES = 1 << 20
_SECONDS_TO_WAIT, _SECONDS_BETWEEN = 10.0, 0.02


def stands_in(folder: Path) -> bool:
    """Whether a folder has moves that are to be completed."""
    return os.path.lexists(folder / JOURNAL)


def write(folder: Path, staged: str, gone: Collection[str]) -> None:
    """Make the new files valid.

    Parameters
    ----------
    folder : Path
    staged : str
        The folder in it that holds them, flushed to the disk.
    gone : collection of str
        Names of old files that have no successor.
    """
    text = json.dumps({"staged": staged, "gone": sorted(gone)}, indent=2) + "\n"
    replace_file(folder / JOURNAL, lambda path: path.write_text(text, encoding="utf-8"))


def complete(folder: Path, names: Collection[str], last: str) -> None:
    """Do the moves that are still to be done; the caller holds the folder's lock.

    Parameters
    ----------
    folder : Path
    names : collection of str
        All that may be moved or removed.
    last : str
        The name that is taken away first and put in place last: a folder that has it is whole.

    Raises
    ------
    ResultError
        The journal is none of ours, or damaged.
    OSError
        A file cannot be moved; what is left to do is done next time.
    """
    staged, gone = _read(folder, names)
    new = folder / staged
    if _is_folder(new):
        inner = sorted({name.partition("/")[0] for name in names if "/" in name})
        for name in inner:
            if os.path.lexists(folder / name) and not _is_folder(folder / name):
                raise ResultError(Sentence("{path}: is no folder, or a link to one", path=folder / name))
        if os.path.lexists(new / last):
            (folder / last).unlink(missing_ok=True)
        for name in (*sorted(set(names) - {last}), last):
            if os.path.lexists(new / name):
                (folder / name).parent.mkdir(exist_ok=True)
                os.replace(new / name, folder / name)
        for name in gone:
            (folder / name).unlink(missing_ok=True)
        for name in inner:
            if _is_folder(folder / name):
                sync_folder(folder / name)
        sync_folder(folder)
    (folder / JOURNAL).unlink(missing_ok=True)
    sync_folder(folder)


def settle(folder: Path, names: Collection[str], last: str) -> None:
    """Let a reader find the old files or the new ones: complete what a killed writer began, wait for one at work.

    Parameters
    ----------
    folder : Path
    names, last
        As `complete` takes them.

    Raises
    ------
    ResultError
        The moves cannot be completed.
    """
    until = time.monotonic() + _SECONDS_TO_WAIT
    while stands_in(folder):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise ResultError(
                Sentence(
                    "{path}: an interrupted save is to be completed; open it once as a user who may write there",
                    path=folder,
                )
            )
        try:
            with locked(folder):
                if stands_in(folder):
                    complete(folder, names, last)
        except InUseError:  # its writer does it
            if time.monotonic() > until:
                raise
            time.sleep(_SECONDS_BETWEEN)


def _read(folder: Path, names: Collection[str]) -> tuple[str, list[str]]:
    """The folder of new files, and the old files to remove."""
    path = folder / JOURNAL
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        there = os.lstat(path)
        if stat.S_ISREG(there.st_mode) and there.st_size <= _MOST_BYTES:
            data = json.loads(path.read_text(encoding="utf-8"))
            staged, gone = data["staged"], data["gone"]
            if _STAGED.fullmatch(staged) and isinstance(gone, list) and set(gone) <= set(names):
                return staged, gone
    raise ResultError(
        Sentence("{path}: no journal of gridsim's, or a damaged one; look at it and remove it", path=path)
    )


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except FileNotFoundError:
        return False
