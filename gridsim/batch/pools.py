"""Where tasks run: threads, processes, Dask, or any other `concurrent.futures.Executor`; and driving it to the end.

On one machine threads are the default: the kernels let go of the interpreter's lock, and nothing has to be sent.

When a worker dies, its pool may lose all tasks that were under way, and nobody can tell which one killed it. So each of
them is counted one attempt, and they are run again one at a time: the guilty one then dies alone, and is given up after
so many attempts as the pool allows; the innocent pass.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import tempfile
import threading
import warnings
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from gridsim.batch.tasks import HeldSource, Task
from gridsim.batch.worker import forget, hold, leave_with_parent, run_task
from gridsim.core.keeping import UncachedWarning
from gridsim.errors import SentenceError
from gridsim.words import NOTHING, Sentence

if TYPE_CHECKING:
    from gridsim.batch.tasks import Job, Shared, Source, TaskResult

__all__ = [
    "MOST_ATTEMPTS",
    "Answer",
    "Pool",
    "TaskSource",
    "as_executor",
    "drive",
    "open_pool",
    "processors",
    "spawned",
    "worker_died",
]

MOST_ATTEMPTS = 3
_DEATHS_IN_DASK = {"KilledWorker", "FutureCancelledError", "FuturesCancelledError", "CommClosedError"}


def processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def spawned(width: int, **options: Any) -> ProcessPoolExecutor:
    """Processes of their own; a fork would copy threads and locks in the middle of their work."""
    import multiprocessing

    return ProcessPoolExecutor(width, mp_context=multiprocessing.get_context("spawn"), **options)


def worker_died(error: BaseException) -> bool:
    """Whether an error of a future means that its worker died, here or in a cluster."""
    return isinstance(error, BrokenExecutor | CancelledError) or type(error).__name__ in _DEATHS_IN_DASK


def as_executor(given: Any) -> Any:
    """What a caller gave as an executor, a Dask client as the executor that it has.

    Raises
    ------
    SentenceError
        It is neither.
    """
    if type(given).__module__.startswith("distributed.") and hasattr(given, "get_executor"):
        return given.get_executor()
    if not type(given).__module__.startswith("distributed.") and not isinstance(given, Executor):
        raise SentenceError(
            Sentence(
                "executor must be a concurrent.futures.Executor, a Dask client, 'threads' or 'processes', not {given}",
                given=repr(given),
            )
        )
    return given


class Pool:
    """A `concurrent.futures.Executor`, and where its workers find the scenario.

    Parameters
    ----------
    shared : Shared
    executor : Executor
    source : Source
        Is sent with every task, instead of the scenario.
    width : int
        How many tasks run at once.
    name : str
        What it is, for people.

    Attributes
    ----------
    is_one_process : bool
        Whether all workers share what one of them prepared.
    """

    is_one_process = False

    def __init__(self, shared: Shared, executor: Executor, source: Source | Any, width: int, name: str) -> None:
        self.width, self.name = width, name
        self._shared, self._executor, self._source = shared, executor, source

    def submit(self, jobs: tuple[Job, ...]) -> Future[TaskResult]:
        """Hand a task in."""
        return self._executor.submit(run_task, self._source, jobs)

    def is_death(self, error: BaseException) -> bool:
        """Whether an error means that a worker died, and nothing of the task itself."""
        return worker_died(error)

    def gave_up(self, error: BaseException) -> bool:
        """Whether the executor itself ran the task again, until it had killed too many workers."""
        return False

    def end_what_is_lost(self) -> None:
        """Nothing has ended for a while: end what can't end by itself any more."""

    def restart(self) -> None:
        """Go on after a worker died.

        Raises
        ------
        SentenceError
            It cannot be started again here.
        """
        raise SentenceError(
            Sentence(
                "a worker of the given {name} died, and gridsim cannot start again what it did not make; "
                "what was finished is kept: run the plan again with a new executor, or with executor='processes'",
                name=self.name,
            )
        )

    def close(self) -> None:
        """Let go of everything that the pool made."""
        forget(self._shared.key)


class _Threads(Pool):
    is_one_process = True

    # Each task is handed the scenario itself: held under its key, it would be that of another batch of the process, or
    # gone with the end of one.
    def __init__(self, shared: Shared, width: int, executor: Executor | None = None) -> None:
        self._is_own = executor is None
        self._ended = threading.Event()
        executor = executor or ThreadPoolExecutor(width, thread_name_prefix="gridsim-batch")
        super().__init__(shared, executor, shared, width, f"{width} threads")

    def submit(self, jobs: tuple[Job, ...]) -> Future[TaskResult]:
        return self._executor.submit(run_task, self._source, jobs, self._ended)

    def close(self) -> None:
        self._ended.set()  # of what is still under way, as after Ctrl-C, nobody wants the result
        if self._is_own:
            self._executor.shutdown(wait=True, cancel_futures=True)
        super().close()


def _begin(path: str, digest: str) -> None:
    """What a spawned process does first."""
    leave_with_parent(Path(path))
    warnings.filterwarnings("ignore", category=UncachedWarning)  # told by the process that started this one
    content = Path(path).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:  # never unpickled: it could be anybody's
        raise SentenceError(Sentence("{path}: changed since the parent of this batch wrote it", path=path))
    hold(pickle.loads(content))  # noqa: S301 -- its digest came with the command that started this process


