"""A folder whose files are replaced together: all of them are the old ones or all of them the new ones.

The new files are written in a folder of their own, which nobody else may enter, and flushed to the disk. Then

- that folder and the old one change places in one step (`gridsim.io.exchange`), or,
- where that cannot be, a journal in the old folder says what is to be moved. From then on the new files are valid:
  whoever reads or writes the folder next completes the moves if their writer was killed (`gridsim.io.journal`).

What gridsim did not write is kept: in the first way it stands in both folders until the old one is gone (hard links),
in the second nobody touches it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gridsim.errors import ResultError
from gridsim.io import exchange, journal
from gridsim.io.safe_write import LOCK, locked, sweep, sync_folder, written_name
from gridsim.words import Sentence

__all__ = ["OwnFiles", "WholeFolder", "hold"]

_STAGED = re.compile(r"\.gridsim-[0-9a-f]{32}-([0-9a-f]{16})\.save")
_MOST_KEPT = 1_000
"""Files of others that are linked into a new folder; where there are more, the folder stays and the files move."""


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """Names of the files that gridsim may write in a folder.

    Parameters
    ----------
    names : collection of str
        With ``/``: ``run_inputs/users.csv``; one level at most.
    last : str
        The one that makes the folder whole; it goes first and comes last.
    """

    names: Collection[str]
    last: str

    def folders(self) -> list[str]:
        """The folders that the names stand in, the folder itself apart."""
        return sorted({name.partition("/")[0] for name in self.names if "/" in name})


@contextmanager
def hold(directory: Path, kept: OwnFiles) -> Iterator[WholeFolder]:
    """Keep others from writing to a folder, and find out whether it can be written to, before anything is computed.

    Folders that had to be made are removed again if they are empty at the end.

    Parameters
    ----------
    directory : Path
        Made if missing. A link to a folder is the folder.
    kept : OwnFiles

    Raises
    ------
    ResultError
        Another run is at work there, it is no folder, or cannot be written to.
    """
    made = _make(written_name(directory))
    try:
        folder = Path(os.path.realpath(directory))
        with locked(folder) as handle:
            if journal.stands_in(folder):
                journal.complete(folder, kept.names, kept.last)
            held = WholeFolder(folder, kept, handle)
            held.refuse_what_is_in_the_way()
            held.clear_leftovers()
            yield held
    finally:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir()


class WholeFolder(os.PathLike[str]):
    """A folder that nobody else writes to; see `hold`."""

    def __init__(self, path: Path, kept: OwnFiles, lock: int) -> None:
        self.path = path
        self._kept = kept
        self._lock = lock
        self._mark = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]

    def __fspath__(self) -> str:
        return str(self.path)

    def replace(self, write: Callable[[Path], object], old: Collection[str] = ()) -> None:
        """Replace the files of the folder by those that are written.

        Parameters
        ----------
        write : callable
            Is handed an empty folder, and writes files of the names that are `OwnFiles` to it.
        old : collection of str
            Names of what an earlier replacement wrote; those of them that are not written again are removed.

        Raises
        ------
        OSError
            The files cannot be written; the folder stays as it was.
        """
        staged, is_beside = self._stage()
        seen: dict[str, int] = {}
        gone = set(self._kept.names)
        try:
            write(staged)
            new = self._names_in(staged)
            gone = (gone & set(old)) | set(new)
            self._take_rights(staged, new)
            if is_beside:
                is_beside = self._link(staged, gone, seen) and self._is_alike(staged)
            _sync(staged, new)
            if not (is_beside and exchange.exchange(staged, self.path)):
                staged = self._move_in(staged, new)
                journal.write(self.path, staged.name, sorted(gone - set(new)))
                journal.complete(self.path, self._kept.names, self._kept.last)
            sync_folder(self.path.parent)
        finally:
            # Exchanged, it is the old folder; else what was written in vain, or what a journal still speaks of.
            if not journal.stands_in(self.path):
                self._clear(staged, gone, seen)

    def is_empty(self) -> bool:
        """Whether nothing stands in it but the lock."""
        return not self._foreign(())

    # ---- where the new files are written ------------------------------------------------------------------------

    def _stage(self) -> tuple[Path, bool]:
        """A new folder, and whether it stands beside this one, to change places with it."""
        name = f".gridsim-{secrets.token_hex(16)}-{self._mark}.save"
        mode = 0o777 if os.name == "nt" else 0o700  # files keep what they inherit there, also when they have moved
        if exchange.can_exchange():
            with suppress(OSError):  # no right to look here, or to write there
                if self._may_change_places():
                    (self.path.parent / name).mkdir(mode)
                    return self.path.parent / name, True
        (self.path / name).mkdir(mode)
        return self.path / name, False

    def _may_change_places(self) -> bool:
        """Not a folder that somebody stands in or that is mounted, nor with more in it than files to link."""
        try:
            here = Path.cwd()
        except OSError:
            here = self.path.parent  # it is gone
        if here == self.path or self.path in here.parents or self.path.is_mount():
            return False
        foreign = self._foreign(())
        modes = (os.lstat(self.path / name).st_mode for name in foreign)
        return len(foreign) <= _MOST_KEPT and all(stat.S_ISREG(mode) or stat.S_ISLNK(mode) for mode in modes)

    def _names_in(self, folder: Path) -> list[str]:
        return [name for name in sorted(self._kept.names) if os.path.lexists(folder / name)]

    def _foreign(self, gone: Collection[str], folder: Path | None = None) -> list[str]:
        """Names of what is not to be replaced: in the folder, and in the folders of ours that it has."""
        folder = folder or self.path
        ours = set(self._kept.folders())
        names = []
        for entry in sorted(folder.iterdir()):
            if entry.name in ours and stat.S_ISDIR(entry.lstat().st_mode):
                names += [f"{entry.name}/{inner.name}" for inner in sorted(entry.iterdir())]
            elif entry.name != LOCK and not _STAGED.fullmatch(entry.name):
                names.append(entry.name)
        return [name for name in names if name not in gone]

    def _link(self, staged: Path, gone: Collection[str], seen: dict[str, int]) -> bool:
        """Let what is kept, and the lock, stand in the new folder too; False if the file system cannot."""
        try:
            os.link(self.path / LOCK, staged / LOCK, follow_symlinks=False)
            for name in self._foreign(gone):
                (staged / name).parent.mkdir(exist_ok=True)
                os.link(self.path / name, staged / name, follow_symlinks=False)
                seen[name] = os.lstat(staged / name).st_ino
        except (OSError, NotImplementedError):
            return False
        return True

    def _take_rights(self, staged: Path, new: Collection[str]) -> None:
        """Files have the rights of those that they replace."""
        for name in (*new, *self._kept.folders()):
            with suppress(FileNotFoundError):
                there = os.lstat(self.path / name).st_mode
                if not stat.S_ISLNK(there):
                    (staged / name).chmod(stat.S_IMODE(there) & 0o777)

    def _is_alike(self, staged: Path) -> bool:
        """Give the new folder owner and rights of the old one; False if it cannot have them all."""
        there = self.path.stat()
        try:
            mine = staged.stat()
            if (mine.st_uid, mine.st_gid) != (there.st_uid, there.st_gid):
                os.chown(staged, there.st_uid, there.st_gid)
            staged.chmod(stat.S_IMODE(there.st_mode))
            return _attributes(staged) == _attributes(self.path)
        except OSError:
            return False

    def _move_in(self, staged: Path, new: Collection[str]) -> Path:
        """The new folder inside the old one, without what was linked to it."""
        if staged.parent == self.path:
            return staged
        for name in (*self._foreign(new, staged), LOCK):
            (staged / name).unlink(missing_ok=True)
        inside = self.path / staged.name
        staged.rename(inside)
        sync_folder(self.path)
        return inside

    # ---- what is left -------------------------------------------------------------------------------------------

    def refuse_what_is_in_the_way(self) -> None:
        """Refuse a folder in which a name of ours is something that is never replaced."""
        for name in self._kept.folders():
            with suppress(FileNotFoundError):
                if not stat.S_ISDIR(os.lstat(self.path / name).st_mode):
                    raise ResultError(Sentence("{path}: is no folder, or a link to one", path=self.path / name))
        for name in self._kept.names:
            with suppress(FileNotFoundError):
                if stat.S_ISDIR(os.lstat(self.path / name).st_mode):
                    raise ResultError(
                        Sentence("{path}: a file is to be written, and this is a folder", path=self.path / name)
                    )

    def clear_leftovers(self) -> None:
        """Remove what killed writers of this folder left, in it and beside it."""
        sweep(self.path)
        for place in (self.path.parent, self.path):
            with suppress(OSError):  # no right to look: nothing can have been left there
                for path in [path for path in place.iterdir() if self._is_mine(path)]:
                    self._clear(path, self._kept.names, {})

    def _is_mine(self, path: Path) -> bool:
        named = _STAGED.fullmatch(path.name)
        return named is not None and named[1] == self._mark and stat.S_ISDIR(os.lstat(path).st_mode)

    def _clear(self, left: Path, gone: Collection[str], seen: dict[str, int]) -> None:
        """Remove a folder that was written in vain or has been replaced; what others put there goes to the new one."""
        with suppress(OSError):
            for name in self._names_in(left):
                if name in gone:
                    (left / name).unlink()
            for name in self._foreign((), left):
                self._keep(left / name, self.path / name, seen.get(name))
            (left / LOCK).unlink(missing_ok=True)
            for folder in self._kept.folders():
                with suppress(FileNotFoundError):
                    (left / folder).rmdir()
            left.rmdir()  # it stays if something in it could not be kept elsewhere

    def _keep(self, left: Path, target: Path, seen: int | None) -> None:
        mine = os.lstat(left)
        try:
            there = os.lstat(target)
        except FileNotFoundError:
            target.parent.mkdir(exist_ok=True)
            left.rename(target)
            return
        if (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino) or mine.st_ino == seen:
            left.unlink()  # the same file, or the older one of two
        elif there.st_ino == seen:
            left.replace(target)  # it was replaced here after it was linked there


def _make(directory: Path) -> list[Path]:
    """Make a folder and those that it stands in; returns those that were missing, the outermost first."""
    made: list[Path] = []
    missing = []
    try:
        path = directory
        while not os.path.lexists(path):
            missing.append(path)
            path = path.parent
        for path in reversed(missing):
            with suppress(FileExistsError):  # somebody else was quicker
                path.mkdir()
                made.append(path)
        if not directory.is_dir():
            raise ResultError(Sentence("{path}: results go into a folder, and this is a file", path=directory))
    except OSError as error:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir()
        raise ResultError(
            Sentence("{path}: cannot be written ({why})", path=directory, why=error.strerror or str(error))
        ) from error
    return made


def _sync(folder: Path, names: Collection[str]) -> None:
    """Flush files and their folders to the disk."""
    for name in names:
        handle = os.open(folder / name, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    for inner in {folder, *((folder / name).parent for name in names)}:
        sync_folder(inner)


def _attributes(path: Path) -> dict[str, bytes]:
    """Access lists and labels."""
    if not hasattr(os, "listxattr"):
        return {}
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}
