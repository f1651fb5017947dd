"""Batches of markets whose tariffs begin within a month: what is drawn falls into parts as what is metered does."""

from __future__ import annotations

import pytest

from gridsim.batch.engine import Block, prepare, settle_block
from gridsim.errors import ScenarioError
from gridsim.io import scenario_from_tables
from gridsim.scenario import Scenario
from tests.batch.one_by_one import SEED, require_same
from tests.batch.test_engine import LOADS, load_of
from tests.properties.harness import text_frames
from tests.properties.test_changes import changing
from tests.settlement.test_billing import bill, market, rows
from tests.shared import sampled


def parted(seed: int) -> Scenario:
    """By days or by load, with users that change and retail contracts in some."""
    drawn = changing(seed)
    return scenario_from_tables(
        text_frames(drawn), name="random", year=drawn["year"], rules="henan-2021", overrides=drawn["rules"]
    )


@pytest.mark.parametrize("seed", sampled(range(12), 3))
def test_random_markets_one_by_one(seed: int) -> None:
    load = load_of([*LOADS][seed % len(LOADS)])
    try:
        scenario = parted(seed)
        prepared = prepare(scenario, load)
    except ScenarioError:
        pytest.skip("no market that can be drawn")
    if not len(prepared.market.cell_weight):
        pytest.skip("no tariff begins within a month in which anything is metered")
    require_same(prepared, scenario, load, draws=2)


def test_a_month_of_many_parts_and_bills_of_others() -> None:
    """More parts than are ranked by comparing each with each; the power factors are those of whole months."""
    tables = market()
    first = dict(zip(tables["tariffs"].columns, tables["tariffs"].iloc[0], strict=True))
    days = [
        {**first, "transmission": str(100 + 7 * day), "effective_from": f"2021-05-{day:02d}"} for day in range(2, 17)
    ]
    other = {**first, "voltage": "110kV"}
    tables["tariffs"] = rows(first, other, *days)
    tables["users"].loc[tables["users"]["user_id"] == "U1", "voltage"] = "110kV"
    tables["billing"] = rows(bill("U1", capacity_kva="1000", reactive_mvarh="400", power_factor_standard="0.90"))
    scenario = scenario_from_tables(tables, name="days", year=2021, rules="henan-2021")
    prepared = prepare(scenario, load_of("all"))
    assert prepared.market.cell_parts_after.max() == 15
    require_same(prepared, scenario, load_of("all"))
    whole = settle_block(prepared, Block(0, len(prepared.unit_ids), 0, 2), SEED)
    assert whole.items[:, prepared.items.index("power_factor")].all()
