"""Small markets full of transfers, through gridsim and through the oracle, in batches, and explained."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import blocks, prepare, settle_block
from gridsim.io import scenario_from_tables
from tests.markets import HENAN
from tests.oracle import settle_market
from tests.oracle.scenarios_by_hand import CATALOGUE, KEY, filed, ordered, user
from tests.properties.harness import (
    Scenario,
    Tables,
    check_against_oracle,
    exact_tables,
    gridsim_result,
    portion,
    text_frames,
)

_MONTHS = ("2021-02", "2021-07", "2021-07")
_PERIODS = ("peak", "flat", "valley")


def market(seed: int) -> Scenario:
    """Contracts of three generators with buyers of both modes, and orders by which they give energy to each other."""
    dice = random.Random(seed)
    generators, conventional, by_periods = ("G1", "G2", "G3"), ("R", "B", "D"), ("R", "T")
    products = {"total": conventional, "peak": by_periods, "flat": by_periods, "valley": by_periods}

    def product() -> str:
        return dice.choice(("total", "total", "total", "total", *_PERIODS))

    bilateral, deals = [], []
    for number in range(dice.randint(3, 7)):
        what, energy = product(), str(dice.choice((0, 3, 10, 333.333, 600)))
        price, month = str(dice.choice((350, 350.001, 360, 410))), dice.choice((*_MONTHS, "2021"))
        seller, buyer = dice.choice(("G1", *generators)), dice.choice((products[what][0], *products[what]))
        if dice.random() < 0.3:  # a contract as it stands
            deals.append(
                {
                    "deal_id": f"D{number}",
                    "seller_id": dice.choice((seller, seller, "")),
                    "buyer_id": buyer,
                    "product": what,
                    "month": month,
                    "energy_mwh": energy,
                    "price_yuan_per_mwh": price,
                }
            )
            continue
        bilateral.append(filed(f"C{number}", seller, buyer, energy, price, month=month, product=what))
    orders: list[dict[str, str]] = []
    for _ in range(dice.randint(4, 14)):
        what, month, transfer = product(), dice.choice(_MONTHS), dice.random() < 0.9
        terms = {"month": month, "product": what, "session": dice.choice("MN"), "transfer": transfer}
        segment = "mid" if terms["session"] == "M" else "late"
        among = dice.choice((generators, products[what]))
        sides = {"sell": dice.choice(generators), "buy": dice.choice(products[what])}
        if transfer:  # mostly those give that hold something
            gives, takes = ("buy", "sell") if among is generators else ("sell", "buy")
            sides = (
                {gives: among[0], takes: among[-1]} if dice.random() < 0.8 else dict.fromkeys(sides, dice.choice(among))
            )
        for side, who in sides.items():
            limit = dice.choice((330, 340, 348) if side == "sell" else (340, 344, 360))
            energy = str(dice.choice((0.001, 0.002, 1, 2.5, 7)))
            clock = f"0{dice.randint(8, 9)}:00"
            orders.append(ordered(who, side, energy, str(limit), clock, segment=segment, **terms))
    users = [
        user("U", "conventional", retailer_id="R"),
        user("V", "tou", retailer_id="R"),
        *(user(name, "conventional") for name in ("B", "D")),
        user("T", "tou"),
    ]
    meter = [
        {"user_id": each["user_id"], "month": month, "period": period, "energy_mwh": str(dice.choice((0, 1, 5.5, 400)))}
        for each in users
        for month in dict.fromkeys(_MONTHS)
        for period in _PERIODS
    ]
    rules: dict[str, Any] = {"matching.mechanism": dice.choice(("high_low", "high_low", "uniform"))}
    rules["matching.ties"] = dice.choice(("time", "time", "pro_rata"))
    tables = {
        "generators": [{"generator_id": name} for name in generators],
        "retailers": [{"retailer_id": "R"}],
        "users": [{**each, "peak_valley_tariff": dice.choice(("true", "false"))} for each in users],
        "tariffs": [{**KEY, **CATALOGUE}],
        "bilateral": bilateral,
        "deals": deals,
        "orders": orders,
        "meter": meter,
    }
    return {"name": f"transfers {seed}", "year": 2021, "rules": rules, "tables": tables}


def in_closing_order(seed: int) -> Scenario:
    """Such a market whose transfers count what is closed alone; sessions close in one order or the other."""
    dice, scenario = random.Random(seed), market(seed)
    tables = scenario["tables"]
    day = dict(zip("MN", dice.sample(("08", "15", "22"), 2), strict=True))
    orders = [
        {**row, "submitted_at": f"2021-01-{day[row['session']]}T{row['submitted_at'][11:]}"} for row in tables["orders"]
    ]
    sessions = [
        {"session": name, "kind": "intra_month", "opens_at": f"2021-01-{at}", "closes_at": f"2021-01-{at}"}
        for name, at in day.items()
    ]
    for name in dict.fromkeys(row["session"] for row in tables["bilateral"]):
        closes = dice.choice(("2020-12-31", "2021-01-10", "2021-01-20", "2021-01-31"))
        sessions.append({"session": name, "kind": "annual_bilateral", "opens_at": "2020-12-01", "closes_at": closes})
    rules = {**scenario["rules"], "transfers.counted": "closed_sessions", "calendar.holidays": []}
    tables = {**tables, "orders": orders, "sessions": dice.sample(sessions, len(sessions))}
    return {**scenario, "rules": {**rules, "calendar.working_weekends": []}, "tables": tables}


@portion(60)
@given(st.integers(0, 10**9))
def test_every_table_agrees(seed: int) -> None:
    check_against_oracle(market(seed), _checked)


@portion(40)
@given(st.integers(0, 10**9))
def test_every_table_agrees_where_closed_sessions_count(seed: int) -> None:
    check_against_oracle(in_closing_order(seed), _checked)


def _checked(scenario: Scenario) -> Tables:
    """The tables of a result that also holds against itself."""
    result = gridsim_result(scenario)
    result.check()
    return exact_tables(result)


@portion(8)
@given(st.integers(0, 10**9))
def test_every_unit_is_explained(seed: int) -> None:
    result = gridsim_result(market(seed) if seed % 2 else in_closing_order(seed))
    for unit, month in set(zip(result.positions["unit_id"], result.positions["month"], strict=True)):
        result.explain(unit, month)
        result.explain(unit, month, lang="zh")


@portion(8)
@given(st.integers(0, 10**9))
def test_a_batch_has_the_integers_of_the_run(seed: int) -> None:
    scenario = market(seed)
    expected = settle_market(scenario)["ledger"]
    loaded = scenario_from_tables(
        text_frames(scenario), name=scenario["name"], year=scenario["year"], overrides=scenario["rules"]
    )
    prepared = prepare(loaded, LoadModel())
    (block,) = blocks(prepared, 1)
    outcome = settle_block(prepared, block, 1)
    lines = [line for line in expected if not line["trial"]]
    for item, money in zip(HENAN.items, outcome.items[0].tolist(), strict=True):
        assert money == sum(line["amount_micro_yuan"] for line in lines if line["item"] == item), item
    for unit, cost in zip(prepared.unit_ids, outcome.cost[:, 0].tolist(), strict=True):
        assert cost == sum(line["amount_micro_yuan"] for line in lines if line["unit_id"] == unit), unit


def test_the_markets_hold_what_they_are_for() -> None:
    """Transfers of both kinds, legs that changed hands twice, and both reasons."""
    results = [settle_market(market(seed)) for seed in range(60)]
    assert {trade["transfer"] for result in results for trade in result["trades"]} == {"", "buyers", "generators"}
    reasons = {row["reason"] for result in results for row in result["rejected"]}
    assert {"one_direction", "exceeds_contracts", "superseded"} <= reasons
    closed = [settle_market(in_closing_order(seed)) for seed in range(30)]
    at_once = [{**in_closing_order(seed), "rules": {**market(seed)["rules"]}} for seed in range(30)]
    assert sum(one["legs"] != settle_market(other)["legs"] for one, other in zip(closed, at_once, strict=True)) > 5
    taken = [{leg["leg_id"]: leg["from_leg_id"] for leg in result["legs"]} for result in results]
    assert any(sources.get(source) for sources in taken for source in sources.values() if source)
