"""The same scenario gives the same bytes: in every process, with one thread and several, JIT on and off."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import gridsim
from tests.shared import IS_FULL, MINI, PROVINCE, SCENARIOS, files_in, scenario_in


def run(scenario: Path, out: Path, *options: str, **environment: str) -> dict[str, bytes]:
    command = [sys.executable, "-m", "gridsim", "run", str(scenario), "--out", str(out), "--format", "csv", *options]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | environment)
    return files_in(out)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["henan-2021-mini", "henan-2021", "retailer-2021"])
def test_same_bytes(scenario: str, tmp_path: Path) -> None:
    folder = SCENARIOS / scenario
    first = run(folder, tmp_path / "first")
    assert len(first) > 10
    gridsim.run(scenario_in(folder), threads=1).save(tmp_path / "one", format="csv")
    assert files_in(tmp_path / "one") == first
    if IS_FULL or folder != PROVINCE:  # the kernels of the others are all that it calls
        assert run(folder, tmp_path / "plain", NUMBA_DISABLE_JIT="1") == first


def test_threads_share_positions_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    from gridsim.settlement import ranges
    from tests.markets import RESULT_TABLES

    scenario = scenario_in(PROVINCE)
    monkeypatch.setattr(ranges, "_PIECE", 50)  # so that a small scenario is shared out too
    one, many = gridsim.run(scenario, threads=1), gridsim.run(scenario, threads=7)
    for name in RESULT_TABLES:
        assert one.exact.arrow(name).equals(many.exact.arrow(name)), name


def test_a_result_that_was_looked_at_or_sent_is_written_with_the_same_bytes(tmp_path: Path) -> None:
    result = gridsim.run(MINI)
    result.save(tmp_path / "as it came")
    _ = result.ledger, result.exact.leg_settlement
    result.check()
    result.save(tmp_path / "looked at")
    pickle.loads(pickle.dumps(gridsim.run(MINI))).save(tmp_path / "sent")
    expected = files_in(tmp_path / "as it came")
    assert files_in(tmp_path / "looked at") == expected == files_in(tmp_path / "sent")
