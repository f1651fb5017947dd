"""Attribution and margins of random markets against the oracle, and against the ledger."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from gridsim.analysis.attribution.methods import METHODS, Method
from tests.oracle import FaultError
from tests.oracle.attribution_tables import attribution_rows, energy_money_by_user, netting_energies
from tests.oracle.market import read_market
from tests.oracle.market_run import settle_market
from tests.properties.draws import SeededChooser
from tests.properties.harness import MARKETS, Scenario, gridsim_result, portion
from tests.properties.scenarios import scenarios
from tests.properties.shaped import shaped_scenario


def rows_of(table: Any) -> list[tuple[Any, ...]]:
    """All columns but the standard error; None for an empty cell."""
    exact = table.exact.drop(columns="standard_error_micro_yuan")
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in exact.itertuples(index=False)]


def by_position(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of each position in their order; which position stands first is a matter of other tests."""
    return sorted(rows, key=lambda row: row[:3])


def nominating(scenario: Scenario, chosen: list[int]) -> Scenario:
    """The scenario with nominations of some users by the month, and now and then retail contracts of all."""
    meter, rows = scenario["tables"].get("meter", []), {}
    for place, cell in enumerate(meter):
        said = chosen[place % len(chosen)]
        if said >= 0:
            key = cell["user_id"], cell["month"]
            rows[key] = {"user_id": key[0], "month": key[1], "energy_mwh": str(said)}
    changing = {user["user_id"] for user in scenario["tables"]["users"] if user.get("effective_from")}
    contracts = [
        {"user_id": user["user_id"], "kind": "cost_plus", "fee": str(5 + max(chosen))}
        for user in scenario["tables"]["users"]
        if user.get("retailer_id")
        and user.get("priority_purchase") != "true"
        and chosen[0] % 2
        and user["user_id"] not in changing  # a contract is with one retailer
    ]
    added = {"nominations": list(rows.values()), "retail_contracts": contracts}
    return {**scenario, "tables": {**scenario["tables"], **{name: each for name, each in added.items() if each}}}


@pytest.mark.slow
@portion(20)
@given(scenarios(with_load=False), st.lists(st.integers(-2, 60), min_size=1, max_size=4), st.sampled_from(METHODS))
def test_attribution_and_margins_are_those_of_the_oracle(scenario: Scenario, chosen: list[int], method: Method) -> None:
    agrees(nominating(scenario, chosen), method)


@pytest.mark.slow
def test_so_they_are_in_markets_of_any_shape() -> None:
    """Several bands a side, fees, exemptions, one period or many, legs in an order of their own."""
    seeds = [random.getrandbits(32) for _ in range(max(5, MARKETS * 8 // 100))]
    outcomes = Counter(shape_agrees(seed, METHODS[seed % len(METHODS)]) for seed in seeds)
    assert outcomes[False] * 2 <= len(seeds)


def shape_agrees(seed: int, method: Method) -> bool:
    """Whether there is such a market: gridsim refuses some, the oracle others."""
    scenario = shaped_scenario(SeededChooser(seed))
    try:
        settle_market(scenario)
        gridsim_result(scenario)
    except (FaultError, gridsim.ScenarioError):
        return False
    agrees(scenario, method)
    return True


def agrees(scenario: Scenario, method: Method) -> None:
    """Attribution and margins of a market are those of the oracle."""
    result = gridsim_result(scenario)
    market, tables = read_market(scenario), settle_market(scenario)
    for ledger in ("real", "trial"):
        found = rows_of(result.attribution(method, ledger))
        expected = attribution_rows(market, scenario, tables, method, trial=ledger == "trial")
        assert by_position(found) == by_position(expected)
        netting = result.netting(ledger).exact.iloc[:, :5].itertuples(index=False, name=None)
        netted = netting_energies(market, scenario, tables, trial=ledger == "trial")
        assert by_position(list(netting)) == by_position(netted)
    margins_hold(result, method)
    margins = result.margins(method).exact
    for (retailer, month), rows in margins.groupby(["retailer_id", "month"], observed=True):
        energy = {row.user_id: row.energy_micro_yuan for row in rows.itertuples() if row.energy_micro_yuan}
        shared = energy_money_by_user(market, tables, retailer, month)
        assert energy == {user: money for user, money in shared.items() if money}


def margins_hold(result: gridsim.Result, method: Method) -> None:
    """Margins of a month add up to the retailer's account, and those of an item to its lines."""
    margins = result.margins(method).exact.groupby(["retailer_id", "month"], observed=True)
    accounts = result.statistics.accounts(("party", "month")).exact["net_micro_yuan"]
    retailers = set(result.inputs["retailers"].column("retailer_id").to_pylist())
    nets = {key: net for key, net in accounts.items() if key[0] in retailers}
    found = {key: int(rows["margin_micro_yuan"].sum()) for key, rows in margins}
    assert {key: net for key, net in found.items() if net} == {key: net for key, net in nets.items() if net}
