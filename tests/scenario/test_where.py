"""``where=`` of the verbs: every unknown key and every value that matches nothing, each with the nearest right one."""

from __future__ import annotations

from typing import Any

import pytest

import gridsim
from tests.shared import MINI, faults_of


@pytest.mark.parametrize(
    ("where", "columns", "words"),
    [
        ({"unti": "R1/tou"}, ["where.unti"], "nearest: unit"),
        ({"unit": "R1/tuo"}, ["where.unit"], "nearest: R1/tou"),
        ({"unit": ["R1/tou", "R9/tou"], "month": "2021-13"}, ["where.unit", "where.month"], "matches nothing"),
        ({"product": "Peak"}, ["where.product"], "nearest: peak"),
        ({"contract": "C-1O1"}, ["where.contract"], "nearest: C-101"),
        ({"session": "AB2021"}, ["where.session"], "nearest: AB-2021"),
        ({"month": []}, ["where.month"], "an empty list matches nothing"),
        ({"month": 5, "unit": None}, ["where.month", "where.unit"], "matches nothing"),
    ],
)
@pytest.mark.parametrize("verb", ["with_contracts", "with_prices"])
def test_what_matches_nothing_is_a_fault_that_suggests(
    scenario: gridsim.Scenario, verb: str, where: dict[str, Any], columns: list[str], words: str
) -> None:
    faults = faults_of(getattr(scenario, verb), "1.02", where=where)
    assert [fault.column for fault in faults] == columns
    assert words in " ".join(f"{fault.message} {fault.allowed}" for fault in faults)


def test_a_bad_scale_is_told_beside_a_bad_key(scenario: gridsim.Scenario) -> None:
    faults = faults_of(scenario.with_contracts, "1.00001", where={"unit": "nobody"})
    assert [fault.column for fault in faults] == ["where.unit", "scale"]
    with pytest.raises(ValueError, match="basis must be one of legs, orders, not 'trades'"):
        scenario.with_contracts(1, basis="trades")  # type: ignore[arg-type]


def test_as_ordered_a_unit_is_the_buyer_of_a_row_and_a_month_its_delivery(scenario: gridsim.Scenario) -> None:
    varied = scenario.with_contracts(2, where={"unit": "R1/tou"}, basis="orders")
    for name, buyer in (("bilateral", "buyer_id"), ("orders", "participant_id")):
        table, changed = scenario.tables[name], varied.tables[name]
        own = (table[buyer] == "R1") & (table["product"] != "total")
        if name == "orders":
            own &= table["side"] == "buy"
        assert own.any()
        assert not own.all()
        assert changed["energy_kwh"].tolist() == (table["energy_kwh"] * own.map({True: 2, False: 1})).tolist()
    assert gridsim.run(varied).exact.trades["energy_kwh"].sum() > gridsim.run(scenario).exact.trades["energy_kwh"].sum()
    dearer = scenario.with_prices("1.5", where={"month": "2021", "session": "AB-2021"}, basis="orders")
    table, changed = scenario.tables["bilateral"], dearer.tables["bilateral"]
    own = (table["month"] == "2021") & (table["session"] == "AB-2021")
    assert own.any()
    expected = table["price_micro_yuan_per_kwh"] * own.map({True: 3, False: 2}) // 2
    assert changed["price_micro_yuan_per_kwh"].tolist() == expected.tolist()
    (fault,) = faults_of(scenario.with_contracts, 2, where={"month": "2021-2"}, basis="orders")
    assert "2021" in fault.allowed


def test_deals_are_found_by_their_contract_or_their_own_id() -> None:
    scenario = gridsim.load(MINI.parent / "retailer-2021")
    deals = scenario.tables["deals"]
    deal = deals["deal_id"][deals["contract"].isna()].iloc[0]
    varied = scenario.with_contracts(3, where={"contract": deal}, basis="orders").tables["deals"]["energy_kwh"]
    assert (varied != deals["energy_kwh"]).tolist() == (deals["deal_id"] == deal).tolist()
    legs = gridsim.run(scenario.with_contracts(3, where={"contract": deal})).exact.legs
    assert set(legs.loc[legs["traded_kwh"].notna(), "contract_id"]) == {deal}
