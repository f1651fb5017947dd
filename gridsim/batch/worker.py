"""What runs in a worker: a task's jobs, one after the other, each with its outcome or its error.

The scenario stays in the worker's process, under the hash of its content, and so does a point that has traded, with the
units of it that were made ready, for the next tasks of the same point.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from gridsim.batch.ending import go_on, until
from gridsim.batch.point_ids import code_hash
from gridsim.batch.tasks import JobFailure, Shared, TaskResult
from gridsim.errors import GridsimError, ScenarioError, SentenceError, told_of
from gridsim.extensions import import_modules
from gridsim.scenario.changes import changes_as_data
from gridsim.words import Sentence, listed, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from gridsim.batch.engine import Block
    from gridsim.batch.layout import Layout
    from gridsim.batch.market import Traded, TradedPoint
    from gridsim.batch.prepared import Prepared
    from gridsim.batch.reduced import PointPart
    from gridsim.batch.tasks import Job, PointTask, Source
    from gridsim.scenario import Scenario

__all__ = [
    "CELLS_PER_BLOCK",
    "HeldOnce",
    "forget",
    "hold",
    "is_small",
    "leave_with_parent",
    "prepared_of",
    "reduce_share",
    "resolve",
    "run_task",
    "scenario_of",
    "traded_of",
    "trading_key",
]

CELLS_PER_BLOCK = 10_000_000
"""Cells × draws of one block: some tenths of a second."""

_AT_ONCE = 2**19
"""How many meter cells (and legs) are made ready at once: their arrays are small, and used again for the next."""


def run_task(source: Source, jobs: tuple[Job, ...], ended: threading.Event | None = None) -> TaskResult:
    """Run the jobs of one task.

    A point that fails does not touch the others: its error is part of the result. A worker that is not fit to take
    part at all raises.

    Parameters
    ----------
    source : Source
        Where the scenario is found in this process.
    jobs : tuple of Job
    ended : threading.Event, optional
        Set once nobody waits for the result any more.

    Raises
    ------
    CancelledError
        `ended` was set.
    """
    started = time.perf_counter()
    shared = resolve(source)
    outcomes: list[PointPart] = []
    failures: list[JobFailure] = []
    preparing = 0.0
    for job in jobs:
        try:
            with until(ended):
                outcome, seconds = reduce_share(shared, job)
        except CancelledError:
            raise
        except ScenarioError as error:
            failures.append(JobFailure(job.point.id, listed(*(fault.sentence for fault in error.faults))))
        except SentenceError as error:
            failures.append(JobFailure(job.point.id, error.sentence))
        except GridsimError as error:
            failures.append(JobFailure(job.point.id, verbatim(error)))
        except Exception as error:  # a fault of the program: told with its place, and no other point suffers
            place = traceback.extract_tb(error.__traceback__)[-1]
            told = f"{told_of(error)} ({place.name}, line {place.lineno})"
            failures.append(JobFailure(job.point.id, verbatim(told)))
        else:
            outcomes.append(outcome)
            preparing += seconds
    return TaskResult(tuple(outcomes), tuple(failures), time.perf_counter() - started, preparing)


def reduce_share(shared: Shared, job: Job) -> tuple[PointPart, float]:
    """Settle a share of the blocks of a point.

    Only the units of those blocks are made ready.

    Parameters
    ----------
    shared : Shared
    job : Job

    Returns
    -------
    PointPart
    float
        How long it took to get ready [s].
    """
    from gridsim.batch.engine import blocks
    from gridsim.batch.margins import fees_return
    from gridsim.batch.reduced import reduce_blocks

    started = time.perf_counter()
    traded = traded_of(shared, job.point)
    kept = shared.kept
    together = kept.by_retailer and fees_return(traded.rules.shape)
    every = blocks(traded, kept.draws, CELLS_PER_BLOCK, whole_parties=kept.whole_parties, whole_market=together)
    first, last = (len(every) * number // job.shares for number in (job.share, job.share + 1))
    preparing = time.perf_counter() - started

    def ready() -> Iterator[tuple[Block, Prepared]]:
        nonlocal preparing
        for run in _runs(every[first:last], traded.work):
            began = time.perf_counter()
            prepared = prepared_of(shared, job.point, (run[0].unit_first, run[-1].unit_last))
            preparing += time.perf_counter() - began
            for block in run:
                go_on()
                yield block, prepared

    outcome = reduce_blocks(shared.kept, shared.seed, job.point.id, ready(), every)
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


# ---- things made once ------------------------------------------------------------------------------------------------

_Thing = TypeVar("_Thing")


class HeldOnce(Generic[_Thing]):
    """Holds things by owner and name; of too many, the one asked for longest ago goes."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], _Thing] = OrderedDict()
        self._making: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def get(
        self, owner: str, name: str, make: Callable[[], _Thing], most: int, size: Callable[[_Thing], int] = lambda _: 1
    ) -> _Thing:
        """The thing, made if it is not held.

        Parameters
        ----------
        owner, name : str
        make : callable
            Its error goes to who asked; nothing is held then.
        most : int
            How many are held, this one included; it is held in any case.
        size : callable, optional
            For how many a thing counts; for one if left out.
        """
        key = (owner, name)
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._held:
                    return self._held[key]
            made = make()
            with self._lock:
                self._held[key] = made
                self._making.pop(key, None)
                while len(self._held) > 1 and sum(map(size, self._held.values())) > most:
                    self._held.popitem(last=False)
            return made

    def __len__(self) -> int:
        return len(self._held)

    def forget(self, owner: str) -> None:
        """Let go of all that belongs to an owner."""
        with self._lock:
            for key in [key for key in self._held if key[0] == owner]:
                del self._held[key]


