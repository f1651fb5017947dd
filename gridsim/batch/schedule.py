"""Handing tasks to a pool and taking results back; a task whose worker died is tried again.

When a worker dies, its pool may lose all tasks that were under way, and nobody can tell which one killed it. So each
of them is counted one attempt, and they are run again one at a time: the guilty one then dies alone, and is given up
after `MOST_ATTEMPTS`; the innocent pass.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from gridsim.words import NOTHING, Sentence

if TYPE_CHECKING:
    from gridsim.batch.pools import Pool
    from gridsim.batch.shared import Job
    from gridsim.batch.work import TaskResult

__all__ = ["MOST_ATTEMPTS", "Answer", "Task", "TaskSource", "drive"]

MOST_ATTEMPTS = 3


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
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            died = False
            for future in done:
                answer = _answer(running.pop(future), future, pool, suspects)
                died |= answer.result is None
                yield answer
            if died:
                # What else was under way may be lost with it: wait for all of it before going on.
                wait(running)
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
