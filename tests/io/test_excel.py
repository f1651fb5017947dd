"""Workbooks: types of cells, and faults that name sheet and row."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

import gridsim
from gridsim.io.report_faults import fault_report
from tests.io.building import FILES, write_files
from tests.shared import faults_of

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
        ("5:5", "duplicate row: row 1 has the same"),
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


NOT_WHAT_IT_SEEMS: list[tuple[str, int, object, str, str]] = [
    # column of bilateral, its place, the cell, the message, a word of what is right
    ("filed_at", 8, 44172.375, "not an ISO 8601 time", "write 2020-12-07 09:00:00"),
    ("filed_at", 8, "２０２０-12-07", "full-width characters", "write 2020-12-07"),
    ("month", 5, dt.date(2021, 3, 15), "not a delivery", "write 2021-03 if that month is meant"),
    ("month", 5, 44256, "not a delivery", "write 2021-03"),
    ("month", 5, "2021年3月", "not a delivery", "write 2021-03"),
    ("energy_mwh", 6, "１２０", "full-width digits", "write 120"),
    ("energy_mwh", 6, "1,200", "a thousands separator", "write 1200"),
    ("energy_mwh", 6, "35%", "a percentage", "a plain number"),
    ("energy_mwh", 6, 0.1 + 0.7, "more than 3 decimals", "write 0.8, in a formula =ROUND(…,3)"),
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


def test_numbers_as_text_are_read(tmp_path: Path) -> None:
    history: Cells = [["用户编号", "年份", "电量"], ["U1", "2019", " 6000.125 "], ["U1", 2020, 7000]]
    loaded = gridsim.load(write_workbook(tmp_path, {"历史电量": history}, instead_of=("history",)))
    assert loaded.tables["history"]["energy_kwh"].tolist() == [6_000_125, 7_000_000]


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