class _Processes(Pool):
    """Spawned processes, each of which reads the scenario when it starts.

    From a file that the user alone can read, and not from what `multiprocessing` sends to a new process: that goes
    through a pipe which nobody reads any more if the process is killed at once, and this one would write for ever.
    """

    _executor: ProcessPoolExecutor

    def __init__(self, shared: Shared, width: int) -> None:
        content = pickle.dumps(shared, protocol=5)
        with tempfile.NamedTemporaryFile(prefix="gridsim-", suffix=".pickle", delete=False) as file:
            file.write(content)
        path = Path(file.name)
        self._begin_with = (file.name, hashlib.sha256(content).hexdigest())
        self._remove = weakref.finalize(self, path.unlink, missing_ok=True)
        super().__init__(shared, self._spawned(width), HeldSource(shared.key), width, f"{width} processes")

    def _spawned(self, width: int) -> ProcessPoolExecutor:
        return spawned(width, initializer=_begin, initargs=self._begin_with)

    def submit(self, jobs: tuple[Job, ...]) -> Future[TaskResult]:
        try:
            return super().submit(jobs)
        except BrokenProcessPool as error:  # broken since the last answer: the task fails as those in it did
            broken: Future[TaskResult] = Future()
            broken.set_exception(error)
            return broken

    def restart(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = self._spawned(self.width)

    def close(self) -> None:
        # As after Ctrl-C: nobody wants what they are at, nor what is queued. Before Python 3.14 an executor has no
        # public way to end its processes.
        if self._executor._pending_work_items:
            for process in list(self._executor._processes.values()):
                process.terminate()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._remove()
        super().close()


class _Dask(Pool):
    """Workers of a Dask cluster; the scenario is scattered to each of them once. Dask itself tries tasks again."""

    def __init__(self, shared: Shared, executor: Any, width: int | None) -> None:
        self._client = executor._client
        self._of_dask: WeakKeyDictionary[Future[TaskResult], Any] = WeakKeyDictionary()
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise SentenceError(
                Sentence("the Dask cluster has no worker yet: start some, or client.wait_for_workers(n)")
            )
        threads = sum(worker["nthreads"] for worker in workers.values())
        super().__init__(shared, executor, None, width or threads, f"dask, {len(workers)} workers")
        self._scatter()

    def _scatter(self) -> None:
        self._source = self._client.scatter(self._shared, broadcast=True, hash=False)

    def submit(self, jobs: tuple[Job, ...]) -> Future[TaskResult]:
        # Each task is of its own: were results kept by name, a second run would be given those of the first.
        executor: Any = self._executor
        before = set(executor._futures)
        future: Future[TaskResult] = executor.submit(run_task, self._source, jobs, pure=False)
        self._of_dask[future] = next(iter(set(executor._futures) - before))
        return future

    def gave_up(self, error: BaseException) -> bool:
        return type(error).__name__ == "KilledWorker"

    def end_what_is_lost(self) -> None:
        # A result that is lost while it is fetched, because its worker dies: Dask's own future says so, and the one
        # that its executor gave for it would wait for ever.
        for future, of_dask in list(self._of_dask.items()):
            if of_dask.status in ("cancelled", "lost") and future.cancel():
                with contextlib.suppress(RuntimeError):  # Dask has told of it in the meantime
                    future.set_running_or_notify_cancel()

    def restart(self) -> None:
        for attempts_left in reversed(range(MOST_ATTEMPTS)):
            self._client.wait_for_workers(1)
            try:
                self._scatter()  # the workers that had it may all be gone
            except Exception as error:  # one that is dying may be sent it before Dask knows
                if not (attempts_left and self.is_death(error)):
                    raise
            else:
                return

    def close(self) -> None:
        self._source = None
        with contextlib.suppress(Exception):  # the cluster may be gone; then so is what its workers held
            self._client.run(_forget_there, self._shared.key, wait=False)
        super().close()


async def _forget_there(key: str) -> None:
    """Let a Dask worker go of a batch; what nobody waits for has to be a coroutine."""
    forget(key)


def open_pool(executor: Any, workers: int | None, shared: Shared) -> Pool:
    """The pool for what the caller asked for.

    Parameters
    ----------
    executor : Executor, "threads", "processes", a Dask client or None
        None is threads.
    workers : int, optional
        How many; as many as there are processors if left out.
    shared : Shared
    """
    width = workers or processors()
    if executor is None or executor == "threads":
        return _Threads(shared, width)
    if executor == "processes":
        return _Processes(shared, width)
    executor = as_executor(executor)
    if type(executor).__module__.startswith("distributed."):
        return _Dask(shared, executor, workers)
    width = workers or getattr(executor, "_max_workers", None) or processors()
    if isinstance(executor, ThreadPoolExecutor):
        return _Threads(shared, width, executor)
    return Pool(shared, executor, shared, width, type(executor).__name__)


# ---- handing out -----------------------------------------------------------------------------------------------------

_SECONDS_WITHOUT_NEWS = 2.0  # then the pool is asked whether something was lost


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


def drive(source: TaskSource, pool: Pool, when_idle: Callable[[], None] = lambda: None) -> Iterator[Answer]:
    """Run all tasks of `source`, in any order.

    Parameters
    ----------
    source : TaskSource
    pool : Pool
    when_idle : callable
        Is called when no task has ended for two seconds: what came before need not wait for the next.

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
                when_idle()
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
