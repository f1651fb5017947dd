"""Workbooks: types of cells, and faults that name sheet and row."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

import gridsim
from gridsim.io.report_faults import fault_report
from tests.io.building import FILES, write_files
from tests.io.workbooks import Cells, write_workbook
from tests.shared import faults_of

GENERATORS: Cells = [["generator_id", "name"], ["G1", "One"], ["G2", "Two"]]


def test_headings_below_empty_rows_and_blank_rows_at_the_end(tmp_path: Path) -> None:
    cells: Cells = [
        [],
        [None, "generator_id", None, "name"],
        [None, "G1", None, "One"],
        [None, "G2"],
        [],
        [""],
    ]
    loaded = gridsim.load(write_workbook(tmp_path, {"generators": cells}, instead_of=("generators",)))
    assert loaded.tables["generators"]["generator_id"].tolist() == ["G1", "G2"]


def test_numbers_and_dates_as_people_type_them(tmp_path: Path) -> None:
    orders: Cells = [
        FILES["orders.csv"].splitlines()[0].split(","),
        ["AM", "G1", "sell", "total", 2021, None, 340, 100.125, dt.datetime(2020, 12, 10, 10, 20)],
        ["AM", "U1", "buy", "total", dt.date(2021, 3, 1), None, "345.5", 80, "2020-12-10 10:01"],
    ]
    loaded = gridsim.load(write_workbook(tmp_path, {"orders": orders}, instead_of=("orders",))).tables["orders"]
    assert loaded["month"].tolist() == ["2021", "2021-03"]
    assert loaded["energy_kwh"].tolist() == [100_125, 80_000]
    assert loaded["price_micro_yuan_per_kwh"].tolist() == [340_000, 345_500]
    assert [str(time) for time in loaded["submitted_at"]] == ["2020-12-10 10:20:00", "2020-12-10 10:01:00"]


def test_faults_name_sheet_and_data_row(tmp_path: Path) -> None:
    history: Cells = [
        ["user_id", "year", "energy_mwh"],
        ["U1", 2019, 6000.1234],
        ["U1", 2020.5, dt.date(2020, 1, 1)],
        ["U2", 2020, True],
    ]
    places = [
        (f.file, f.row, f.column, f.value, f.message)
        for f in faults_of(gridsim.load, write_workbook(tmp_path, {"history": history}, instead_of=("history",)))
    ]
    assert places == [
        ("tables.xlsx:history", 1, "energy_mwh", "6000.1234", "more than 3 decimals"),
        ("tables.xlsx:history", 2, "year", "2020.5", "not a whole number"),
        ("tables.xlsx:history", 2, "energy_mwh", "2020-01-01", "not a number"),
        ("tables.xlsx:history", 3, "energy_mwh", "true", "not a number"),
    ]


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        (
            {"generators": GENERATORS},
            ("generators.csv", "two files for table generators: generators.csv and tables.xlsx:generators"),
        ),
        ({"Generator": GENERATORS}, ("tables.xlsx:Generator", "unknown sheet")),
        (
            {"发电企业": GENERATORS},
            ("generators.csv", "two files for table generators: generators.csv and tables.xlsx:发电企业"),
        ),
        ({"发电企业表": GENERATORS}, ("tables.xlsx:发电企业表", "unknown sheet")),
        ({"load": []}, ("meter", "both meter and load are given")),
    ],
)
def test_sheets_in_the_wrong_place(tmp_path: Path, sheets: dict[str, Cells], expected: tuple[str, str]) -> None:
    faults = faults_of(gridsim.load, write_workbook(tmp_path, sheets, instead_of=()))
    assert (faults[0].file, faults[0].message) == expected


def test_other_sheets_are_left_alone_and_named(tmp_path: Path) -> None:
    sheets: dict[str, Cells] = {"Sheet1": [], "_notes": [["x"]], "charts of ours": [["x"]]}
    loaded = gridsim.load(write_workbook(tmp_path, sheets, instead_of=()))
    assert loaded.warnings == ("tables.xlsx: sheet 'charts of ours' is no table of a scenario and was not read",)


def test_midnight_is_a_date_alone_and_said(tmp_path: Path) -> None:
    sessions: Cells = [line.split(",") for line in FILES["sessions.csv"].splitlines()]
    sessions[1][4] = dt.datetime(2020, 12, 8)
    loaded = gridsim.load(write_workbook(tmp_path, {"sessions": sessions}, instead_of=("sessions",)))
    assert str(loaded.tables["sessions"]["closes_at"][0]) == "2020-12-08 23:59:59"
    assert loaded.warnings == (
        "tables.xlsx:sessions: closes_at without a time of day (or at midnight) counts as 23:59:59 of that day",
    )


def test_a_workbook_that_is_none(tmp_path: Path) -> None:
    write_files(tmp_path)
    shutil.copy(tmp_path / "users.csv", tmp_path / "tables.xlsx")
    (fault,) = faults_of(gridsim.load, tmp_path)
    assert fault.file == "tables.xlsx"
    assert "not an Excel workbook" in fault.message


@pytest.mark.parametrize("cells", [[], [[None]]])
def test_an_empty_sheet(tmp_path: Path, cells: Cells) -> None:
    (fault,) = faults_of(gridsim.load, write_workbook(tmp_path, {"history": cells}, instead_of=("history",)))
    assert (fault.file, fault.message) == ("tables.xlsx:history", "empty sheet")


def test_faults_name_the_cell(tmp_path: Path) -> None:
    users: Cells = [[None, *line.split(",")] for line in FILES["users.csv"].splitlines()]
    users[0][2] = "nam"  # C3, a misspelt heading
    users[2][6] = "tuo"  # G5
    sheets: dict[str, Cells] = {"电力用户": [[], [], *users]}
    folder = write_workbook(tmp_path, sheets, instead_of=("users",))
    faults = faults_of(gridsim.load, folder)
    assert [(fault.file, fault.cell, fault.row, fault.column, fault.value) for fault in faults] == [
        ("tables.xlsx:电力用户", "C3", None, "nam", None),
        ("tables.xlsx:电力用户", "G5", 2, "mode", "tuo"),
    ]
    assert str(faults[1]).startswith("tables.xlsx:电力用户, cell G5, row 2, mode: unknown value (value: 'tuo')")
    report = fault_report(faults, "small")
    assert "tables.xlsx:电力用户\n" in report
    assert "  cell G5, row 2, mode: unknown value (value: tuo)" in report


def test_checks_of_the_scenario_name_the_cell_too(tmp_path: Path) -> None:
    history: Cells = [["user_id", "year", "energy_mwh"], ["U1", 2019, 6000], ["U9", 2019, 1], [], ["U1", 2019, 7]]
    places = [
        (fault.cell, fault.message)
        for fault in faults_of(gridsim.load, write_workbook(tmp_path, {"历史电量": history}, instead_of=("history",)))
    ]
    assert places == [
        ("A3", "not in users"),
        ("4:4", "empty row"),
        ("A5, B5", "duplicate row: row 1 has the same"),
    ]


def test_sheets_by_their_chinese_names(tmp_path: Path) -> None:
    folder = write_workbook(tmp_path, {"发电企业": GENERATORS}, instead_of=("generators",))
    assert gridsim.load(folder).tables["generators"]["generator_id"].tolist() == ["G1", "G2"]
    both: dict[str, Cells] = {"generators": GENERATORS, "发电企业": GENERATORS}
    (fault,) = faults_of(gridsim.load, write_workbook(tmp_path / "both", both, instead_of=("generators",)))
    assert (fault.file, fault.message) == (
        "tables.xlsx:发电企业",
        "two sheets for table generators: generators and 发电企业",
    )


def test_numbers_as_text_are_read(tmp_path: Path) -> None:
    history: Cells = [["用户编号", "年份", "电量"], ["U1", "2019", " 6000.125 "], ["U1", 2020, 7000]]
    loaded = gridsim.load(write_workbook(tmp_path, {"历史电量": history}, instead_of=("history",)))
    assert loaded.tables["history"]["energy_kwh"].tolist() == [6_000_125, 7_000_000]
