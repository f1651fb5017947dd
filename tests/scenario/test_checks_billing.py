"""Rows of ``billing`` that ask for too much, for half of something, or for what has no price: all at once."""

from __future__ import annotations

import pytest

import gridsim
from gridsim.io import scenario_from_tables
from tests.io.building import untold
from tests.settlement.test_billing import bill, market, rows
from tests.shared import faults_of


def told(**tables: object) -> list[tuple[str, int | None, str | None, str]]:
    faults = faults_of(scenario_from_tables, market(**tables), name="bills", year=2021, rules="henan-2021")
    assert untold(faults) == []
    return [(fault.file, fault.row, fault.column, fault.message) for fault in faults]


def test_every_fault_of_a_row_is_told_with_its_place() -> None:
    billing = rows(
        bill("U1", capacity_kva="1", demand_kw="1", power_factor_standard="0.90"),
        bill("U2", reactive_mvarh="5"),
        bill("U3", capacity_kva="1.0001"),
        bill("U3", capacity_kva="-1"),
        bill("U9", demand_kw="2"),
    )
    factor = "reactive_mvarh, power_factor_standard"
    assert told(billing=billing) == [
        ("billing", 1, "capacity_kva, demand_kw", "both capacity and demand are billed"),
        ("billing", 1, factor, "power_factor_standard without reactive_mvarh"),
        ("billing", 2, factor, "reactive_mvarh without power_factor_standard"),
        ("billing", 3, "capacity_kva", "more than 3 decimals"),
        ("billing", 4, "capacity_kva", "negative"),
        ("billing", 4, "user_id, month", "duplicate row: row 3 has the same"),
        ("billing", 5, "user_id", "not in users"),
    ]


@pytest.mark.parametrize("column", ["capacity_yuan_per_kva", "demand_yuan_per_kw"])
def test_a_charge_without_its_price_is_a_fault(column: str) -> None:
    tariffs = market()["tariffs"].drop(columns=column)
    charged = {"capacity_yuan_per_kva": [1, 3], "demand_yuan_per_kw": [2]}[column]
    found = told(tariffs=tariffs)
    assert [row for _, row, _, _ in found] == charged
    assert {message for *_, message in found} == {"no price for it in the tariff industry, 10kV"}


def test_what_cannot_be_read_is_one_fault_alone() -> None:
    broken = market()["tariffs"].assign(capacity_yuan_per_kva="twenty")
    assert [(file, column) for file, _, column, _ in told(tariffs=broken)] == [("tariffs", "capacity_yuan_per_kva")]
    with_reactive = rows(bill("U1", reactive_mvarh="many", power_factor_standard="0.90"))
    assert [column for _, _, column, _ in told(billing=with_reactive)] == ["reactive_mvarh"]


def test_a_single_part_user_may_have_the_power_factor_alone_and_kvarh_by_its_heading() -> None:
    billing = rows(bill("U4", reactive_mvarh="20000", power_factor_standard="0.90")).rename(
        columns={"reactive_mvarh": "无功电量(千乏时)", "power_factor_standard": "功率因数标准"}
    )
    scenario = scenario_from_tables(market(billing=billing), name="bills", year=2021, rules="henan-2021")
    assert scenario.tables["billing"]["reactive_kvarh"].tolist() == [20_000]
    wrong = rows(bill("U1", capacity_kva="2")).rename(columns={"capacity_kva": "计费容量(MW)"})
    with pytest.raises(gridsim.ScenarioError, match="is no unit of capacity_kva"):
        scenario_from_tables(market(billing=wrong), name="bills", year=2021, rules="henan-2021")


def test_another_standard_is_refused_without_a_hint_at_the_one_that_looks_alike() -> None:
    wrong = rows(bill("U4", reactive_mvarh="2", power_factor_standard="0.7"))
    (fault,) = faults_of(scenario_from_tables, market(billing=wrong), name="bills", year=2021, rules="henan-2021")
    assert str(fault.allowed) == "0.90, 0.85, 0.80; may be empty"
    as_number = market()["billing"].assign(power_factor_standard=[0.9, 0.85, 0.8, 0.9, 0.8])
    read = scenario_from_tables(market(billing=as_number), name="bills", year=2021, rules="henan-2021")
    assert read.tables["billing"]["power_factor_standard"].tolist() == ["0.90", "0.85", "0.80", "0.90", "0.80"]
