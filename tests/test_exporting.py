"""Result tables for people: every amount as it is, headings, codes and flags in Chinese."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

import gridsim
from gridsim import exporting
from gridsim.market_tables import result_tables
from gridsim.scenario.meant import Meant
from tests.shared import SCENARIOS, as_user, fresh, stored

RETAILER = SCENARIOS / "retailer-2021"


@pytest.fixture(scope="module")
def ledger() -> list[list[str]]:
    """The ledger of the retailer in exact decimals, as the formats page has it."""
    import tempfile

    folder = Path(tempfile.mkdtemp())
    (written,) = fresh(RETAILER).export(folder, "csv", headings="en", tables=["ledger"])
    return rows_of(written)


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_english_is_the_formats_page(ledger: list[list[str]]) -> None:
    result = fresh(RETAILER)
    assert ledger[0] == [column.name for column in result_tables(result.rules.shape)["ledger"]]
    exact = result.exact.ledger
    amounts = [int(Decimal(row[ledger[0].index("amount_yuan")]) * 10**6) for row in ledger[1:]]
    assert amounts == exact["amount_micro_yuan"].tolist()


def test_chinese_has_chinese_headings_codes_and_flags_and_the_same_amounts(
    tmp_path: Path, ledger: list[list[str]]
) -> None:
    written = fresh(RETAILER).export(tmp_path, "csv")
    names = {path.name for path in written}
    assert {"台账.csv", "结算头寸.csv", "成交.csv"} <= names and len(names) == 9
    table = rows_of(tmp_path / "台账.csv")
    assert table[0][:6] == ["行号", "月份", "科目", "付款方", "收款方", "结算单元"]
    at = ledger[0].index("amount_yuan")
    assert [row[at] for row in table[1:]] == [row[at] for row in ledger[1:]]
    shown = {cell for row in table[1:] for cell in row}
    assert {"合同电费", "电网企业", "R1/分时段", "否"} <= shown
    assert not shown & {"energy", "peak", "GRID", "R1/tou", "tou", "true", "false"}


def test_the_workbook_has_a_sheet_for_each_table_and_its_numbers_are_numbers(tmp_path: Path) -> None:
    (path,) = fresh(RETAILER).export(tmp_path / "tables.xlsx")
    book = CalamineWorkbook.from_path(path)
    assert book.sheet_names[-3:] == ["台账", "未采用", "合规"]
    rows = book.get_sheet_by_name("台账").to_python()
    amounts = fresh(RETAILER).ledger["amount_yuan"].tolist()
    assert [row[rows[0].index("金额")] for row in rows[1:]] == amounts


def test_parquet_holds_decimals_under_chinese_headings(tmp_path: Path) -> None:
    (path,) = fresh().export(tmp_path, "parquet", tables=["positions"])
    table = pq.read_table(path)
    assert path.name == "结算头寸.parquet" and table.column_names[:3] == ["结算单元", "月份", "交易品种"]
    assert str(table.schema.field("合同电量").type).startswith("decimal")


def test_wrong_asks_are_told_of_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(gridsim.ResultError, match=r"no table 'ledgr'.*nearest: ledger"):
        fresh().export(tmp_path / "a", "csv", tables=["ledgr"])
    with pytest.raises(ValueError, match="format must be one of csv, parquet, xlsx"):
        fresh().export(tmp_path / "a", "xls")  # type: ignore[arg-type]
    for name in ("a.csv", "a"):  # which people take for a file of text, or for a folder
        with pytest.raises(gridsim.ResultError, match=r"ends with \.xlsx; the formats csv and parquet"):
            fresh().export(tmp_path / name)
    monkeypatch.setattr(exporting, "MOST_ROWS", 10)
    with pytest.raises(gridsim.ResultError, match=r"a sheet of Excel can hold 10; csv and parquet"):
        fresh().export(tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_the_command(tmp_path: Path) -> None:
    stored(tmp_path / "result")
    told = as_user("export", tmp_path / "result", "--out", tmp_path / "t.xlsx", "--lang", "zh")
    assert "t.xlsx（1 个文件）" in told.stdout
    told = as_user("export", tmp_path / "result", "--out", tmp_path / "result", "--format", "csv", expect=2)
    assert "another folder" in told.stderr


def test_units_are_read_with_the_name_of_the_mode() -> None:
    shape = fresh().rules.shape
    known = ["R1/tou", "售电/一/tou"]
    asked = ("R1/分时段", "R1/tou", "R1", "售电/一/分时段")
    assert [Meant(shape, {}, 2021).value("unit", written, known) for written in asked] == [
        "R1/tou",
        "R1/tou",
        "R1",
        "售电/一/tou",
    ]
    assert str(fresh().explain("R1/分时段", "2021-06")) == str(fresh().explain("R1/tou", "2021-06"))
