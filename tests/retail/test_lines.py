"""The worked month of rulebook part 14 to the micro-yuan, and what it leaves open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import gridsim
from tests.retail.worked import WORKED, write_worked
from tests.shared import SCENARIOS

YUAN = 10**6


def run(folder: Path, files: dict[str, str] | None = None, **overrides: object) -> pd.DataFrame:
    scenario = gridsim.load(write_worked(folder, files))
    result = gridsim.run(scenario.with_overrides({"retail." + name: value for name, value in overrides.items()}))
    result.check()
    return result.exact.ledger


def money(ledger: pd.DataFrame, item: str) -> dict[str, int]:
    lines = ledger[ledger["item"] == item]
    return {user: int(each.sum()) for user, each in lines.groupby("user_id", observed=True)["amount_micro_yuan"]}


def test_the_worked_month_where_the_retailer_bears_delivery(tmp_path: Path) -> None:
    ledger = run(tmp_path, overrun_delivery="retailer_bears")
    assert money(ledger, "retail_energy") == {"U1": 246_400 * YUAN, "U2": 206_400 * YUAN, "U3": 69_280 * YUAN}
    assert money(ledger, "retail_delivery") == {}
    assert money(ledger, "retail_deviation") == {"U1": 24_830_214_876, "U2": 8_185_785_124, "U3": 3_464 * YUAN}
    deviation = ledger[ledger["item"] == "retail_deviation"]
    assert deviation["energy_kwh"].tolist() == [0, 0, 80_000]
    assert deviation["price_micro_yuan_per_kwh"].fillna(-1).tolist() == [-1, -1, 43_300]


def test_the_worked_month_where_users_pay_delivery(tmp_path: Path) -> None:
    ledger = run(tmp_path)
    assert money(ledger, "retail_energy") == {"U1": 246_400 * YUAN, "U2": 206_400 * YUAN, "U3": 69_280 * YUAN}
    assert money(ledger, "retail_delivery") == {"U1": 26_052 * YUAN, "U2": 10_800 * YUAN, "U3": -2_230 * YUAN}
    assert money(ledger, "retail_deviation") == {"U3": 3_464 * YUAN}
    adjusted = ledger[ledger["item"] == "tou_adjustment"]
    assert adjusted["price_micro_yuan_per_kwh"].tolist() == [336_300, 0, 0, -291_500]


def test_lines_stand_by_unit_month_and_user(tmp_path: Path) -> None:
    ledger = run(tmp_path)
    tail = ledger[ledger["item"].str.startswith("retail")]
    assert tail.index.tolist() == list(range(len(ledger) - len(tail), len(ledger)))
    assert [f"{user} {item}" for user, item in zip(tail["user_id"], tail["item"], strict=True)] == [
        "U1 retail_energy", "U1 retail_energy", "U1 retail_delivery", "U1 retail_delivery", "U2 retail_energy",
        "U2 retail_delivery", "U3 retail_energy", "U3 retail_delivery", "U3 retail_deviation",
    ]  # fmt: skip
    assert set(tail["payee"]) == {"R"}
    assert tail["payer"].tolist() == tail["user_id"].tolist()
    assert set(tail["clause"]) == {"rulebook 14"}


def test_a_charge_within_the_price_is_the_same_money(tmp_path: Path) -> None:
    head, *rows = WORKED["retail_contracts.csv"].splitlines()
    within = [rows[0].replace(",own,", ",price,").replace(",true", ","), *rows[1:]]
    ledger = run(tmp_path, {"retail_contracts.csv": "\n".join([head, *within]) + "\n"})
    assert money(ledger, "retail_energy")["U1"] == (246_400 + 36_400) * YUAN
    assert "U1" not in money(ledger, "retail_deviation")
    assert set(
        ledger[(ledger["item"] == "retail_energy") & (ledger["user_id"] == "U1")]["price_micro_yuan_per_kwh"]
    ) == {505_000}


def test_a_month_without_a_contract_has_no_lines_and_the_mean_price_in_its_base(tmp_path: Path) -> None:
    head, *rows = WORKED["retail_contracts.csv"].splitlines()
    later = [f"{rows[0]},2021-06", *(f"{row}," for row in rows[1:])]
    ledger = run(tmp_path, {"retail_contracts.csv": "\n".join([head + ",from", *later]) + "\n"})
    assert set(money(ledger, "retail_energy")) == {"U2", "U3"}
    peak = ledger[(ledger["item"] == "tou_adjustment") & (ledger["user_id"] == "U1")]
    assert peak["price_micro_yuan_per_kwh"].tolist()[0] == round((408_000 + 150_000) * 0.57)


@pytest.mark.parametrize(("deviation", "allowed"), [("own", False), ("price", True)])
def test_a_separate_charge_is_forbidden_where_a_clause_says_so(tmp_path: Path, deviation: str, allowed: bool) -> None:
    head, *rows = WORKED["retail_contracts.csv"].splitlines()
    text = "\n".join([head, rows[2].replace("own", deviation)]) + "\n"
    forbids = {"scenario.yaml": WORKED["scenario.yaml"] + "overrides: {retail.own_deviation: forbidden}\n"}
    folder = write_worked(tmp_path, {"retail_contracts.csv": text, **forbids})
    if allowed:
        assert money(gridsim.run(gridsim.load(folder)).exact.ledger, "retail_energy") != {}
        return
    with pytest.raises(gridsim.ScenarioError) as caught:
        gridsim.load(folder)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column) == ("retail_contracts.csv", 1, "deviation")
    assert "forbids" in fault.message


def test_the_choice_is_told_where_there_are_contracts(tmp_path: Path) -> None:
    told = [each["path"] for each in gridsim.run(gridsim.load(write_worked(tmp_path / "a"))).manifest["assumptions"]]
    assert "retail.overrun_delivery" in told
    without = write_worked(tmp_path / "b", {"retail_contracts.csv": None, "nominations.csv": None})
    told = [each["path"] for each in gridsim.run(gridsim.load(without)).manifest["assumptions"]]
    assert "retail.overrun_delivery" not in told


def test_what_stays_within_a_unit_is_no_part_of_its_cost(tmp_path: Path) -> None:
    result = gridsim.run(gridsim.load(write_worked(tmp_path)))
    whole = result.statistics.breakdown("unit").exact.loc["R/conventional"]
    assert whole["retail_energy_micro_yuan"] == 522_080 * YUAN
    assert whole["total_micro_yuan"] == (428_400 + 97_680 + 157_500 + 53_354 + 31_500) * YUAN
    paid = result.statistics.breakdown("payer").exact["total_micro_yuan"]
    assert paid["U2"] == 292_800 * YUAN
    assert "retail_energy" not in set(result.plot.cost_waterfall().exact["item"])


@pytest.mark.parametrize(("deviation", "refused"), [("own", True), ("price", False)])
def test_jiangsu_forbids_a_separate_charge_by_its_article(tmp_path: Path, deviation: str, refused: bool) -> None:
    folder = tmp_path / "jiangsu"
    shutil.copytree(SCENARIOS / "jiangsu-2023-mini", folder)
    meter = pd.read_csv(folder / "meter.csv", encoding="utf-8-sig", dtype=str).query("user_id == 'V'")
    head = "user_id,kind,price,deviation,rate\n"
    (folder / "retail_contracts.csv").write_text(f"{head}V,fixed,460,{deviation},0.1\n", encoding="utf-8")
    said = meter.groupby("month")["energy_mwh"].first().reset_index().assign(user_id="V")
    said.to_csv(folder / "nominations.csv", index=False)
    if not refused:
        result = gridsim.run(gridsim.load(folder))
        assert set(money(result.exact.ledger, "retail_energy")) == {"V"}
        result.check()
        return
    with pytest.raises(gridsim.ScenarioError) as caught:
        gridsim.load(folder)
    (fault,) = caught.value.faults
    assert (fault.row, fault.column) == (1, "deviation")
    assert "clause 108.4 forbids" in fault.message
