"""What is whole is stored while the rest is still at work: it does not wait for the next task to end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from gridsim.batch import run
from gridsim.batch.store import PARTS
from tests.batch.conftest import small_plan

LONGEST = 120.0
"""Seconds after which the last task gives up waiting for its predecessors to be stored."""


class LastWaits(Executor):
    """Tasks end at once but for the last, which ends when two points are stored, or fails."""

    def __init__(self, folder: Path, tasks: int) -> None:
        self.folder, self.left = folder, tasks

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.left -= 1
        future: Future[Any] = Future()
        thread = threading.Thread(target=self._work, args=(future, not self.left, fn, args), daemon=True)
        thread.start()
        if self.left:
            thread.join()
        return future

    def _work(self, future: Future[Any], is_last: bool, fn: Callable[..., Any], args: tuple[Any, ...]) -> None:
        if is_last and not self._stored(2):
            future.set_exception(AssertionError("points that were whole were not stored"))
            return
        future.set_result(fn(*args))

    def _stored(self, points: int) -> bool:
        pause = threading.Event()
        for _ in range(int(LONGEST * 10)):
            kept = [path.read_text("utf-8") for path in (self.folder / PARTS).glob("*.json")]
            if sum(text.count('"attempts"') for text in kept) >= points:
                return True
            pause.wait(0.1)
        return False


def test_points_that_are_whole_do_not_wait_for_the_next(tmp_path: Path) -> None:
    plan = small_plan(sweep={"load.scale": ["0.9", "1", "1.1"]}, draws=2)
    batch = run(plan, tmp_path / "out", executor=LastWaits(tmp_path / "out", 3), workers=2)
    assert batch.points["status"].tolist() == ["done"] * 3
