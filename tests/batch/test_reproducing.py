"""A stored batch is run again from its plan: every number, and what differs from then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import gridsim
from gridsim.show.terminal import terminal_text
from tests.shared import MINI, as_user

PLAN = {
    "scenario": str(MINI),
    "seed": 7,
    "draws": 3,
    "load": {"common": {"distribution": "lognormal", "sigma": 0.03}},
    "sweep": {"load.scale": [0.9, 1.1]},
}


def plan_in(folder: Path, **changed: Any) -> Path:
    import json

    path = folder / "plan.yaml"
    path.write_text(json.dumps(PLAN | changed), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    gridsim.batch.run(plan_in(folder), out=folder / "out", workers=1)
    return folder


def test_every_number_is_the_same(stored: Path) -> None:
    made = gridsim.batch.reproduce(stored / "out", stored / "plan.yaml", workers=2)
    assert made.is_same and made.facts == ()
    assert {table.name for table in made.tables} >= {"runs", "items", "units"}
    assert "number by number" in terminal_text(made.document(), width=120)


def test_a_plan_may_be_its_content_and_run_anywhere(stored: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        made = gridsim.batch.reproduce(stored / "out", PLAN, executor=executor)
    assert made.is_same and made.facts == ()


def test_another_plan_is_told_of_and_so_is_what_it_moves(stored: Path, tmp_path: Path) -> None:
    made = gridsim.batch.reproduce(stored / "out", plan_in(tmp_path, seed=8))
    assert [(fact.name, fact.then, fact.now) for fact in made.facts] == [("seed", "7", "8")]
    assert not made.is_same and "runs, row 1" in str(made.tables[0].differences[0])
    shown = as_user("reproduce", stored / "out", "--plan", tmp_path / "plan.yaml", "--lang", "zh", expect=1)
    assert "重新运行" in shown.stdout and "runs" in shown.stdout


def test_a_table_that_the_plan_does_not_make_is_told_of(stored: Path) -> None:
    made = gridsim.batch.reproduce(stored / "out", {**PLAN, "metrics": ["deviation"]})
    assert "metrics" in [fact.name for fact in made.facts]
    told = {table.name: [str(each) for each in table.differences] for table in made.tables}
    assert told["items"] == ["items: another plan, of which no such table is made"] and told["runs"] == []


def test_without_its_plan_it_says_what_it_wants(stored: Path) -> None:
    with pytest.raises(gridsim.ResultError, match="--plan"):
        gridsim.reproduce(stored / "out")
    told = as_user("reproduce", stored / "out", "--plan", stored / "plan.yaml", "--scenario", MINI, expect=2)
    assert "from its plan" in told.stderr
