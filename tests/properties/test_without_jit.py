"""Compiled or not, the same results."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.properties.harness import exact_tables, gridsim_result
from tests.properties.scenarios import enlarged, seeded_scenario
from tests.shared import IS_FULL

ROOT = Path(__file__).parents[2]
SEEDS = range(12 if IS_FULL else 6)


def digest() -> str:
    """One hash over the tables of a few scenarios, some of them near what int64 holds."""
    found = hashlib.sha256()
    for seed in SEEDS:
        scenario = seeded_scenario(seed)
        if seed % 3 == 0:
            scenario = enlarged(scenario, 10**3, 10)
        found.update(repr(exact_tables(gridsim_result(scenario))).encode())
    return found.hexdigest()


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="with JIT it makes both, and compares them")
def test_compiled_or_not_the_same_results() -> None:
    code = "from tests.properties.test_without_jit import digest; print(digest())"
    found = set()
    for disable in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": disable, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        found.add(run.stdout.strip())
    assert len(found) == 1
