"""Units with periods of their own, of random shapes, through gridsim and through the oracle: every table agrees."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import FaultError, settle_market
from tests.properties.draws import SeededChooser
from tests.properties.harness import Scenario, Tables, differences, exact_tables, gridsim_result, portion
from tests.properties.shaped import shaped_scenario


@portion(40)
@given(st.integers(0, 2**32 - 1))
def test_every_table_agrees_with_periods_of_ones_own(seed: int) -> None:
    scenario = own_scenario(seed)
    try:
        expected = settle_market(scenario)
    except FaultError:
        return
    found = in_memory(scenario)
    assert differences(told(found), {name: rows for name, rows in told(expected).items() if name in found}) == []


def told(tables: Tables) -> Tables:
    """Of compliance what rests on hours, without the clause, of which the oracle has Henan's."""
    rows = [{**row, "clause": ""} for row in tables["compliance"] if row["check"] == "curve_balance"]
    return {**tables, "compliance": rows}


def test_what_the_scenarios_are_full_of() -> None:
    """Of many some have cells of two periods, some have orders that are refused for them: as the oracle has it."""
    tables = [settle_market(own_scenario(seed)) for seed in range(12)]
    pairs = [any(row["period"] != row["tariff_period"] for row in each["cell_settlement"]) for each in tables]
    refused = [any(row["reason"] == "own_periods" for row in each["rejected"]) for each in tables]
    assert sum(pairs) >= 6
    assert sum(refused) >= 3


def own_scenario(seed: int) -> Scenario:
    """The first of the scenarios from a seed on in which a user has periods of its own."""
    while True:
        scenario = shaped_scenario(SeededChooser(seed))
        if any(user.get("period_set") for user in scenario["tables"]["users"]):
            return scenario
        seed += 1


def in_memory(scenario: Scenario) -> Tables:
    """Run and held against its inputs."""
    result = gridsim_result(scenario)
    result.check()
    return exact_tables(result)
