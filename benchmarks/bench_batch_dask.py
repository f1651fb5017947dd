"""The plan of a thousand draws at a tenth of its size: two Dask workers beside two threads, start-up apart."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import gridsim.batch
from benchmarks.conftest import Arena
from benchmarks.pairs import MismatchError
from benchmarks.province_batch import LOAD
from gridsim.batch import Batch
from gridsim.bench.short import ROUNDS
from gridsim.templates import write_template

ROOT = Path(__file__).resolve().parent.parent
SIZES = ((10_000, 1000), (100_000, 100))  # users × draws: a tenth of the users, a tenth of the draws

pytestmark = pytest.mark.filterwarnings("ignore")  # of Dask itself, when its workers start and go


@pytest.mark.parametrize(("users", "draws"), SIZES)
def test_dask(arena: Arena, tmp_path: Path, users: int, draws: int) -> None:
    pytest.importorskip("distributed")
    if users == SIZES[-1][0] and arena.scale != "full":
        pytest.skip("a hundred thousand users: make bench-full")
    folder = ROOT / "scenarios" / "henan-2021"
    if arena.scale == "tiny":
        draws = 3
    else:
        folder = tmp_path / "province"
        write_template(folder, "province", users=users, seed=1)
    plan = {"scenario": str(folder), "draws": draws, "load": LOAD.model_dump(mode="json", exclude_none=True)}
    with cluster(is_here=arena.scale == "tiny", folder=tmp_path) as client:
        require_same(timed(plan, None, 0)[0], timed(plan, client, 0)[0])

        def measure() -> dict[str, Any]:
            seconds: dict[str, list[float]] = {"threads": [], "Dask": []}
            for seed in range(1, 1 + (ROUNDS if arena.scale != "tiny" else 1)):
                # Another seed is another batch: no worker holds anything of it.
                for who, executor in (("threads", None), ("Dask", client)):
                    seconds[who].append(timed(plan, executor, seed)[1])
            return {"orders": users, "draws": draws, "seconds": seconds}

        arena.note("batch, Dask", measure)


@contextlib.contextmanager
def cluster(*, is_here: bool, folder: Path) -> Iterator[Any]:
    """Two workers of one thread each; in this process where nothing is timed."""
    import dask.config
    from distributed import Client, LocalCluster

    roomy = {
        "MALLOC_TRIM_THRESHOLD_": 512 * 2**20,
        "MALLOC_MMAP_THRESHOLD_": 32 * 2**20,
    }  # docs/how-to/use-a-cluster.md
    with (
        dask.config.set({f"distributed.nanny.pre-spawn-environ.{name}": value for name, value in roomy.items()}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=not is_here, dashboard_address=":0", memory_limit=0,
            local_directory=str(folder), silence_logs=logging.CRITICAL,
        ) as started,
        Client(started, set_as_default=False) as client,
    ):  # fmt: skip
        yield client


def timed(plan: dict[str, Any], executor: Any, seed: int) -> tuple[Batch, float]:
    """A batch and its seconds from the first task to the last row stored, workers and their scenario being there."""
    events: list[Any] = []
    batch = gridsim.batch.run({**plan, "seed": seed}, executor=executor, workers=2, progress=events.append)
    return batch, float(events[-1]["seconds"])


def require_same(threads: Batch, dask: Batch) -> None:
    """Every table, to the micro-yuan."""
    for name in ("runs", "items", "units"):
        if not getattr(threads.exact, name).equals(getattr(dask.exact, name)):
            raise MismatchError(f"Dask and threads differ in {name}")
