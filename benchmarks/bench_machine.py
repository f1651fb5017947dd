"""The machine's own limits, measured beside everything else."""

from __future__ import annotations

from benchmarks.conftest import Arena
from gridsim.bench.short import describe, measure_limits


def test_limits(arena: Arena) -> None:
    mebibytes = 1 if arena.scale == "tiny" else 256
    arena.note("machine", lambda: {"limits": measure_limits(mebibytes)._asdict(), "machine": describe()})
