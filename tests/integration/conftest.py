"""The mini scenario, run once for all tests that only look at what came out."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim

MINI = Path(__file__).parents[2] / "scenarios" / "henan-2021-mini"


@pytest.fixture(scope="session")
def mini() -> gridsim.Result:
    return gridsim.run(gridsim.load(MINI))
