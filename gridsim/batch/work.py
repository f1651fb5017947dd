"""What runs in a worker: a task's jobs, one after the other, each with its outcome or its error."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gridsim.batch.memory import kept_memory
from gridsim.errors import GridsimError, ScenarioError, SentenceError
from gridsim.words import Sentence, listed, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from gridsim.batch.engine import Block
    from gridsim.batch.outcome import Outcome
    from gridsim.batch.prepare import Prepared
    from gridsim.batch.shared import Job, Shared, Source

__all__ = ["CELLS_PER_BLOCK", "JobFailure", "TaskResult", "reduce_share", "run_task"]

CELLS_PER_BLOCK = 10_000_000
"""Cells × draws of one block: some tenths of a second."""

_AT_ONCE = 2**19
"""How many meter cells (and legs) are made ready at once: their arrays are small, and used again for the next."""


class JobFailure(NamedTuple):
    """A point that could not be computed, and why."""

    point: str
    error: Sentence


@dataclass(frozen=True)
class TaskResult:
    """What a task sends back.

    Attributes
    ----------
    outcomes : tuple of Outcome
    failures : tuple of JobFailure
    seconds : float
        Wall time of the task in its worker.
    preparing : float
        Of that, the time until points were ready for their draws.
    """

    outcomes: tuple[Outcome, ...]
    failures: tuple[JobFailure, ...]
    seconds: float
    preparing: float


def run_task(source: Source, jobs: tuple[Job, ...]) -> TaskResult:
    """Run the jobs of one task.

    A point that fails does not touch the others: its error is part of the result. A worker that is not fit to take
    part at all raises.

    Parameters
    ----------
    source : Source
        Where the scenario is found in this process.
    jobs : tuple of Job
    """
    from gridsim.batch.shared import resolve

    started = time.perf_counter()
    shared = resolve(source)
    outcomes: list[Outcome] = []
    failures: list[JobFailure] = []
    preparing = 0.0
    with kept_memory():
        for job in jobs:
            try:
                outcome, seconds = reduce_share(shared, job)
            except ScenarioError as error:
                failures.append(JobFailure(job.point.id, listed(*(fault.sentence for fault in error.faults))))
            except SentenceError as error:
                failures.append(JobFailure(job.point.id, error.sentence))
            except GridsimError as error:
                failures.append(JobFailure(job.point.id, verbatim(error)))
            except Exception as error:  # a fault of the program: told with its place, and no other point suffers
                place = traceback.extract_tb(error.__traceback__)[-1]
                told = f"{type(error).__name__}: {error} ({place.name}, line {place.lineno})"
                failures.append(JobFailure(job.point.id, verbatim(told)))
            else:
                outcomes.append(outcome)
                preparing += seconds
    return TaskResult(tuple(outcomes), tuple(failures), time.perf_counter() - started, preparing)


def reduce_share(shared: Shared, job: Job) -> tuple[Outcome, float]:
    """Settle a share of the blocks of a point.

    Only the units of those blocks are made ready.

    Parameters
    ----------
    shared : Shared
    job : Job

    Returns
    -------
    Outcome
    float
        How long it took to get ready [s].
    """
    from gridsim.batch.engine import blocks
    from gridsim.batch.outcome import reduce_blocks
    from gridsim.batch.shared import prepared_of, traded_of

    started = time.perf_counter()
    traded = traded_of(shared, job.point)
    every = blocks(traded, shared.draws, CELLS_PER_BLOCK)
    first, last = (len(every) * number // job.shares for number in (job.share, job.share + 1))
    preparing = time.perf_counter() - started

    def ready() -> Iterator[tuple[Block, Prepared]]:
        nonlocal preparing
        for run in _runs(every[first:last], traded.work):
            began = time.perf_counter()
            prepared = prepared_of(shared, job.point, (run[0].unit_first, run[-1].unit_last))
            preparing += time.perf_counter() - began
            for block in run:
                yield block, prepared

    outcome = reduce_blocks(shared, job.point.id, ready(), every)
    return outcome, preparing


def _runs(blocks: list[Block], work: NDArray[np.int64]) -> Iterator[list[Block]]:
    """Blocks whose units are made ready together: so few that their arrays are small, but all of the same units."""
    run: list[Block] = []
    for block in blocks:
        if run and block.unit_last > run[-1].unit_last and work[block.unit_last] - work[run[0].unit_first] > _AT_ONCE:
            yield run
            run = []
        run.append(block)
    if run:
        yield run
