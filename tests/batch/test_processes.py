"""Spawned processes: the same numbers, and a worker that is killed in the middle costs nothing but time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gridsim.batch import Batch, run
from gridsim.batch.plan import METRICS, expand_plan
from gridsim.batch.pools import _Processes
from gridsim.batch.worker import resolve
from gridsim.errors import GridsimError
from tests.batch.conftest import OF_NO_RETAIL, SCENARIOS, small_plan

pytestmark = pytest.mark.slow  # processes of their own


def same(left: Batch, right: Batch) -> None:
    assert left.table_names == right.table_names
    for name in left.table_names:
        pd.testing.assert_frame_equal(getattr(left.exact, name), getattr(right.exact, name))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_worker_killed_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = small_plan(
        scenario=str(SCENARIOS / "henan-2021"), draws=40, sweep={"load.scale": ["0.9", "1", "1.1", "1.2"]},
        metrics=OF_NO_RETAIL, payer="buyer",
    )  # fmt: skip
    pools: list[Any] = []
    real = _Processes.__init__

    def remember(pool: Any, *given: Any) -> None:
        real(pool, *given)
        pools.append(pool)

    monkeypatch.setattr(_Processes, "__init__", remember)
    events: list[Any] = []

    def kill(event: Any) -> None:
        events.append(event)
        if event["event"] == "task" and not any(one["event"] == "killed" for one in events):
            events.append({"event": "killed"})
            os.kill(next(iter(pools[0]._executor._processes)), signal.SIGKILL)

    batch = run(plan, tmp_path / "out", executor="processes", workers=2, progress=kill)
    assert [event["event"] for event in events].count("retry") >= 1
    assert batch.points["status"].tolist() == ["done"] * 4
    assert batch.points["attempts"].max() == 2 and batch.points["attempts"].min() == 1
    same(batch, run(plan, workers=2))


def test_a_spawned_pool_of_ones_own(tmp_path: Path) -> None:
    plan = small_plan(scenario=str(SCENARIOS / "retailer-2021"), metrics=list(METRICS))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as executor:
        batch = run(plan, tmp_path / "out", executor=executor)
        assert executor.submit(abs, -7).result() == 7
    same(batch, run(plan))
    assert not list((tmp_path / "out").glob(".shared*"))


def test_a_worker_with_another_program_refuses() -> None:
    from dataclasses import replace

    shared = expand_plan(small_plan(sweep=None)).shared
    assert resolve(shared) is shared
    with pytest.raises(GridsimError, match="another version"):
        resolve(replace(shared, code="another"))


def test_what_a_worker_is_at_ends_with_its_pool() -> None:
    """As after Ctrl-C: it would go on to the end of its task, and to those that are queued behind it."""
    pool = _Processes(expand_plan(small_plan(sweep=None, draws=1)).shared, 1)
    begun = pool._executor.submit(time.sleep, 3600), pool._executor.submit(time.sleep, 3600)
    while not begun[0].running():
        time.sleep(0.01)
    workers = list(pool._executor._processes.values())
    pool.close()
    assert [worker.exitcode for worker in workers] == [-signal.SIGTERM]
