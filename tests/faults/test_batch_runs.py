"""Runs of batches that are killed, meet each other, or cannot write: nothing is lost, and the same plan goes on.

``GRIDSIM_FULL=1`` kills more often.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from gridsim.batch import load, recorder, run, tasks
from gridsim.errors import GridsimError, ResultError
from tests.batch.conftest import small_plan
from tests.faults.breaking import POINTS, computed, cut, flipped, go_on, of, rows_of
from tests.shared import IS_FULL, MINI

pytestmark = [
    pytest.mark.slow,  # processes that are killed
    pytest.mark.skipif(os.name == "nt", reason="signals and rights of Unix"),
    pytest.mark.filterwarnings("error"),
]


# ---- other plans, other runs -----------------------------------------------------------------------------------------


def test_another_plan_in_the_folder(finished: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    assert computed(go_on(out, seed=12)) == POINTS
    flipped(lambda folder: next((folder / "superseded" / "runs").glob("*.parquet")), 0.5)(out)
    events = go_on(out)
    assert 0 < computed(events) < POINTS  # the part that was damaged while it lay aside does not come back
    assert rows_of(load(out)) == whole


def test_another_plan_that_shares_points(finished: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    cut(of("items"))(out)
    events = go_on(out, sweep={"settlement.tou.upper": ["1.02"], "load.scale": ["0.95", "1.05"]})
    assert 1 <= computed(events) <= 2
    assert load(out).runs["point"].nunique() == 2
    assert computed(go_on(out)) >= 1
    assert rows_of(load(out)) == whole


@pytest.mark.parametrize("moment", range(6 if IS_FULL else 1))
def test_two_runs_in_one_folder(moment: int, finished: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    told: list[str] = []
    events: list[Any] = []

    def second(event: Any) -> None:
        events.append(event)
        if len(events) == moment + 1:
            try:
                run(small_plan(seed=moment), out, detail="full")
            except ResultError as error:
                told.append(str(error))

    run(small_plan(), out, detail="full", workers=1, progress=second)
    assert len(told) == (len(events) > moment) and all("another run is at work" in words for words in told)
    assert rows_of(load(out)) == whole


# ---- kills, full disks, rights ---------------------------------------------------------------------------------------

PROGRAM = """
import json, sys
import gridsim.batch
from gridsim.batch import plan_from_dict, recorder
recorder._FLUSH_SECONDS = -1.0
if __name__ == "__main__":
    plan, out, executor = sys.argv[1:]
    listener = lambda event: print(json.dumps(event), flush=True)
    gridsim.batch.run(json.loads(plan), out, detail="full", executor=executor, workers=2, progress=listener)
"""
SMALL_DISK = "150k"
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
KILLS = [(SIGNALS[number % 3], number) for number in range(12 if IS_FULL else 1)]


def started(tmp_path: Path, out: Path, executor: str = "threads") -> subprocess.Popen[str]:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, str(path), json.dumps(PLAN), str(out), executor]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


PLAN = {
    "scenario": str(MINI),
    "seed": 11,
    "draws": 3,
    "load": small_plan().load.model_dump(mode="json"),  # type: ignore[union-attr]
    "sweep": {"settlement.tou.upper": ["1.02", "1.08"], "load.scale": [f"0.{number}" for number in range(80, 100)]},
}


@pytest.fixture(scope="module")
def many() -> dict[str, bytes]:
    """The rows of forty points."""
    return rows_of(run(PLAN, detail="full", workers=2))


@pytest.mark.parametrize(("sent", "seed"), KILLS)
def test_the_parent_is_killed_at_any_moment(
    sent: signal.Signals, seed: int, many: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with started(tmp_path, out) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.Random(seed).random() * 0.6)
        process.send_signal(sent)
        process.stdout.read()
    goes_on(out, many, least=0)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found in /proc")
@pytest.mark.parametrize("seed", range(4 if IS_FULL else 1))
def test_workers_are_killed_at_any_moment(seed: int, many: dict[str, bytes], tmp_path: Path) -> None:
    out, chance = tmp_path / "out", random.Random(seed)
    with started(tmp_path, out, "processes") as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.3 + chance.random())
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):  # some process that ends meanwhile
                words, _, fields = path.read_text(encoding="utf-8").rpartition(")")
                command = Path(path.parent, "cmdline").read_bytes()
                if int(fields.split()[1]) == process.pid and b"spawn_main" in command and chance.random() < 0.7:
                    os.kill(int(words.split()[0]), signal.SIGKILL)
        events = [json.loads(line) for line in process.stdout]
    assert process.returncode == 0 and events[-1]["failed"] == 0
    assert rows_of(load(out)) == many


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, with room for the first points alone; mounting one needs rights."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_is_full(small_disk: Path, many: dict[str, bytes], tmp_path: Path) -> None:
    out = small_disk / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "_FLUSH_SECONDS", -1.0)
        patch.setattr(tasks, "SECONDS_PER_TASK", 0.0)  # each point in a task, and so in a part, of its own
        with pytest.raises(ResultError, match=r"cannot be written \(No space left.*what was finished is kept"):
            run(PLAN, out, detail="full", workers=1)
    moved = shutil.copytree(out, tmp_path / "roomy")
    goes_on(moved, many)


def test_a_file_that_cannot_grow(many: dict[str, bytes], tmp_path: Path) -> None:
    """The system's own limit of a file's size, met when some points are stored: as of a full disk, without rights."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    out = tmp_path / "out"
    points: list[Any] = []

    def limit(event: Any) -> None:
        points.append(event) if event["event"] == "point" else None
        if len(points) == 3:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "_FLUSH_SECONDS", -1.0)
        patch.setattr(tasks, "SECONDS_PER_TASK", 0.0)  # each point in a task, and so in a part, of its own
        try:
            with pytest.raises(ResultError, match=r"cannot be written \(File too large\); what was finished is kept"):
                run(PLAN, out, detail="full", workers=1, progress=limit)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    goes_on(out, many)


