"""Cutting a batch into tasks: several small points in one, or one large point in several.

How a batch is cut decides how long it takes and nothing else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gridsim.batch.schedule import Task
from gridsim.batch.shared import Job, PointTask

if TYPE_CHECKING:
    from gridsim.batch.work import TaskResult

__all__ = ["CELLS_PER_TASK", "SECONDS_PER_TASK", "Tasks", "shares_of_point"]

CELLS_PER_TASK = 50_000_000
"""Cells × draws of a share of a large point where threads share what one of them traded: a fifth of a second."""

SECONDS_PER_TASK = 0.8
"""How long a task of several small points should take: a Dask task costs some 4 ms, so half a second hides it."""

_MOST_TOGETHER = 1000
_CELLS_APART = 150_000_000
"""Least cells × draws of a share for a worker process: above half a second, of which a task's 4 ms are nothing."""

_MOST_CELLS_APART = 100 * _CELLS_APART
"""Most of them: about a minute, since a worker that dies loses its share."""

_DRAWS_TO_TRADE = 40
"""Trading a point takes a worker as long as so many draws of it, however small the share that it settles."""

_DRAWS_TO_LAY_OUT = 20
"""Laying out all of its units takes as long as so many draws of them."""


def shares_of_point(cells: int, draws: int, points: int, width: int, *, is_one_process: bool) -> int:
    """Into how many tasks each point is cut; 1 for a small one.

    Threads share what one of them traded. Worker processes trade, each for itself, the points that they get shares
    of: all at the same time, and sooner than a market could be sent to them. So points are cut no finer than keeps
    workers busy. Units are laid out where they are settled, by threads and processes alike.

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
    if is_one_process:
        return max(-(-cells * draws // CELLS_PER_TASK), 1)
    most = max(cells * draws // _CELLS_APART, 1)
    least = max(-(-cells * draws // _MOST_CELLS_APART), 1)
    rounds_of_all = range(width, most + 1, width)
    return min(
        (count for count in (*range(1, min(width, most + 1)), *rounds_of_all) if count >= least),
        key=lambda count: (_draws_long(count, draws, points, width), -count),
        default=least,
    )


def _draws_long(count: int, draws: int, points: int, width: int) -> float:
    """How long worker processes take for points that are cut into `count` shares, in times of one draw of one worker.

    From as many shares as workers on, each worker meets every point, and holds it for its next share.
    """
    rounds = -(-points * count // width)
    traded = points if count >= width else rounds
    return traded * _DRAWS_TO_TRADE + rounds * (draws + _DRAWS_TO_LAY_OUT) / count


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
    """

    def __init__(
        self,
        points: Iterable[PointTask],
        *,
        cells: int,
        draws: int,
        width: int,
        is_one_process: bool,
    ) -> None:
        self._points = deque(points)
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
            self._shares.extend(Job(point, share, self._count) for share in range(self._count))
            return Task((self._shares.popleft(),))
        together = min(self._together(), -(-len(self._points) // self._width))  # leave some for the others
        jobs = []
        for _ in range(max(together, 1)):
            jobs.append(Job(self._points.popleft()))
        return Task(tuple(jobs))

    def _together(self) -> int:
        """How many points make a task; one until it is known how long they take."""
        if not self._measured:
            return 1
        return max(1, min(_MOST_TOGETHER, int(SECONDS_PER_TASK * self._measured / max(self._seconds, 1e-9))))
