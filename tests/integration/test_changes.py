"""A user that changes its retailer and its voltage in July, through all that a result is asked (rulebook part 15)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import gridsim
from gridsim import ScenarioError
from gridsim.batch.drawn_load import LoadModel
from gridsim.batch.engine import Block, prepare, settle_block
from gridsim.report.statement_customers import suppliers_of
from gridsim.report.statement_model import Key
from tests.oracle.scenarios_by_hand import CHANGING, Row
from tests.shared import faults_of

MORE: dict[str, list[Row]] = {
    "retail_contracts": [
        {"user_id": "U", "from": "", "to": "2021-06", "kind": "fixed", "price": "500"},
        {"user_id": "U", "from": "2021-07", "to": "", "kind": "fixed", "price": "520"},
    ],
    "history": [{"user_id": user, "year": "2020", "energy_mwh": "1200"} for user in ("U", "V")],
}


def scenario(**changed: list[Row]) -> gridsim.Scenario:
    return gridsim.scenario_from_tables({**CHANGING, **MORE, **changed}, name="changing", year=2021)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> gridsim.Result:
    """Saved, read back, and derived again: the rows of users are two tables by then."""
    folder = tmp_path_factory.mktemp("result")
    gridsim.run(scenario()).save(folder)
    result = gridsim.Result.load(folder)
    result.check()
    return result


def test_where_the_rows_stand(saved: gridsim.Result) -> None:
    tables = scenario().tables
    assert tables["users"]["user_id"].tolist() == ["U", "V"]
    assert tables["user_changes"][["user_id", "effective_from"]].values.tolist() == [["U", "2021-07"]]
    assert saved.inputs["user_changes"].column("voltage").to_pylist() == ["110kV"]
    assert saved.manifest["counts"]["inputs"]["user_changes"] == 1


def test_rows_in_any_order_are_one_scenario() -> None:
    users = CHANGING["users"]
    assert scenario(users=[users[2], users[0], users[1]]).hash == scenario().hash
    unchanged = [{name: cell for name, cell in row.items() if name != "effective_from"} for row in users[:2]]
    retail = [{**MORE["retail_contracts"][0], "to": ""}]
    assert scenario(users=unchanged, retail_contracts=retail).hash == (
        scenario(users=users[:2], retail_contracts=retail).hash
    )


@pytest.mark.parametrize(
    ("lang", "now", "gone"),
    [
        ("en", "By rows of users that say what changes within the year: U from 2021-07 (large, 110kV).",
         "Not counted, as they have gone over to another buyer: U from 2021-07. The contracts in force stand."),
        ("zh", "按 users 中年内变更的行：U 自2021年7月起（large，110kV）。",
         "以下用户已改由其他购电方购电，不计入：U 自2021年7月起。已生效的合同不变。"),
    ],
)  # fmt: skip
def test_explanations_tell_which_row_holds(saved: gridsim.Result, lang: Any, now: str, gone: str) -> None:
    def told(who: str, month: str) -> str:
        return "".join(str(saved.explain(who, month, lang=lang)).split())

    assert "".join(now.split()) in told("R2/conventional", "2021-07")
    assert "".join(gone.split()) in told("R1/conventional", "2021-07")
    assert "".join(now.split()) in told("U", "2021-07")
    assert "U" + ("from" if lang == "en" else "自") not in told("R1/conventional", "2021-06")
    june, july = (
        ("由售电公司R1代理", "由售电公司R2代理") if lang == "zh" else ("throughretailerR1;", "throughretailerR2;")
    )
    assert june in told("U", "2021-06")
    assert july in told("U", "2021-07")


def test_who_supplies_a_customer(saved: gridsim.Result) -> None:
    keys = [Key("U", month, False, is_customer=True) for month in ("2021-06", "2021-07")]
    assert suppliers_of(saved.inputs, keys) == dict(zip(keys, ("R1", "R2"), strict=True))


def test_who_is_paid_by_a_retail_contract(saved: gridsim.Result) -> None:
    ledger = saved.ledger[saved.ledger["item"] == "retail_energy"]
    assert ledger[["payer", "payee", "amount_yuan"]].values.tolist() == [["U", "R1", 50_000], ["U", "R2", 52_000]]
    margins = saved.margins("pro_rata").groupby(["retailer_id", "month"], observed=True)["user_id"].apply(set)
    assert {key: sorted(users - {None}, key=str)[:1] for key, users in margins.items()}["R2", "2021-07"] == ["U"]


def test_statistics_by_the_tariff_of_the_month(saved: gridsim.Result) -> None:
    paid = saved.statistics.money(["voltage", "month"], {"item": "transmission"})
    amounts = {index: round(amount) for index, amount in paid["amount_yuan"].items()}
    assert {key: amount for key, amount in amounts.items() if amount} == {
        ("10kV", "2021-06"): 21_000, ("10kV", "2021-07"): 10_000, ("110kV", "2021-07"): 9_450,
    }  # fmt: skip


def test_covers_count_a_twelfth_for_each_month(saved: gridsim.Result) -> None:
    rows = saved.compliance[saved.compliance["check"] == "total_cover"].set_index("subject")["value"]
    assert rows.to_dict() == {"R1": "0.111111", "R2": "0.100000"}  # 200 of 1,800, and 60 of 600


def test_a_contract_over_the_change_is_refused() -> None:
    (fault,) = faults_of(scenario, retail_contracts=[{"user_id": "U", "kind": "fixed", "price": "500"}])
    assert fault.message == "the user changes its retailer in 2021-07, within this contract"


def test_what_if_and_comparisons_know_of_changes(saved: gridsim.Result) -> None:
    assert scenario().with_load("1.1").tables["user_changes"] is not None
    later = [*CHANGING["users"][:2], {**CHANGING["users"][2], "effective_from": "2021-08"}]
    contracts = [
        {**row, "to": "2021-07"} if row["to"] else {**row, "from": "2021-08"} for row in MORE["retail_contracts"]
    ]
    other = gridsim.run(scenario(users=later, retail_contracts=contracts))
    changes = saved.compare(other).changes
    assert any(change.name.startswith("user_changes") for change in changes)


def test_a_folder_and_a_workbook_hold_them_in_users(tmp_path: Path) -> None:
    users = pd.DataFrame(CHANGING["users"]).rename(columns={"user_id": "户号", "effective_from": "生效月份"})
    assert scenario(users=users).hash == scenario().hash  # type: ignore[arg-type]
    with pytest.raises(ScenarioError, match="unknown table"):
        scenario(user_changes=CHANGING["users"][2:])


def test_a_tariff_from_a_day_in_explanations_bills_and_batches() -> None:
    old, other = CHANGING["tariffs"]
    tariffs = [{**old, "effective_from": ""}, {**old, "transmission": "150", "effective_from": "2021年6月16日"}]
    tariffs.append({**other, "effective_from": ""})
    changed = scenario(tariffs=tariffs)
    result = gridsim.run(changed)
    lines = result.ledger[(result.ledger["item"] == "transmission") & (result.ledger["month"] == "2021-06")]
    assert lines["price_yuan_per_mwh"].tolist() == [200, 150, 200, 150]
    cells = result.cell_settlement[result.cell_settlement["month"] == "2021-06"]
    assert cells["metered_mwh"].tolist() == [100, 50]
    told = " ".join(str(result.explain("R1/conventional", "2021-06")).split())
    assert "Tariffs begin within 2021-06 (2021-06-16): each energy falls into a part for each tariff" in told
    prepared = prepare(changed, LoadModel())
    lines = result.exact.ledger[(result.exact.ledger["item"] == "transmission") & ~result.exact.ledger["trial"]]
    place = prepared.items.index("transmission")
    settled = settle_block(prepared, Block(0, len(prepared.unit_ids), 0, 1), 0)
    assert settled.items[0, place] == lines["amount_micro_yuan"].sum()


def test_a_power_factor_in_a_month_of_two_tariffs(tmp_path: Path) -> None:
    """One for the month, on what both parts cost; funds of 30 are taken off the first part, of 40 off the second."""
    old, other = CHANGING["tariffs"]
    tariffs = [{**old, "effective_from": ""}, {**old, "funds": "40", "effective_from": "2021-06-16"}]
    billing = [{"user_id": "U", "month": "2021-06", "reactive_mvarh": "102.02", "power_factor_standard": "0.90"}]
    billed = scenario(tariffs=[*tariffs, {**other, "effective_from": ""}], billing=billing)
    gridsim.run(billed).save(tmp_path)
    result = gridsim.Result.load(tmp_path)
    result.check()
    (amount,) = result.ledger.loc[result.ledger["item"] == "power_factor", "amount_yuan"]
    # 0.70 of 0.90: 10 % of 100 × 500 and T&D of 70 × 200; 30 over, delivered: T&D and funds, less these: 30 × 200
    assert amount == 7_000
    told = " ".join(str(result.explain("U", "2021-06")).split())
    assert "-1,050.00" in told[told.index("less levies in") :], told[told.index("less levies in") :][:200]
    assert "adjusts the sum of what all parts cost" in told
    assert "Tariffs begin within 2021-06 (2021-06-16)" in told
    prepared = prepare(billed, LoadModel())
    settled = settle_block(prepared, Block(0, len(prepared.unit_ids), 0, 1), 0)
    assert settled.items[0, prepared.items.index("power_factor")] == 7_000_000_000
