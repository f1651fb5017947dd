"""Cutting a batch into tasks: several small points in one, or one large point in several.

How a batch is cut decides how long it takes and nothing else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from gridsim.batch.schedule import Task
from gridsim.batch.shared import Job, PointTask

if TYPE_CHECKING:
    from gridsim.batch.engine import Block
    from gridsim.batch.work import TaskResult

__all__ = ["CELLS_PER_TASK", "FEW_WORKERS", "SECONDS_PER_TASK", "Tasks", "shares_of_point"]

CELLS_PER_TASK = 50_000_000
"""Cells × draws of a share of a large point: about a second."""

SECONDS_PER_TASK = 0.8
"""How long a task of several small points should take: a Dask task costs some 4 ms, so half a second hides it."""

_MOST_TOGETHER = 1000
FEW_WORKERS = 8
"""Up to so many worker processes are handed a large point ready to be drawn; more of them make it ready themselves,
side by side, sooner than it could be sent to all."""

_DRAWS_HANDED = 50
"""Least draws of a share where points are handed on: it should be some times dearer than handing on."""

_CELLS_OWN = 100 * CELLS_PER_TASK
"""Cells × draws of a share where each worker makes points ready for itself: a minute or two, if all have work."""


def shares_of_point(cells: int, draws: int, points: int, width: int, *, is_one_process: bool) -> int:
    """Into how many tasks each point is cut; 1 for a small one.

    Parameters
    ----------
    cells : int
        Meter cells of the scenario.
    draws : int
    points : int
        How many are to be done.
    width : int
        Workers.
    is_one_process : bool
        Whether all workers have what one of them has.
    """
    count = -(-cells * draws // CELLS_PER_TASK)
    if not is_one_process and points:
        least = draws // _DRAWS_HANDED if width <= FEW_WORKERS else cells * draws // _CELLS_OWN
        count = min(count, max(-(-2 * width // points), least))
    return max(count, 1)


class Tasks:
    """The tasks of a batch, in the order of its points.

    Parameters
    ----------
    points : iterable of PointTask
        Those to be done.
    cells : int
        Meter cells of the scenario.
    draws : int
    width : int
        Workers.
    is_one_process : bool
        Whether all workers have what one of them has.
    done : mapping of str to frozenset of Block
        What an interrupted run left of a point, by id.
    """

    def __init__(
        self,
        points: Iterable[PointTask],
        *,
        cells: int,
        draws: int,
        width: int,
        is_one_process: bool,
        done: Mapping[str, frozenset[Block]],
    ) -> None:
        self._points = deque(points)
        self._done = done
        self._shares: deque[Job] = deque()
        self._width = width
        self._count = shares_of_point(cells, draws, len(self._points), width, is_one_process=is_one_process)
        self._seconds = 0.0
        self._measured = 0

    def learn(self, task: Task, result: TaskResult) -> None:
        """Take the time that a task took into account for the next ones."""
        self._seconds += result.seconds
        self._measured += len(task.jobs)

    def next_task(self) -> Task | None:
        if self._shares:
            return Task((self._shares.popleft(),))
        if not self._points:
            return None
        if self._count > 1:
            point = self._points.popleft()
            done = self._done.get(point.id, frozenset())
            self._shares.extend(Job(point, share, self._count, done) for share in range(self._count))
            return Task((self._shares.popleft(),))
        together = min(self._together(), -(-len(self._points) // self._width))  # leave some for the others
        jobs = []
        for _ in range(max(together, 1)):
            point = self._points.popleft()
            jobs.append(Job(point, done=self._done.get(point.id, frozenset())))
        return Task(tuple(jobs))

    def _together(self) -> int:
        """How many points make a task; one until it is known how long they take."""
        if not self._measured:
            return 1
        return max(1, min(_MOST_TOGETHER, int(SECONDS_PER_TASK * self._measured / max(self._seconds, 1e-9))))
