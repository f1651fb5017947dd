"""Tasks: what workers are sent and what they send back; and how a batch is cut into them.

A task is small: it names its points and its share of the work. What is the same for all of them a worker is sent once,
and holds. How a batch is cut, several small points in one task or one large point in several, decides how long it takes
and nothing else.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gridsim.extensions import modules_to_import

if TYPE_CHECKING:
    from gridsim.batch.drawn_load import LoadModel
    from gridsim.batch.kept import Kept
    from gridsim.batch.reduced import PointPart
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario
    from gridsim.scenario.changes import Change
    from gridsim.words import Sentence

__all__ = [
    "CELLS_PER_TASK",
    "SECONDS_PER_TASK",
    "HeldSource",
    "Job",
    "JobFailure",
    "PointTask",
    "Shared",
    "Source",
    "Task",
    "TaskResult",
    "Tasks",
    "shares_of_point",
]


@dataclass(frozen=True)
class Shared:
    """What is the same for all tasks.

    Attributes
    ----------
    key : str
        Hash of all of it.
    code : str
        Hash of the program that the parent runs; a worker with another one refuses.
    scenario : Scenario
    bases : mapping of str to RuleSet
        The rule sets that points start from, by name.
    load : LoadModel
    points : int
        How many different ones there are.
    seed : int
    kept : Kept
        What is kept of each point, and of how many draws.
    modules : tuple of str
        Modules that registered extensions in the process of the parent: a worker imports them.
    """

    key: str
    code: str
    scenario: Scenario
    bases: Mapping[str, RuleSet]
    load: LoadModel
    points: int
    seed: int
    kept: Kept
    modules: tuple[str, ...] = field(default_factory=modules_to_import)

    @cached_property
    def read_of_base(self) -> dict[str, frozenset[str]]:
        """The paths of the values that trading and layouts may depend on, of each of `bases`."""
        from gridsim.batch.reads import read_by_trading

        return {name: read_by_trading(rules) for name, rules in self.bases.items()}

    @cached_property
    def trading_of_base(self) -> dict[str, str]:
        """Hash of all that trading and layouts may depend on in each of `bases`: few rule sets differ in it."""
        from gridsim.batch.reads import trading_values

        texts = {}
        for name, rules in self.bases.items():
            values = trading_values({entry.path: entry.pieces for entry in rules.entries}, self.read_of_base[name])
            texts[name] = repr((sorted(values.items()), rules.given_shape.told_apart))
        return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}


@dataclass(frozen=True)
class PointTask:
    """One point of the sweep, as a worker needs it."""

    id: str
    base: str
    overrides: Mapping[str, object]
    scales: tuple[str, str, str]
    changes: tuple[Change, ...] = ()


class Job(NamedTuple):
    """A part of a task: one point, or a share of its blocks.

    Attributes
    ----------
    point : PointTask
    share, shares : int
        Which of how many parts of its blocks.
    """

    point: PointTask
    share: int = 0
    shares: int = 1


class HeldSource(NamedTuple):
    """Stands for a `Shared` that the process holds already (`hold`)."""

    key: str


Source = Shared | HeldSource
"""How a task names what it shares with the others."""


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


class JobFailure(NamedTuple):
    """A point that could not be computed, and why."""

    point: str
    error: Sentence


@dataclass(frozen=True)
class TaskResult:
    """What a task sends back.

    Attributes
    ----------
    outcomes : tuple of PointPart
    failures : tuple of JobFailure
    seconds : float
        Wall time of the task in its worker.
    preparing : float
        Of that, the time until points were ready for their draws.
    """

    outcomes: tuple[PointPart, ...]
    failures: tuple[JobFailure, ...]
    seconds: float
    preparing: float


# ---- cutting ---------------------------------------------------------------------------------------------------------

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
