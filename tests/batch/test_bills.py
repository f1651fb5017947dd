"""Batches with bills: capacity, demand and power factor are in every draw what a run of its own gives."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import gridsim
import gridsim.batch
from gridsim.batch.engine import Block, drawn_meter, prepare, settle_block
from gridsim.errors import ScenarioError
from gridsim.io import scenario_from_tables
from gridsim.rules.shape import TAIL_OF_TABLE
from gridsim.scenario import Scenario
from tests.batch.one_by_one import SEED, require_same
from tests.batch.test_engine import LOADS, load_of
from tests.properties.harness import text_frames
from tests.properties.test_billing import billed
from tests.settlement.test_billing import bill, market, rows
from tests.shared import SCENARIOS, sampled


def in_memory(seed: int) -> Scenario:
    """With retail contracts where the number is odd."""
    scenario = billed(seed)
    return scenario_from_tables(
        text_frames(scenario), name="random", year=scenario["year"], rules="henan-2021", overrides=scenario["rules"]
    )


@pytest.mark.parametrize("seed", sampled(range(12), 3))
def test_random_markets_one_by_one(seed: int) -> None:
    load = load_of([*LOADS][seed % len(LOADS)])
    try:
        scenario = in_memory(seed)
        prepared = prepare(scenario, load)
    except ScenarioError:
        pytest.skip("no market that can be drawn")
    if prepared.as_runs is None:
        pytest.skip("nobody is billed")
    *_, capacity, demand, power_factor, transfer = prepared.items
    assert (capacity, demand, power_factor, transfer) == (*TAIL_OF_TABLE["billing"], "transfer")
    require_same(prepared, scenario, load, draws=2)


@pytest.fixture(scope="module")
def plain() -> Scenario:
    """Of everyone who may be billed: direct, behind a retailer, on priority purchase, and gone."""
    tables = market()
    june = [bill("U2", capacity_kva="7"), bill("U5", demand_kw="3")]  # a month in which nobody metered anything
    tables["billing"] = pd.concat([tables["billing"], rows(*({**row, "month": "2021-06"} for row in june))]).fillna("")
    return scenario_from_tables(tables, name="bills", year=2021, rules="henan-2021")


def test_everyone_who_is_billed(plain: Scenario) -> None:
    prepared = prepare(plain, load_of("all"))
    require_same(prepared, plain, load_of("all"))


def test_charges_alone_are_the_same_in_every_draw() -> None:
    tables = {**market(), "billing": rows(bill("U1", capacity_kva="1000"), bill("U5", demand_kw="3"))}
    charged = scenario_from_tables(tables, name="bills", year=2021, rules="henan-2021")
    prepared = prepare(charged, load_of("own"))
    require_same(prepared, charged, load_of("own"))
    whole = settle_block(prepared, Block(0, len(prepared.unit_ids), 0, 2), SEED)
    place = prepared.items.index("capacity")
    assert whole.items[:, place].tolist() == [20_000 * 10**6] * 2


def test_percents_are_swept_over_one_market(plain: Scenario) -> None:
    swept = plain.with_overrides({"billing.surcharge_near": "0.6"})
    assert prepare(swept, load_of("own")).digest != prepare(plain, load_of("own")).digest
    require_same(prepare(swept, load_of("own")), swept, load_of("own"), draws=1)


@pytest.mark.slow
def test_through_a_plan(tmp_path: Path) -> None:
    """The shipped retailer: retail contracts, bills of all kinds, statistics by item."""
    folder = SCENARIOS / "retailer-2021"
    plan = {"scenario": str(folder), "seed": 3, "draws": 3, "load": LOADS["own"], "sweep": {"load.scale": [1]}}
    batch = gridsim.batch.run(plan, tmp_path / "out", detail="full", workers=1)
    assert not [warning for warning in batch.manifest["warnings"] if "power-factor" in warning]
    scenario, paid = gridsim.load(folder), batch.statistics.money("item", aggregate=("sum",)).exact
    ledgers = [gridsim.run(drawn_meter(scenario, load_of("own"), 3, draw)).exact.ledger for draw in range(3)]
    for item in TAIL_OF_TABLE["billing"]:
        amount = sum(int(one.loc[one["item"] == item, "amount_micro_yuan"].sum()) for one in ledgers)
        assert int(paid.loc[item, "sum_micro_yuan"]) == amount != 0
    total = batch.exact.runs["total_micro_yuan"].sum()
    assert batch.statistics.cost("unit", aggregate=("sum",)).exact["sum_micro_yuan"].sum() == total
