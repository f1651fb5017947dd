"""Random markets with bills through gridsim and through the oracle (rulebook part 13)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.billing import with_billing
from tests.properties.draws import SeededChooser
from tests.properties.harness import Tables, check_against_oracle, exact_tables, gridsim_result, portion
from tests.properties.retail import with_retail
from tests.properties.scenarios import seeded_scenario

SEEDS = st.integers(0, 2**32 - 1)


def billed(seed: int) -> dict[str, Any]:
    """Every other one with retail contracts, on whose money a power factor adjusts."""
    scenario = seeded_scenario(seed)
    if seed % 2:
        scenario = with_retail(SeededChooser(seed), scenario)
    return with_billing(SeededChooser(seed), scenario)


@portion(30)
@given(SEEDS)
def test_every_line_of_a_bill_agrees(seed: int) -> None:
    def in_memory(scenario: dict[str, Any]) -> Tables:
        tables = exact_tables(gridsim_result(scenario))
        accounts: Counter[str] = Counter()
        for line in tables["ledger"]:
            accounts[line["payer"]] -= line["amount_micro_yuan"]
            accounts[line["payee"]] += line["amount_micro_yuan"]
        assert sum(accounts.values()) == 0
        return tables

    check_against_oracle(billed(seed), in_memory)


@portion(10)
@given(SEEDS)
def test_bills_stand_behind_all_other_lines_in_the_order_of_their_rows(seed: int) -> None:
    scenario = billed(seed)
    with_bills = exact_tables(gridsim_result(scenario))["ledger"]
    without = {name: rows for name, rows in scenario["tables"].items() if name != "billing"}
    plain = exact_tables(gridsim_result({**scenario, "tables": without}))["ledger"]
    assert with_bills[: len(plain)] == plain
    order = [(row["user_id"], row["month"]) for row in scenario["tables"]["billing"]]
    places = [order.index((line["user_id"], line["month"])) for line in with_bills[len(plain) :]]
    assert places == sorted(places)
    assert not any(line["trial"] for line in with_bills[len(plain) :])
