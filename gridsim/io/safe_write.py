"""What all writing is made of: a file that is replaced whole, and a lock that keeps a second writer out.

Nothing that stands in a folder decides where is written: names of temporary files cannot be guessed, no link is
followed, and only ordinary files are replaced.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gridsim.errors import ResultError
from gridsim.words import Sentence

__all__ = [
    "LOCK",
    "InUseError",
    "is_leftover",
    "locked",
    "replace_file",
    "sweep",
    "sync_folder",
    "temporary_name",
    "writable_file",
    "written_name",
]

LOCK = ".lock"
"""Name of the file in a folder that its writer holds."""

_LEFTOVER = re.compile(r"\.gridsim-[0-9a-f]{32}(\.[A-Za-z0-9]{1,16})?\.part")
# O_BINARY and O_NOFOLLOW are not in every system; there O_EXCL alone keeps links out.
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_OLD = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class InUseError(ResultError):
    """Another run is at work in a folder."""


def _flock_of_the_system() -> Callable[[int], None] | None:
    try:
        import fcntl
    except ModuleNotFoundError:
        return None  # Windows
    return lambda handle: fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


_flock = _flock_of_the_system()


def temporary_name(path: Path) -> str:
    """A name for a file while it is being written: hidden, and not to be guessed by who would plant a link there."""
    name = f".gridsim-{secrets.token_hex(16)}"
    told = f"{name}{path.suffix}.part"  # people see what it was to become
    return told if _LEFTOVER.fullmatch(told) else f"{name}.part"


def is_leftover(path: Path) -> bool:
    """Whether a file is named as one that is being written, or that a killed writer left."""
    return _LEFTOVER.fullmatch(path.name) is not None


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file under a temporary name beside it, flush it to the disk, move it into place.

    A reader finds the old file or the new one, whatever happens in between; a killed writer leaves the old one, and a
    temporary file that `sweep` removes. The new file has the rights of the old one, or else those that the umask gives.

    A link that stands under the name is refused: followed, it would let whoever may write to the folder choose what is
    overwritten elsewhere; replaced, it would take away a link that somebody made on purpose, such as ``/dev/stdout``.
    If one is made meanwhile, it is replaced and not followed.

    Parameters
    ----------
    path : Path
        Its folder is made if it is missing.
    write : callable
        Writes the file that it is handed, which is empty; it may close and open it, and must not replace it.

    Raises
    ------
    ResultError
        What stands there is a folder, a link, a pipe or a device, or the name cannot be a file's.
    OSError
        It cannot be written; the old file stays as it was.
    """
    rights = _rights(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary, handle = _new_file(path, 0o666 if rights is None else (rights & 0o666) | 0o600)
    is_open = True
    try:
        mine = os.fstat(handle)
        write(temporary)
        theirs = os.lstat(temporary)
        if (mine.st_dev, mine.st_ino) != (theirs.st_dev, theirs.st_ino):
            raise OSError(f"{path}: another program replaced the file while it was being written")
        if rights is not None:
            temporary.chmod(rights)
        os.fsync(handle)
        if os.name == "nt":  # what is open there cannot be moved
            os.close(handle)
            is_open = False
        os.replace(temporary, path)
    finally:
        try:
            with suppress(OSError):
                temporary.unlink()  # it is gone if all went well
        finally:
            if is_open:
                os.close(handle)  # after it: until then the lock tells others that the file is in use
    sync_folder(path.parent)


def sync_folder(directory: Path) -> None:
    """Make names that were changed in a folder last."""
    if os.name == "nt":  # Windows opens no folder as a file
        return
    try:
        handle = os.open(directory, os.O_RDONLY)
    except PermissionError:  # one may write there and not look
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what killed writers left in a folder: files of our own names that nobody holds any more."""
    try:
        left = [path for path in folder.iterdir() if is_leftover(path)]
    except OSError:
        return
    for path in left:
        with suppress(OSError):
            if _flock is None:
                path.unlink()  # Windows removes no file that is open
                continue
            handle = os.open(path, _OLD)
            try:
                if stat.S_ISREG(os.fstat(handle).st_mode):
                    _flock(handle)
                    path.unlink()
            finally:
                os.close(handle)


def written_name(path: Path) -> Path:
    """A path that may be a name of what is written.

    Raises
    ------
    ResultError
        It has a zero byte, or bytes that are no UTF-8, which Arrow and workbooks cannot write.
    """
    try:
        os.fspath(path).encode("utf-8")
        if "\0" not in os.fspath(path):
            return path
    except UnicodeEncodeError:
        pass
    shown = os.fspath(path).encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
    raise ResultError(Sentence("{path}: a file name must be UTF-8 text without zero bytes", path=shown))


def writable_file(path: Path) -> Path:
    """A file that can be written by its name, found out before anything is computed; leftovers beside it are removed.

    Parameters
    ----------
    path : Path
        Its folder need not exist.

    Returns
    -------
    Path
        The same.

    Raises
    ------
    ResultError
        The name cannot be one, or something else stands there, or the folder cannot be made or written to.
    """
    _rights(path)
    folder = path.parent
    try:
        while not os.path.lexists(folder):
            folder = folder.parent
        if not folder.is_dir():
            raise ResultError(Sentence("{path}: {folder} is no folder", path=path, folder=folder))
        if not os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            raise ResultError(Sentence("{path}: no right to write to {folder}", path=path, folder=folder))
    except OSError as error:
        raise _cannot(path, error) from error
    if folder == path.parent:
        sweep(folder)
    return path


@contextmanager
def locked(directory: Path) -> Iterator[int]:
    """Keep a second writer out of a folder; the system lets go of the lock if the process is killed.

    Parameters
    ----------
    directory : Path
        Exists. Its file `LOCK` is the lock, removed at the end.

    Yields
    ------
    int
        The handle of the lock's file.

    Raises
    ------
    InUseError
        Another run is at work there.
    ResultError
        The folder cannot be written to.
    """
    path = directory / LOCK
    handle = _hold(directory, path)
    try:
        yield handle
    finally:
        try:
            if os.name != "nt" and _is_at(handle, path):
                with suppress(OSError):
                    path.unlink()  # while it is held: who opened it meanwhile sees that it is gone
        finally:
            os.close(handle)
        if os.name == "nt":  # where it cannot be removed while it is open
            with suppress(OSError):
                path.unlink()


def _hold(directory: Path, path: Path) -> int:
    """The handle of a lock that is held, and that stands under its name."""
    while True:
        try:
            handle = _open_lock(path)
        except OSError as error:
            raise _cannot(directory, error) from error
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise ResultError(Sentence("{path}: a link, a pipe or a device; nothing is written there", path=path))
            try:
                _lock(handle)
            except OSError:
                raise InUseError(Sentence("{path}: another run is at work in this folder", path=directory)) from None
            if _is_at(handle, path):
                return handle
            os.close(handle)  # its holder removed it after it was opened here
        except BaseException:
            os.close(handle)
            raise


def _open_lock(path: Path) -> int:
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    while True:
        with suppress(FileExistsError):
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | flags, 0o666)
        try:
            return os.open(path, os.O_RDWR | flags)
        except FileNotFoundError:
            continue
        except PermissionError:
            return os.open(path, os.O_RDONLY | flags)  # another user's: it can be locked all the same


def _lock(handle: int) -> None:
    if _flock is not None:
        _flock(handle)
    elif os.name == "nt":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]


def _is_at(handle: int, path: Path) -> bool:
    """Whether a name still is the file that is open."""
    try:
        there = os.lstat(path)
    except OSError:
        return False
    mine = os.fstat(handle)
    return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)


def _new_file(target: Path, mode: int) -> tuple[Path, int]:
    """A file that did not exist before, and that nobody sweeps away while it is open here."""
    while True:
        path = target.with_name(temporary_name(target))
        handle = os.open(path, _NEW, mode)
        if _flock is None:
            return path, handle
        try:
            _flock(handle)
        except BlockingIOError:  # somebody is about to sweep it away
            os.close(handle)
            continue
        except OSError:
            return path, handle  # a file system without locks
        if _is_at(handle, path):
            return path, handle
        os.close(handle)


def _rights(path: Path) -> int | None:
    """The rights of a file that may be replaced; None if there is none yet."""
    try:
        there = os.lstat(written_name(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _cannot(path, error) from error
    if stat.S_ISDIR(there.st_mode):
        raise ResultError(Sentence("{path}: a file is to be written, and this is a folder", path=path))
    if stat.S_ISLNK(there.st_mode):
        raise ResultError(
            Sentence("{path}: a link, which is not written through; name the file that it leads to", path=path)
        )
    if not stat.S_ISREG(there.st_mode):
        raise ResultError(Sentence("{path}: a pipe or a device; nothing is written there", path=path))
    return stat.S_IMODE(there.st_mode) & 0o777


def _cannot(path: Path, error: OSError) -> ResultError:
    return ResultError(Sentence("{path}: cannot be written ({why})", path=path, why=error.strerror or str(error)))
