"""Opening the files of an input: regular files alone, so that nothing waits for a pipe or reads a device for ever."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gridsim.errors import Fault, SentenceError, visible
from gridsim.words import Sentence

__all__ = [
    "InputFileError",
    "check_input",
    "open_input",
    "read_input",
    "shown_path",
    "unpacked_limit",
    "unpacked_too_far",
    "unreadable",
]

_UNPACKED_FREELY = 2**28
_UNPACKED_TIMES = 200

# Without O_NONBLOCK, opening a pipe that nobody writes into waits for ever. Windows has neither it nor such pipes.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class InputFileError(SentenceError):
    """A file of an input that cannot be read.

    Attributes
    ----------
    allowed : Sentence
        What may stand in its place.
    value : str or None
        What the system says.
    is_missing : bool
        There is nothing of that name.
    """

    def __init__(
        self, sentence: Sentence, allowed: Sentence, value: str | None = None, *, is_missing: bool = False
    ) -> None:
        super().__init__(sentence)
        self.allowed = allowed
        self.value = value
        self.is_missing = is_missing

    def fault(self, file: str) -> Fault:
        """The same as a fault of the file that its user knows by that name."""
        return Fault.of_file(file, self.sentence, self.allowed, self.value)


@contextmanager
def open_input(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a regular file for reading.

    Raises
    ------
    InputFileError
        It is a folder, a pipe, a device or a socket, or cannot be opened or read.
    """
    try:
        handle = os.open(path, _OPEN_FLAGS)
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL
        if isinstance(error, OSError) and error.errno in (errno.ENOENT, errno.ENAMETOOLONG):
            allowed = Sentence("a file that may be read")
            raise InputFileError(Sentence("missing file"), allowed, error.strerror, is_missing=True) from None
        # A socket cannot be opened at all, nor a folder on Windows.
        raise (_not_regular() if _is_special(path) else unreadable(error)) from None
    with os.fdopen(handle, "rb") if stat.S_ISREG(os.fstat(handle).st_mode) else _closed(handle) as file:
        try:
            yield file
        except OSError as error:
            raise unreadable(error) from error


def check_input(path: str | os.PathLike[str]) -> int:
    """The size of a regular file that another library is to open [bytes].

    Raises
    ------
    InputFileError
        As `open_input`.
    """
    with open_input(path) as file:
        return os.fstat(file.fileno()).st_size


def read_input(path: str | os.PathLike[str], most: int | None = None) -> bytes:
    """The content of a regular file.

    Parameters
    ----------
    path : str or path
    most : int, optional
        So many bytes it may have.

    Raises
    ------
    InputFileError
        As `open_input`, or the file is larger.
    """
    with open_input(path) as file:
        content = file.read() if most is None else file.read(most + 1)
    if most is not None and len(content) > most:
        raise InputFileError(Sentence("too large"), Sentence("at most {size:,} bytes", size=most))
    return content


def unpacked_limit(packed: int) -> int:
    """So many bytes may come out of so many packed ones: 256 MiB, or 200 times as many.

    Tables of numbers and names are packed to a tenth, of many equal rows to a fiftieth; what goes beyond was made to
    fill the memory.
    """
    return max(_UNPACKED_FREELY, _UNPACKED_TIMES * packed)


def unpacked_too_far(file: str, most: int) -> Fault:
    """The fault of a file that has more in it than `unpacked_limit` allows."""
    return Fault.of_file(
        file,
        Sentence("what is packed in it is too large"),
        Sentence("at most {size:,} bytes unpacked: 256 MiB, or 200 times the size of the file", size=most),
    )


def shown_path(path: str | os.PathLike[str]) -> str:
    r"""A path as text that can be shown and written: bytes that are no UTF-8, and what moves a cursor, as ``\x1b``."""
    return visible(os.fsencode(path).decode("utf-8", "backslashreplace"))


def _closed(handle: int) -> BinaryIO:
    os.close(handle)
    raise _not_regular()


def _is_special(path: str | os.PathLike[str]) -> bool:
    try:
        return not stat.S_ISREG(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False


def _not_regular() -> InputFileError:
    return InputFileError(Sentence("not a regular file"), Sentence("a file; no folder, pipe, socket or device"))


def unreadable(error: OSError | ValueError) -> InputFileError:
    """What the system says of a file or folder that cannot be read."""
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return InputFileError(Sentence("the file cannot be read"), Sentence("a file that may be read"), why)
