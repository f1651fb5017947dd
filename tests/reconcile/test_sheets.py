"""Sheets of statements: which rows are headings, what stands above them, and columns that may mean two things."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import gridsim
from gridsim.errors import ScenarioError
from gridsim.reconcile.frame_grid import FrameGrid
from gridsim.reconcile.reading import ReadStatement, read_statement
from gridsim.reconcile.sheets import Sheet, find_sheet
from gridsim.reconcile.statement_map import StatementMap
from gridsim.reconcile.words_of_statements import Speech
from gridsim.scenario import Scenario
from tests.statements_forged.market import MARKETS, write_market


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return gridsim.load(write_market(MARKETS["metered"](), tmp_path_factory.mktemp("sheets") / "market"))


def sheet_of(rows: list[list[object]], scenario: Scenario, **given: object) -> Sheet | None:
    grid = FrameGrid(pd.DataFrame(rows[1:], columns=rows[0], dtype=object))
    return find_sheet(grid, Speech(scenario, StatementMap.model_validate(given)))


def read(text: str, scenario: Scenario, folder: Path, **given: object) -> ReadStatement:
    path = folder / "statement.csv"
    path.write_text(text, encoding="utf-8")
    return read_statement(path, scenario, StatementMap.model_validate({"party": "R1"} | given))


def test_headings_of_three_rows_below_a_title(scenario: Scenario) -> None:
    sheet = sheet_of(
        [
            ["合成电费清单", None, None, None, None],
            ["户号", "月份", "合同电量电费", None, "输配电费"],
            [None, None, "电量", "电费", "电费"],
            [None, None, "兆瓦时", "元", "元"],
            ["U1", "2021-05", 1, 2, 3],
        ],
        scenario,
    )
    assert sheet is not None
    assert sheet.first == 5
    said = [(column.said.key, column.said.item, column.said.measure) for column in sheet.columns]
    assert said == [("user_id", "", ""), ("month", "", ""), ("", "energy", "energy"), ("", "energy", "amount"),
                    ("", "transmission", "amount")]  # fmt: skip
    assert [column.said.unit and column.said.unit.unit for column in sheet.columns[2:]] == ["兆瓦时", "元", "元"]


def test_a_group_that_nobody_knows_is_not_taken_for_the_money_of_all(scenario: Scenario, tmp_path: Path) -> None:
    """And one that a map knows is read."""
    rows = [
        ["户号", "月份", "输配电费", "容量补偿"],
        [None, None, "电费", "电费"],
        ["U1", "2021-05", 1, 2],
    ]
    sheet = sheet_of(rows, scenario)
    assert sheet is not None
    assert sheet.unread == ["容量补偿 / 电费"]
    known = sheet_of(rows, scenario, items={"容量补偿": ""})
    assert known is not None
    assert [column.said.item for column in known.measures] == ["transmission", "容量补偿"]


def test_two_columns_for_one_figure_are_a_fault(scenario: Scenario, tmp_path: Path) -> None:
    text = "户号,月份,结算科目,不含税电费(元),含税电费(元)\nU1,2021-05,transmission,100,113\n"
    with pytest.raises(ScenarioError, match="two columns for one figure") as caught:
        read(text, scenario, tmp_path)
    assert caught.value.faults[0].value == "含税电费(元)"
    found = read(text, scenario, tmp_path, left_out=["不含税电费(元)"])
    assert found.statement.amount.exact.tolist() == [113_000_000]
    assert "statement.csv: 不含税电费(元)" in found.left_out
    assert found.used.left_out == ("不含税电费(元)",)


def test_what_stands_above_holds_for_all_lines(scenario: Scenario, tmp_path: Path) -> None:
    """A customer's bill: the account, the month, and the day on which it was printed, which is no month of it."""
    text = (
        "电费账单（合成数据）,,\n户号：U1,结算月份：2021年5月,打印日期：2021年6月3日\n制表日期,2021-07-01,\n"
        "结算科目,电量(kWh),电费(元)\ntransmission,10,5\nfunds,10,1\n"
    )
    lines = read(text, scenario, tmp_path, party="U1").statement.lines
    assert lines["user_id"].tolist() == ["U1", "U1"]
    assert lines["month"].tolist() == ["2021-05", "2021-05"]
