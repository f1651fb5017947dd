"""A scenario folder, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from tests.io.building import write_files
from tests.shared import faults_of


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "no such folder"),
        ("file", "not a folder"),
        ("results", "a folder of results, and not of the scenario that they were made from"),
    ],
)
def test_no_folder(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "manifest.json").write_text("{}")
    (fault,) = faults_of(gridsim.load, tmp_path / name)
    assert fault.message == message


def test_scenario_yaml_stands_for_its_folder(tmp_path: Path) -> None:
    assert gridsim.load(write_files(tmp_path) / "scenario.yaml").name == "small"
