"""Long columns a block at a time: the same answers wherever a block ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gridsim
from gridsim.tables import blocks as module
from gridsim.tables.blocks import blocks, looked_up
from tests.shared import MINI


@pytest.fixture(params=[1, 3, 7])
def short_blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(module, "BLOCK", request.param)
    return int(request.param)


@pytest.mark.parametrize("rows", [0, 1, 6, 7, 20])
def test_every_row_once_and_in_order(short_blocks: int, rows: int) -> None:
    found = [row for block in blocks(rows) for row in range(rows)[block]]
    assert found == list(range(rows))
    assert all(block.stop - block.start <= short_blocks for block in blocks(rows))


@pytest.mark.parametrize("kind", [np.int8, np.int32, np.int64])
def test_looked_up(short_blocks: int, kind: type[np.integer]) -> None:
    values, codes = np.array([5, 6, 7, -9], dtype=np.int32), np.array([2, -1, 0, 1, 1, 2, -1, 0], dtype=kind)
    found = looked_up(values, codes)
    assert found.dtype == values.dtype
    assert found.tolist() == [7, -9, 5, 6, 6, 7, -9, 5]


def test_a_scenario_and_its_hash_do_not_depend_on_blocks(short_blocks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    in_short = gridsim.load(MINI)
    monkeypatch.setattr(module, "BLOCK", 2**16)
    at_once = gridsim.load(MINI)
    assert in_short.hash == at_once.hash
    assert in_short.warnings == at_once.warnings
    for name, frame in at_once.tables.items():
        assert in_short.tables[name].equals(frame), name


def test_a_row_that_is_there_twice_is_found_across_blocks(short_blocks: int, tmp_path: Path) -> None:
    for path in MINI.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    lines = (MINI / "meter.csv").read_text(encoding="utf-8-sig").splitlines()
    (tmp_path / "meter.csv").write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    with pytest.raises(gridsim.ScenarioError) as caught:
        gridsim.load(tmp_path)
    assert [fault.message for fault in caught.value.faults] == ["duplicate row: row 1 has the same"]
    assert caught.value.faults[0].row == len(lines)