# ---- what a process holds --------------------------------------------------------------------------------------------

_POINTS_MANY = 4
_MARKETS_MANY = 32
_SMALL_CELLS = 500_000
_MILLION = 10**6


class _Here:
    """What a process holds: the scenario, points at work, and what the next points that trade alike can use of them."""

    def __init__(self) -> None:
        self.shared: dict[str, Shared] = {}
        self.points: HeldOnce[TradedPoint] = HeldOnce()
        self.markets: HeldOnce[Traded] = HeldOnce()
        self.prepared: HeldOnce[Prepared] = HeldOnce()
        self.layouts: HeldOnce[Layout] = HeldOnce()

    def forget(self, key: str) -> None:
        self.shared.pop(key, None)
        self.points.forget(key)
        self.markets.forget(key)
        self.prepared.forget(key)
        self.layouts.forget(key)


_HERE = _Here()


def hold(shared: Shared) -> None:
    """Keep it in this process; the initializer of worker processes."""
    import_modules(shared.modules)
    _HERE.shared[shared.key] = shared


def forget(key: str) -> None:
    """Let go of what `hold`, `traded_of` and `prepared_of` keep in this process."""
    _HERE.forget(key)


def resolve(source: Source) -> Shared:
    """The `Shared` that a task names.

    Raises
    ------
    SentenceError
        The worker runs another gridsim than the parent, so that its results could differ.
    """
    shared = source if isinstance(source, Shared) else _HERE.shared[source.key]
    if shared.code != code_hash():
        raise SentenceError(
            Sentence("a worker runs another version of gridsim or of its libraries; install the same everywhere")
        )
    return shared


def traded_of(shared: Shared, point: PointTask) -> TradedPoint:
    """The point after trading; held for the next task."""
    most = _POINTS_MANY if is_small(shared) else 1
    return _HERE.points.get(shared.key, point.id, lambda: _trade(shared, point), most)


def prepared_of(shared: Shared, point: PointTask, units: tuple[int, int]) -> Prepared:
    """A run of the point's units made ready for its draws; held for the next task of the same units.

    Its layout is held for the next points that trade alike, if there are other points.

    Parameters
    ----------
    shared : Shared
    point : PointTask
    units : tuple of int
        First, and the one after the last.
    """
    from gridsim.batch.prepared import prepare_units

    traded = traded_of(shared, point)
    run, is_roomy = f" {units[0]}-{units[1]}", is_small(shared)

    def layouts(make: Callable[[], Layout]) -> Layout:
        if shared.points == 1:
            return make()
        markets = _MARKETS_MANY if is_roomy else 1
        return _HERE.layouts.get(
            shared.key, trading_key(shared, point) + run, make, markets * _MILLION, _part_of_market
        )

    def make() -> Prepared:
        return prepare_units(traded, *units, layouts)

    return _HERE.prepared.get(shared.key, point.id + run, make, _POINTS_MANY if is_roomy else 1)


def _part_of_market(layout: Layout) -> int:
    """How much of its market is laid out [10⁻⁶]: runs of units that are all of it count for one together."""
    cells = len(layout.traded.positions.cell)
    return len(layout.cell_kind) * _MILLION // cells if cells else _MILLION


def trading_key(shared: Shared, point: PointTask) -> str:
    """Alike for points that trade alike: in scales, and in all rule values that trading or a layout may depend on."""
    from gridsim.batch.reads import trading_values

    values = trading_values(point.overrides, shared.read_of_base[point.base])
    base = shared.trading_of_base[point.base]
    return repr(
        (
            base,
            point.scales,
            changes_as_data(point.changes),
            sorted((path, repr(value)) for path, value in values.items()),
        )
    )


def is_small(shared: Shared) -> bool:
    """Whether many of its points and layouts fit into memory."""
    return len(shared.scenario.tables["meter"]) <= _SMALL_CELLS


def scenario_of(shared: Shared, point: PointTask) -> Scenario:
    """The scenario of a point: with its rules, scales and changes of contracts."""
    from gridsim.scenario.vary import varied

    rules = shared.bases[point.base]
    if point.overrides:
        rules = rules.with_overrides(point.overrides)
    contracts, load, prices = map(Decimal, point.scales)
    return varied(shared.scenario, rules, contracts=contracts, load=load, prices=prices, changes=point.changes)


def _trade(shared: Shared, point: PointTask) -> TradedPoint:
    from gridsim.batch.market import trade_scenario

    def markets(make: Callable[[], Traded]) -> Traded:
        return _HERE.markets.get(shared.key, trading_key(shared, point), make, _MARKETS_MANY if is_small(shared) else 1)

    return trade_scenario(scenario_of(shared, point), shared.load, markets)


# ---- leaving ---------------------------------------------------------------------------------------------------------


def leave_with_parent(left_behind: Path | None = None) -> None:
    """End this worker process when its parent does, however that came about.

    Parameters
    ----------
    left_behind : Path, optional
        A file of the parent's, which it could not remove itself.

    A worker waits for work at a pipe that it could write to itself, so the end of its parent does not end its waiting.
    Results go to the parent and nowhere else: there is nothing to save.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        with contextlib.suppress(OSError):
            if left_behind is not None:
                left_behind.unlink(missing_ok=True)
        os._exit(1)

    threading.Thread(target=watch, name="gridsim-batch-watch", daemon=True).start()
