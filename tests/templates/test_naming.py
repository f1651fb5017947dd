"""The name of a new scenario: its folder's, whatever YAML would make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim.templates import write_template
from gridsim.templates.naming import name_of


@pytest.mark.parametrize("name", ["my-scenario", "我的公司 2021", "2021", "2021-01", "no", "a: b # c", "'", "~", "[x]"])
def test_a_scenario_is_called_as_its_folder(name: str, tmp_path: Path) -> None:
    assert gridsim.load(write_template(tmp_path / name)).name == name


def test_or_as_its_writer_says(tmp_path: Path) -> None:
    folder = write_template(tmp_path / "p", "province", 3, 7, form="xlsx", lang="zh", name="试算")
    assert gridsim.load(folder).name == "试算"


def test_here_is_a_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert name_of(Path()) == name_of(Path("../here/.")) == "here"
