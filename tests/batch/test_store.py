"""The batch folder: nothing is done twice, nothing is mixed, nothing is half there."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet
import pytest

from gridsim.batch import load, run
from gridsim.errors import ResultError
from gridsim.io.safe_write import locked, temporary_name
from tests.batch.conftest import small_plan


class Listener:
    """Remembers events; may end the run at one of them, as Ctrl-C would."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.events: list[Any] = []
        self._stop_after = stop_after

    def __call__(self, event: Any) -> None:
        self.events.append(event)
        if self._stop_after is not None and len(self.done) >= self._stop_after:
            raise KeyboardInterrupt

    @property
    def done(self) -> list[int]:
        return [event["point"] for event in self.events if event["event"] == "point" and event["status"] == "done"]


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def run_in(folder: Path, *, workers: int = 1, **changes: Any) -> Listener:
    listener = Listener()
    run(small_plan(**changes), folder, workers=workers, progress=listener)
    return listener


def same(left: Path, right: Path) -> None:
    for name in ("runs", "items", "units"):
        pd.testing.assert_frame_equal(getattr(load(left), name), getattr(load(right), name))
        assert load(left).exact.arrow(name).equals(load(right).exact.arrow(name))  # words of columns in the same order


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only for looking at."""
    folder = tmp_path_factory.mktemp("whole")
    run_in(folder)
    return folder


def test_finished_work_is_not_done_again(tmp_path: Path) -> None:
    assert run_in(tmp_path).done == [0, 1, 2, 3]
    before = {
        name: (tmp_path / name).stat().st_mtime_ns for name in files_of(tmp_path) if name.startswith(("runs", "parts"))
    }
    assert run_in(tmp_path).done == []
    assert before == {name: (tmp_path / name).stat().st_mtime_ns for name in before}


def test_an_interrupted_run_goes_on(tmp_path: Path, whole: Path) -> None:
    listener = Listener(stop_after=2)
    with pytest.raises(KeyboardInterrupt):
        run(small_plan(), tmp_path, workers=1, progress=listener)
    assert not load(tmp_path).manifest["finished"]
    half = load(tmp_path)
    assert sorted(half.runs["point"].unique()) == [0, 1]  # what is there can be looked at
    assert set(half.points["status"]) == {"open"} or half.points["status"].tolist()[2:] == ["open", "open"]
    assert sorted(run_in(tmp_path).done) == [2, 3]
    assert load(tmp_path).manifest["finished"]
    same(tmp_path, whole)


def test_folders_of_two_machines_are_joined_by_copying(tmp_path: Path, whole: Path) -> None:
    """Also where the other machine's file is lost: its points alone are computed again."""
    scales = {"load.scale": ["0.95", "1.05"]}
    run_in(tmp_path / "ours", sweep={"settlement.tou.upper": ["1.08"], **scales})
    run_in(tmp_path / "theirs", sweep={"settlement.tou.upper": ["1.02"], **scales})
    shutil.copytree(tmp_path / "theirs", tmp_path / "ours", dirs_exist_ok=True)
    assert run_in(tmp_path / "ours").done == []
    same(tmp_path / "ours", whole)
    for file in (tmp_path / "theirs" / "runs").iterdir():
        (tmp_path / "ours" / "runs" / file.name).unlink()
    with pytest.raises(ResultError, match="this batch is damaged: runs/"):
        _ = load(tmp_path / "ours").runs
    assert sorted(run_in(tmp_path / "ours").done) == [0, 1]
    same(tmp_path / "ours", whole)


