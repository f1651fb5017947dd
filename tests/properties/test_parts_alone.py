"""`gridsim.clear` and `gridsim.settle` by themselves give what a run gives."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given

import gridsim
from tests.oracle.rule_values import is_dated
from tests.properties.harness import Scenario, exact_tables, portion, text_frames
from tests.properties.scenarios import scenarios

POSITION = ("unit_id", "month", "product")
ENERGIES = ("contract", "metered", "upper", "lower", "in_band", "overrun", "shortfall")


def loaded(scenario: Scenario) -> gridsim.Scenario:
    return gridsim.scenario_from_tables(
        text_frames(scenario), name=scenario["name"], year=scenario["year"], overrides=scenario["rules"]
    )


@portion(15)
@given(scenarios())
def test_clear_gives_the_trades_of_a_run(scenario: Scenario) -> None:
    market = loaded(scenario)
    tables = exact_tables(gridsim.run(market))
    rejected = {row["row"] for row in tables["rejected"] if row["table"] == "orders"}
    rows = [n for n in range(1, len(scenario["tables"].get("orders", [])) + 1) if n not in rejected]
    if not rows:
        return
    orders = text_frames(scenario)["orders"].iloc[[row - 1 for row in rows]]
    matching, generators = market.rules.values.matching, scenario["tables"]["generators"]
    if "transfer" in orders:
        orders = orders.assign(is_generator=orders["participant_id"].isin({row["generator_id"] for row in generators}))
    if matching.heat_priority:
        heat = {row["generator_id"] for row in generators if row["heat_priority"] == "true"}
        orders = orders.assign(heat_priority=orders["participant_id"].isin(heat))
    trades = gridsim.clear(orders, mechanism=matching.mechanism, ties=matching.ties, k=matching.k / 10_000)
    found = [
        (trade.seller_id, trade.buyer_id, trade.energy_mwh, trade.price_yuan_per_mwh, rows[trade.sell_row - 1],
         rows[trade.buy_row - 1], transfer)
        for trade, transfer in zip(trades.itertuples(), among(trades), strict=True)
    ]  # fmt: skip
    expected = [
        (row["seller_id"], row["buyer_id"], row["energy_kwh"] / 1000, row["price_micro_yuan_per_kwh"] / 1000,
         row["sell_row"], row["buy_row"], row["transfer"])
        for row in tables["trades"]
        if row["sell_row"] is not None
    ]  # fmt: skip
    assert found == expected


def among(trades: pd.DataFrame) -> list[str]:
    """Who transfers contracted energy in each trade; with orders that know no transfers, nobody."""
    if "transfer" not in trades:
        return [""] * len(trades)
    return list(trades["transfer"].astype(object).fillna(""))


@portion(15)
@given(scenarios())
def test_settle_gives_the_positions_of_a_run(scenario: Scenario) -> None:
    # `settle` has one set of bands for a product, and no older method.
    constant = {path: value[0]["value"] if is_dated(value) else value for path, value in scenario["rules"].items()}
    # Deals of a month in which nothing was metered make legs and no position (rulebook part 12).
    tables = {name: rows for name, rows in scenario["tables"].items() if name != "deals"}
    scenario = {**scenario, "tables": tables, "rules": {**constant, "transition.months": []}}
    market = loaded(scenario)
    tables = exact_tables(gridsim.run(market))
    legs = [{**leg, **outside(leg)} for leg in tables["legs"]]
    cells = [
        {
            **cell,
            "product": "total" if cell["unit_id"].endswith("/conventional") else cell["period"],
            "energy_mwh": decimal(cell["metered_kwh"]),
            "overrun_price_yuan_per_mwh": "1",
        }
        for cell in tables["cell_settlement"]
        if cell["unit_id"]
    ]
    bands = {
        product: gridsim.Bands.from_rules(market.rules, "conventional" if product == "total" else "tou")
        for product in ("total", "peak", "flat", "valley")
    }
    names = {"energy_mwh", "price_yuan_per_mwh", "overrun_price_yuan_per_mwh"}
    leg_frame, cell_frame = frame(legs, {*POSITION, "leg_id", *names}), frame(cells, {*POSITION, *names})
    alone = gridsim.settle(leg_frame, cell_frame, bands=bands, exact=True)

    found = {tuple(row[name] for name in POSITION): row for row in alone.positions.to_dict("records")}
    assert found.keys() == {tuple(row[name] for name in POSITION) for row in tables["positions"]}
    for row in tables["positions"]:
        mine = found[tuple(row[name] for name in POSITION)]
        for name in (*(f"{energy}_kwh" for energy in ENERGIES), "energy_micro_yuan", "shortfall_micro_yuan"):
            assert mine[name] == row[name], (row, name)
        assert mine["overrun_micro_yuan"] == row["overrun_kwh"] * 1000
    shares = {row["leg_id"]: row for row in tables["leg_settlement"]}
    for leg in alone.legs.to_dict("records"):
        for name in ("in_band_kwh", "shortfall_kwh", "energy_micro_yuan", "shortfall_micro_yuan"):
            assert leg[name] == shares[leg["leg_id"]][name]


def outside(leg: dict[str, Any]) -> dict[str, str]:
    return {
        "energy_mwh": decimal(leg["energy_kwh"]),
        "price_yuan_per_mwh": decimal(leg["price_micro_yuan_per_kwh"]),
    }


def decimal(thousandths: int) -> str:
    return f"{thousandths // 1000}.{thousandths % 1000:03d}"


def frame(rows: list[dict[str, Any]], columns: set[str]) -> pd.DataFrame:
    present = sorted(columns & set(rows[0])) if rows else sorted(columns)
    return pd.DataFrame({name: pd.array([row[name] for row in rows], dtype="str") for name in present})
