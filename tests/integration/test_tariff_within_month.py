"""A tariff that begins on a day, its month split by load, through all that a result is asked (rulebook part 15)."""

from __future__ import annotations

from typing import Any

import pytest

import gridsim
from gridsim import ScenarioError
from tests.cases.reading import read_cases, scenario_of
from tests.shared import faults_of

BY_LOAD = {"changes.tariff_within_month": "load"}
(CASE,) = (scenario_of(case) for case in read_cases() if case["case"].startswith("a tariff from a day, by what load"))


def scenario(rules: dict[str, str] = BY_LOAD, **changed: Any) -> gridsim.Scenario:
    tables = {**CASE["tables"], **changed}
    given = {name: rows for name, rows in tables.items() if rows is not None and (rows or name != "retailers")}
    return gridsim.scenario_from_tables(given, name="by load", year=2021, overrides=rules)


def energies(result: gridsim.Result, item: str = "transmission") -> list[float]:
    ledger = result.ledger
    return ledger.loc[(ledger["item"] == item) & ~ledger["trial"], "energy_mwh"].tolist()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> gridsim.Result:
    """Saved, read back, and derived again: of the curve nothing is left but the parts of May."""
    folder = tmp_path_factory.mktemp("result")
    gridsim.run(scenario()).save(folder)
    result = gridsim.Result.load(folder)
    result.check()
    return result


def test_what_a_saved_result_keeps(saved: gridsim.Result) -> None:
    parts = saved.inputs["meter_parts"].to_pylist()
    assert [(row["effective_from"], row["energy_kwh"]) for row in parts] == [(None, 80_000), ("2021-05-16", 44_000)]
    again = saved.scenario()
    assert again.hash == scenario().hash
    assert energies(gridsim.run(again)) == [67.742, 37.258]
    assert any(taken["path"] == "changes.tariff_within_month" for taken in saved.manifest["assumptions"])


def test_explanations_show_the_load_of_each_part(saved: gridsim.Result) -> None:
    told = " ".join(str(saved.explain("U/conventional", "2021-05")).split())
    assert "each energy falls into a part for each tariff by what load has in it" in told
    assert "U flat 2021-05-16 44.000 44.000" in told
    assert "by what load has in each, exactly" in told  # among the assumptions
    chinese = "".join(str(saved.explain("U/conventional", "2021-05", lang="zh")).split())
    assert "按分时电量在各电价执行期间的电量" in chinese


def test_days_unless_asked_for() -> None:
    by_days, by_load = scenario({}), scenario()
    assert "meter_parts" not in by_days.tables
    assert by_days.hash != by_load.hash
    assert energies(gridsim.run(by_days)) == [50.806, 54.194]
    assert energies(gridsim.run(by_load.with_overrides({"changes.tariff_within_month": "days"}))) == [50.806, 54.194]


def test_more_load_falls_into_parts_as_the_load_did() -> None:
    more = scenario().with_load("0.5")
    assert energies(gridsim.run(more)) == [40, 22]
    assert energies(gridsim.run(more), "overrun") == []
    odd = scenario().with_load("0.0001")  # 12 kWh: 7.74 and 4.26
    assert energies(gridsim.run(odd)) == [0.008, 0.004]


def test_without_load_a_note_says_that_days_split_it() -> None:
    meter = [{"user_id": "U", "month": "2021-05", "period": "flat", "energy_mwh": "124"}]
    without = scenario(load=None, meter=meter)
    assert any("without load, energy of months within which tariffs begin is split" in str(w) for w in without.warnings)
    assert energies(gridsim.run(without)) == [50.806, 54.194]
    replaced = scenario().with_table("meter", meter)
    assert "meter_parts" not in replaced.tables
    assert energies(gridsim.run(replaced)) == [50.806, 54.194]


def test_what_the_curve_no_longer_tells_is_a_fault() -> None:
    """It is summed to months when a scenario is loaded: other days, or another value, would ask for it again."""
    with pytest.raises(ScenarioError, match=r"what it has before and from 2021-05-16 is not known.*U, 2021-05"):
        scenario({}).with_overrides(BY_LOAD)
    old, new = CASE["tables"]["tariffs"]
    later = [old, {**new, "effective_from": "2021-05-20"}]
    (fault,) = faults_of(lambda: scenario().with_table("tariffs", later))
    assert (fault.file, fault.row, fault.value) == ("meter_parts", 1, "U, 2021-05")
    assert "2021-05-20" in str(fault.allowed)
    with pytest.raises(ScenarioError, match="or these tariffs where the scenario is loaded"):
        scenario().with_table("tariffs", [old])
    with pytest.raises(ScenarioError, match="unknown table"):
        scenario(meter_parts=[])


def test_users_that_meter_nothing_and_users_elsewhere() -> None:
    """No energy: by days, of nothing; a user whose tariff begins with a month has no parts."""
    user, (old, new) = CASE["tables"]["users"][0], CASE["tables"]["tariffs"]
    other = {**old, "voltage": "10kV"}
    users = [user, {**user, "user_id": "V"}, {**user, "user_id": "W", "voltage": "10kV"}]
    load = [{**row, "user_id": who, "energy_mwh": energy} for row in CASE["tables"]["load"]
            for who, energy in (("U", row["energy_mwh"]), ("V", "0"), ("W", row["energy_mwh"]))]  # fmt: skip
    found = scenario(users=users, tariffs=[old, new, other], load=load)
    parts = found.tables["meter_parts"]
    assert parts[["user_id", "energy_kwh"]].values.tolist() == [["U", 80_000], ["U", 44_000], ["V", 0], ["V", 0]]
    result = gridsim.run(found)
    result.check()
    assert result.cell_settlement["metered_mwh"].tolist() == [124, 0, 124]


def test_comparisons_name_the_parts(saved: gridsim.Result) -> None:
    load = [*CASE["tables"]["load"]]
    load[0] = {**load[0], "starts_at": "2021-05-23T14:00"}
    changes = saved.compare(gridsim.run(scenario(load=load))).changes
    assert any(change.name.startswith("meter_parts") for change in changes)


def test_a_market_settled_to_date_keeps_the_parts_of_its_months() -> None:
    """A month told anew has no curve: days."""
    session = {"session": "A", "kind": "annual_bilateral", "opens_at": "2020-11-01", "closes_at": "2020-12-31"}
    market = gridsim.Market(scenario(sessions=[session]))
    market.clear("A")
    assert energies(market.settle("2021-05")) == [67.742, 37.258]
    market.settle("2021-05").check()
