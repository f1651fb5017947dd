"""The shipped scenarios through gridsim and through the oracle, which reads their files itself."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import gridsim
from gridsim.rules.days_off import days_off
from tests.oracle import load_shape, settle_market
from tests.properties.harness import Scenario, differences, exact_tables
from tests.shared import SCENARIOS

FOLDERS = sorted(path.parent for path in SCENARIOS.glob("*/scenario.yaml"))


def read_folder(folder: Path) -> Scenario:
    """A scenario folder as plain text rows."""
    head = YAML(typ="safe").load((folder / "scenario.yaml").read_text(encoding="utf-8"))
    tables = {}
    for path in folder.glob("*.csv"):
        with open(path, encoding="utf-8-sig", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return {"name": head["name"], "year": head["year"], "rules": head.get("overrides") or {}, "tables": tables}


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_table_agrees(folder: Path) -> None:
    loaded = gridsim.load(folder)
    scenario = read_folder(folder)
    # The days off are data, not reading: the oracle takes those that gridsim has.
    off = days_off(loaded.rules, [loaded.year - 1, loaded.year])
    scenario["rules"] |= {
        "calendar.holidays": [day.isoformat() for day in sorted(off.holidays)],
        "calendar.working_weekends": [day.isoformat() for day in sorted(off.working_weekends)],
    }
    if loaded.rules.id != "henan-2021":
        scenario["shape"] = load_shape(loaded.rules.id)
    is_henan = "shape" not in scenario
    assert differences(exact_tables(gridsim.run(loaded)), settle_market(scenario), checks_cite=is_henan) == []
