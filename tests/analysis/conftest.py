"""Two results to compare."""

from __future__ import annotations

import pytest

import gridsim
from tests.shared import fresh, scenario_in


@pytest.fixture(scope="session")
def pair() -> tuple[gridsim.Result, gridsim.Result]:
    scenario = scenario_in()
    more = scenario.with_load("1.07", users=["U1"]).with_overrides({"settlement.shortfall_price": 20})
    return fresh(), gridsim.run(more)
