"""Calls shared out among threads: all are made, in any number of threads, and none is left running."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event, get_ident
from time import sleep
from typing import Any

import pytest

from gridsim.core import threads as module
from gridsim.core.threads import _helpers, call_all


def squares(count: int) -> list[Callable[[], int]]:
    return [partial(pow, number, 2) for number in range(count)]


@pytest.mark.parametrize("threads", [1, 2, 3, 100])
@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_results_in_the_order_of_the_calls(threads: int, count: int) -> None:
    assert call_all(squares(count), threads) == [number**2 for number in range(count)]


def test_the_caller_works_too_and_helpers_stay() -> None:
    def two_at_once() -> set[int]:
        both = Barrier(2, timeout=60)
        return set(call_all([lambda: (both.wait(), get_ident())[1]] * 2, 2))

    helpers = set()
    for _ in range(5):
        found = two_at_once()
        assert len(found) == 2
        assert get_ident() in found
        helpers |= found - {get_ident()}
    assert len(helpers) <= _helpers()._max_workers  # the processors that there were when it was first needed


def test_the_first_failure_is_raised_and_nothing_is_begun_after_it() -> None:
    begun = []

    def call(place: int) -> None:
        begun.append(place)
        if place >= 3:
            raise ValueError(f"call {place}")

    for threads in (1, 2, 5):
        begun.clear()
        with pytest.raises(ValueError, match="call 3"):
            call_all([partial(call, place) for place in range(1000)], threads)
        assert set(begun) >= {0, 1, 2, 3}
        assert len(begun) <= 4 + threads


def test_a_helper_is_waited_for_when_the_caller_fails() -> None:
    helping, ended = Event(), Event()
    caller = get_ident()

    def call() -> None:
        if get_ident() == caller:
            helping.wait(60)
            raise KeyboardInterrupt
        helping.set()
        Event().wait(0.05)
        ended.set()

    with pytest.raises(KeyboardInterrupt):
        call_all([call, call], 2)
    assert ended.is_set()


def test_an_interrupt_while_a_helper_is_waited_for() -> None:
    class Interrupted(Future[None]):
        """Of a helper that has begun; the first wait for it is interrupted from the keyboard."""

        waits = 0

        def result(self, timeout: float | None = None) -> None:
            self.waits += 1
            if self.waits == 1:
                raise KeyboardInterrupt

    helper = Interrupted()
    helper.set_running_or_notify_cancel()
    with pytest.raises(KeyboardInterrupt):
        module._dismiss(helper)
    assert helper.waits == 2


def test_calls_that_share_calls_out_never_wait_for_each_other() -> None:
    """With all helpers busy in an outer call, or a user's own threads at it, every caller gets on by itself."""

    def nested(depth: int) -> int:
        return 1 if depth == 0 else sum(call_all([partial(nested, depth - 1)] * 3, 3))

    with ThreadPoolExecutor(8) as users:
        assert list(users.map(nested, [4] * 16)) == [81] * 16


def test_without_a_thread_to_be_had_the_caller_does_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def submit(self, *_: Any) -> None:
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(module, "_helpers", Full)
    assert call_all(squares(9), 4) == [number**2 for number in range(9)]


def test_when_the_interpreter_ends() -> None:
    """The pool takes no more calls then; what an exit handler settles is settled all the same."""
    code = """
import atexit
from gridsim.core.threads import _helpers, call_all
atexit.register(lambda: print(call_all([lambda: 1, lambda: 2], 2)))
print(call_all([lambda: 3, lambda: 4], 2))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split("\n")[:2] == ["[3, 4]", "[1, 2]"]
    assert done.stderr == ""


def _in_a_child(answer: Any) -> None:
    both = Barrier(2, timeout=60)
    answer.put(len(set(call_all([lambda: (both.wait(), get_ident())[1]] * 2, 2))))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_forked_child_has_helpers_of_its_own() -> None:
    call_all(squares(50), 2)
    context = multiprocessing.get_context("fork")
    answer = context.Queue()
    child = context.Process(target=_in_a_child, args=(answer,))
    child.start()
    assert answer.get(timeout=60) == 2
    child.join(60)
    assert child.exitcode == 0


def test_nobody_is_left_behind_by_a_failure() -> None:
    done = []
    meeting = Barrier(2, timeout=60)  # a call that has not begun when another fails never begins

    def fail_or_work(fails: bool) -> None:
        meeting.wait()
        if fails:
            raise ValueError("failed")
        sleep(0.05)
        done.append("worked")

    with pytest.raises(ValueError, match="failed"):
        call_all([partial(fail_or_work, True), partial(fail_or_work, False)], 2)
    assert done == ["worked"], "whoever raises may be followed by one who uses the same memory"