def goes_on(out: Path, many: dict[str, bytes], least: int = 1) -> None:
    """What is there is whole; the same plan computes the rest."""
    batch = load(out)
    there = set(batch.points.index[batch.points["status"] == "done"])
    assert len(there) >= least and set(batch.runs["point"]) == there and len(batch.runs) == 3 * len(there)
    events: list[Any] = []
    rest = run(PLAN, out, detail="full", workers=2, progress=events.append)
    assert {event["point"] for event in events if event["event"] == "point"} == set(range(40)) - there
    assert rows_of(rest) == many
    assert not [path for path in out.rglob(".*") if path.is_file()]


def test_a_folder_that_goes_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "_FLUSH_SECONDS", -1.0)
    out = tmp_path / "out"

    def away(event: Any) -> None:
        if event["event"] == "start":
            out.rename(tmp_path / "moved")

    with pytest.raises(ResultError, match="cannot be written"):
        run(small_plan(), out, progress=away)
    assert not out.exists()


RIGHTS = """
import json, os, sys
import gridsim.batch
from gridsim.errors import ResultError
out, other, plan = sys.argv[1:]
tables = ("runs", "items", "units", "unit_draws")
first = gridsim.batch.run(json.loads(plan), other, detail="full")  # whatever has to be imported is imported now
first.runs
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for folder in (out, os.path.join(out, "runs")):
    try:
        open(os.path.join(folder, "plain"), "w")
        sys.exit("a plain write works here, so nothing is shown")
    except PermissionError:
        pass
batch = gridsim.batch.load(out)
told = {"rows": [len(batch.arrow(name)) for name in tables], "events": []}
try:
    gridsim.batch.run(json.loads(plan), out, detail="full", progress=told["events"].append)
except ResultError as error:
    told["said"] = str(error)
print(json.dumps(told))
"""


def test_a_folder_that_can_only_be_read(finished: Path, tmp_path: Path) -> None:
    """Read all the same; to run there is refused before anything is computed. As a user without rights."""
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    for path in (out, *out.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    if os.geteuid() == 0:
        for path in (tmp_path, *tmp_path.parents):
            if path.stat().st_mode & 0o005 != 0o005:
                path.chmod(path.stat().st_mode | 0o055)
    command = [sys.executable, "-c", RIGHTS, str(out), str(tmp_path / "other"), json.dumps(PLAN)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for path in (out, *out.rglob("*")):
        path.chmod(0o755)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["rows"][0] == 12 and told["events"] == []
    assert "cannot be written (Permission denied)" in told["said"]


def test_a_run_that_fails_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = threading.active_count()
    with pytest.raises(GridsimError):
        run(small_plan(sweep=None), tmp_path / "out", executor="cluster")
    assert threading.active_count() == before
