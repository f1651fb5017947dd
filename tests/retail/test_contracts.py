"""Retail contracts and nominations as they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim.retail.contracts import NOT_NOMINATED, retail_book
from tests.retail.worked import WORKED, write_worked


def test_the_worked_month(tmp_path: Path) -> None:
    book = retail_book(gridsim.load(write_worked(tmp_path)))
    fixed, share, plus = book.contracts
    assert (fixed.kind, set(fixed.prices), fixed.is_by_period) == ("fixed", {440_000}, False)
    assert (share.reference, share.share, share.floor, share.cap) == (450_000, 5_000, 430_000, None)
    assert (plus.fee, plus.rate, plus.deviation_price, plus.free) == (25_000, 1_000, None, 0)
    assert [each.capped for each in book.contracts] == [True, True, False]
    assert book.contract_of.tolist() == [[0] * 12, [1] * 12, [2] * 12]
    assert book.nominations.of_month[:, 4].tolist() == [360_000, 400_000, 240_000]
    assert (book.nominations.of_month[:, 5] == NOT_NOMINATED).all()
    assert not book.nominations.is_by_period(0, 4)


def test_months_prices_by_period_and_chinese_headings(tmp_path: Path) -> None:
    contracts = (
        "用户编号,起始月份,终止月份,定价方式,零售电价,峰段零售电价,服务费\n"
        "U1,,2021-03,cost_plus,,,-5\nU1,2021-05,2021-07,fixed,440,500.001,\nU2,2020-11,2020-12,cost_plus,,,1\n"
        "U3,2022-01,,cost_plus,,,1\n"
    )
    users = WORKED["users.csv"].replace("true,conventional", "false,conventional")
    nominations = "用户编号,月份,时段,申报电量\nU1,2021-05,flat,7.001\n"
    files = {"retail_contracts.csv": contracts, "users.csv": users, "nominations.csv": nominations}
    book = retail_book(gridsim.load(write_worked(tmp_path, files)))
    assert book.contract_of[0].tolist() == [0, 0, 0, -1, 1, 1, 1, -1, -1, -1, -1, -1]
    assert (book.contract_of[1:] == -1).all()
    assert book.contracts[0].fee == -5_000
    assert book.contracts[1].prices == (500_001, 440_000, 440_000)
    assert book.contracts[1].is_by_period
    found = book.at(0, 4)
    assert found is book.contracts[1]
    assert book.at(0, 3) is None
    assert book.nominations.of_period[0, 4].tolist() == [-1, 7_001, -1]
    assert book.nominations.is_by_period(0, 4)


@pytest.mark.parametrize("table", ["retail_contracts.csv", "nominations.csv"])
def test_tables_without_rows_change_no_hash(tmp_path: Path, table: str) -> None:
    without = write_worked(tmp_path / "a", {"retail_contracts.csv": None, "nominations.csv": None})
    hash_of = gridsim.load(without).hash
    head = WORKED[table].partition("\n")[0]
    (without / table).write_text(head + "\n", encoding="utf-8")
    assert gridsim.load(without).hash == hash_of
    assert gridsim.load(write_worked(tmp_path / "b")).hash != hash_of
