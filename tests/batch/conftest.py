"""A small plan over the mini scenario, and the batch that came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gridsim.batch import Batch, plan_from_dict, run
from gridsim.batch.plan import METRICS, Plan
from tests.shared import SCENARIOS

LOAD = {
    "common": {"distribution": "lognormal", "sigma": 0.03},
    "own": {"distribution": "lognormal", "sigma": 0.1, "correlation": "industry"},
}


OF_NO_RETAIL = [metric for metric in METRICS if metric != "margins"]
"""Every metric of a scenario without retail contracts."""


def small_plan(**changes: Any) -> Plan:
    """Four points of three draws each over the mini scenario."""
    data = {
        "scenario": str(SCENARIOS / "henan-2021-mini"),
        "seed": 11,
        "draws": 3,
        "load": LOAD,
        "sweep": {"settlement.tou.upper": ["1.02", "1.08"], "load.scale": ["0.95", "1.05"]},
    }
    return plan_from_dict({key: value for key, value in {**data, **changes}.items() if value is not None})


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small plan, with every table. Only for looking at."""
    folder = tmp_path_factory.mktemp("batch") / "out"
    run(small_plan(), folder, detail="full", workers=2)
    return folder


@pytest.fixture(scope="session")
def batch(stored: Path) -> Batch:
    return Batch(stored)
