"""Cutting a batch into tasks, handing them to a pool and taking results back.

How a batch is cut, several small points in one task or one large point in several, decides how long it takes and
nothing else. When a worker dies, its pool may lose all tasks that were under way, and nobody can tell which one killed
it. So each of them is counted one attempt, and they are run again one at a time: the guilty one then dies alone, and is
given up after so many attempts as the pool allows; the innocent pass.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from gridsim.batch.task import Job, PointTask
from gridsim.words import NOTHING, Sentence

if TYPE_CHECKING:
    from gridsim.batch.pools import Pool
    from gridsim.batch.task import Job
    from gridsim.batch.worker import TaskResult

__all__ = [
    "CELLS_PER_TASK",
    "MOST_ATTEMPTS",
    "SECONDS_PER_TASK",
    "Answer",
    "Task",
    "TaskSource",
    "Tasks",
    "drive",
    "shares_of_point",
]

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


# ---- handing out -----------------------------------------------------------------------------------------------------

MOST_ATTEMPTS = 3
_SECONDS_WITHOUT_NEWS = 2.0  # then the pool is asked whether something was lost


@dataclass(frozen=True)
class Task:
    """Jobs that run in one go.

    Attributes
    ----------
    jobs : tuple of Job
    attempts : int
        How often it was begun, this time included.
    """

    jobs: tuple[Job, ...]
    attempts: int = 1


@dataclass(frozen=True)
class Answer:
    """What became of a task: its result, or why it was given up; or that it has to be tried again."""

    task: Task
    result: TaskResult | None = None
    error: Sentence = NOTHING
    is_retry: bool = False


class TaskSource(Protocol):
    """Where tasks come from; their size may follow from the results so far."""

    def next_task(self) -> Task | None:
        """The next one; None when there is no more."""


def drive(source: TaskSource, pool: Pool) -> Iterator[Answer]:
    """Run all tasks of `source`, in any order.

    Parameters
    ----------
    source : TaskSource
    pool : Pool

    Yields
    ------
    Answer
        One with a result or an error for each task; before it, one for each time that it has to be tried again.
    """
    suspects: deque[Task] = deque()
    running: dict[Future[TaskResult], Task] = {}
    more = True
    try:
        while more or suspects or running:
            # Two for each worker, so that none waits for the next; suspects alone.
            while not suspects and more and len(running) < 2 * pool.width:
                task = source.next_task()
                more = task is not None
                if task is not None:
                    running[pool.submit(task.jobs)] = task
            if suspects and not running:
                task = suspects.popleft()
                running[pool.submit(task.jobs)] = task
            if not running:
                continue
            done, _ = wait(running, timeout=_SECONDS_WITHOUT_NEWS, return_when=FIRST_COMPLETED)
            if not done:
                pool.end_what_is_lost()
                continue
            died = False
            for future in done:
                answer = _answer(running.pop(future), future, pool, suspects)
                died |= answer.result is None
                yield answer
            if died:
                # What else was under way may be lost with it: wait for all of it before going on.
                while wait(running, timeout=_SECONDS_WITHOUT_NEWS).not_done:
                    pool.end_what_is_lost()
                for future, task in list(running.items()):
                    yield _answer(task, future, pool, suspects)
                running.clear()
                pool.restart()
    finally:
        for future in running:
            future.cancel()


def _answer(task: Task, future: Future[TaskResult], pool: Pool, suspects: deque[Task]) -> Answer:
    """What became of a task that has ended; if its worker died, it is tried again.

    Raises
    ------
    BaseException
        Whatever the worker raised that is not a death.
    """
    error = CancelledError() if future.cancelled() else future.exception()
    if error is None:
        return Answer(task, future.result())
    if not future.cancelled() and not pool.is_death(error):
        raise error
    if task.attempts > 1 and pool.gave_up(error):  # alone: a cluster blames all tasks that wait at a worker that dies
        return Answer(task, error=Sentence("given up by the cluster: {why}", why=str(error)))
    return _again(task, suspects)


def _again(task: Task, suspects: deque[Task]) -> Answer:
    """Put a task whose worker died among the suspects, each of its jobs alone; or give it up."""
    if task.attempts >= MOST_ATTEMPTS:
        told = Sentence("the worker that ran it died, once")
        if task.attempts > 1:
            told = Sentence("the worker that ran it died, {count} times", count=task.attempts)
        return Answer(task, error=told)
    for job in task.jobs:
        suspects.append(replace(task, jobs=(job,), attempts=task.attempts + 1))
    return Answer(task, is_retry=True)
