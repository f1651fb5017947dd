"""Bills of customers: every line of a month to the fen, and nothing of anybody else in any byte."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import gridsim
from gridsim.io import scenario_from_tables
from gridsim.report.statements import write_statements
from gridsim.words import Lang
from tests.settlement.test_billing import market, rows
from tests.shared import SCENARIOS

RENAMED = {
    "G1": "plant-aaaa", "R": "seller-bbbb", "U1": "user-cccc", "U2": "user-dddd", "U3": "user-eeee",
    "U4": "user-ffff", "U5": "user-gggg", "C1": "contract-hhhh",
}  # fmt: skip
"""Ids that no other text of a workbook could be."""


@pytest.fixture(scope="module")
def result() -> gridsim.Result:
    tables = {name: frame.replace(RENAMED) for name, frame in market().items()}
    bought = {"session": "a", "contract_id": "contract-iiii", "generator_id": "plant-aaaa", "buyer_id": "seller-bbbb"}
    bought |= {"product": "total", "month": "2021-05", "energy_mwh": "15", "price_yuan_per_mwh": "371.373"}
    bought |= {"filed_at": "2020-12-01", "confirmed_at": "2020-12-02"}
    tables["bilateral"] = pd.concat([tables["bilateral"], rows(bought)], ignore_index=True)
    contract = {"user_id": "user-eeee", "kind": "fixed", "price": "455.117", "deviation": "own", "rate": "0.1"}
    tables["retail_contracts"] = rows(contract)
    tables["nominations"] = rows({"user_id": "user-eeee", "month": "2021-05", "energy_mwh": "17"})
    return gridsim.run(scenario_from_tables(tables, name="all of seller-bbbb", year=2021, rules="henan-2021"))


def contents(path: Path) -> str:
    """Every part of a workbook: sheets, shared texts, comments, names, properties."""
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())


def bill(result: gridsim.Result, path: Path, user: str, lang: Lang = "en") -> Path:
    written = write_statements(result, path / f"{user}.xlsx", users=[user], lang=lang)
    assert (written.sheets, written.others) == (1, 0)
    return written.path


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("user", ["user-cccc", "user-eeee", "user-ffff", "user-gggg"])
def test_a_bill_holds_every_line_of_its_user_and_of_nobody_else(
    result: gridsim.Result, tmp_path: Path, user: str, lang: Lang
) -> None:
    path = bill(result, tmp_path, user, lang)
    ledger = result.exact.ledger
    mine = ledger[(ledger["payer"] == user) & ~ledger["trial"]]
    parties = {user, *mine["payee"]} | ({"contract-hhhh"} if user == "user-cccc" else set())
    if user == "user-eeee":
        parties.add("seller-bbbb")  # who supplies it
    text = contents(path)
    assert [name for name in RENAMED.values() if name not in parties and name in text] == []
    for private in ("contract-iiii", "371.373", "all of", *([] if user == "user-eeee" else ["455.117"])):
        assert private not in text
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(1).to_python()
    total = next(row[2] for row in sheet if row[0] in ("Total [yuan]", "合计金额（元）"))
    assert total == round(int(mine["amount_micro_yuan"].sum()) / 10**6, 2)
    numbers = {str(row[10]) for row in sheet if len(row) > 10 and isinstance(row[0], float)}
    assert {f"{line}" for line in mine["line"]} <= {number.removesuffix(".0") for number in numbers}


@pytest.mark.slow
def test_the_statement_of_a_unit_holds_no_other_buyer_and_no_bill(result: gridsim.Result, tmp_path: Path) -> None:
    path = write_statements(result, tmp_path / "r.xlsx", units=["seller-bbbb/conventional"], lang="en").path
    text = contents(path)
    others = ("user-cccc", "user-dddd", "user-ffff", "user-gggg", "contract-hhhh")
    assert [name for name in others if name in text] == []
    assert "Capacity charge" not in text
    assert "455.117" in text  # what its own user pays it, in the annex
    index = CalamineWorkbook.from_path(write_statements(result, tmp_path / "all.xlsx", lang="en").path)
    outside = [row for row in index.get_sheet_by_index(0).to_python() if "outside the market" in row]
    assert sorted(row[1] for row in outside) == ["user-ffff", "user-gggg"]
    shown = {row[1]: row[9] for row in outside}
    ledger = result.exact.ledger
    for user, amount in shown.items():
        assert amount == round(int(ledger.loc[ledger["payer"] == user, "amount_micro_yuan"].sum()) / 10**6, 2)


@pytest.mark.slow
def test_what_is_not_there_is_told(result: gridsim.Result, tmp_path: Path) -> None:
    with pytest.raises(gridsim.ResultError, match="nearest: user-cccc"):
        write_statements(result, tmp_path / "x.xlsx", users=["user-ccc"])
    with pytest.raises(gridsim.ResultError, match="not both"):
        write_statements(result, tmp_path / "x.xlsx", users=["user-cccc"], units=["user-cccc/conventional"])
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.slow
def test_a_bill_of_a_retailer_with_thirty_users_names_no_other_user_and_no_seller(tmp_path: Path) -> None:
    result = gridsim.run(SCENARIOS / "retailer-2021")
    path = write_statements(result, tmp_path / "u.xlsx", users=["U01"], months=["2021-05"], lang="zh").path
    texts = " ".join(re.findall(r"<t[^>]*>([^<]*)</t>", contents(path)))
    users = result.inputs["users"].column("user_id").to_pylist()
    sellers = result.inputs["generators"].column("generator_id").to_pylist()
    others = [*(user for user in users if user != "U01"), *sellers, "MARKET", result.manifest["scenario"]["name"]]
    assert [name for name in others if re.search(rf"\b{re.escape(name)}\b", texts)] == []
    assert "功率因数0.91" in texts
    assert re.search(r"\bU01\b", texts)
