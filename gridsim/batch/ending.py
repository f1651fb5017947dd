"""Ends work that nobody waits for any more, as after Ctrl-C: a thread can't be interrupted from outside, so it asks."""

from __future__ import annotations

from concurrent.futures import CancelledError
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

__all__ = ["go_on", "until"]

_ENDED: ContextVar[threading.Event | None] = ContextVar("ended", default=None)


@contextmanager
def until(ended: threading.Event | None) -> Iterator[None]:
    """While this lasts, `go_on` ends the work of this thread once the event is set.

    Parameters
    ----------
    ended : threading.Event or None
        None: the work goes on to its end.
    """
    token = _ENDED.set(ended)
    try:
        yield
    finally:
        _ENDED.reset(token)


def go_on() -> None:
    """Ask whether the work is still wanted, between two pieces of it that take at most some tenths of a second.

    Raises
    ------
    CancelledError
        It is not.
    """
    ended = _ENDED.get()
    if ended is not None and ended.is_set():
        raise CancelledError
