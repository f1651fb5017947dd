"""Workbooks as LibreOffice opens them: statements whose sums it computes itself, and a scenario that it saved."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import gridsim
from gridsim.report.statements import write_statements
from gridsim.templates import write_template
from tests.office import convert, need
from tests.report.reading import sheets_of
from tests.shared import MINI

pytestmark = pytest.mark.slow  # LibreOffice opens and saves what was written

_RESULT = re.compile(rb"(<f>[^<]*</f>)<v>[^<]*</v>")
_RATIO = 9  # the column of metered by contracted energy, a quotient of floats


class Saved(NamedTuple):
    """What was written, what LibreOffice made of it, and the folders of the scenario."""

    bills: Path
    saved_bills: Path
    scenario: Path
    saved_scenario: Path


def without_results(path: Path, target: Path) -> int:
    """A workbook whose formulas have lost their results, so that whoever opens it must compute them."""
    count = 0
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data, more = _RESULT.subn(rb"\1", data)
                count += more
            made.writestr(name, data)
    return count


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    need("soffice")
    folder = tmp_path_factory.mktemp("office")
    bills = folder / "bills.xlsx"
    result = gridsim.run(gridsim.load(MINI))
    units = ["R1/conventional", "R1/tou", "U5/conventional", "U5", "U6"]
    write_statements(result, bills, units=units, months=["2021-01", "2021-04", "2021-08"])
    stripped = folder / "stripped.xlsx"
    assert without_results(bills, stripped) > 250
    scenario = write_template(folder / "scenario", form="xlsx", lang="zh")
    out = folder / "out"
    saved_bills, tables = convert([stripped, scenario / "tables.xlsx"], "xlsx", out)
    saved_scenario = folder / "saved"
    saved_scenario.mkdir()
    shutil.copy(tables, saved_scenario)
    shutil.copy(scenario / "scenario.yaml", saved_scenario)
    return Saved(bills, saved_bills, scenario, saved_scenario)


def test_the_sums_that_it_computes_are_ours(saved: Saved) -> None:
    ours, theirs = sheets_of(saved.bills), sheets_of(saved.saved_bills)
    assert list(ours) == list(theirs)
    numbers = 0
    for name, rows in ours.items():
        for row, other in zip(rows, theirs[name], strict=False):
            for place, cell in enumerate(row):
                found: Any = other[place] if place < len(other) else ""
                if isinstance(cell, float) and place != _RATIO:
                    assert cell == found, (name, row)
                    numbers += 1
                elif isinstance(cell, float):
                    assert round(cell, 9) == round(found, 9), (name, row)
                else:
                    assert cell == found, (name, row)
    assert numbers > 1000


@pytest.fixture(scope="module")
def printed(saved: Saved, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (pdf,) = convert([saved.bills], "pdf", tmp_path_factory.mktemp("pdf"))
    return pdf


def test_the_statements_print_on_a4(printed: Path) -> None:
    pages = re.findall(rb"/MediaBox ?\[ ?0 0 (\d+)[.\d]* (\d+)[.\d]* ?\]", printed.read_bytes())
    assert set(pages) == {(b"841", b"595")}
    assert 13 <= len(pages) <= 1 + 3 * 12  # fit to the width: no page for columns that hang over


def test_what_is_printed_can_be_read(printed: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    command = ["pdftotext", "-layout", printed, "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "电力中长期交易电费结算单" in text
    assert "贰佰陆拾万陆仟捌佰捌拾贰元零贰分" in text
    assert "###" not in text  # no column is too narrow for its numbers


def test_a_scenario_that_it_saved_is_the_same(saved: Saved) -> None:
    hashes = {gridsim.load(folder).hash for folder in (MINI, saved.scenario, saved.saved_scenario)}
    assert len(hashes) == 1
    assert gridsim.load(saved.saved_scenario).warnings == ()
