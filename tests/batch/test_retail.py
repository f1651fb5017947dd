"""Batches of markets with retail contracts: each draw has the integers of a run of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim.batch.engine import prepare
from gridsim.errors import ScenarioError
from gridsim.io import scenario_from_tables
from gridsim.rules.shape import WITHIN_UNITS
from gridsim.scenario import Scenario
from tests.batch.one_by_one import require_same
from tests.batch.test_engine import load_of
from tests.properties.harness import text_frames
from tests.properties.test_retail import retail_scenario
from tests.retail.worked import write_worked


def in_memory(seed: int) -> Scenario:
    scenario = retail_scenario(seed)
    return scenario_from_tables(
        text_frames(scenario), name="random", year=scenario["year"], rules="henan-2021", overrides=scenario["rules"]
    )


@pytest.mark.parametrize("load", ["nothing drawn", "all"])
def test_the_worked_month(tmp_path: Path, load: str) -> None:
    scenario = gridsim.load(write_worked(tmp_path))
    prepared = prepare(scenario, load_of(load))
    assert prepared.items[-4:] == (*WITHIN_UNITS, "transfer")
    require_same(prepared, scenario, load_of(load))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_random_markets(seed: int) -> None:
    try:
        scenario = in_memory(seed)
        prepared = prepare(scenario, load_of("own"))
    except ScenarioError:
        pytest.skip("no market that can be drawn")
    require_same(prepared, scenario, load_of("own"))


def test_contracts_count_in_what_a_point_is(tmp_path: Path) -> None:
    one = gridsim.load(write_worked(tmp_path / "a"))
    other = one.with_overrides({"retail.overrun_delivery": "retailer_bears"})
    assert prepare(one, load_of("own")).digest != prepare(other, load_of("own")).digest