def test_a_point_that_is_not_whole_begins_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gridsim.batch import tasks, worker

    monkeypatch.setattr(tasks, "CELLS_PER_TASK", 2000)
    monkeypatch.setattr(worker, "CELLS_PER_BLOCK", 700)
    one_point = small_plan(sweep=None, draws=40)
    told: list[Any] = []

    def stop(event: Any) -> None:
        told.append(event)
        if event["event"] == "task":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(one_point, tmp_path, workers=1, progress=stop)
    assert 0 < told[-1]["cells_done"] < told[0]["cells"]
    assert files_of(tmp_path) == ["batch.json", "market.json", "points/points.parquet"]
    run(one_point, tmp_path, workers=1)
    monkeypatch.undo()
    run(one_point, tmp_path / "other", workers=1)
    same(tmp_path, tmp_path / "other")


@pytest.mark.parametrize(
    "change",
    [{"seed": 12}, {"draws": 2}, {"load": {"common": {"distribution": "lognormal", "sigma": 0.2}}}, {"tail": 0.5}],
    ids=str,
)
def test_changed_inputs_are_never_mixed_with_old_results(tmp_path: Path, change: dict[str, Any], whole: Path) -> None:
    import shutil

    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    assert run_in(tmp_path, sweep={"load.scale": ["0.95"]}, **change).done == [0]
    batch = load(tmp_path)
    assert len(batch.runs) == batch.manifest["draws"]
    for name in ("runs", "items", "units"):  # whoever reads the folder as one table finds nothing else either
        assert pyarrow.parquet.read_table(tmp_path / name).column("point_id").unique().to_pylist() == [
            batch.points["point_id"].iloc[0]
        ]


def test_another_program_is_another_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_in(tmp_path, sweep=None)
    from gridsim.batch import plan, point_ids, worker

    for module in (plan, point_ids, worker):
        monkeypatch.setattr(module, "code_hash", lambda: "another")
    assert run_in(tmp_path, sweep=None).done == [0]


def test_a_sweep_that_grows_keeps_what_it_has(tmp_path: Path, whole: Path) -> None:
    run_in(tmp_path, sweep={"settlement.tou.upper": ["1.08", "1.02"], "load.scale": ["0.95"]})
    assert sorted(run_in(tmp_path).done) == [1, 3]
    same(tmp_path, whole)


def test_what_was_set_aside_comes_back(tmp_path: Path, whole: Path) -> None:
    run_in(tmp_path)
    run_in(tmp_path, sweep={"settlement.tou.upper": ["1.02"], "load.scale": ["0.95"]})
    assert len(load(tmp_path).points) == 1
    assert files_of(tmp_path / "superseded")
    assert run_in(tmp_path).done == [] or len(run_in(tmp_path).done) < 4
    same(tmp_path, whole)


def test_a_part_without_its_last_file_is_no_part(tmp_path: Path, whole: Path) -> None:
    run_in(tmp_path)
    for path in (tmp_path / "parts").glob("*.json"):
        path.unlink()
    with pytest.raises(ResultError, match="the record of finished points is gone"):
        _ = load(tmp_path).runs
    assert run_in(tmp_path).done == [0, 1, 2, 3]
    assert len(files_of(tmp_path / "runs")) == len(files_of(tmp_path / "parts"))
    same(tmp_path, whole)


@pytest.mark.parametrize("is_cut", [False, True], ids=["gone", "cut"])
def test_a_point_whose_rows_are_gone_is_not_told_as_done(is_cut: bool, tmp_path: Path, whole: Path) -> None:
    """Neither of a run that ended nor of one that was interrupted; tables without damage are still read."""
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    path = next((tmp_path / "units").glob("*.parquet"))
    record = json.loads((tmp_path / "parts" / f"{path.stem}.json").read_text(encoding="utf-8"))
    path.write_bytes(path.read_bytes()[:-1]) if is_cut else path.unlink()
    points = load(tmp_path).points.set_index("point_id")
    lost = points["status"] == "damaged"
    assert set(points.index[lost]) == set(record["points"]) and set(points["status"][~lost]) <= {"done"}
    assert set(points["error"][lost]) == {"its rows are damaged or gone: run the plan again"}
    assert load(tmp_path).runs.equals(load(whole).runs)
    stored = tmp_path / "points" / "points.parquet"
    table = pyarrow.parquet.read_table(stored)
    is_open = table.set_column(table.column_names.index("status"), "status", [["open"] * len(table)])
    pyarrow.parquet.write_table(is_open, stored, write_page_checksum=True)
    assert load(tmp_path).points["status"].eq("damaged").sum() == lost.sum()


