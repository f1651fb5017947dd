"""period_sets.yaml of a folder, and the argument of `scenario_from_tables`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import gridsim
from gridsim.io import scenario_from_tables
from tests.io.building import FILES, LOAD, SETTINGS, frames, rows_of
from tests.io.own_periods import SETS, write_own
from tests.shared import faults_of


def load_frame(text: str = LOAD) -> pd.DataFrame:
    heading, *rows = text.splitlines()
    return pd.DataFrame([row.split(",") for row in rows], columns=heading.split(","))


def test_a_folder_and_frames_say_the_same(tmp_path: Path) -> None:
    folder = gridsim.load(write_own(tmp_path, {"scenario.yaml": SETTINGS.partition("overrides")[0]}))
    tables = {name: frame for name, frame in frames().items() if name != "meter"} | {"load": load_frame()}
    tables["users"] = pd.DataFrame(
        [row | {"period_set": "early" * (row["user_id"] == "U2")} for row in rows_of("users")]
    )
    sets = folder.period_sets.to_data()
    assert list(sets) == ["early", "late"]
    given = scenario_from_tables(tables, name="small", year=2021, period_sets=sets)
    assert given.period_sets == folder.period_sets
    assert given.hash == folder.hash


def test_the_hash_is_of_the_hours_too(tmp_path: Path) -> None:
    """A set that no user names decides nothing, but says something; a comment says nothing."""
    own = gridsim.load(write_own(tmp_path / "a"))
    other = gridsim.load(write_own(tmp_path / "b", {"period_sets.yaml": SETS.replace("14:00", "13:00")}))
    told = gridsim.load(write_own(tmp_path / "c", {"period_sets.yaml": f"# of January\n{SETS}"}))
    assert other.hash != own.hash
    assert told.hash == own.hash


@pytest.mark.parametrize("column", [True, False])
def test_a_scenario_without_is_the_one_that_it_was(tmp_path: Path, column: bool) -> None:
    before = gridsim.load(write_own(tmp_path / "a", {"users.csv": FILES["users.csv"], "period_sets.yaml": None}))
    empty = {"period_sets.yaml": "{}" if column else None}
    if column:
        heading, *rows = FILES["users.csv"].splitlines()
        empty["users.csv"] = "\n".join([f"{heading},period_set", *(f"{row}," for row in rows)]) + "\n"
    else:
        empty["users.csv"] = FILES["users.csv"]
    assert gridsim.load(write_own(tmp_path / "b", empty)).hash == before.hash


def test_every_fault_with_its_line(tmp_path: Path) -> None:
    sets = SETS.replace('flat: ["14:00-22:00"]', 'flat: ["14:00-21:00", "9-10"]') + "night: 3\n"
    faults = faults_of(gridsim.load, write_own(tmp_path, {"period_sets.yaml": sets, "orders.csv": "x\n1\n"}))
    told = [(fault.file, fault.row, fault.column, fault.message) for fault in faults]
    assert told[:2] == [
        ("period_sets.yaml", 2, "early[0].use.flat[1]", "not a range of hours"),
        ("period_sets.yaml", 5, "night", "not a list of entries"),
    ]
    assert {fault.file for fault in faults} == {"period_sets.yaml", "orders.csv"}


def test_a_file_that_is_no_yaml(tmp_path: Path) -> None:
    (fault,) = faults_of(gridsim.load, write_own(tmp_path, {"period_sets.yaml": "early: ["}))
    assert fault.file == "period_sets.yaml"
