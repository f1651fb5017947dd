"""``gridsim run`` on a province: against pyarrow that merely reads its tables and writes the results."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pyarrow.parquet as pq
import pytest

from benchmarks import province
from benchmarks.conftest import Arena
from gridsim.templates import write_template

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
MEMORY = Path("/proc/meminfo")


@pytest.mark.parametrize("users", [10**4, 10**5, 10**6])
def test_run(arena: Arena, users: int, tmp_path: Path) -> None:
    if arena.scale == "tiny":
        if users > 10**4:
            pytest.skip("one size is enough where nothing is timed")
        users = 300
    elif arena.scale == "short" and users > 10**4:
        pytest.skip("make bench-full")
    elif users == 10**6 and _free() < 16 * 2**30:
        pytest.skip("less than 16 GiB of memory to be had")
    scenario, out, copied = tmp_path / "scenario", tmp_path / "out", tmp_path / "copied"
    write_template(scenario, template="province", users=users, seed=1)

    def measure() -> dict[str, Any]:
        if arena.scale == "tiny":  # nothing is timed, so nothing needs a process of its own
            province.run(scenario, out)
            province.copy(scenario, out, copied)
            assert_same_tables(out, copied)
            return {}
        if users == 10**6:  # what pyarrow reads and writes at once would need more memory than such machines have
            return _grown(scenario, tmp_path / "tenth", out, users)
        _measured("run", scenario, out)  # compiled, and read once from the disk
        seconds: dict[str, list[float]] = {"gridsim run": [], "pyarrow": []}
        runs = []
        for _ in range(ROUNDS):
            took, found = _measured("run", scenario, out)
            seconds["gridsim run"].append(took)
            runs.append(found)
            took, found = _measured("copy", scenario, out, copied)
            seconds["pyarrow"].append(took - found["prepared"])
        assert_same_tables(out, copied)
        _, alone = _measured("kernels", scenario, out)
        return _told(users, seconds, runs) | {
            "kernel_share": sum(alone["kernels"].values()) / alone["whole"],
            "kernels": alone["kernels"],
        }

    arena.note("run", measure)


def _grown(scenario: Path, tenth: Path, out: Path, users: int) -> dict[str, Any]:
    """One run of a large province beside the median run of one that is a tenth of it, in seconds a user."""
    write_template(tenth, template="province", users=users // 10, seed=1)
    tenths = sorted(_measured("run", tenth, out)[0] for _ in range(ROUNDS))
    took, found = _measured("run", scenario, out)
    told = _told(users, {"gridsim run": [took]}, [found])
    return told | {"growth": took / users / (median(tenths) / (users // 10)), "seconds_of_a_tenth": tenths}


def _told(users: int, seconds: dict[str, list[float]], runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "orders": users,
        "lines": runs[0]["lines"],
        "seconds": seconds,
        "stages": {stage: median(found["stages"][stage] for found in runs) for stage in runs[0]["stages"]},
        "peak_bytes": max(found["peak_bytes"] for found in runs),
    }


def assert_same_tables(first: Path, second: Path) -> None:
    """What pyarrow wrote is what gridsim wrote: the same files, rows, types and stretches."""
    names = [path.relative_to(first) for path in sorted(first.rglob("*.parquet"))]
    assert names == [path.relative_to(second) for path in sorted(second.rglob("*.parquet"))]
    for name in names:
        with pq.ParquetFile(first / name) as one, pq.ParquetFile(second / name) as other:
            assert one.schema.equals(other.schema), name
            assert one.num_row_groups == other.num_row_groups, name
            for group in range(one.num_row_groups):
                assert one.read_row_group(group).equals(other.read_row_group(group)), (name, group)


def _measured(task: str, *paths: Path) -> tuple[float, dict[str, Any]]:
    """The seconds of a whole process, and what it says of itself."""
    command = [sys.executable, "-m", "benchmarks.province", task, *map(str, paths)]
    start = perf_counter()
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    took = perf_counter() - start
    found: dict[str, Any] = json.loads(ran.stdout)
    return took, found


def _free() -> int:
    """Memory that a process could have [bytes]; 0 where nobody tells."""
    try:
        lines = MEMORY.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