def test_a_part_that_lost_a_table_is_done_again(tmp_path: Path, whole: Path) -> None:
    run_in(tmp_path)
    for path in (tmp_path / "units").glob("*.parquet"):
        path.unlink()
    assert run_in(tmp_path).done == [0, 1, 2, 3]
    same(tmp_path, whole)


def test_half_written_files_go(tmp_path: Path) -> None:
    run_in(tmp_path, sweep=None)
    (tmp_path / "runs" / temporary_name(tmp_path / "runs" / "part.parquet")).write_bytes(b"half")
    run_in(tmp_path, sweep=None)
    assert not [name for name in files_of(tmp_path) if name.endswith(".part")]


def test_a_run_that_was_killed_before_its_manifest_left_no_foreign_folder(tmp_path: Path) -> None:
    for name in (temporary_name(tmp_path / "batch.json"), ".lock"):
        (tmp_path / name).write_bytes(b"")
    assert run_in(tmp_path, sweep=None).done == [0]
    assert not [name for name in files_of(tmp_path) if name.endswith(".part")]


def test_alike_points_are_computed_once(tmp_path: Path) -> None:
    assert run_in(tmp_path, sweep={"rules": ["henan-2021", {"settlement.tou.upper": "1.08"}]}).done == [0, 1]
    batch = load(tmp_path)
    alike = run(small_plan(sweep={"rules": [{}, {}]}), detail="summary")
    assert len(alike.points) == 2 and alike.points["point_id"].nunique() == 1
    assert alike.runs.groupby("point")["total_yuan"].sum().nunique() == 1
    assert len(alike.runs) == len(batch.runs) == 6


def test_two_runs_in_one_folder(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(ResultError, match="another run"):
        run_in(tmp_path)
    run_in(tmp_path, sweep=None)


def test_a_folder_of_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ResultError, match=r"mine\.txt"):
        run_in(tmp_path)
    assert files_of(tmp_path) == ["mine.txt"]
    with pytest.raises(ResultError, match=r"no batch\.json"):
        load(tmp_path)


def test_the_manifest_tells_what_was_asked_for(whole: Path) -> None:
    manifest = json.loads((whole / "batch.json").read_text(encoding="utf-8"))
    assert manifest["finished"] and manifest["points"] == 4 and manifest["failed"] == 0
    assert manifest["sweep"] == {"axes": {"settlement.tou.upper": ["1.02", "1.08"], "load.scale": ["0.95", "1.05"]}}
    assert manifest["seed"] == 11 and manifest["draws"] == 3 and len(manifest["code"]) == 64
    assert {"gridsim", "numpy", "numba"} <= set(manifest["versions"])


def test_files_are_read_by_others_as_one_table(whole: Path) -> None:
    import pyarrow as pa

    runs = pyarrow.parquet.read_table(whole / "runs")
    assert len(runs) == 12
    assert pa.types.is_decimal(runs.schema.field("total_yuan").type)
    assert pd.read_parquet(whole / "runs")["total_yuan"].sum() == runs["total_yuan"].to_pandas().sum()
    duckdb = pytest.importorskip("duckdb")
    glob = os.fspath(whole / "runs" / "*.parquet")
    with duckdb.connect() as connection:
        summed = connection.execute(f"select count(*), sum(total_yuan) from '{glob}'").fetchone()
    assert summed == (12, sum(runs["total_yuan"].to_pylist()))
    polars = pytest.importorskip("polars")
    assert polars.read_parquet(glob)["draw"].sum() == 12
