"""How long a batch would take on more workers: tasks as long as real ones, handed out by a simulated scheduler.

`measure` runs some of a plan here and notes how long each task took; `estimate` hands tasks of those lengths out: the
scheduler takes some milliseconds for each, each worker first gets the scenario, trades the points that it gets shares
of, lays out the units of its shares, and is given the next task when it is free; the parent puts points together and
stores them.
"""

from __future__ import annotations

import heapq
import os
import pickle
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridsim.batch.plan import Plan

__all__ = ["SCHEDULER_SECONDS", "Estimate", "Workload", "estimate", "measure"]

SCHEDULER_SECONDS = 0.004
"""What Dask's scheduler needs for a task."""

_GOLDEN = 0.6180339887498949  # its multiples spread evenly: a fixed way through the measured times
_CELLS_MEASURED = 150_000_000  # cells × draws of a task that is measured: above half a second


@dataclass(frozen=True)
class Workload:
    """What is to be done, with times that were measured on one worker.

    Attributes
    ----------
    points : int
    cells : int
        Meter cells of the scenario.
    draws : int
    settling : sequence of float
        Of each task that was measured, the time of a draw of a cell [s].
    preparing : sequence of float
        Of each point that was measured, the time until a worker has checked and traded it: as long for a share of it
        as for all of it [s].
    laying_out : float
        The time until a cell of a share is ready for its draws [s].
    storing : float
        What the parent takes to put a point together and to store it [s].
    bytes_to_send : int
        The scenario, as it is sent to a worker.
    """

    points: int
    cells: int
    draws: int
    settling: Sequence[float]
    preparing: Sequence[float]
    laying_out: float = 0.0
    storing: float = 0.0
    bytes_to_send: int = 0


@dataclass(frozen=True)
class Estimate:
    """What the simulation found.

    Attributes
    ----------
    workers, tasks : int
    seconds : float
        From the first task to the last result stored.
    speedup : float
        Against one worker.
    efficiency : float
        The share of the workers' time that is spent settling.
    """

    workers: int
    tasks: int
    seconds: float
    speedup: float
    efficiency: float


def measure(
    plan: str | os.PathLike[str] | Mapping[str, object] | Plan, *, points: int = 2, tasks: int = 24
) -> Workload:
    """Run the first points of a plan here, in one thread, and note how long each part of the work takes.

    Parameters
    ----------
    plan : path, mapping or Plan
    points : int
        How many points at most. Each is traded by itself, as by a worker that holds no other that trades alike.
    tasks : int
        How many tasks at most for each point, of half a second or more if the plan has so many draws.

    Returns
    -------
    Workload
        Of the whole plan.

    Raises
    ------
    ScenarioError
        As `gridsim.batch.run`; a point that cannot be computed too.
    """
    from gridsim.batch.expanded import expand_plan
    from gridsim.batch.shared import Job, forget, traded_of
    from gridsim.batch.store import Store
    from gridsim.batch.tables import rows_of_point
    from gridsim.batch.warmth import warm_up
    from gridsim.batch.work import reduce_share

    batch = expand_plan(plan)
    shared, cells, draws = batch.shared, len(batch.shared.scenario.tables["meter"]), batch.shared.draws
    shares = max(1, cells * draws // _CELLS_MEASURED)
    warm_up(shared, next(iter(batch.tasks.values())), None)
    preparing: list[float] = []
    laying_out: list[float] = []
    settling: list[float] = []
    storing: list[float] = []
    with tempfile.TemporaryDirectory(prefix="gridsim-batch-") as folder:
        store = Store(Path(folder), batch.kept, ())
        for one, point in list(batch.tasks.items())[:points]:
            started = time.perf_counter()
            traded_of(shared, point)
            preparing.append(time.perf_counter() - started)
            outcomes = []
            for share in range(min(shares, tasks)):
                started = time.perf_counter()
                outcome, seconds = reduce_share(shared, Job(point, share, shares))
                taken = time.perf_counter() - started - seconds
                outcomes.append(outcome)
                settled = len(outcome.blocks) / outcome.total
                if settled:
                    settling.append(taken / (settled * cells * draws))
                    laying_out.append(seconds / (settled * cells))
            if len(outcomes) == shares:
                started = time.perf_counter()
                store.add(rows_of_point(batch.kept, one, outcomes), {one: {}})
                storing.append(time.perf_counter() - started)
            forget(shared.key)
    return Workload(
        points=len(batch.tasks),
        cells=cells,
        draws=draws,
        settling=tuple(settling),
        preparing=tuple(preparing),
        laying_out=median(laying_out) if laying_out else 0.0,
        storing=min(storing, default=0.0),
        bytes_to_send=len(pickle.dumps(shared, protocol=5)),
    )


def estimate(
    load: Workload,
    workers: int,
    *,
    scheduler_seconds: float = SCHEDULER_SECONDS,
    bytes_per_second: float = 1e8,
) -> Estimate:
    """Simulate a batch on so many workers.

    Parameters
    ----------
    load : Workload
        As `measure` gives it; other numbers of points and draws may be put in (`dataclasses.replace`).
    workers : int
    scheduler_seconds : float
        For each task, one after the other.
    bytes_per_second : float
        Of the parent's network; it sends the scenario to one worker after the other, and those pass it on in turn.

    Returns
    -------
    Estimate
    """
    from gridsim.batch.tasks import shares_of_point

    alone = _simulate(load, 1, 1, scheduler_seconds, 0.0)
    shares = shares_of_point(load.cells, load.draws, load.points, workers, is_one_process=False)
    rounds = max(workers - 1, 0).bit_length()  # who has it passes it on: each round doubles those who have it
    sending = load.bytes_to_send / bytes_per_second * (rounds + 1) if workers > 1 else 0.0
    seconds = _simulate(load, workers, shares, scheduler_seconds, sending)
    work = load.points * load.cells * load.draws * sum(load.settling) / len(load.settling)
    return Estimate(workers, load.points * shares, seconds, alone / seconds, work / (workers * seconds))


def _simulate(load: Workload, workers: int, shares: int, scheduler_seconds: float, sending: float) -> float:
    """Seconds until the last point is stored: a list schedule between a serial scheduler and a serial parent."""
    cells = load.cells * load.draws / shares
    free = [(sending, worker) for worker in range(workers)]
    holds = [-1] * workers  # the point that each worker has traded
    left = [shares] * load.points
    handed_out = sending
    whole: list[float] = []  # when the last share of each point is done
    ends = [0.0] * load.points
    for number in range(load.points * shares):
        point = number // shares
        at, worker = heapq.heappop(free)
        handed_out = max(handed_out, at) + scheduler_seconds
        end = handed_out + _one_of(load.settling, number) * cells + load.laying_out * load.cells / shares
        if holds[worker] != point:
            end += _one_of(load.preparing, number)
            holds[worker] = point
        ends[point] = max(ends[point], end)
        left[point] -= 1
        if not left[point]:
            whole.append(ends[point])
        heapq.heappush(free, (end, worker))
    stored = 0.0
    for end in sorted(whole):
        stored = max(stored, end) + load.storing
    return stored


def _one_of(measured: Sequence[float], number: int) -> float:
    return measured[int((number * _GOLDEN) % 1 * len(measured))]
