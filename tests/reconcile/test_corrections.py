"""Corrections of other months in a statement: the rows that would take them in, and that they do (issue 15, part 3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import gridsim
from gridsim.io import scenario_from_tables
from gridsim.show.terminal import terminal_text
from tests.settlement.test_billing import market
from tests.shared import SCENARIOS

MONTH = "2021-05"
COLUMNS = ["结算单元", "结算科目", "户号", "金额(元)", "退补月份"]
OTHERS = [
    ("U1/conventional", "退补电费", "U1", "-12.34", ""),
    ("U1/conventional", "合同电费", "", "-6000.5", "2021-02"),
    ("U1/conventional", "政府性基金及附加", "U1", "7", "2020-12"),
    ("U1/conventional", "政府性基金及附加", "U1", "1", "2020-12"),
]
"""What the statement has of other months."""
ROWS = [
    (MONTH, "correction", "U1/conventional", "-12.34", "", "U1"),
    (MONTH, "energy", "U1/conventional", "-6000.5", "2021-02", ""),
    (MONTH, "funds", "U1/conventional", "8", "2020-12", "U1"),
]


def run(**tables: pd.DataFrame) -> gridsim.Result:
    given = market(**tables)
    del given["billing"]
    return gridsim.run(scenario_from_tables(given, name="checked", year=2021, rules="henan-2021"))


def statement() -> pd.DataFrame:
    """All that the ledger has of the unit's month, and the others."""
    ledger = run().exact.ledger
    sums = ledger[ledger["unit_id"] == "U1/conventional"].groupby("item")["amount_micro_yuan"].sum()
    own = [("U1/conventional", item, "", f"{amount / 10**6:.2f}", "") for item, amount in sums.items()]
    return pd.DataFrame([*own, *OTHERS], columns=COLUMNS).assign(结算月份=MONTH)


@pytest.fixture(scope="module")
def theirs() -> pd.DataFrame:
    return statement()


@pytest.fixture(scope="module")
def found(theirs: pd.DataFrame) -> Any:
    return run().reconcile(theirs)


def test_each_line_of_another_month_is_a_row_of_the_table(found: Any) -> None:
    assert list(found.corrections.itertuples(index=False, name=None)) == ROWS
    kinds = [(cause.kind, cause.where.get("user_id")) for each in found.found for cause in each.causes]
    assert sorted(kinds, key=str) == [("correction", "U1"), ("correction", None)]
    assert all(each.is_named for each in found.found)
    assert [step.amount for step in found.steps if step.kind in ("printing", "unexplained")] == [0, 0]


def test_rows_that_were_taken_in_agree_and_are_not_offered_again(found: Any, theirs: pd.DataFrame) -> None:
    rows = found.corrections.assign(corrects_month=lambda table: table["corrects_month"].replace("", "2021-01"))
    again = run(corrections=rows.astype("str")).reconcile(theirs)
    lines = again.lines[again.lines["item"] == "correction"]
    assert set(lines["status"]) == {"equal"} and len(lines) == 2
    assert again.corrections.empty
    assert "correction" not in {cause.kind for each in again.found for cause in each.causes}
    part = run(corrections=rows.astype("str").iloc[:1]).reconcile(theirs)
    assert list(part.corrections.itertuples(index=False, name=None)) == ROWS[1:]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_document_and_workbook_have_the_rows_ready_to_paste(found: Any, lang: Any, tmp_path: Path) -> None:
    text = " ".join(terminal_text(found.document(lang), width=200).split())
    assert ("corrects_month" if lang == "en" else "退补月份") in text
    assert ("which the statement does not tell" if lang == "en" else "结算单未写明") in text
    path = found.to_excel(tmp_path / "checked.xlsx", lang)
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_name("corrections").to_python()
    frame = pd.DataFrame(sheet[1:], columns=sheet[0]).astype("str").replace("", pd.NA).fillna("")
    month = "corrects_month" if lang == "en" else "退补月份"
    frame.loc[frame[month] == "", month] = "2021-01"
    result = run(corrections=frame)
    paid = result.exact.ledger.query("item == 'correction'")
    assert sorted(paid["amount_micro_yuan"]) == [-6_000_500_000, -12_340_000, 8_000_000]


def test_a_month_that_cannot_be_read_is_a_fault(theirs: pd.DataFrame) -> None:
    with pytest.raises(gridsim.ScenarioError, match="not a month"):
        run().reconcile(theirs.assign(退补月份="去年"))


def test_what_a_generator_is_paid_for_another_month_goes_into_no_table() -> None:
    result = gridsim.run(gridsim.load(SCENARIOS / "jiangsu-2023-mini"))
    paid = result.ledger[(result.ledger["payee"] == "G1") & ~result.ledger["trial"]]
    frame = pd.DataFrame({"月份": paid["month"], "科目": paid["item"], "电费(元)": paid["amount_yuan"].round(2)})
    frame.loc[len(paid) + 1] = [paid["month"].iloc[0], "退补电费", 88.0]
    found = result.reconcile(frame, party="G1")
    assert "correction" in set(found.causes["kind"])
    assert not len(found.corrections)
    assert "go into no table" in "\n".join(map(str, found.document("en")))
