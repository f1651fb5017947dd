"""Tasks whose worker dies: attempts are counted by task, the innocent pass, the guilty one is given up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from typing import Any

import pytest

from gridsim.batch.pools import MOST_ATTEMPTS, Answer, Pool, _Dask, drive
from gridsim.batch.tasks import CELLS_PER_TASK, Job, PointTask, Task, TaskResult, Tasks, shares_of_point


def job(name: str) -> Job:
    return Job(PointTask(name, "", {}, ("1", "1", "1")))


class Listed:
    def __init__(self, *groups: str) -> None:
        self.left = [Task(tuple(job(name) for name in group)) for group in groups]

    def next_task(self) -> Task | None:
        return self.left.pop(0) if self.left else None


class FakePool(Pool):
    """Runs at once; while a killer is under way, everything that is under way is lost with it."""

    def __init__(self, kills: Callable[[str, int], bool], width: int = 2) -> None:
        self.width = width
        self.kills = kills
        self.begun: dict[str, int] = {}
        self.restarts = 0
        self.together: list[list[str]] = []
        self.waiting: list[tuple[Future[Any], tuple[Job, ...]]] = []

    def submit(self, jobs: tuple[Job, ...]) -> Future[TaskResult]:
        future: Future[TaskResult] = Future()
        names = [one.point.id for one in jobs]
        for name in names:
            self.begun[name] = self.begun.get(name, 0) + 1
        self.waiting = [(f, j) for f, j in self.waiting if not f.done()]
        self.waiting.append((future, jobs))
        killers = [name for name in names if self.kills(name, self.begun[name])]
        if killers:
            self.together.append([one.point.id for f, j in self.waiting for one in j if not f.done()])
            for lost, _ in self.waiting:
                if not lost.done():
                    lost.set_exception(BrokenExecutor("died"))
        elif len([1 for f, _ in self.waiting if not f.done()]) >= 2 * self.width:
            self.waiting[0][0].set_result(TaskResult((), (), 0.1, 0.0))
        else:
            self._finish_later()
        return future

    def _finish_later(self) -> None:
        """The last of the queue would never be answered: answer those without a follower."""

    def restart(self) -> None:
        self.restarts += 1


def answers(pool: FakePool, *groups: str, monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    import gridsim.batch.pools as pools

    real = pools.wait

    def wait(futures: Any, **keywords: Any) -> Any:
        if not any(future.done() for future in futures) or "return_when" not in keywords:
            for future in futures:
                if not future.done():
                    future.set_result(TaskResult((), (), 0.1, 0.0))
        return real(futures, **keywords)

    monkeypatch.setattr(pools, "wait", wait)
    return list(drive(Listed(*groups), pool))


def ended(found: list[Answer], *, well: bool) -> list[str]:
    return sorted(
        one.point.id
        for answer in found
        if not answer.is_retry and (answer.result is not None) == well
        for one in answer.task.jobs
    )


def test_every_task_is_answered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = answers(FakePool(lambda name, times: False), *"abcdefg", monkeypatch=monkeypatch)
    assert ended(found, well=True) == list("abcdefg")


def test_one_death_is_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = FakePool(lambda name, times: name == "c" and times == 1)
    found = answers(pool, *"abcdefg", monkeypatch=monkeypatch)
    assert ended(found, well=True) == list("abcdefg")
    assert pool.restarts == 1
    assert {answer.task.attempts for answer in found if answer.result and answer.task.jobs[0].point.id == "c"} == {2}


def test_a_killer_is_given_up_and_takes_nobody_along(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = FakePool(lambda name, times: name == "c", width=3)
    found = answers(pool, *"abcdefgh", monkeypatch=monkeypatch)
    assert ended(found, well=True) == list("abdefgh")
    assert ended(found, well=False) == ["c"]
    assert pool.begun["c"] == MOST_ATTEMPTS
    assert pool.together[1:] == [["c"]] * (MOST_ATTEMPTS - 1)  # after the first time it died alone
    (given_up,) = [answer for answer in found if answer.error]
    assert "died" in given_up.error and given_up.task.attempts == MOST_ATTEMPTS


def test_jobs_of_a_task_that_died_are_tried_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = FakePool(lambda name, times: name == "b")
    found = answers(pool, "abc", "d", monkeypatch=monkeypatch)
    assert ended(found, well=True) == ["a", "c", "d"]
    assert ended(found, well=False) == ["b"]


def test_an_error_of_the_worker_itself_ends_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unfit(FakePool):
        def submit(self, jobs: tuple[Job, ...]) -> Future[TaskResult]:
            future: Future[TaskResult] = Future()
            future.set_exception(RuntimeError("another version"))
            return future

    with pytest.raises(RuntimeError, match="another version"):
        answers(Unfit(lambda name, times: False), "a", "b", monkeypatch=monkeypatch)


# ---- cutting ---------------------------------------------------------------------------------------------------------


def tasks_of(points: int, cells: int, draws: int, *, width: int = 2, is_one_process: bool = True) -> Tasks:
    tasks = [job(str(number)).point for number in range(points)]
    return Tasks(tasks, cells=cells, draws=draws, width=width, is_one_process=is_one_process)


def all_of(tasks: Tasks, seconds: float) -> list[Task]:
    found = []
    while (task := tasks.next_task()) is not None:
        found.append(task)
        tasks.learn(task, TaskResult((), (), seconds * len(task.jobs), 0.0))
    return found


def test_small_points_go_together_once_it_is_known_how_small() -> None:
    found = all_of(tasks_of(1000, 200, 10), seconds=0.01)
    assert [one.point.id for task in found for one in task.jobs] == [str(number) for number in range(1000)]
    assert len(found[0].jobs) == 1
    assert 50 <= len(found[1].jobs) <= 100  # 0.8 s
    assert len(found[-1].jobs) == 1  # so that no worker waits for the last long task


def test_a_large_point_is_cut_into_shares() -> None:
    found = all_of(tasks_of(2, 3_600_000, 100), seconds=1.0)
    shares = [(one.point.id, one.share, one.shares) for task in found for one in task.jobs]
    count = -(-3_600_000 * 100 // CELLS_PER_TASK)
    assert shares == [(str(point), share, count) for point in range(2) for share in range(count)]


def test_processes_get_shares_that_are_worth_making_ready_for() -> None:
    assert shares_of_point(3_600_000, 1000, 1, 2, is_one_process=True) == 72
    assert shares_of_point(3_600_000, 1000, 1, 2, is_one_process=False) == 24
    assert shares_of_point(3_600_000, 100, 1, 2, is_one_process=False) == 2  # half a second each, and none waits
    assert shares_of_point(3_600_000, 1000, 18, 2, is_one_process=False) == 1  # each point is traded once
    assert shares_of_point(3_600_000, 100, 3, 2, is_one_process=False) == 2  # three rounds of halves, not two of wholes
    assert shares_of_point(3_600_000, 1000, 18, 100, is_one_process=False) == 5  # one round for all workers
    assert shares_of_point(3_600_000, 1000, 1000, 100, is_one_process=False) == 1
    assert shares_of_point(3_600_000, 10_000, 1000, 100, is_one_process=False) == 3  # no task above a minute
    assert shares_of_point(216, 1000, 18, 2, is_one_process=False) == 1
    assert shares_of_point(0, 1000, 1, 2, is_one_process=False) == 1


class CommClosedError(Exception):
    """As Dask calls it when a worker's connection breaks."""


@pytest.mark.parametrize("failures", [1, MOST_ATTEMPTS])
def test_a_worker_that_dies_while_it_is_sent_the_scenario_costs_another_attempt(failures: int) -> None:
    class Client:
        sent = 0

        def wait_for_workers(self, count: int) -> None:
            assert count == 1

        def scatter(self, shared: str, **named: object) -> str:
            self.sent += 1
            if self.sent <= failures:
                raise CommClosedError
            return shared

    pool = _Dask.__new__(_Dask)
    pool._client, pool._shared = Client(), "shared"  # type: ignore[assignment]
    if failures < MOST_ATTEMPTS:
        pool.restart()
        assert pool._source == "shared" and pool._client.sent == failures + 1
        return
    with pytest.raises(CommClosedError):
        pool.restart()
