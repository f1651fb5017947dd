"""The reference that is made from what it refers to: schemas hold for real tables, pages name everything."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import pandas as pd
import pytest
import typer
from jsonschema import Draft202012Validator

import gridsim
from gridsim.cli import app
from tests.public_names import MODULES, public_names
from tests.site.built import ROOT, site_module

REFERENCE = ROOT / "docs" / "reference"


@functools.cache
def schema(rules: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REFERENCE / f"tables.{rules}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(found)
    return found


def validator(rules: str, table: str) -> Draft202012Validator:
    return Draft202012Validator({**schema(rules), "$ref": f"#/$defs/{table}"})


def rows(frame: Any, columns: set[str]) -> list[dict[str, Any]]:
    """A table's rows as JSON has them: instants as they are written in files, nothing where nothing is."""
    text = frame[[name for name in frame if name in columns]].head(200).to_json(orient="records", date_format="iso")
    found: list[dict[str, Any]] = json.loads(text)
    for row in found:
        for name, value in row.items():
            if isinstance(value, str):
                row[name] = re.sub(r"(T\d\d:\d\d:\d\d)\.000Z?$", r"\1", value).removesuffix("T00:00:00")
    return found


@pytest.mark.parametrize("scenario", ["henan-2021-mini", "jiangsu-2023-mini"])
def test_every_row_of_a_shipped_scenario_and_its_result_is_as_the_schema_says(scenario: str) -> None:
    rules = scenario.removesuffix("-mini")
    result = gridsim.run(ROOT / "scenarios" / scenario)
    inputs = {path.stem: pd.read_csv(path) for path in (ROOT / "scenarios" / scenario).glob("*.csv")}
    checked = 0
    for table, said in schema(rules)["$defs"].items():
        frame = getattr(result, table, None)
        if not isinstance(frame, pd.DataFrame):  # an input, or a table that this result has not
            frame = inputs.get(table)
        if frame is None:
            continue
        for row in rows(frame, set(said["properties"])):
            faults = list(validator(rules, table).iter_errors(row))
            assert not faults, (table, row, faults[0].message)
            checked += 1
    assert checked > 300


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("meter", {"user_id": "U1", "month": "2021-13", "period": "peak", "energy_mwh": 1}),
        ("meter", {"user_id": "U1", "month": "2021-01", "period": "sharp", "energy_mwh": 1}),
        ("meter", {"user_id": "U1", "month": "2021-01", "period": "peak", "energy_mwh": -1}),
        ("meter", {"user_id": "U1", "month": "2021-01", "period": "peak"}),
        ("meter", {"user_id": "U1", "month": "2021-01", "period": "peak", "energy_mwh": 1, "energy_kwh": 1}),
        ("sessions", {"session": "S", "kind": "weekly", "opens_at": "2021-01-01", "closes_at": "2021-01-02"}),
    ],
)
def test_what_gridsim_would_refuse_the_schema_refuses(table: str, row: dict[str, Any]) -> None:
    assert list(validator("henan-2021", table).iter_errors(row))


def test_every_public_name_has_its_place_in_the_pages_of_the_api() -> None:
    text = "\n".join(page for _, _, page in site_module("api").pages())
    assert [name.name for name in public_names() if f":: {name.name}\n" not in text] == []
    listed = (REFERENCE / "api.md").read_text(encoding="utf-8")
    offered = [name.name for name in public_names() if name.name.rpartition(".")[0] in MODULES]
    assert [name for name in offered if f"| `{name}` |" not in listed] == []


@pytest.mark.parametrize("page", ["commands.md", "commands.zh.md"])
def test_every_option_of_every_command_is_told(page: str) -> None:
    text = (REFERENCE / page).read_text(encoding="utf-8")

    def told(command: Any, name: str) -> None:
        for part, below in getattr(command, "commands", {}).items():
            told(below, f"{name} {part}")
        if not getattr(command, "commands", None):
            assert f"\n## {name}\n" in text
            section = text.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
            options = [parameter.opts[0] for parameter in command.params if parameter.param_type_name == "option"]
            assert [option for option in options if f"| `{option}" not in section] == []

    told(typer.main.get_command(app), "gridsim")


def test_the_citation_names_this_version() -> None:
    assert f"\nversion: {gridsim.__version__.partition('+')[0]}\n" in (ROOT / "CITATION.cff").read_text(
        encoding="utf-8"
    )


def test_no_page_is_too_long_to_read() -> None:
    """But for the list of changes, which grows."""
    pages = [path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.name != "CHANGELOG.md"]
    assert [path.name for path in pages if path.read_text(encoding="utf-8").count("\n") > 300] == []
