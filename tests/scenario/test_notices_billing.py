"""A user for whom a retailer buys has no price of its own without a retail contract: its rows are counted."""

from __future__ import annotations

from gridsim.io import scenario_from_tables
from tests.settlement.test_billing import bill, market, rows


def told(**tables: object) -> list[str]:
    scenario = scenario_from_tables(market(**tables), name="bills", year=2021, rules="henan-2021")
    return [str(warning) for warning in scenario.warnings if "power-factor" in str(warning)]


def test_rows_without_a_price_are_counted() -> None:
    (warning,) = told()
    assert warning == (
        "billing: no power-factor adjustment in 1 rows of users for whom a retailer buys without a retail contract; "
        "the first: U3, 2021-05"
    )
    assert told(billing=rows(bill("U3", capacity_kva="5"))) == []
    assert told(billing=rows(bill("U4", reactive_mvarh="5", power_factor_standard="0.80"))) == []


def test_a_contract_in_the_month_is_a_price() -> None:
    contract = {"user_id": "U3", "kind": "fixed", "price": "500"}
    assert told(retail_contracts=rows(contract)) == []
    assert len(told(retail_contracts=rows({**contract, "from": "2021-06"}))) == 1
