"""How long a batch would take on more workers: its own tasks, as measured, handed out by a simulated scheduler.

The scheduler hands out one task at a time, which takes it some milliseconds; each worker first gets the scenario;
a point is made ready by the parent for a few workers, by each worker for itself if there are many
(`gridsim.batch.tasks.FEW_WORKERS`); a task goes to the worker that is free first.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

__all__ = ["Estimate", "Workload", "estimate"]

SCHEDULER_SECONDS = 0.004
"""What Dask's scheduler needs for a task."""

_GOLDEN = 0.6180339887498949  # its multiples spread evenly: a fixed pattern of tasks that take longer


@dataclass(frozen=True)
class Workload:
    """What is to be done, with times that were measured on one worker.

    Attributes
    ----------
    points : int
    cells : int
        Meter cells of the scenario.
    draws : int
    cells_per_second : float
        Of one worker, settling.
    seconds_to_prepare : float
        One point, on one worker.
    bytes_to_send : int
        The scenario, as it is sent to a worker.
    """

    points: int
    cells: int
    draws: int
    cells_per_second: float
    seconds_to_prepare: float
    bytes_to_send: int = 0


@dataclass(frozen=True)
class Estimate:
    """What the simulation found.

    Attributes
    ----------
    workers, tasks : int
    seconds : float
        From the first task to the last result.
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


def estimate(
    load: Workload,
    workers: int,
    *,
    scheduler_seconds: float = SCHEDULER_SECONDS,
    bytes_per_second: float = 1e8,
    spread: float = 0.15,
) -> Estimate:
    """Simulate a batch on so many workers.

    Parameters
    ----------
    load : Workload
    workers : int
    scheduler_seconds : float
        For each task, one after the other.
    bytes_per_second : float
        Of the parent's network; it sends the scenario to one worker after the other, and those pass it on in turn.
    spread : float
        Tasks take longer than measured by up to this share, in a fixed pattern.

    Returns
    -------
    Estimate
    """
    from gridsim.batch.tasks import shares_of_point

    alone = _simulate(load, 1, 1, scheduler_seconds, 0.0, spread)
    shares = shares_of_point(load.cells, load.draws, load.points, workers, is_one_process=False)
    rounds = max(workers - 1, 0).bit_length()  # who has it passes it on: each round doubles those who have it
    sending = load.bytes_to_send / bytes_per_second * (rounds + 1) if workers > 1 else 0.0
    seconds = _simulate(load, workers, shares, scheduler_seconds, sending, spread)
    work = load.points * load.cells * load.draws / load.cells_per_second
    return Estimate(workers, load.points * shares, seconds, alone / seconds, work / (workers * seconds))


def _simulate(
    load: Workload, workers: int, shares: int, scheduler_seconds: float, sending: float, spread: float
) -> float:
    """Seconds until the last result: a list schedule with a serial scheduler in front of it."""
    from gridsim.batch.tasks import FEW_WORKERS

    settling = load.cells * load.draws / load.cells_per_second / shares
    is_handed_on = shares > 1 and workers <= FEW_WORKERS
    free = [(sending, worker) for worker in range(workers)]
    holds = [-1] * workers  # the point that each worker has ready
    handed_out = ready = sending
    last = 0.0
    for number in range(load.points * shares):
        point, share = divmod(number, shares)
        if is_handed_on and share == 0:
            ready += load.seconds_to_prepare  # by the parent, for all
        at, worker = heapq.heappop(free)
        handed_out = max(handed_out, at) + scheduler_seconds
        time = settling * (1 + spread * ((number * _GOLDEN) % 1))
        if not is_handed_on and holds[worker] != point:
            time += load.seconds_to_prepare
            holds[worker] = point
        end = max(handed_out, ready if is_handed_on else 0.0) + time
        last = max(last, end)
        heapq.heappush(free, (end, worker))
    return last
