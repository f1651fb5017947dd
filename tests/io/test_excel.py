"""Workbooks: types of cells, and faults that name sheet and row."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import xlsxwriter

import gridsim
from gridsim import Fault, ScenarioError
from tests.io.building import FILES, write_files

Cells = list[list[object]]

GENERATORS: Cells = [["generator_id", "name"], ["G1", "One"], ["G2", "Two"]]


def write_workbook(folder: Path, sheets: dict[str, Cells], *, instead_of: tuple[str, ...]) -> Path:
    """The small scenario, some of its tables as sheets; text that begins with = is a formula of that result."""
    write_files(folder, {f"{name}.csv": None for name in instead_of})
    with xlsxwriter.Workbook(folder / "tables.xlsx") as book:
        day, time = (book.add_format({"num_format": text}) for text in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"))
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, dt.datetime):
                        sheet.write_datetime(number, place, cell, time)
                    elif isinstance(cell, dt.date):
                        sheet.write_datetime(number, place, dt.datetime.combine(cell, dt.time()), day)
                    elif isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(number, place, "=1/0", value=cell[1:])
                    elif cell is not None:
                        sheet.write(number, place, cell)
    return folder


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioError) as caught:
        gridsim.load(folder)
    return caught.value.faults


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
        for f in faults_of(write_workbook(tmp_path, {"history": history}, instead_of=("history",)))
    ]
    assert places == [
        ("tables.xlsx:history", 1, "energy_mwh", "6000.1234", "more than 3 decimals"),
        ("tables.xlsx:history", 2, "year", "2020.5", "not a whole number"),
        ("tables.xlsx:history", 2, "energy_mwh", "2020-01-01", "not a number"),
        ("tables.xlsx:history", 3, "energy_mwh", "true", "not a number"),
    ]


def test_formulas_that_ended_in_an_error_are_no_empty_cells(tmp_path: Path) -> None:
    users: Cells = [line.split(",") for line in FILES["users.csv"].splitlines()]
    users[1][7] = "=#N/A"  # exit_month, which may be empty
    users[2][6] = "=#REF!"  # retailer_id, which may be empty
    faults = faults_of(write_workbook(tmp_path, {"users": users}, instead_of=("users",)))
    assert [(fault.row, fault.column, fault.value, fault.message) for fault in faults] == [
        (1, "exit_month", "#N/A", "not a month"),
        (2, "retailer_id", "#REF!", "a formula that ended in an error"),
        (2, "retailer_id", "#REF!", "not in retailers"),
    ]


def test_ids_whose_digits_a_spreadsheet_has_lost(tmp_path: Path) -> None:
    cells: Cells = [["generator_id"], ["G1"], ["G2"], [12345678901234567890]]
    (fault,) = faults_of(write_workbook(tmp_path, {"generators": cells}, instead_of=("generators",)))
    assert (fault.row, fault.message) == (3, "a number that a spreadsheet has shortened")


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        (
            {"generators": GENERATORS},
            ("generators.csv", "two files for table generators: generators.csv and tables.xlsx:generators"),
        ),
        ({"Generator": GENERATORS}, ("tables.xlsx:Generator", "unknown sheet")),
        ({"发电企业": GENERATORS}, ("tables.xlsx:发电企业", "unknown sheet")),
        ({"load": []}, ("meter", "both meter and load are given")),
    ],
)
def test_sheets_in_the_wrong_place(tmp_path: Path, sheets: dict[str, Cells], expected: tuple[str, str]) -> None:
    faults = faults_of(write_workbook(tmp_path, sheets, instead_of=()))
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
    (fault,) = faults_of(tmp_path)
    assert fault.file == "tables.xlsx"
    assert "not an Excel workbook" in fault.message


@pytest.mark.parametrize("cells", [[], [[None]]])
def test_an_empty_sheet(tmp_path: Path, cells: Cells) -> None:
    (fault,) = faults_of(write_workbook(tmp_path, {"history": cells}, instead_of=("history",)))
    assert (fault.file, fault.message) == ("tables.xlsx:history", "empty sheet")
