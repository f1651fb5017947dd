"""The parent of a batch is killed with SIGKILL wherever it stands: the same plan goes on, and nothing is done twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gridsim.batch import load, plan_from_dict, run, tasks, worker
from gridsim.batch.plan import Plan
from gridsim.io.safe_write import is_leftover
from tests.batch.conftest import LOAD, SCENARIOS
from tests.faults.breaking import serialised

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL"),
    pytest.mark.slow,
]  # processes that are killed

TABLES = ("runs", "items", "units", "positions", "position_sums")
PER_TASK, PER_BLOCK = 20_000, 6_000  # cells × draws: a point is five tasks and some fifteen blocks
DATA = {
    "scenario": str(SCENARIOS / "henan-2021-mini"),
    "seed": 5,
    "draws": 400,
    "load": LOAD,
    "sweep": {"settlement.tou.upper": ["1.02", "1.05", "1.08"]},
    "metrics": ["cost_by_unit", "items", "deviation", "positions"],
}

# The program under test stops for good when a file is written and has not got its name: the first such file with the
# suffix once `parts` parts exist.
PROGRAM = """
import json, multiprocessing, os, sys, time
from pathlib import Path

import gridsim.batch
from gridsim.batch import parts, recorder, store, tasks, worker

per_task, worker.CELLS_PER_BLOCK = json.loads(sys.argv[1])["cells"]  # in spawned workers too
tasks.CELLS_PER_TASK, tasks._CELLS_APART, tasks._DRAWS_TO_TRADE = per_task, per_task, 0

if __name__ == "__main__":
    given, out, executor, workers, count, suffix = sys.argv[1:]
    data, out = json.loads(given)["plan"], Path(out)
    recorder._FLUSH_SECONDS = 0.0  # whole points are stored as they come
    real = parts.replace_file

    def replace_file(path, write):
        def stop(temporary):
            write(temporary)
            if suffix and path.name.endswith(suffix) and len(list(out.glob("parts/*.json"))) >= int(count):
                # In one piece: tables are written side by side, and each of them stops here.
                os.write(1, (json.dumps([child.pid for child in multiprocessing.active_children()]) + "\\n").encode())
                time.sleep(3600)
        real(path, stop)

    parts.replace_file = store.replace_file = replace_file
    events = []
    gridsim.batch.run(data, out, executor=executor, workers=int(workers), progress=events.append)
    print(json.dumps(events), flush=True)
"""


class Left(NamedTuple):
    """What a killed run left: its whole parts by file, as they are on the disk, and what was half written."""

    files: dict[Path, tuple[int, int]]
    points: set[str]
    temporary: list[Path]


def left_in(out: Path) -> Left:
    points: set[str] = set()
    files = {}
    for path in out.glob("parts/*.json"):
        points |= set(json.loads(path.read_text(encoding="utf-8"))["points"])
        for kept in (path, *(out / name / f"{path.stem}.parquet" for name in TABLES)):
            about = kept.stat()
            files[kept] = (about.st_ino, about.st_mtime_ns)
    return Left(files, points, [path for path in out.rglob(".*") if is_leftover(path)])


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"  # dead, and waiting for somebody to take notice


def program(tmp_path: Path, out: Path, *arguments: object) -> subprocess.Popen[str]:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
    given = json.dumps({"plan": DATA, "cells": [PER_TASK, PER_BLOCK]})
    command = [sys.executable, str(path), given, str(out), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def kill_in_the_middle(tmp_path: Path, out: Path, executor: str, parts: int, suffix: str) -> Left:
    with program(tmp_path, out, executor, 2, parts, suffix) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    children = json.loads(said)
    assert len(children) == (2 if executor == "processes" else 0)
    deadline = time.monotonic() + 120
    while any(map(is_alive, children)):
        assert time.monotonic() < deadline, "worker processes stay behind without their parent"
        time.sleep(0.02)
    return left_in(out)


def go_on(tmp_path: Path, out: Path, executor: str) -> list[Any]:
    """The events of the same plan, run in the same folder to its end."""
    with program(tmp_path, out, executor, 1, 0, "") as process:
        events: list[Any] = json.loads(process.communicate()[0])
    return events


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_from_dict(DATA)


@pytest.fixture(scope="module")
def whole(plan: Plan) -> dict[str, bytes]:
    batch = run(plan, workers=2)
    return {name: serialised(batch.arrow(name)) for name in TABLES}


@pytest.mark.parametrize(
    ("executor", "parts", "suffix"),
    [
        ("threads", 0, "batch.json"),  # nothing has begun
        ("threads", 1, ".parquet"),  # a table is half written, beside a whole point
        ("threads", 1, ".json"),  # all tables of a second point are there, and not the record that counts them in
        ("processes", 1, ".parquet"),
    ],
)
def test_the_same_plan_goes_on(
    tmp_path: Path,
    plan: Plan,
    whole: dict[str, bytes],
    executor: str,
    parts: int,
    suffix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "out"
    left = kill_in_the_middle(tmp_path, out, executor, parts, suffix)
    assert left.temporary and len(left.points) >= parts
    if executor == "processes":
        events = go_on(tmp_path, out, executor)
        batch = load(out)
    else:
        events = []
        monkeypatch.setattr(tasks, "CELLS_PER_TASK", PER_TASK)
        monkeypatch.setattr(worker, "CELLS_PER_BLOCK", PER_BLOCK)
        batch = run(plan, out, executor=executor, workers=2, progress=events.append)
    done = {event["id"] for event in events if event["event"] == "point"}
    assert done == set(batch.points["point_id"]) - left.points and events[0]["done"] == len(left.points)

    again = left_in(out)
    assert {path: again.files[path] for path in left.files} == left.files  # neither written again nor replaced
    assert not again.temporary and len(again.points) == 3
    cells = events[0]["cells"] / 3
    settled = [event["cells_done"] for event in events if event["event"] == "task"][-1]
    assert settled == pytest.approx((3 - len(left.points)) * cells, abs=1)
    assert {name: serialised(batch.arrow(name)) for name in TABLES} == whole
