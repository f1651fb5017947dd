"""Scenario folders as people have them: read rightly, or told in one fault that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import gridsim
from gridsim.cli import app
from tests.io.building import FILES, write_files
from tests.shared import faults_of

_OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


@pytest.mark.parametrize("suffix", [".xls", ".xlsb", ".ods", ".xlsm"])
def test_a_workbook_of_another_form_is_one_fault(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "scenario.yaml").write_text(FILES["scenario.yaml"], encoding="utf-8")
    (tmp_path / f"tables{suffix}").write_bytes(_OLD_WORKBOOK)
    (fault,) = faults_of(gridsim.load, tmp_path)
    assert (fault.file, fault.message) == (f"tables{suffix}", f"a workbook of another form ({suffix})")
    assert f"gridsim import tables{suffix} --as TABLE" in fault.allowed
    assert "save it as an Excel workbook (.xlsx) under the name tables.xlsx" in fault.allowed
    assert "另存为 Excel 工作簿" in fault.allowed.zh


def test_an_old_workbook_under_a_new_name_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(FILES["scenario.yaml"], encoding="utf-8")
    (tmp_path / "tables.xlsx").write_bytes(_OLD_WORKBOOK)
    (fault,) = faults_of(gridsim.load, tmp_path)
    assert fault.message == "not an Excel workbook .xlsx: an older one (.xls), or one with a password"


def test_a_workbook_in_place_of_a_table(tmp_path: Path) -> None:
    write_files(tmp_path, {"meter.csv": None})
    (tmp_path / "meter.xls").write_bytes(_OLD_WORKBOOK)
    (fault,) = faults_of(gridsim.load, tmp_path)
    assert fault.file == "meter.xls"
    assert "gridsim import meter.xls --as meter --out FOLDER" in fault.allowed


def test_what_was_passed_over_stands_beside_the_faults(tmp_path: Path) -> None:
    write_files(
        tmp_path, {"meter.csv": FILES["meter.csv"].replace("energy_mwh", "电量(kWh)"), "retailers.csv": "a\nR1\n"}
    )
    (tmp_path / "prices.csv").write_text("x\n1\n", encoding="utf-8")
    with pytest.raises(gridsim.ScenarioError) as caught:
        gridsim.load(tmp_path)
    notes = caught.value.notes
    assert "prices.csv is no table of a scenario and was not read" in notes
    assert "meter.csv: 电量(kWh) is read as energy_mwh: 1 kWh = 0.001 MWh" in notes
    for arguments in ([], ["--out", str(tmp_path / "_faults.csv")], ["--lang", "zh"]):
        done = CliRunner().invoke(app, ["check", str(tmp_path), *arguments])
        assert done.exit_code == 2
        assert "prices.csv" in done.stderr


def test_a_price_in_yuan_per_kwh_with_four_decimals_is_told_how_to_say_so(tmp_path: Path) -> None:
    head, *rows = FILES["tariffs.csv"].splitlines()
    wrong = "\n".join([head, rows[0].replace("600", "0.6125"), *rows[1:]])
    (fault,) = faults_of(gridsim.load, write_files(tmp_path, {"tariffs.csv": wrong}))
    assert (fault.message, fault.value) == ("more than 3 decimals", "0.6125")
    assert fault.allowed.endswith("of prices in yuan/kWh the heading is catalogue_flat (yuan/kWh)")
    assert fault.allowed.zh.endswith("若电价以元/千瓦时计，列标题写 平段目录电价（元/千瓦时）")
    right = (
        wrong.replace("catalogue_flat", "平段目录电价(元/千瓦时)").replace(",600,", ",0.6,").replace(",610,", ",0.61,")
    )
    right = right.replace(",650,", ",0.65,")
    scenario = gridsim.load(write_files(tmp_path / "right", {"tariffs.csv": right}))
    assert scenario.tables["tariffs"]["catalogue_flat_micro_yuan_per_kwh"].tolist() == [612_500, 610_000, 650_000]


def test_a_column_of_chinese_faults_is_a_few_lines_on_the_screen(tmp_path: Path) -> None:
    text = FILES["meter.csv"].replace(",peak,", ",尖峰,")
    write_files(tmp_path, {"meter.csv": text})
    done = CliRunner().invoke(app, ["check", str(tmp_path), "--lang", "zh"])
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert len(lines) < 12
    assert "应为：峰段、平段、谷段" in done.stderr
    assert "另有 33 处同样的错误" in done.stderr or "另有 35 处同样的错误" in done.stderr


def test_a_title_above_the_headings_is_one_fault(tmp_path: Path) -> None:
    write_files(tmp_path, {"meter.csv": "单位：kWh,,\n户号,峰,平\nU1,1,2\nU2,3,4\n"})
    (fault,) = faults_of(gridsim.load, tmp_path)
    assert (fault.file, fault.message, fault.value) == ("meter.csv", "a title above the headings", "单位：kWh")
    assert "gridsim import meter.csv --as meter --out FOLDER" in fault.allowed
