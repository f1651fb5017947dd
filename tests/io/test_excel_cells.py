"""What a workbook says of its cells beside their values."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

import gridsim
from tests.io.building import FILES, write_files
from tests.io.workbooks import Cells, write_workbook
from tests.shared import faults_of


def test_formulas_that_ended_in_an_error_are_no_empty_cells(tmp_path: Path) -> None:
    users: Cells = [line.split(",") for line in FILES["users.csv"].splitlines()]
    users[1][7] = "=#N/A"  # exit_month, which may be empty
    users[2][6] = "=#REF!"  # retailer_id, which may be empty
    faults = faults_of(gridsim.load, write_workbook(tmp_path, {"users": users}, instead_of=("users",)))
    assert [(fault.row, fault.column, fault.value, fault.message) for fault in faults] == [
        (1, "exit_month", "#N/A", "not a month"),
        (2, "retailer_id", "#REF!", "a formula that ended in an error"),
        (2, "retailer_id", "#REF!", "not in retailers"),
    ]


def test_ids_whose_digits_a_spreadsheet_has_lost(tmp_path: Path) -> None:
    cells: Cells = [["generator_id"], ["G1"], ["G2"], [12345678901234567890]]
    (fault,) = faults_of(gridsim.load, write_workbook(tmp_path, {"generators": cells}, instead_of=("generators",)))
    assert (fault.row, fault.message) == (3, "a number that a spreadsheet has shortened")


NOT_WHAT_IT_SEEMS: list[tuple[str, int, object, str, str]] = [
    # column of bilateral, its place, the cell, the message, a word of what is right
    ("filed_at", 8, 44172.375, "not an ISO 8601 time", "write 2020-12-07 09:00:00"),
    ("month", 5, dt.date(2021, 3, 15), "not a delivery", "write 2021-03 if that month is meant"),
    ("month", 5, 44256, "not a delivery", "write 2021-03"),
    ("energy_mwh", 6, "１２０", "full-width digits", "write 120"),
    ("energy_mwh", 6, "1,200", "a thousands separator", "write 1200"),
    ("energy_mwh", 6, "35%", "a percentage", "a plain number"),
    ("energy_mwh", 6, 0.80000000000001, "more than 3 decimals", "write 0.8, in a formula =ROUND(…,3)"),
    ("price_yuan_per_mwh", 7, "=#VALUE!", "not a number", "a number of yuan/MWh"),
    ("generator_id", 2, "G1 ", "a space at its beginning or end", "write G1"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "place", "cell", "message", "right"), NOT_WHAT_IT_SEEMS)
def test_what_excel_makes_of_cells(
    tmp_path: Path, column: str, place: int, cell: object, message: str, right: str
) -> None:
    bilateral: Cells = [line.split(",") for line in FILES["bilateral.csv"].splitlines()]
    bilateral[4][place] = cell
    faults = faults_of(gridsim.load, write_workbook(tmp_path, {"双边合同": bilateral}, instead_of=("bilateral",)))
    assert [(fault.cell, fault.column, fault.message) for fault in faults] == [
        ("ABCDEFGHIJ"[place] + "5", column, message)
    ]
    assert right in faults[0].allowed


def small_workbook(folder: Path) -> xlsxwriter.Workbook:
    write_files(folder, {"history.csv": None})
    return xlsxwriter.Workbook(folder / "tables.xlsx")


def test_percentages(tmp_path: Path) -> None:
    with small_workbook(tmp_path) as book:
        sheet = book.add_worksheet("history")
        sheet.write_row(0, 0, ["user_id", "year", "energy_mwh"])
        for row, text in enumerate(('0.00"%"', "0%", "0.00%;[Red]-0.00%", "0.000"), start=1):
            sheet.write_row(row, 0, ["U1", 2016 + row])
            sheet.write_number(row, 2, 0.35, book.add_format({"num_format": text}))
    found = [(fault.cell, fault.value, fault.message) for fault in faults_of(gridsim.load, tmp_path)]
    assert found == [(cell, "35%", "a number shown as a percentage") for cell in ("C3", "C4")]


def test_merged_cells(tmp_path: Path) -> None:
    with small_workbook(tmp_path) as book:
        sheet = book.add_worksheet("history")
        sheet.write_row(0, 0, ["user_id", "year", "energy_mwh"])
        sheet.write_column(1, 1, [2019, 2020])
        sheet.write_column(1, 2, [6000, 7000])
        sheet.merge_range(1, 0, 2, 0, "U1")
        sheet.merge_range(9, 0, 12, 2, "")  # below the table, and empty
    (fault,) = faults_of(gridsim.load, tmp_path)
    assert (fault.cell, fault.message) == ("A2", "merged cells A2:A3")
    assert "unmerge" in fault.allowed


def test_formulas_without_a_result(tmp_path: Path) -> None:
    with small_workbook(tmp_path) as book:
        sheet = book.add_worksheet("history")
        sheet.write_row(0, 0, ["user_id", "year", "energy_mwh"])
        sheet.write_row(1, 0, ["U1", 2019])
        sheet.write_formula(1, 2, "=1+2", value="VALUE")
        sheet.write_formula(1, 3, '=""', value="")
    without = {b"<v>VALUE</v>": b"<v></v>", b't="str"><f>1+2': b"><f>1+2"}
    replace_in_workbook(tmp_path / "tables.xlsx", without)
    found = [(fault.cell, fault.message) for fault in faults_of(gridsim.load, tmp_path)]
    assert ("C2", "a formula without a result") in found


def replace_in_workbook(path: Path, parts: dict[bytes, bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            if name.startswith("xl/worksheets/sheet"):
                for old, new in parts.items():
                    assert old in data
                    data = data.replace(old, new)
            archive.writestr(name, data)


def test_formulas_are_taken_with_their_results_and_a_hidden_sheet_is_told_of(tmp_path: Path) -> None:
    with small_workbook(tmp_path) as book:
        book.add_worksheet("_mine")
        sheet = book.add_worksheet("历史电量")
        sheet.hide()
        sheet.write_row(0, 0, ["user_id", "year", "energy_mwh"])
        sheet.write_row(1, 0, ["U1", 2019])
        sheet.write_formula(1, 2, "=5000+1000.5", value=6000.5)
    loaded = gridsim.load(tmp_path)
    assert loaded.tables["history"]["energy_kwh"].tolist() == [6_000_500]
    hidden, left = loaded.warnings
    assert hidden == "tables.xlsx:历史电量: the sheet is hidden, and was read all the same"
    assert left.startswith("tables.xlsx:历史电量: the results of 1 formulas were taken")
