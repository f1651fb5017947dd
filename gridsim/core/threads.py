"""Calls shared out among threads: whoever calls works too, and helpers that were woken once stay.

Kernels let go of the GIL, so that a handful of calls can keep as many processors busy. What it costs to get them there
counts, because all the work is some milliseconds: a new pool of threads takes a few tenths of a millisecond to come and
go, and a caller that only waits is woken up for every call that ends, on a processor that a helper needs.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

__all__ = ["call_all"]

_Result = TypeVar("_Result")


@cache
def _helpers() -> ThreadPoolExecutor:
    """The helpers of this process: as many as there are processors, each a thread once it is first needed."""
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="gridsim")


if hasattr(os, "register_at_fork"):  # a forked child has the pool, but not its threads
    os.register_at_fork(after_in_child=_helpers.cache_clear)


def call_all(calls: Sequence[Callable[[], _Result]], threads: int) -> list[_Result]:
    """Make all `calls`, in this thread and in helpers: who is done takes the next.

    The calls are begun in their order. What no helper has begun when this thread has nothing left to do, none begins:
    so a call may itself share calls out, and where no thread can be had, or all are busy, this one does everything.

    Parameters
    ----------
    calls : sequence of callable
        What one writes, no other may read or write. After a call that fails no more are begun.
    threads : int
        This one included.

    Returns
    -------
    list
        Results, in the order of the calls.

    Raises
    ------
    BaseException
        The exception of the first call, in their order, that raised one. Nothing is running any more then (unless
        it is the second interrupt from the keyboard).
    """
    helpers = min(threads, len(calls)) - 1
    if helpers < 1:
        return [call() for call in calls]
    to_do = deque(enumerate(calls))
    results: dict[int, _Result] = {}
    errors: dict[int, BaseException] = {}

    def work() -> None:
        while True:
            try:
                place, call = to_do.popleft()
            except IndexError:
                return
            try:
                results[place] = call()
            except BaseException as error:
                errors[place] = error
                to_do.clear()

    helping = [_ask_for_help(work) for _ in range(helpers)]
    try:
        work()
    finally:
        to_do.clear()  # which only an interrupt leaves with anything in it
        for helper in helping:
            _dismiss(helper)
    if errors:
        raise errors[min(errors)]
    return [results[place] for place in range(len(calls))]


def _ask_for_help(work: Callable[[], None]) -> Future[None]:
    """What stands for a helper that calls `work`, if one is found in time."""
    helper: Future[None] = Future()
    try:
        _helpers().submit(_help, helper, work)
    except RuntimeError:
        helper.cancel()  # no thread to be had, because the interpreter is about to end or the system has no more
    return helper


def _help(helper: Future[None], work: Callable[[], None]) -> None:
    if helper.set_running_or_notify_cancel():
        work()
        helper.set_result(None)


def _dismiss(helper: Future[None]) -> None:
    """Wait for a helper that has begun; one that has not, never will."""
    if helper.cancel():
        return
    try:
        helper.result()
    except KeyboardInterrupt:
        helper.result()  # memory that it writes to must not be used again before
        raise
