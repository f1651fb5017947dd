"""Random markets whose users have retail contracts, through gridsim and through the oracle: every table agrees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from tests.oracle import FaultError, settle_market
from tests.properties.draws import SeededChooser
from tests.properties.harness import (
    Scenario,
    Tables,
    check_against_oracle,
    differences,
    exact_tables,
    gridsim_result,
    portion,
)
from tests.properties.retail import with_retail
from tests.properties.scenarios import seeded_scenario
from tests.properties.shaped import shaped_scenario


@portion(20)
@given(st.integers(0, 2**32 - 1))
def test_every_table_agrees_with_retail_contracts(seed: int) -> None:
    check_against_oracle(retail_scenario(seed), in_memory)


@pytest.mark.slow
@portion(10)
@given(st.integers(0, 2**32 - 1))
def test_in_markets_of_any_shape(seed: int) -> None:
    choose = SeededChooser(seed)
    scenario = with_retail(choose, shaped_scenario(choose))
    try:
        expected = settle_market(scenario)
        found = in_memory(scenario)
    except (FaultError, gridsim.ScenarioError):
        return
    told = {name: rows for name, rows in expected.items() if name in found and name != "compliance"}
    assert differences(found, told) == []


def test_what_the_scenarios_are_full_of() -> None:
    """Of many some have each item, some have charges that a cap has cut, some have prices by which a user is paid.

    As the oracle settles them, in a twentieth of the time; that gridsim's tables are the same stands above.
    """
    ledgers = [settle_market(retail_scenario(seed))["ledger"] for seed in range(30)]
    for item in ("retail_energy", "retail_delivery", "retail_deviation"):
        assert sum(any(line["item"] == item for line in lines) for lines in ledgers) >= 4
    cut = [
        any(line["item"] == "retail_deviation" and line["price_micro_yuan_per_kwh"] is None for line in lines)
        for lines in ledgers
    ]
    assert sum(cut) >= 1
    for lines in ledgers:
        received: dict[str, int] = {}
        for line in lines:
            received[line["payee"]] = received.get(line["payee"], 0) + line["amount_micro_yuan"]
            received[line["payer"]] = received.get(line["payer"], 0) - line["amount_micro_yuan"]
        assert sum(received.values()) == 0


def retail_scenario(seed: int) -> Scenario:
    return with_retail(SeededChooser(seed), seeded_scenario(seed))


def in_memory(scenario: Scenario) -> Tables:
    result = gridsim_result(scenario)
    result.check()
    return exact_tables(result)
