"""What-if on a scenario: more load, other rules; nothing else moves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.units import round_half_up
from tests.shared import MINI


@pytest.mark.parametrize(("multiple", "ratio"), [(1.07, 10_700), ("0.9999", 9_999), (0, 0), (1, 10_000), (100, 10**6)])
def test_each_metered_energy_is_multiplied_and_rounded_half_up(scenario: gridsim.Scenario, multiple, ratio) -> None:  # type: ignore[no-untyped-def]
    varied = scenario.with_load(multiple)
    before, after = scenario.tables["meter"]["energy_kwh"], varied.tables["meter"]["energy_kwh"]
    assert after.tolist() == [round_half_up(int(energy) * ratio, 10_000) for energy in before]
    for name in set(scenario.tables) - {"meter"}:
        assert varied.tables[name] is scenario.tables[name]
    assert (varied.hash == scenario.hash) == (ratio == 10_000)


def test_only_the_users_asked_for(scenario: gridsim.Scenario) -> None:
    meter, varied = scenario.tables["meter"], scenario.with_load(2, users=["U1"]).tables["meter"]
    is_u1 = (meter["user_id"] == "U1").to_numpy()
    assert np.array_equal(varied["energy_kwh"], np.where(is_u1, 2, 1) * meter["energy_kwh"])


@pytest.mark.parametrize(
    ("multiple", "users", "words"),
    [
        (-1, None, "out of range"),
        (100.0001, None, "out of range"),
        ("1.00001", None, "more than 4 decimals"),
        ("nan", None, "not a finite number"),
        ("7 %", None, "not a number"),
        (1, ["U1", "u2"], "matches nothing.*u2.*nearest: U2"),
    ],
)
def test_what_makes_no_sense_is_a_fault(scenario: gridsim.Scenario, multiple, users, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(gridsim.ScenarioError, match=words):
        scenario.with_load(multiple, users)


def test_other_rules_settle_as_if_the_file_had_said_so(scenario: gridsim.Scenario) -> None:
    varied = scenario.with_overrides({"settlement.conventional.upper": 1.06})
    upper = gridsim.run(varied).exact.positions.query("product == 'total' and month >= '2021-04'")
    assert upper["upper_kwh"].tolist() == [round_half_up(int(c) * 106, 100) for c in upper["contract_kwh"]]
    assert varied.hash != scenario.hash
    with pytest.raises(gridsim.ScenarioError, match=r"nearest: settlement\.conventional\.upper"):
        scenario.with_overrides({"settlement.conventional.uper": 1.06})


def test_hours_that_are_summed_already_cannot_be_summed_otherwise(scenario: gridsim.Scenario) -> None:
    """A scenario from ``load`` holds no hours any more: other periods would silently keep the old sums."""
    hours = {"periods.peak": [[10, 11]], "periods.flat": [[0, 10], [11, 20]], "periods.valley": [[20, 24]]}
    assert gridsim.run(scenario.with_overrides(hours))  # energy of `meter` is that of periods, whatever their hours
    tables = {path.stem: pd.read_csv(path, dtype=str, encoding="utf-8-sig") for path in MINI.glob("*.csv")}
    tables["load"] = pd.DataFrame({"user_id": ["U1"], "starts_at": ["2021-05-01T09:00"], "energy_mwh": ["1"]})
    del tables["meter"]
    summed = gridsim.scenario_from_tables(tables, name="summed", year=2021)
    with pytest.raises(gridsim.ScenarioError, match=r"periods\.peak: hours were summed.*10-11") as told:
        summed.with_overrides(hours)
    assert [fault.column for fault in told.value.faults] == ["periods.peak", "periods.flat", "periods.valley"]
    assert gridsim.run(summed.with_overrides({"settlement.tou.upper": 1.1, "periods.valley": [[0, 8]]}))


def test_more_load_than_int64_holds_is_refused() -> None:
    def table(name: str) -> pd.DataFrame:
        return pd.read_csv(MINI / f"{name}.csv", dtype=str, encoding="utf-8-sig")

    tables = {path.stem: table(path.stem) for path in MINI.glob("*.csv")}
    tables["meter"].loc[0, "energy_mwh"] = "1000000000"
    large = gridsim.scenario_from_tables(tables, name="large", year=2021)
    with pytest.raises(gridsim.ScenarioError, match="meter, row 1"):
        large.with_load(100)


def test_a_record_makes_the_same_scenario_again(scenario: gridsim.Scenario) -> None:
    varied = (
        scenario.with_load("1.07", users=["U1"], where={"month": "2021-05"})
        .with_overrides({"settlement.conventional.upper": "1.03"})
        .with_contracts("1.02", where={"unit": ["R1/tou"], "product": "peak"})
        .with_prices(2, where={"session": "AB-2021"}, basis="orders")
        .with_contracts("0.5", basis="orders")
    )
    result = gridsim.run(varied)
    said = result.manifest["scenario"]["what_if"]
    assert said["from"] == scenario.hash
    assert [change["verb"] for change in said["changes"]] == [
        *("with_load", "with_overrides", "with_contracts", "with_prices", "with_contracts")
    ]
    again = scenario.with_changes(said["changes"])
    assert (again.hash, again.changes) == (varied.hash, varied.changes)
    assert gridsim.run(again).exact.ledger.equals(result.exact.ledger)
    assert "what_if" not in gridsim.run(scenario).manifest["scenario"]
    assert [str(change.sentence) for change in varied.changes] == [
        "load × 1.07 (user: U1, month: 2021-05)",
        "rules: settlement.conventional.upper = 1.03",
        "contracts × 1.02 (unit: R1/tou, product: peak)",
        "contract prices × 2 (session: AB-2021, as ordered, traded again)",
        "contracts × 0.5 (as ordered, traded again)",
    ]


def test_only_the_months_asked_for(scenario: gridsim.Scenario) -> None:
    meter, varied = scenario.tables["meter"], scenario.with_load(2, where={"month": "2021-05"}).tables["meter"]
    assert varied["energy_kwh"].tolist() == (meter["energy_kwh"] * (1 + (meter["month"] == "2021-05"))).tolist()
    with pytest.raises(gridsim.ScenarioError, match=r"2021-051.*nearest: 2021-05"):
        scenario.with_load(2, where={"month": "2021-051"})
    of_unit = scenario.with_load(2, where={"unit": "R1/tou"}).tables["meter"]["energy_kwh"]
    assert (of_unit != meter["energy_kwh"]).tolist() == (
        meter["user_id"].isin(["U3"]) & (meter["energy_kwh"] > 0)
    ).tolist()


def test_contracts_may_not_grow_beyond_what_a_run_can_hold(scenario: gridsim.Scenario) -> None:
    large = scenario.with_contracts(10).with_contracts(10)
    with pytest.raises(gridsim.ScenarioError, match="together more than × 100"):
        large.with_contracts(10)
    frame = scenario.tables["bilateral"].drop(columns=["energy_kwh", "price_micro_yuan_per_kwh"])
    full = scenario.with_table("bilateral", frame.assign(energy_mwh=30_000_000, price_yuan_per_mwh=1))
    with pytest.raises(gridsim.ScenarioError, match=r"bilateral, row .*"):
        full.with_contracts(100)
