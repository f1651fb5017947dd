"""A Dask cluster of processes: the same numbers, also when a worker is killed in the middle."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gridsim.batch import Batch, run, tasks
from tests.batch.conftest import OF_NO_RETAIL, SCENARIOS, small_plan

distributed = pytest.importorskip("distributed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL"),
    pytest.mark.filterwarnings("ignore"),  # of Dask itself, when its workers die
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        memory_limit=0,
        local_directory=str(tmp_path_factory.mktemp("dask")),
        silence_logs=50,
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def client(cluster: Any) -> Iterator[Any]:
    with distributed.Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(2)
        yield client


def same(left: Batch, right: Batch) -> None:
    """All that the first one keeps."""
    for name in left.table_names:
        pd.testing.assert_frame_equal(getattr(left.exact, name), getattr(right.exact, name))


def test_the_same_numbers_through_an_executor(client: Any, stored: Path) -> None:
    events: list[Any] = []
    batch = run(small_plan(), executor=client.get_executor(), progress=events.append)
    assert events[0]["ran_on"] == "dask, 2 workers" and events[0]["workers"] == 2
    same(batch, Batch(stored))


def test_risk_by_position_is_the_same(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several tasks a point, so that what positions have goes through the cluster."""
    monkeypatch.setattr(tasks, "CELLS_PER_TASK", 2_000)
    plan = small_plan(draws=60, metrics=OF_NO_RETAIL, payer="buyer")
    same(run(plan, executor=client), run(plan, workers=1))


def test_workers_hold_nothing_of_a_batch_that_is_over(client: Any) -> None:
    def held() -> list[int]:
        from gridsim.batch.worker import _HERE

        return [len(each) for each in (_HERE.shared, _HERE.points, _HERE.markets, _HERE.layouts, _HERE.prepared)]

    during: list[Any] = []

    def look(event: Any) -> None:
        if event["event"] == "task":
            during.extend(client.run(held).values())

    run(small_plan(), executor=client, progress=look)
    assert max(counts[1] for counts in during) >= 1
    deadline = time.monotonic() + 60
    while any(map(any, client.run(held).values())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(any, client.run(held).values()))


def test_a_worker_killed_in_the_middle(cluster: Any, client: Any, tmp_path: Path) -> None:
    plan = small_plan(
        scenario=str(SCENARIOS / "henan-2021"), draws=40, sweep={"load.scale": ["0.9", "1", "1.1", "1.2"]},
        metrics=OF_NO_RETAIL, payer="buyer",
    )  # fmt: skip
    killed: list[int] = []

    def kill(event: Any) -> None:
        if event["event"] == "task" and not killed:
            pids = client.run(os.getpid)
            killed.append(next(iter(pids.values())))
            os.kill(killed[0], signal.SIGKILL)

    batch = run(plan, tmp_path / "out", executor=client, progress=kill)
    assert killed
    assert batch.points["status"].tolist() == ["done"] * 4
    same(batch, run(plan))


def test_the_command_finds_a_cluster(cluster: Any, client: Any, tmp_path: Path) -> None:
    import json
    import subprocess
    import sys

    client.wait_for_workers(2)
    plan = tmp_path / "plan.yaml"
    mini = SCENARIOS / "henan-2021-mini"
    plan.write_text(f"scenario: {mini}\nsweep: {{load.scale: [0.9, 1.1]}}\n", encoding="utf-8")
    command = [sys.executable, "-m", "gridsim", "batch", str(plan), "--out", str(tmp_path / "out"), "--json"]
    command += ["--dask", cluster.scheduler_address]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["ran_on"].startswith("dask") and events[-1] | {"seconds": 0} == {
        "event": "end", "done": 2, "failed": 0, "seconds": 0, "directory": str(tmp_path / "out"),
    }  # fmt: skip


def test_a_point_that_kills_its_workers_is_given_up_by_the_cluster_and_no_other(tmp_path: Path) -> None:
    import dask.config

    from gridsim.batch.plan import expand_plan

    class Poison(distributed.WorkerPlugin):  # type: ignore[misc, name-defined]
        """Ends a worker that begins a certain point."""

        def __init__(self, point: str) -> None:
            self.point = point

        def setup(self, worker: Any) -> None:
            from gridsim.batch import worker as module

            real = module.reduce_share

            def share(shared: Any, job: Any) -> Any:
                if job.point.id == self.point:
                    os._exit(1)
                return real(shared, job)

            module.reduce_share = share

    plan = small_plan()
    guilty = expand_plan(plan).ids[2]
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0,
            local_directory=str(tmp_path / "dask"), silence_logs=50,
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):  # fmt: skip
        client.register_plugin(Poison(guilty), name="poison")
        client.wait_for_workers(1)
        batch = run(plan, tmp_path / "out", executor=client)
    assert batch.points["status"].tolist() == ["done", "done", "failed", "done"]
    assert "given up by the cluster" in batch.points["error"][2]
