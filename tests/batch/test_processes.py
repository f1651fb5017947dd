"""Spawned processes: the same numbers, and a worker that is killed in the middle costs nothing but time."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import stat
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gridsim.batch import Batch, run
from gridsim.batch.pools import _Processes
from gridsim.batch.task import FileSource
from gridsim.batch.worker import forget, resolve
from gridsim.errors import GridsimError
from tests.batch.conftest import SCENARIOS, small_plan

pytestmark = pytest.mark.slow  # processes of their own


def same(left: Batch, right: Batch) -> None:
    for name in ("runs", "items", "units"):
        pd.testing.assert_frame_equal(getattr(left.exact, name), getattr(right.exact, name))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_worker_killed_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = small_plan(
        scenario=str(SCENARIOS / "henan-2021"), draws=40, sweep={"load.scale": ["0.9", "1", "1.1", "1.2"]}
    )
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
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as executor:
        batch = run(small_plan(), tmp_path / "out", executor=executor)
        assert executor.submit(abs, -7).result() == 7
    same(batch, run(small_plan()))
    assert not list((tmp_path / "out").glob(".shared*"))


def test_a_worker_with_another_program_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pickle

    from gridsim.batch import runner

    held: list[Any] = []
    real = runner.open_pool
    monkeypatch.setattr(runner, "open_pool", lambda *given: (held.append(given[2]), real(*given))[1])
    run(small_plan(sweep=None))
    path = tmp_path / "shared.pickle"
    from dataclasses import replace

    content = pickle.dumps(replace(held[0], code="another", key="k" * 64))
    path.write_bytes(content)
    with pytest.raises(GridsimError, match="another version"):
        resolve(FileSource("k" * 64, str(path), hashlib.sha256(content).hexdigest()))


def test_what_workers_read_is_private_and_is_what_the_parent_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gridsim.batch import pools

    found: list[Any] = []

    class Looking(Executor):
        """Runs at once, after a look at what its processes would read."""

        def submit(self, run: Any, source: Any, *given: Any, **named: Any) -> Any:  # type: ignore[override]
            about = Path(source.path).stat()
            found.append((Path(source.path).name, stat.S_IMODE(about.st_mode)))
            future: Future[Any] = Future()
            try:
                if tampered:
                    Path(source.path).write_bytes(b"cos\nsystem\n(S'true'\ntR.")
                forget(source.key)
                future.set_result(run(source, *given))
            except GridsimError as error:
                future.set_exception(error)
            return future

    for tampered in (False, True):
        if tampered:
            with pytest.raises(GridsimError, match="changed since the parent"):
                run(small_plan(sweep=None), tmp_path / "out2", executor=Looking())
        else:
            run(small_plan(sweep=None), tmp_path / "out", executor=Looking())
    (first, mode), (second, _) = found
    assert mode == (0o600 if os.name != "nt" else mode)
    assert first != second and len(first) > 32  # nobody knows it beforehand
    assert not list(tmp_path.rglob(".shared*"))
    pools._private_file(tmp_path, b"")
    monkeypatch.setattr(pools.secrets, "token_hex", lambda count: "known")
    (tmp_path / ".shared-known.pickle").write_bytes(b"")
    with pytest.raises(FileExistsError):
        pools._private_file(tmp_path, b"")
