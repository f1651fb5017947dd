"""The fused kernel in the run that measures coverage, where it is plain Python; tests/batch holds it to much more."""

from __future__ import annotations

import pytest

from gridsim.batch.engine import blocks, prepare
from gridsim.core.draws import over, pay
from tests.batch.test_engine import load_of, require_same, settle_all
from tests.shared import scenario_in


@pytest.mark.parametrize(("load", "ranked"), [("industry", 12), ("all", 1), ("common", 1)])
def test_a_draw_is_a_run(load: str, ranked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (over, pay):  # seen by the plain kernel alone; it must change nothing
        monkeypatch.setattr(module, "_RANKED", ranked)
    mini = scenario_in()
    prepared = prepare(mini, load_of(load))
    batch = settle_all(prepared, blocks(prepared, 2), 2)
    for draw in range(2):
        require_same(batch, prepared, mini, load_of(load), draw)
