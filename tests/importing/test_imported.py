"""What an import writes: the table that a scenario reads, the note beside it, the map for the next month."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import typer

import gridsim
from gridsim.cli import app
from tests.importing.forge_exports import Style, rows_of, write
from tests.importing.test_forged import known

MINI = Path(__file__).parents[2] / "scenarios" / "henan-2021-mini"


def command(*arguments: object) -> int:
    try:
        return typer.main.get_command(app).main(list(map(str, arguments)), "gridsim", standalone_mode=False) or 0
    except typer.Exit as left:
        return left.exit_code


def test_a_scenario_reads_what_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = tmp_path / "april.csv"
    lines = [f"{user},2021-{month:02d},1000.5,2000,3000" for user in ("U1", "U2") for month in range(1, 13)]
    export.write_text("户号,月份,峰段(kWh),平段(kWh),谷段(kWh)\n" + "\n".join(lines), encoding="utf-8")
    folder = tmp_path / "scenario"
    shutil.copytree(MINI, folder)
    assert command("import", export, "--as", "meter", "--out", folder) == 2
    assert "is there already; --replace" in capsys.readouterr().err
    assert command("import", export, "--as", "meter", "--out", folder, "--replace", "--lang", "zh") == 0
    assert "供核对的合计" in capsys.readouterr().out
    meter = gridsim.load(folder).tables["meter"]
    assert meter["energy_kwh"].sum() == 24 * (1001 + 2000 + 3000)  # 1000.5 kWh, rounded once
    assert "| U2 | 2021-12 | 3 | 6.0005 |" in (folder / "_import_meter.md").read_text(encoding="utf-8")


def test_faults_end_with_2_and_write_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = tmp_path / "april.csv"
    export.write_text("户号,月份,峰段,平段,谷段\nU1,2021-04,1,2,3\n", encoding="utf-8")
    out = tmp_path / "out"
    assert command("import", export, "--as", "meter", "--out", out, "--write-map", "--lang", "zh") == 2
    assert "--unit kWh：合计 0.006 兆瓦时" in capsys.readouterr().err
    assert not out.exists()


def test_a_map_makes_the_next_month_one_command(tmp_path: Path) -> None:
    style = Style(unit_in="nowhere", shape="two_columns", names=True, sums=True)
    for name in ("april", "may"):
        write(tmp_path / name, {"Sheet1": rows_of(known(), style)}, "csv")
    april, may, out, by = (tmp_path / name for name in ("april.csv", "may.csv", "out", "map.yaml"))
    assert command("import", april, "--as", "load", "--out", out, "--unit", "kWh", "--map", by, "--write-map") == 0
    text = by.read_text(encoding="utf-8")
    assert "units: [kWh]" in text and "户名: left_out" in text and "时间: time" in text
    assert command("import", may, "--as", "load", "--map", by, "--out", out, "--replace") == 0
    first, second = (gridsim.import_tables(file, "load", map=by).exact for file in (april, may))
    assert first.equals(second)


def test_a_map_names_what_nobody_could_know(tmp_path: Path) -> None:
    export = tmp_path / "odd.csv"
    export.write_text("表名,月份,甲,乙,丙,丁\nU1,2021-04,1,2,3,4\n", encoding="utf-8")
    by = {
        "units": ["MWh"],
        "columns": {
            "表名": "user_id",
            "甲": {"period": "peak"},
            "乙": {"period": "flat", "unit": "kWh"},
            "丙": {"is": "energy_mwh", "period": "谷", "unit": "万千瓦时"},
            "丁": "left_out",
        },
    }
    made = gridsim.import_tables(export, "meter", map=by)
    energies = made.exact.column("energy_mwh").to_pylist()
    assert energies == [Decimal("1.000"), Decimal("0.002"), Decimal("30.000")]


def test_faults_of_a_map_have_their_lines(tmp_path: Path) -> None:
    by = tmp_path / "map.yaml"
    by.write_text(
        "table: meter\nstamped: middle\nunits: [kW]\ncolumns:\n  户号: user\n  峰: {period: dusk}\n  平: {month: 13}\n"
        "  谷: {unit: kvar}\nconstants: {town: x}\nsheets: 1\n",
        encoding="utf-8",
    )
    with pytest.raises(gridsim.ScenarioError) as raised:
        gridsim.import_tables(tmp_path / "none.csv", "load", map=by)
    found = {(fault.row, fault.column) for fault in raised.value.faults}
    assert found == {
        (1, "table"), (2, "stamped"), (3, "units[0]"), (5, "columns.户号"), (6, "columns.峰.period"),
        (7, "columns.平.month"), (8, "columns.谷.unit"), (9, "constants.town"), (10, "sheets"),
    }  # fmt: skip


def test_a_table_among_the_files_keeps_its_rows(tmp_path: Path) -> None:
    for month in (4, 5):
        text = f"户号,月份,峰(kWh),平(kWh),谷(kWh)\nU1,2021-{month:02d},1,2,3.5\n"
        (tmp_path / f"{month}.csv").write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    assert command("import", tmp_path / "4.csv", "--as", "meter", "--out", out) == 0
    assert command("import", out / "meter.csv", tmp_path / "5.csv", "--as", "meter", "--out", out) == 0
    lines = (out / "meter.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "user_id,month,period,energy_kwh" and len(lines) == 7


def test_as_parquet_and_as_a_frame(tmp_path: Path) -> None:
    export = write(tmp_path / "export", {"Sheet1": rows_of(known(length=60), Style())}, "csv")
    made = gridsim.import_tables(export, "load")
    assert made.save(tmp_path, format="parquet").name == "load.parquet"
    assert list(made.frame.columns) == ["user_id", "starts_at", "energy_mwh"]
    assert made.frame["energy_mwh"].dtype == float and len(made) == len(made.frame) == 96
    assert list(made.left_out.columns) == ["file", "row", "column", "reason"]
    assert "<Imported load: 96 rows>" in repr(made)


def test_of_a_workbook_the_sheets_that_are_named(tmp_path: Path) -> None:
    rows = rows_of(known(length=60), Style())
    book = write(tmp_path / "book", {"4月": rows, "汇总": rows}, "xlsx")
    with pytest.raises(gridsim.ScenarioError, match="stands there twice"):
        gridsim.import_tables(book, "load")
    made = gridsim.import_tables(book, "load", map={"sheets": ["4月"]})
    assert len(made) == 96 and made.map["sheets"] == ["4月"]
    assert list(made.left_out["file"]) == ["book.xlsx:汇总"]
