"""Headings alone: every column that a table may have, in each form and language, and nothing below them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import gridsim
from gridsim.cli import app
from gridsim.columns import INPUT_TABLES
from gridsim.templates import TemplateError, write_template
from gridsim.templates.market import tables
from gridsim.templates.workbook import heading_of
from gridsim.templates.workbook_words import sheet_of

MINI = {"generators", "retailers", "users", "history", "tariffs", "sessions", "bilateral", "orders", "meter"}


@pytest.mark.parametrize(
    ("form", "lang"), [("csv", "en"), ("csv", "zh"), ("parquet", "en"), ("xlsx", "en"), ("xlsx", "zh")]
)
@pytest.mark.parametrize(
    ("template", "rules"), [("mini", "henan-2021"), ("retailer", "henan-2021"), ("mini", "jiangsu-2023")]
)
def test_it_is_read_as_a_scenario_without_a_row(
    form: Any, lang: Any, template: str, rules: str, tmp_path: Path
) -> None:
    folder = write_template(tmp_path / "mine", template, form=form, lang=lang, rules=rules, empty=True)
    scenario = gridsim.load(folder)
    assert (scenario.name, scenario.rules.id, scenario.year) == ("mine", rules, int(rules[-4:]))
    assert all(len(frame) == 0 for frame in scenario.tables.values())
    full = write_template(tmp_path / "full", template, rules=rules)
    assert {path.stem for path in full.glob("*.csv")} <= _there(folder, lang)


def _there(folder: Path, lang: Any) -> set[str]:
    """The tables of a folder, whatever their form."""
    from python_calamine import CalamineWorkbook

    if not (folder / "tables.xlsx").exists():
        return {path.stem for path in folder.iterdir()}
    sheets = CalamineWorkbook.from_path(folder / "tables.xlsx").sheet_names
    return {name for name in INPUT_TABLES if sheet_of(name, lang) in sheets}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_heading_stands_and_is_told(lang: Any, tmp_path: Path) -> None:
    folder = write_template(tmp_path / "mine", lang=lang, empty=True)
    assert {path.stem for path in folder.glob("*.csv")} == MINI
    page = (folder / ("README.zh.md" if lang == "zh" else "README.md")).read_text(encoding="utf-8")
    assert page.startswith("# mine\n")
    for name in MINI:
        headings = [heading_of(column, lang) for column in tables()[name]]
        assert (folder / f"{name}.csv").read_text(encoding="utf-8-sig") == ",".join(headings) + "\n"
        assert all(f"**{heading}**" in page for heading in headings)


def test_a_row_below_the_headings_is_a_row_of_the_scenario(tmp_path: Path) -> None:
    folder = write_template(tmp_path / "mine", lang="zh", empty=True)
    with (folder / "generators.csv").open("a", encoding="utf-8") as file:
        file.write("G1,一号电厂,燃煤,是\n")
    assert gridsim.load(folder).tables["generators"]["heat_priority"].tolist() == [True]


def test_the_workbook_speaks_of_no_example(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    said = []
    for empty in (False, True):
        folder = write_template(tmp_path / str(empty), form="xlsx", empty=empty)
        said.append(CalamineWorkbook.from_path(folder / "tables.xlsx").get_sheet_by_name("_notes").to_python())
    assert said[0][:-1] == said[1] and "synthetic" in said[0][-1][0]


def test_the_command(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["new", str(tmp_path / "mine"), "--empty", "--name", "two cities"])
    assert (done.exit_code, "headings written" in done.output) == (0, True)
    assert (tmp_path / "mine" / "scenario.yaml").read_text() == "name: two cities\nyear: 2021\nrules: henan-2021\n"


OWN = Path(__file__).parents[2] / "docs" / "rules" / "examples" / "shares" / "rules.yaml"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_headings_of_a_market_of_ones_own(form: Any, tmp_path: Path) -> None:
    """The folder holds the rule file and the one that it extends, wherever one stands when asking."""
    shutil.copy(OWN, tmp_path / "base.yaml")
    beside = "./base.yaml" if form == "xlsx" else "base.yaml"
    (tmp_path / "own.yaml").write_text(f"id: own\nextends: {beside}\n", encoding="utf-8")
    folder = write_template(tmp_path / "mine", form=form, rules=str(tmp_path / "own.yaml"), empty=True)
    scenario = gridsim.load(folder)
    assert (scenario.name, scenario.rules.id, scenario.year) == ("mine", "own", 2023)
    assert all(len(frame) == 0 for frame in scenario.tables.values())
    assert (folder / "base.yaml").read_bytes() == OWN.read_bytes()
    if form == "csv":
        assert {path.stem for path in folder.glob("*.csv")} == MINI | {"market_prices"}
        assert (folder / "tariffs.csv").read_text(encoding="utf-8-sig").startswith("tariff_class,voltage,wires")
        assert "**cap**" in (folder / "README.md").read_text(encoding="utf-8")


def test_what_a_rule_file_of_ones_own_is_not_begun_with(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="headings alone"):
        write_template(tmp_path / "mine", rules=str(OWN))
    (tmp_path / "sub").mkdir()
    shutil.copy(OWN, tmp_path / "base.yaml")
    (tmp_path / "sub" / "own.yaml").write_text("id: own\nextends: ../base.yaml\n", encoding="utf-8")
    with pytest.raises(TemplateError, match=r"\.\./base\.yaml does not lie beside"):
        write_template(tmp_path / "mine", rules=str(tmp_path / "sub" / "own.yaml"), empty=True)
    (tmp_path / "begun.yaml").write_text("id: begun\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["new", str(tmp_path / "mine"), "--empty", "--rules", str(tmp_path / "begun.yaml")])
    assert told.exit_code == 2 and "nothing says what the market is made of" in told.output
    assert not (tmp_path / "mine").exists()
