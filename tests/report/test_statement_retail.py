"""What users pay their retailer, in an annex to the statement of its unit."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import gridsim
from gridsim.report.statements import write_statements
from tests.retail.worked import write_worked


def rows_of(path: Path, sheet: int) -> list[list[object]]:
    book = CalamineWorkbook.from_path(path)
    rows = book.get_sheet_by_name(book.sheet_names[sheet]).to_python()
    return [[cell for cell in row if cell != ""] for row in rows if any(cell != "" for cell in row)]


@pytest.mark.parametrize(
    ("lang", "annex"), [("en", "Annex: what users pay the retailer"), ("zh", "附：用户按零售合同")]
)
def test_it_stands_behind_all_and_in_no_total(tmp_path: Path, lang: str, annex: str) -> None:
    result = gridsim.run(gridsim.load(write_worked(tmp_path / "scenario")))
    write_statements(result, tmp_path / "bills.xlsx", lang=lang, units=["R/conventional"])
    rows = rows_of(tmp_path / "bills.xlsx", 1)
    (begin,) = (number for number, row in enumerate(rows) if str(row[0]).startswith(annex))
    before, behind = rows[:begin], rows[begin:]
    ends = [
        number for number, row in enumerate(behind) if number and str(row[0]).startswith(annex.partition(" ")[0][:2])
    ]
    behind = behind[: ends[0] if ends else None]
    lines = [row for row in behind if isinstance(row[0], float)]
    assert [row[-3] for row in lines] == [  # money, clause and line are the last cells
        140_800.0, 105_600.0, 206_400.0, 69_280.0, 20_652.0, 5_400.0, 10_800.0, -2_230.0, 3_464.0,
    ]  # fmt: skip
    assert any(560_166.0 in row for row in behind)
    assert not any(560_166.0 in row for row in before)
    assert any(768_434.0 in row for row in before)
    assert any(768_434.0 in row for row in rows_of(tmp_path / "bills.xlsx", 0))


def test_a_unit_without_contracts_has_no_annex(tmp_path: Path) -> None:
    folder = write_worked(tmp_path / "scenario", {"retail_contracts.csv": None, "nominations.csv": None})
    write_statements(gridsim.run(gridsim.load(folder)), tmp_path / "bills.xlsx", lang="en")
    assert not any("what users pay the retailer" in str(row[0]) for row in rows_of(tmp_path / "bills.xlsx", 1))
