"""Batches of markets with retail contracts: each draw has the integers of a run of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gridsim
from gridsim.batch.engine import ENERGIES, Block, Prepared, drawn_meter, prepare, settle_block
from gridsim.batch.retail import retail_items
from gridsim.errors import ScenarioError
from gridsim.io import scenario_from_tables
from gridsim.rules.shape import WITHIN_UNITS
from gridsim.scenario import Scenario
from tests.batch.test_engine import load_of
from tests.properties.harness import text_frames
from tests.properties.test_retail import retail_scenario
from tests.retail.worked import write_worked

SEED = 2**61 + 5
DRAWS = 3


def in_memory(seed: int) -> Scenario:
    scenario = retail_scenario(seed)
    return scenario_from_tables(
        text_frames(scenario), name="random", year=scenario["year"], rules="henan-2021", overrides=scenario["rules"]
    )


def require_same(prepared: Prepared, scenario: Scenario, load: str) -> None:
    """Settle all units in one block and each in its own, and hold every draw against a run."""
    units = len(prepared.unit_ids)
    whole = settle_block(prepared, Block(0, units, 0, DRAWS), SEED)
    cut = [settle_block(prepared, Block(unit, unit + 1, 0, DRAWS), SEED) for unit in range(units)]
    assert (sum((each.items for each in cut), np.zeros_like(whole.items)) == whole.items).all()
    assert (np.concatenate([whole.cost[:0], *(each.cost for each in cut)]) == whole.cost).all()
    for draw in range(DRAWS):
        exact = gridsim.run(drawn_meter(scenario, load_of(load), SEED, draw), threads=1).exact
        ledger, positions = exact.ledger[~exact.ledger["trial"]], exact.positions[~exact.positions["trial"]]
        ledger = ledger[ledger["unit_id"].notna() | ledger["user_id"].notna()]  # accounts of the market are in no batch
        money = ledger.groupby("item")["amount_micro_yuan"].sum()
        found = dict(zip(prepared.items, whole.items[draw].tolist(), strict=True))
        assert found == {item: int(money.get(item, 0)) for item in prepared.items}
        assert whole.energies[draw].tolist() == [int(positions[f"{name}_kwh"].sum()) for name in ENERGIES]
        paid = ledger[~ledger["item"].isin(WITHIN_UNITS)]
        owner = paid["unit_id"].where(paid["unit_id"].notna(), paid["user_id"])
        by_owner = paid.groupby([owner, owner == paid["user_id"]])["amount_micro_yuan"].sum().to_dict()
        names = zip(prepared.unit_ids, prepared.is_outside.tolist(), strict=True)
        assert whole.cost[:, draw].tolist() == [int(by_owner.get(name, 0)) for name in names]


@pytest.mark.parametrize("load", ["nothing drawn", "all"])
def test_the_worked_month(tmp_path: Path, load: str) -> None:
    scenario = gridsim.load(write_worked(tmp_path))
    prepared = prepare(scenario, load_of(load))
    assert prepared.items[-4:] == (*WITHIN_UNITS, "transfer")
    require_same(prepared, scenario, load)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_random_markets(seed: int) -> None:
    try:
        scenario = in_memory(seed)
        prepared = prepare(scenario, load_of("own"))
    except ScenarioError:
        pytest.skip("no market that can be drawn")
    require_same(prepared, scenario, "own")


def test_contracts_count_in_what_a_point_is(tmp_path: Path) -> None:
    one = gridsim.load(write_worked(tmp_path / "a"))
    other = one.with_overrides({"retail.overrun_delivery": "retailer_bears"})
    assert prepare(one, load_of("own")).digest != prepare(other, load_of("own")).digest


def test_a_market_without_contracts_has_no_such_items() -> None:
    assert retail_items(["users"]) == ()
