"""The workbook to fill in: the same scenario, lists to choose from, notes, and faults that name its cells."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

import gridsim
from gridsim.cli import app
from gridsim.columns import Table
from gridsim.errors import GridsimError
from gridsim.market_tables import input_tables
from gridsim.rules import available
from gridsim.rules import load as load_rules
from gridsim.tables.raw import RawTable
from gridsim.tables.read import read_table
from gridsim.templates import write_template
from gridsim.templates.workbook import write_workbook
from gridsim.templates.workbook_words import choices_of, holds, note_of
from tests.io.building import write_as
from tests.markets import INPUT_TABLES
from tests.shared import MINI, SCENARIOS

THERE = [table for table in INPUT_TABLES.values() if (MINI / f"{table.name}.csv").exists() or table.later]
"""The tables that the template has, and those that it has an empty sheet for."""


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_template(tmp_path_factory.mktemp("new") / "zh", form="xlsx", lang="zh")


def parts(folder: Path) -> dict[str, str]:
    with zipfile.ZipFile(folder / "tables.xlsx") as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".xml")}


@pytest.mark.parametrize(
    ("template", "arguments"),
    [
        ("henan-2021-mini", {}),
        pytest.param("henan-2021", {"template": "province", "users": 200}, marks=pytest.mark.slow),
        pytest.param("retailer-2021", {"template": "retailer"}, marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize(
    ("form", "lang"), [("xlsx", "zh"), ("xlsx", "en"), ("csv", "zh"), ("csv", "en"), ("parquet", "en")]
)
def test_every_form_is_the_same_scenario(
    template: str, arguments: dict[str, object], form: str, lang: str, tmp_path: Path
) -> None:
    folder = write_template(tmp_path / "new", form=form, lang=lang, **arguments)  # type: ignore[arg-type]
    loaded, shipped = gridsim.load(folder), gridsim.load(SCENARIOS / template)
    assert loaded.hash == shipped.hash
    assert len(loaded.warnings) == len(shipped.warnings)
    suffixes = {path.suffix for path in folder.iterdir()} - {".md", ".yaml"}
    assert f".{form}" in suffixes
    for name, sentence in (("README.md", "able"), ("README.zh.md", "表格为")):
        text = (folder / name).read_text(encoding="utf-8")
        known = {
            "csv": ("CSV (UTF-8", "CSV（"),
            "parquet": ("are Parquet.", "Parquet。"),
            "xlsx": ("`tables.xlsx`",) * 2,
        }
        assert known[form][sentence == "表格为"] in text


def test_csv_in_chinese_holds_what_a_chinese_person_would_type(tmp_path: Path) -> None:
    folder = write_template(tmp_path / "new", lang="zh")
    head, first, *_ = (folder / "meter.csv").read_text(encoding="utf-8-sig").splitlines()
    assert (head, first) == ("用户编号,月份,时段,电量(兆瓦时)", "U1,2021-01,峰段,1300")
    assert "U1,合成化工厂,large_industry,110kV,是,常规电量,R1,,否" in (folder / "users.csv").read_text("utf-8-sig")


def test_odd_values_come_back(tmp_path: Path) -> None:
    small = gridsim.load(write_as(tmp_path / "csv", "csv"))
    frames = {name: frame for name, frame in small.tables.items() if name in small.given}
    energy = frames["history"]["energy_kwh"].to_numpy(copy=True)
    energy[:2] = (10**15, 0)  # more digits than a float keeps for sure
    frames["history"] = frames["history"].assign(energy_kwh=energy)
    closes = frames["sessions"]["closes_at"].to_numpy(copy=True)
    closes[0] = closes[0].astype("datetime64[D]")
    frames["sessions"] = frames["sessions"].assign(closes_at=closes)
    again = tmp_path / "again"
    again.mkdir()
    write_workbook(again / "tables.xlsx", frames, INPUT_TABLES, 2021, "zh")
    (again / "scenario.yaml").write_bytes((tmp_path / "csv" / "scenario.yaml").read_bytes())
    loaded = gridsim.load(again)
    for name, frame in frames.items():
        assert loaded.tables[name].astype(object).equals(frame.astype(object)), name


def test_cells_with_a_list_hold_its_words(workbook: Path) -> None:
    """What the Chinese workbook has in such cells is what its lists offer; `test_every_form` reads it back."""
    book = CalamineWorkbook.from_path(workbook / "tables.xlsx")
    for table in THERE:
        _, *rows = book.get_sheet_by_name(table.zh).to_python()
        for place, column in enumerate(table):
            if column.kind in ("enum", "bool"):
                assert {row[place] for row in rows} <= {"", *choices_of(column, "zh").values()}


def test_every_word_of_a_list_is_read_back_as_its_value() -> None:
    for rules in available():
        for table in input_tables(load_rules(rules).shape).values():
            for column in table:
                for value, word in choices_of(column, "zh").items():
                    raw = RawTable(Table("t", (column,)), "t", {column.name: pa.array([word])}, 1)
                    read, faults = read_table(raw, 2021)
                    assert not faults
                    assert read.shown(0, column.name) == value


def test_the_sheets_are_the_tables_in_chinese(workbook: Path) -> None:
    book = CalamineWorkbook.from_path(workbook / "tables.xlsx")
    assert book.sheet_names == ["_说明", *(table.zh for table in THERE)]
    for table in THERE:
        headings = book.get_sheet_by_name(table.zh).to_python()[0]
        assert headings == [column.zh[0] for column in table]


def test_lists_to_choose_from(workbook: Path) -> None:
    for number, table in enumerate(THERE, start=2):
        root = ElementTree.fromstring(parts(workbook)[f"xl/worksheets/sheet{number}.xml"])
        found = {}
        for rule in root.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}dataValidation"):
            first, _, last = rule.get("sqref", "").partition(":")
            assert last[1:] == "1048576" and first[1:] == "2"
            if rule.get("type") == "list":
                found[ord(first[0]) - ord("A")] = "".join(rule.itertext())
        for place, column in enumerate(table):
            if column.kind in ("enum", "bool"):
                assert found.pop(place) == '"' + ",".join(column.values_zh or ("是", "否")) + '"'
            elif column.kind in ("month", "delivery"):
                assert "2021-01,2021-02" in found.pop(place)
            elif column.kind == "ref" and len(column.refers) == 1:
                assert f"'{INPUT_TABLES[column.refers[0]].zh}'!$A$2" in found.pop(place)
        assert not found


def test_a_note_on_each_heading(workbook: Path) -> None:
    comments = [text for name, text in sorted(parts(workbook).items()) if name.startswith("xl/comments")]
    cells = sum(len(re.findall(r'<comment ref="[A-Z]1"', text)) for text in comments)
    assert cells == sum(len(table.columns) for table in THERE)
    users = INPUT_TABLES["users"]
    assert note_of(users["mode"], users, 2021, "zh") == (
        "交易模式，全年不变（N4）\n填写：常规电量、分时段\n必填\n英文列名：mode"
    )
    orders = INPUT_TABLES["orders"]
    assert note_of(orders["energy_mwh"], orders, 2021, "en") == (
        "ordered energy\nFill in: a number, MWh, at most 3 decimals\nrequired"
    )
    retail, money = INPUT_TABLES["retail_contracts"], INPUT_TABLES["corrections"]
    assert note_of(retail["deviation"], retail, 2021, "zh").splitlines()[2] == "不填为售电公司"
    assert note_of(retail["capped"], retail, 2021, "zh").splitlines()[2] == "不填为否"
    assert note_of(retail["share"], retail, 2021, "zh").splitlines()[1] == "填写：数字，如 5 % 写作 0.05，最多 4 位小数"
    assert (
        note_of(money["amount_yuan"], money, 2021, "en").splitlines()[1]
        == "Fill in: a number, yuan, at most 6 decimals"
    )


def test_no_kind_of_number_is_called_a_text() -> None:
    for table in INPUT_TABLES.values():
        for column in table:
            is_text = column.kind in ("text", "id")
            assert ("文本" in holds(column, 2021, "zh").removeprefix("月份，文本")) == is_text, (
                table.name,
                column.name,
            )


def test_ids_and_months_are_texts_to_excel(workbook: Path) -> None:
    found = parts(workbook)
    (text,) = re.findall(r'<numFmt numFmtId="(\d+)" formatCode="@"', found["xl/styles.xml"])
    formats = re.findall(r'<xf numFmtId="(\d+)"', found["xl/styles.xml"].partition("<cellXfs")[2])
    meter = THERE.index(INPUT_TABLES["meter"]) + 2  # behind the notes
    columns = re.findall(
        r'<col min="(\d)" max="\d" width="[^"]*" style="(\d+)"', found[f"xl/worksheets/sheet{meter}.xml"]
    )
    assert [formats[int(style)] == text for _, style in columns] == [True, True, True, False]


def test_check_names_sheet_and_cell(tmp_path: Path) -> None:
    small = gridsim.load(MINI)
    frames = {name: frame for name, frame in small.tables.items() if name in small.given}
    users = frames["users"]
    frames["users"] = users.assign(
        retailer_id=users["retailer_id"].astype(object).where(users["user_id"] != "U3", "R9")
    )
    write_workbook(tmp_path / "tables.xlsx", frames, INPUT_TABLES, 2021, "zh")
    (tmp_path / "scenario.yaml").write_bytes((MINI / "scenario.yaml").read_bytes())
    done = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert done.exit_code == 2
    assert "tables.xlsx:电力用户\n  cell G4, row 3, retailer_id:" in done.stderr
    with pytest.raises(gridsim.ScenarioError) as raised:
        gridsim.load(tmp_path)
    (fault,) = raised.value.faults
    assert (fault.file, fault.cell, fault.row, fault.column) == ("tables.xlsx:电力用户", "G4", 3, "retailer_id")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"form": "ods"}, "there are: csv, parquet, xlsx"),
        ({"lang": "fr"}, "lang must be one of en, zh"),
        ({"template": "province", "users": 29_128, "form": "xlsx"}, "at most 29,127 users"),
    ],
)
def test_forms_that_cannot_be_written(arguments: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(GridsimError, match=message):
        write_template(tmp_path / "new", **arguments)  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()


def test_the_command(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["new", str(tmp_path / "new"), "--format", "xlsx", "--lang", "zh"])
    assert done.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "README.md", "README.zh.md", "scenario.yaml", "tables.xlsx",
    ]  # fmt: skip
