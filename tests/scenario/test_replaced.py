"""A table in place of another: read and checked as when the scenario is loaded."""

from __future__ import annotations

import pandas as pd
import pytest

import gridsim
from tests.shared import MINI, faults_of


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(MINI / f"{name}.csv", dtype=str, encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["meter", "orders", "tariffs", "bilateral"])
def test_the_same_rows_are_the_same_scenario(scenario: gridsim.Scenario, name: str) -> None:
    same = scenario.with_table(name, table(name))
    assert same.hash == scenario.hash
    assert same.changed_from == scenario.hash
    assert [change.verb for change in same.changes] == ["with_table"]


def test_other_rows_settle_as_if_the_file_had_said_so(scenario: gridsim.Scenario) -> None:
    dearer = table("bilateral").assign(price_yuan_per_mwh="400.5")
    tables = {path.stem: table(path.stem) for path in MINI.glob("*.csv")} | {"bilateral": dearer}
    other = gridsim.scenario_from_tables(tables, name="other", year=2021)
    varied = scenario.with_table("bilateral", dearer)
    assert varied.hash == other.hash
    result = gridsim.run(varied)
    assert result.exact.ledger.equals(gridsim.run(other).exact.ledger)
    result.check()

    said = result.manifest["scenario"]["what_if"]
    assert said["from"] == scenario.hash
    assert scenario.with_changes(said["changes"], {"bilateral": dearer}).hash == varied.hash
    (fault,) = faults_of(scenario.with_changes, said["changes"])
    assert fault.message == "its rows stand in no record"
    (fault,) = faults_of(scenario.with_changes, said["changes"], {"bilateral": table("bilateral")})
    assert fault.message == "these are other rows"


def test_every_fault_of_the_table_and_of_the_scenario_with_it(scenario: gridsim.Scenario) -> None:
    (fault,) = faults_of(scenario.with_table, "tarifs", table("tariffs"))
    assert "nearest: tariffs" in fault.allowed
    (fault,) = faults_of(scenario.with_table, "load", table("meter"))
    assert fault.allowed == "the table meter"
    (fault,) = faults_of(scenario.with_table, "meter", 7)
    assert fault.message == "neither a frame nor records"
    faults = faults_of(scenario.with_table, "bilateral", table("bilateral").assign(buyer_id="R7", energy_mwh="x"))
    assert {fault.column for fault in faults} == {"buyer_id", "energy_mwh"}


def test_a_table_that_was_not_there_is_given_and_an_empty_one_is_not(scenario: gridsim.Scenario) -> None:
    deal = {
        "deal_id": "D1", "buyer_id": "R1", "seller_id": "G1", "product": "peak", "month": "2021-05",
        "energy_mwh": 10, "price_yuan_per_mwh": 450,
    }  # fmt: skip
    more = scenario.with_table("deals", [deal])
    assert "deals" in more.given
    assert len(gridsim.run(more).legs) == len(gridsim.run(scenario).legs) + 1
    none = more.with_table("deals", pd.DataFrame([deal]).head(0))
    assert none.hash == scenario.hash
    assert "deals" not in none.given


def test_meter_finer_than_a_kwh_is_rounded_as_when_it_is_loaded(scenario: gridsim.Scenario) -> None:
    fine = table("meter")
    fine["电量(千瓦时)"] = (fine.pop("energy_mwh").astype(float) * 1000 + 0.4).astype(str)
    assert scenario.with_table("meter", fine).hash == scenario.hash


def test_users_that_change_within_the_year_are_read_as_in_a_folder(scenario: gridsim.Scenario) -> None:
    users = table("users")
    moved = users[users["user_id"] == "U4"].assign(retailer_id="R1", effective_from="2021-07")
    changed = pd.concat([users, moved])
    tables = {path.stem: table(path.stem) for path in MINI.glob("*.csv")} | {"users": changed}
    other = gridsim.scenario_from_tables(tables, name="other", year=2021)
    varied = scenario.with_table("users", changed)
    assert varied.hash == other.hash != scenario.hash
    assert varied.with_table("users", users).hash == scenario.hash
    assert scenario.with_changes(
        gridsim.run(varied).manifest["scenario"]["what_if"]["changes"], {"users": changed}
    ).changes

    meter = varied.tables["meter"]
    more = varied.with_load(2, where={"unit": "R1/tou"}).tables["meter"]["energy_kwh"] != meter["energy_kwh"]
    assert sorted(set(meter["month"][more & (meter["user_id"] == "U4")])) == [
        f"2021-{month:02}" for month in range(7, 13)
    ]
