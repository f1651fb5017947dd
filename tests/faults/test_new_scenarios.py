"""`gridsim new` that breaks off at any step leaves the empty folder or the whole scenario."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

import gridsim
from gridsim.templates import TemplateError, write_template
from tests.faults.saving import WAYS, use_way
from tests.faults.test_saves import Killed, broken_off
from tests.shared import IS_FULL

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps what is open")

STEPS_BETWEEN = 1 if IS_FULL else 5


@pytest.mark.parametrize("is_death", [False, True], ids=["full disk", "killed"])
@pytest.mark.parametrize("way", WAYS)
def test_a_new_scenario_is_whole_or_is_not(
    way: str, is_death: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_way(way, monkeypatch)
    write_template(tmp_path / "whole", name="new")
    whole = {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir()}
    seen = []
    for step in range(0, 1_000, STEPS_BETWEEN):
        folder = tmp_path / f"new-{step}"
        folder.mkdir()
        with broken_off(step, monkeypatch, is_death) as has_broken:
            with suppress(Killed, OSError, gridsim.ResultError):
                write_template(folder, name="new")
            if not has_broken():
                break
        with suppress(TemplateError):  # it is there by now, or was all the time
            write_template(folder, name="new")
            seen.append("again")
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == whole
    assert len(seen) > 10 / STEPS_BETWEEN
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".gridsim")) == []


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(TemplateError, match="is not empty"):
        write_template(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(gridsim.ResultError, match="cannot be written"):
        write_template(tmp_path / "notes.txt" / "new")
