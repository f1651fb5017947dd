"""Every command over the example rule sets: what is no name of Henan's goes through all of gridsim."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

import gridsim
import gridsim.batch
from gridsim.market_tables import input_tables
from gridsim.templates.workbook import write_workbook
from tests.examples.shown import ASKED, EXAMPLES, NAMES, command, folder_of, result_of
from tests.shared import IS_FULL, ROOT

pytestmark = pytest.mark.slow
names = pytest.mark.parametrize("name", NAMES)
BUYERS = ("R1", *(f"U{number}" for number in range(1, 7)))
LANGS = ("en", "zh")
langs = pytest.mark.parametrize("lang", LANGS)
in_turn = pytest.mark.parametrize(
    ("name", "lang"),
    [
        (name, lang)
        for place, name in enumerate(NAMES)
        for lang in LANGS
        if IS_FULL or LANGS.index(lang) == place % len(LANGS)
    ],
)
"""Every example, one language after the other; all of them in both with GRIDSIM_FULL=1."""


def in_words(name: str, lang: str) -> list[str]:
    """What the rule set calls its periods, modes and items."""
    words = result_of(name).rules.shape.words
    return [getattr(each, lang) for of in ("periods", "modes") for each in words[of].values()]


def test_the_folders_hold_what_the_script_writes(tmp_path: Path) -> None:
    copy = tmp_path / "docs"
    (copy / "rules").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "examples.py", copy)
    subprocess.run([sys.executable, copy / "examples.py"], check=True)
    for name in NAMES:
        for written in (copy / "rules" / "examples" / name).iterdir():
            assert written.read_bytes() == (EXAMPLES / name / written.name).read_bytes(), written
        kept = {path.name for path in (EXAMPLES / name).iterdir()}
        assert kept - {path.name for path in (copy / "rules" / "examples" / name).iterdir()} == {"rules.yaml"}


@names
@langs
def test_rules(name: str, lang: str) -> None:
    file = EXAMPLES / name / "rules.yaml"
    assert name in command("rules", "check", file, "--lang", lang)
    shown = "".join(command("rules", "show", file, "--lang", lang).split())
    assert all("".join(word.split()) in shown for word in in_words(name, lang))
    assert {"en": "(synthetic)", "zh": "（虚构）"}[lang] in shown
    differs = command("rules", "diff", "henan-2021", file, "--lang", lang)
    assert all(path in differs for path in gridsim.rules.load(file).catalogue.paths)
    assert "henan-2021" in command("rules", "diff", file, "henan-2021", "--lang", lang)


@names
def test_the_schema_for_editors_takes_it(name: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from ruamel.yaml import YAML

    schema = json.loads(command("rules", "schema"))
    data = YAML(typ="safe").load((EXAMPLES / name / "rules.yaml").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(data, default=str)), schema)


@names
@langs
def test_check_and_run(name: str, lang: str, tmp_path: Path) -> None:
    assert name in command("check", EXAMPLES / name, "--lang", lang)
    shown = command("run", EXAMPLES / name, "--out", tmp_path / "out", "--format", "csv", "--lang", lang)
    items = result_of(name).rules.shape.words["items"]
    paid = set(result_of(name).ledger["item"])
    called = {item: each.in_(lang) for item, each in items.items() if item in paid}
    assert [item for item, name in called.items() if name not in shown] == []
    pd.testing.assert_frame_equal(gridsim.Result.load(tmp_path / "out").ledger, result_of(name).ledger)


@names
def test_what_was_stored_holds(name: str) -> None:
    result_of(name).check()
    fresh = gridsim.run(gridsim.load(EXAMPLES / name))
    fresh.check()
    for table in ("positions", "position_bands", "cell_settlement", "ledger"):
        pd.testing.assert_frame_equal(getattr(fresh, table), getattr(result_of(name), table))


@in_turn
def test_every_unit_of_a_month_is_explained(name: str, lang: str, tmp_path: Path) -> None:
    """An explanation compares itself with the ledger, line by line: none is left out."""
    month, result = ASKED[name], result_of(name)
    lines = result.ledger[result.ledger["month"] == month]
    asked = [
        *dict.fromkeys(lines["unit_id"].dropna()),
        *dict.fromkeys(lines.loc[lines["unit_id"].isna(), "user_id"].dropna()),
    ]
    assert len(asked) > 1
    for place, unit in enumerate(asked):
        text = str(result.explain(unit, month, lang=lang))
        assert {"en": "Checked", "zh": "已核对"}[lang] in text
        for suffix in (".md", ".html", ".xlsx") if not place else ():
            out = tmp_path / f"explained{suffix}"
            command("explain", folder_of(name), "--unit", unit, "--month", month, "--lang", lang, "--out", out)
            assert out.stat().st_size > 1000


@in_turn
def test_compare(name: str, lang: str, tmp_path: Path) -> None:
    copy = tmp_path / name
    shutil.copytree(EXAMPLES / name, copy)
    path = next(path for path in result_of(name).rules.catalogue.paths if path.endswith((".upper", ".first")))
    with open(copy / "scenario.yaml", "a", encoding="utf-8") as file:
        file.write(f"overrides: {{{path}: 1.2}}\n" if name != "shares" else f"overrides: {{{path}: 1}}\n")
    command("run", copy, "--out", tmp_path / "out")
    told = command("compare", folder_of(name), tmp_path / "out", "--lang", lang)
    assert path in told
    for suffix in (".md", ".html", ".xlsx"):
        out = tmp_path / f"compared{suffix}"
        command("compare", folder_of(name), tmp_path / "out", "--lang", lang, "--out", out)
        assert out.stat().st_size > 1000
    assert {"en": "All money is the same", "zh": "金额全部一致"}[lang] in command(
        "compare", folder_of(name), folder_of(name, "csv"), "--lang", lang
    )


@in_turn
def test_statements(name: str, lang: str, tmp_path: Path) -> None:
    out = tmp_path / "statements.xlsx"
    command("statements", folder_of(name), "--out", out, "--lang", lang)
    book = CalamineWorkbook.from_path(str(out))
    cells = {
        str(cell) for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python() for cell in row
    }
    whole = " ".join(cells)
    settled = set(result_of(name).cell_settlement["period"])
    words = result_of(name).rules.shape.words["periods"]
    assert all(getattr(words[period], lang) in whole for period in settled)
    assert "nan" not in cells and "None" not in cells


@in_turn
def test_report(name: str, lang: str, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    command("report", folder_of(name), "--out", out, "--lang", lang)
    page = out.read_text(encoding="utf-8")
    assert all(word in page for word in in_words(name, lang))
    assert {"en": "(synthetic)", "zh": "（虚构）"}[lang] in page


@in_turn
def test_a_workbook_to_fill_in(name: str, lang: str, tmp_path: Path) -> None:
    """The input of an example goes through a workbook with the market's own headings, and is the same scenario."""
    scenario = gridsim.load(EXAMPLES / name)
    shutil.copy(EXAMPLES / name / "rules.yaml", tmp_path)
    shutil.copy(EXAMPLES / name / "scenario.yaml", tmp_path)
    given = {table: frame for table, frame in scenario.tables.items() if table in scenario.given}
    write_workbook(tmp_path / "tables.xlsx", given, input_tables(scenario.rules.shape), 2023, lang)
    assert gridsim.load(tmp_path).hash == scenario.hash
    assert ZipFile(tmp_path / "tables.xlsx").testzip() is None


@names
def test_batch(name: str, tmp_path: Path) -> None:
    """Values of the rule set's own are swept; a draw without load is what a run gives, item by item."""
    shown = command("batch", EXAMPLES / name / "plan.yaml", "--out", tmp_path / "out", "--workers", "1")
    batch = gridsim.batch.load(tmp_path / "out")
    swept = [column for column in batch.points.columns if column in result_of(name).rules.catalogue.paths]
    assert len(swept) == 2 and all(path in shown for path in swept)
    assert len(batch.runs) == 4 * 20
    alone = gridsim.batch.run({"scenario": str(EXAMPLES / name), "seed": 1})
    (drawn,) = alone.runs.to_dict("records")
    ledger = result_of(name).exact.ledger
    ledger = ledger[ledger["item"] != "fee_return"]  # stands outside the units of a batch
    paid = ledger.loc[ledger["payer"].isin(BUYERS), "amount_micro_yuan"].sum()
    assert drawn["total_yuan"] == pytest.approx(paid / 10**6, rel=1e-12)
