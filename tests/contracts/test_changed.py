"""Contracts as traded, changed: random markets full of transfers, held against plain arithmetic (docs/adr/0026)."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import blocks, prepare, settle_block
from gridsim.io import scenario_from_tables
from gridsim.units import round_half_up
from tests.properties.harness import text_frames
from tests.properties.test_transfers import market
from tests.shared import IS_FULL, MINI, faults_of

SEEDS = range(200 if IS_FULL else 4)
SCALES = ("0", "0.0001", "0.9", "1", "1.0001", "1.02", "1.3333", "3")
KEY = ["unit_id", "month", "product"]


@cache
def traded(seed: int) -> tuple[gridsim.Scenario, gridsim.Result]:
    plain = market(seed)
    scenario = scenario_from_tables(text_frames(plain), name=plain["name"], year=2021, overrides=plain["rules"])
    return scenario, gridsim.run(scenario)


def asked(seed: int) -> list[tuple[str, str, dict[str, Any]]]:
    """Some verbs, each with a scale and what there is of the keys of a leg."""
    dice, legs = random.Random(seed), traded(seed)[1].legs
    found = []
    for _ in range(dice.randint(1, 3)):
        leg = legs.iloc[dice.randrange(len(legs))]
        has = {"unit": leg.unit_id, "product": leg["product"], "month": leg.month, "contract": leg.contract_id}
        keys = [key for key, value in has.items() if isinstance(value, str) and dice.random() < 0.35]
        where = {key: has[key] for key in keys}
        found.append((dice.choice(("with_contracts", "with_contracts", "with_prices")), dice.choice(SCALES), where))
    return found


def by_hand(before: pd.DataFrame, verbs: list[tuple[str, str, dict[str, Any]]]) -> pd.DataFrame:
    """What the totals of chosen contracts, and the prices, must be."""
    legs = before.astype({"energy_kwh": object, "price_micro_yuan_per_kwh": object}).copy()
    names = {"unit": "unit_id", "product": "product", "month": "month", "contract": "contract_id"}
    for verb, scale, where in verbs:
        ratio = round(float(scale) * 10_000)
        rows = [all(leg[names[key]] == value for key, value in where.items()) for _, leg in legs.iterrows()]
        if verb == "with_prices":
            legs.loc[rows, "price_micro_yuan_per_kwh"] = [
                round_half_up(price * ratio, 10_000) for price in legs.loc[rows, "price_micro_yuan_per_kwh"]
            ]
            continue
        for _, own in legs[rows].fillna({"unit_id": ""}).groupby(KEY, observed=True):
            whole, total = round_half_up(sum(own["energy_kwh"]) * ratio, 10_000), sum(own["energy_kwh"])
            floors = [whole * energy // (total or 1) for energy in own["energy_kwh"]]
            rests = [-(whole * energy % (total or 1)) for energy in own["energy_kwh"]]
            for place in sorted(range(len(own)), key=rests.__getitem__)[: whole - sum(floors)]:
                floors[place] += 1
            legs.loc[own.index, "energy_kwh"] = floors
    return legs


@pytest.mark.parametrize("seed", SEEDS)
def test_legs_are_what_plain_arithmetic_makes_of_them_and_the_result_holds(seed: int) -> None:
    scenario, before = traded(seed)
    varied, verbs = scenario, asked(seed)
    for verb, scale, where in verbs:
        varied = getattr(varied, verb)(scale, where=where)
    after = gridsim.run(varied)
    expected = by_hand(before.exact.legs, verbs)
    legs = after.exact.legs
    for name in ("energy_kwh", "price_micro_yuan_per_kwh"):
        assert legs[name].tolist() == expected[name].tolist()
    assert (legs["energy_kwh"] >= 0).all()
    assert after.exact.trades.equals(before.exact.trades)  # nothing is traded again

    # What changed hands is what the leg that it became has, and all that was cut from it since.
    whole = dict(zip(legs["leg_id"], legs["energy_kwh"], strict=True))
    for leg, source in reversed(list(zip(legs["leg_id"], legs["from_leg_id"], strict=True))):
        if isinstance(source, str):
            whole[source] += whole[leg]
    lines = after.exact.ledger.query("item == 'transfer'")
    assert [whole[leg] for leg in lines["leg_id"]] == lines["energy_kwh"].tolist()
    amounts = after.exact.ledger.query("not trial")
    paid, received = (amounts.groupby(side, observed=True)["amount_micro_yuan"].sum() for side in ("payer", "payee"))
    assert int(paid.sum()) == int(received.sum())

    after.check()
    for unit, month in sorted(set(zip(after.positions["unit_id"], after.positions["month"], strict=True))):
        assert str(after.explain(unit, month, lang="zh" if seed % 2 else "en"))


@pytest.mark.parametrize("seed", [*SEEDS][:1])
def test_a_batch_has_the_integers_of_the_run(seed: int) -> None:
    scenario, _ = traded(seed)
    varied = scenario.with_contracts("1.02").with_prices("0.99")
    money = (
        gridsim.run(varied).exact.ledger.query("not trial").groupby("item", observed=True)["amount_micro_yuan"].sum()
    )
    prepared = prepare(varied, LoadModel())
    (block,) = blocks(prepared, 1)
    outcome = settle_block(prepared, block, 1)
    assert {item: total for item, total in zip(prepared.items, outcome.items[0].tolist(), strict=True) if total} == {
        item: int(total) for item, total in money.items() if total
    }


def test_by_one_it_is_the_same_scenario(scenario: gridsim.Scenario) -> None:
    same = scenario.with_contracts(1).with_prices("1.0", where={"unit": "R1/tou"})
    assert same.hash == scenario.hash
    assert len(same.changes) == 2  # it was said all the same
    tables = [gridsim.run(each).exact for each in (scenario, same)]
    for name in ("legs", "positions", "ledger"):
        assert getattr(tables[0], name).equals(getattr(tables[1], name))


def test_mean_prices_of_the_market_stay_those_of_its_trades() -> None:
    """Jiangsu's deviations are priced by means of trades: a what-if of one unit leaves them alone."""
    scenario = gridsim.load(MINI.parent / "jiangsu-2023-mini")
    unit = gridsim.run(scenario).positions["unit_id"].iloc[0]
    result = gridsim.run(scenario.with_contracts("1.05", where={"unit": unit}).with_prices("1.5", where={"unit": unit}))
    result.check()
    for month in sorted(set(result.positions["month"])):
        result.explain(unit, month)
    before, after = (run.exact.position_bands for run in (gridsim.run(scenario), result))
    both = before.merge(after, on=["unit_id", "month", "product", "trial", "side", "edge"], suffixes=("_a", "_b"))
    assert len(both)
    prices = both[["price_micro_yuan_per_kwh_a", "price_micro_yuan_per_kwh_b"]].dropna()
    assert len(prices)
    assert prices.iloc[:, 0].tolist() == prices.iloc[:, 1].tolist()


def test_values_that_no_contract_has_together_are_a_fault_of_the_run(scenario: gridsim.Scenario) -> None:
    where = {"unit": "R1/tou", "contract": "C-101"}  # C-101 is of the conventional unit
    (fault,) = faults_of(gridsim.run, scenario.with_contracts("1.02", where=where))
    assert (fault.file, fault.column, fault.value) == ("with_contracts", "where", "unit: R1/tou, contract: C-101")
    (fault,) = faults_of(scenario.with_contracts, "1.02", where=where, basis="orders")
    assert fault.message == "no contract has all of this"
