"""Running a plan: expand it, hand its tasks out, store what comes back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from gridsim.batch.batch import Batch
from gridsim.batch.plan import Detail, Plan, expand_plan
from gridsim.batch.pools import drive, open_pool
from gridsim.batch.recorder import Recorder, listener_of
from gridsim.batch.store import Store, check_folder
from gridsim.batch.tasks import Tasks
from gridsim.batch.worker import is_small, trading_key
from gridsim.core.keeping import has_kept, is_kept, tell
from gridsim.errors import ResultError
from gridsim.io.safe_write import locked
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from gridsim.batch.plan import ExpandedPlan
    from gridsim.batch.recorder import Listener
    from gridsim.batch.tasks import PointTask, Shared

__all__ = ["must_compile", "run", "warm_up"]


@helpful
def run(
    plan: str | os.PathLike[str] | Mapping[str, object] | Plan,
    out: str | os.PathLike[str] | None = None,
    *,
    executor: Executor | str | Any | None = None,
    workers: int | None = None,
    detail: Detail = "unit",
    progress: bool | Listener | None = None,
) -> Batch:
    """Run a plan: draw, settle and reduce every point of its sweep.

    The result is the same, to the micro-yuan, whatever the executor, the number of workers and the order of their
    work; and draw k of a point is what `gridsim.run` makes of the same scenario with the same load.

    Parameters
    ----------
    plan : path, mapping or Plan
        A plan file; or its content; or a plan that was read.
    out : path, optional
        The folder to store in. A run that was interrupted goes on with the points that were not whole; parts of other
        inputs that are found there are set aside, and so is what is damaged, whose points are computed again. Left
        out: the result is in memory alone.
    executor : Executor, "threads", "processes", or a Dask client, optional
        Any `concurrent.futures.Executor`, such as Dask's ``client.get_executor()``; threads if left out. With processes
        of any kind, a script needs ``if __name__ == "__main__":``.
    workers : int, optional
        How many tasks run at once; if left out, as many as there are processors, or as the executor has workers.
    detail : {"summary", "unit", "full"}
        ``summary``: `runs`, `items` and `margins`. ``unit``: also `units`, how each unit spreads over the draws.
        ``full``: also `unit_draws`, the cost of every unit in every draw.
    progress : bool or callable, optional
        True: a progress bar in a terminal or notebook. A callable is handed each event, a mapping with ``event``:
        ``start`` (points, draws, cells, done, workers, ran_on), ``task`` (points_done, points, cells_done,
        cells_per_second, seconds), ``point`` (point, id, status, error, seconds, attempts), ``retry`` (points,
        attempt), ``damage`` (path, why, points: what an earlier run left is no longer whole, was set aside and is
        computed again), ``end`` (done, failed, seconds, directory).

    Returns
    -------
    Batch
        Of the folder `out`, or in memory.

    Raises
    ------
    ScenarioError
        Every fault of the plan, then every fault of the scenario; nothing has been written then.
    ValueError
        Another `detail`, or fewer `workers` than one.
    ResultError
        `out` holds other files, or another run is at work there, or it cannot be written to.
    GridsimError
        No worker can take part. A point that cannot be computed raises nothing: its error stands in `Batch.points`.

    Examples
    --------
    >>> plan = {
    ...     "scenario": gridsim.example("henan-2021-mini"),
    ...     "draws": 8,
    ...     "load": {"own": {"distribution": "lognormal", "sigma": "0.1"}},
    ...     "sweep": {"load.scale": ["0.95", "1.05"], "settlement.shortfall_price": [10, 20]},
    ...     "metrics": ["cost_by_unit", "items", "deviation", "positions"],
    ... }
    >>> batch = gridsim.batch.run(plan, detail="full")
    >>> batch.points[["load.scale", "settlement.shortfall_price", "status"]]
       load.scale  settlement.shortfall_price status
    0        0.95                        10.0   done
    1        0.95                        20.0   done
    2        1.05                        10.0   done
    3        1.05                        20.0   done
    """
    if detail not in get_args(Detail):
        raise ValueError(f"detail must be one of {', '.join(get_args(Detail))}, not {detail!r}")
    if workers is not None and workers < 1:
        raise ValueError(f"workers must be 1 or more, not {workers}")
    expanded = expand_plan(plan, detail)
    if out is not None:
        return _run_in(Path(out), expanded, executor, workers, listener_of(progress))
    with tempfile.TemporaryDirectory(prefix="gridsim-batch-") as folder:
        return _run_in(Path(folder), expanded, executor, workers, listener_of(progress)).in_memory()


def _run_in(directory: Path, expanded: ExpandedPlan, executor: Any, workers: int | None, listener: Listener) -> Batch:
    shared = expanded.shared
    check_folder(directory)
    _make_folder(directory)
    with locked(directory):
        store = Store(directory, expanded.kept, expanded.ids)
        recorder = Recorder(store, expanded, listener)
        todo = {one: point for one, point in expanded.tasks.items() if one not in store.finished}
        if todo:
            if not is_small(shared):
                todo = _by_trading(shared, todo)
            warm_up(shared, next(iter(todo.values())), executor)
            _work(recorder, shared, todo, executor, workers)
        else:
            recorder.start(0, "nobody: all of it was done before")
        recorder.end()
    return Batch(directory)


def _make_folder(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or str(error)
        raise ResultError(Sentence("{path}: cannot be written ({why})", path=directory, why=why)) from error


def _by_trading(shared: Shared, todo: dict[str, PointTask]) -> dict[str, PointTask]:
    """Points that trade alike one after the other, since of a large scenario only one market is held."""
    groups: dict[str, list[str]] = {}
    for one, point in todo.items():
        groups.setdefault(trading_key(shared, point), []).append(one)
    return {one: todo[one] for group in groups.values() for one in group}


def _work(recorder: Recorder, shared: Shared, todo: dict[str, PointTask], executor: Any, workers: int | None) -> None:
    cells = len(shared.scenario.tables["meter"])
    pool = open_pool(executor, workers, shared)
    try:
        tasks = Tasks(
            todo.values(),
            cells=cells,
            draws=shared.kept.draws,
            width=pool.width,
            is_one_process=pool.is_one_process,
        )
        recorder.start(pool.width, pool.name)
        try:
            for answer in drive(tasks, pool, when_idle=recorder.flush):
                if answer.result is not None:
                    tasks.learn(answer.task, answer.result)
                recorder.take(answer)
        finally:
            recorder.flush()
    finally:
        pool.close()


# ---- compiling -------------------------------------------------------------------------------------------------------


def must_compile() -> bool:
    """Whether a batch will have to compile a kernel first."""
    from gridsim.batch.engine import must_compile as engine_must

    return engine_must() or _must_compile_trading()


def warm_up(shared: Shared, point: PointTask, executor: object) -> None:
    """Compile what is not in the cache of machine code, before any worker is started.

    Parameters
    ----------
    shared : Shared
    point : PointTask
        The kernels that trade are compiled by trading this one. It is not held: each worker does its own work.
    executor : object
        What the user asked for. Where machine code cannot be kept, other processes than this one compile for
        themselves in any case, and all that is done here is to tell so.
    """
    if not is_kept() and executor not in (None, "threads") and not isinstance(executor, ThreadPoolExecutor):
        tell()
        return
    from gridsim.batch.engine import warm
    from gridsim.batch.worker import forget, traded_of
    from gridsim.errors import GridsimError

    warm()
    if _must_compile_trading():
        try:
            traded_of(shared, point)
        except GridsimError:
            return  # its task will tell
        finally:
            forget(shared.key)


def _must_compile_trading() -> bool:
    """Whether nobody has traded here yet. Those kernels that match are left out: which of them depends on the books."""
    from gridsim.core.split import split_many

    return not has_kept(split_many)
