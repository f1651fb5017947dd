"""Workbooks of every form that calamine reads: saved by LibreOffice, imported, and equal."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

import gridsim
from gridsim.importing.opening import open_grids
from tests.importing.forge_exports import Style, rows_of, write
from tests.importing.test_forged import intervals, known
from tests.office import convert


@pytest.mark.slow
def test_xls_and_ods_hold_what_xlsx_holds(tmp_path: Path) -> None:
    load = known()
    style = Style(form="xlsx", heads="cell", dates="cell", ids="number", titles=1, sums=True, unit_in="title")
    book = write(tmp_path / "export", {"四月": rows_of(load, style)}, "xlsx")
    for form in ("xls", "ods"):
        (made,) = convert([book], form, tmp_path)
        assert intervals(gridsim.import_tables(made, "load")) == load.intervals(), form


def test_a_binary_workbook_is_read() -> None:
    """Its numbers are made up; pyxlsbwriter 0.1.0 wrote it, which is no part of gridsim's tests."""
    made = gridsim.import_tables(Path(__file__).parent / "files" / "april.xlsb", "meter")
    assert [(total.who, total.energy_mwh) for total in made.totals] == [
        ("4101000012345", Decimal("32.196")),  # 57.7 kWh a day stand there as 57.699999999999996
        ("4101000012346", Decimal("0.4725")),
    ]


def test_merged_cells_hold_their_value_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("2021年4月")
        sheet.merge_range("A1:E1", "各户电量（单位：千瓦时）")
        sheet.merge_range("A2:A3", "户号")
        sheet.merge_range("B2:D2", "电量")
        sheet.write_row("B3", ["峰", "平", "谷"])
        sheet.write_row("A4", ["U1", 1, 2, 3])
        hidden = book.add_worksheet("2021年5月")
        hidden.write_row("C3", ["户号", "时段", "电量(kWh)"])
        hidden.merge_range("C4:C6", "U1")
        for row, period in enumerate(("峰", "平", "谷")):
            hidden.write_row(3 + row, 3, [period, 4 + row])
        hidden.hide()
        book.add_worksheet("空")
        book.add_worksheet("说明").write("A1", "本表由系统导出")
    made = gridsim.import_tables(path, "meter")
    assert [(total.month, str(total.energy_mwh)) for total in made.totals] == [
        ("2021-04", "0.006"),
        ("2021-05", "0.015"),
    ]
    assert [str(reason) for reason in made.left_out["reason"]] == ["the whole sheet: no headings of the table"]
    assert "merged.xlsx:2021年5月: the sheet is hidden" in str(made.document())


def test_times_within_half_a_second_of_a_minute_are_that_minute(tmp_path: Path) -> None:
    path = tmp_path / "noise.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        form = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for row, seconds in enumerate((0.4, 14 * 60 + 59.6, 30 * 60 + 7)):
            at = 44287 + seconds / 86400
            sheet.write_number(row, 0, at, form)
    (grid,), _ = open_grids(path)
    cells = [row[0] for row in grid.head]
    assert cells[:2] == [dt.datetime(2021, 4, 1, 0, 0), dt.datetime(2021, 4, 1, 0, 15)]
    assert isinstance(cells[2], dt.datetime) and cells[2].second == 7
