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


LINES = "结算月份,交易品种,结算科目,电量(兆瓦时),电费(元)\n"
PEAK = "2021-05,peak,energy,10.5,1000.11\n"
FLAT = "2021-05,flat,energy,20,2000.22\n"
VALLEY = "2021-05,valley,energy,30,3000.33\n"


@pytest.mark.parametrize(
    ("text", "adds_up"),
    [
        (LINES + PEAK + FLAT + VALLEY + ",,,60.5,6000.66\n", [(0, 1, 2)]),
        (LINES + ",,,60.5,6000.66\n" + PEAK + FLAT + VALLEY, [(0, 1, 2)]),
        (LINES + PEAK + FLAT + VALLEY + "2021-05,,,60.5,6000.66\n", [(0, 1, 2)]),
        (LINES + PEAK + FLAT + VALLEY + ",,,,6000.66\n", [(0, 1, 2)]),
        (LINES + PEAK + FLAT + ",,,30.5,3000.33\n" + VALLEY + ",,,60.5,6000.66\n", [(0, 1), (0, 1, 2)]),
        (LINES + PEAK + FLAT + "小计,,,30.5,3000.33\n" + VALLEY + "合计,,,60.5,6000.66\n", [(0, 1), (0, 1, 2)]),
    ],
    ids=["below", "above", "with its month", "of money alone", "of parts and of all", "with labels"],
)  # fmt: skip
def test_a_row_that_names_nothing_is_a_total_if_it_adds_up(
    text: str, adds_up: list[tuple[int, ...]], scenario: Scenario, tmp_path: Path
) -> None:
    found = read(text, scenario, tmp_path)
    assert found.statement.lines["product"].tolist() == ["peak", "flat", "valley"]
    assert [total.rows for total in found.statement.totals] == adds_up
    assert ("taken as a row of totals" in str(found.left_out)) == ("计" not in text[len(LINES) :])


def test_a_row_that_names_nothing_and_adds_up_nothing_is_a_fault(scenario: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(LINES + PEAK + FLAT + ",,,60.5,6000.66\n", scenario, tmp_path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column) == ("statement.csv", 4, "结算月份, 交易品种, 结算科目")
    assert "its 电费(元) comes to 6,000.66 yuan, that of all lines above to 3,000.33 yuan" in fault.message


def test_names_that_merged_cells_have_lost_are_faults(scenario: Scenario, tmp_path: Path) -> None:
    """A CSV file has a merged name in its first row alone: the others say no month and no item."""
    with pytest.raises(ScenarioError) as caught:
        read(LINES + PEAK + FLAT.replace("2021-05", "").replace("energy", ""), scenario, tmp_path)
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(3, "结算月份, 结算科目")]


def test_figures_that_formulas_left_are_read_to_nine_decimals(scenario: Scenario) -> None:
    """A workbook has 2066.8507 as 2066.8507000000002, and whatever a division comes to."""
    rows = [["结算月份", "交易品种", "结算科目", "电量(万千瓦时)", "电价(元/千瓦时)", "电费(万元)"],
            ["2021-05", "peak", "energy", 2066.8507000000002, 1 / 3, 827.1162199999999]]  # fmt: skip
    frame = pd.DataFrame(rows[1:], columns=rows[0], dtype=object)
    statement = read_statement(frame, scenario, StatementMap.model_validate({"party": "R1"})).statement
    assert statement.energy.exact.tolist() == [20_668_507]
    assert statement.amount.exact.tolist() == [8_271_162_200_000]
    assert statement.price.steps.tolist() == [333_333_333_333]


def test_a_unit_that_nothing_names_is_told(scenario: Scenario, tmp_path: Path) -> None:
    text = "结算月份,交易品种,结算科目,电量,电费\n2021-05,peak,energy,10,1000\n"
    notes = list(map(str, read(text, scenario, tmp_path).notes))
    assert notes == ["statement.csv: no unit stands with 电量; read in MWh",
                     "statement.csv: no unit stands with 电费; read in yuan"]  # fmt: skip
    above = "单位：兆瓦时、元,,,,\n" + text
    assert read(above, scenario, tmp_path).notes == []
