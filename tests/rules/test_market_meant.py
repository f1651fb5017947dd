"""Whose lists a faulty rule file has: those of the set at its root, or nobody's; never a province's by default."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import gridsim
import gridsim.batch
from gridsim.errors import ScenarioError
from gridsim.io.folder import rules_of
from gridsim.rules.market_meant import is_of_0_1, market_meant
from gridsim.rules.shipped import shipped_text

SHARES = Path(__file__).parents[2] / "docs" / "rules" / "examples" / "shares"
LISTS = "shape: {periods: [day]}\n"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("id: a\nextends: jiangsu-2023\nvalues: {none: 1}\n", "jiangsu-2023"),
        ("id: a\nextends: base.yaml\n", "henan-2021"),
        ("id: a\nextends: henan-2021\n" + LISTS, None),
        ("id: a\nextends: rules.yaml\n", None),
        ("id: a\nextends: hennan-2021\n", None),
        ("id: a\nextends: none.yaml\n", None),
        ("id: a\n" + LISTS, None),
        ("id: a\n", None),
        ("- a\n", None),
        ("", None),
    ],
)
def test_whose_lists_a_file_has(tmp_path: Path, text: str, meant: str | None) -> None:
    (tmp_path / "base.yaml").write_text("id: base\nextends: henan-2021\n", "utf-8")
    (tmp_path / "rules.yaml").write_text(text, "utf-8")
    assert market_meant("rules.yaml", tmp_path) == meant
    assert market_meant(str(tmp_path / "rules.yaml"), None) == meant  # what it extends lies beside it


def test_a_file_of_0_1_has_most_of_the_values_of_henan(tmp_path: Path) -> None:
    data = json.loads(json.dumps(shipped_text("henan-2021")[0].data))
    assert is_of_0_1(data)
    assert not is_of_0_1({"values": {"settlement.tou.upper": 1.1, "matching": {"k": 0.5}}})
    assert not is_of_0_1({"values": None})
    (tmp_path / "old.yaml").write_text(json.dumps({**data, "shape": None}), "utf-8")
    assert market_meant("old.yaml", tmp_path) == "henan-2021"


def told_of(folder: Path, rules: str) -> ScenarioError:
    (folder / "rules.yaml").write_text(rules, "utf-8")
    with pytest.raises(ScenarioError) as caught:
        gridsim.load(folder)
    return caught.value


def test_tables_of_nobody_knows_which_market_are_not_held_against_a_province(tmp_path: Path) -> None:
    folder = tmp_path / "shares"
    shutil.copytree(SHARES, folder)
    whole = (folder / "rules.yaml").read_text("utf-8")
    error = told_of(folder, whole.replace("by: rate", "by: rates"))
    assert [(fault.file, fault.column) for fault in error.faults] == [("rules.yaml", "shape.tariff.wires.by")]
    assert list(error.notes) == ["the tables are read once rules.yaml says without a fault what market they are of"]
    for asked in (rules_of, lambda path: gridsim.batch.read_plan(path / "plan.yaml")):
        with pytest.raises(ScenarioError) as caught:
            asked(folder)
        assert caught.value.faults == error.faults
    tables = {path.stem: pd.read_csv(path) for path in folder.glob("*.csv")}
    with pytest.raises(ScenarioError) as caught:
        gridsim.scenario_from_tables(tables, name="shares", year=2023, rules=str(folder / "rules.yaml"))
    assert [fault.column for fault in caught.value.faults] == ["shape.tariff.wires.by"]
    assert len(caught.value.notes) == 1


def test_tables_of_a_set_that_extends_one_are_read_as_that_ones(tmp_path: Path) -> None:
    folder = tmp_path / "jiangsu"
    shutil.copytree(gridsim.example("jiangsu-2023-mini"), folder)
    head = (folder / "scenario.yaml").read_text("utf-8")
    (folder / "scenario.yaml").write_text(head.replace("rules: jiangsu-2023", "rules: rules.yaml"), "utf-8")
    error = told_of(folder, "id: a\nextends: jiangsu-2023\nvalues: {none.such: 1}\n")
    assert [fault.column for fault in error.faults] == ["values.none.such"]
    assert not error.notes
