"""Work in a thread ends soon after nobody waits for it any more, and leaves alone what others do."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from typing import Any

import pytest

import gridsim.batch
from gridsim.batch import engine
from gridsim.batch.ending import go_on, until
from gridsim.batch.plan import expand_plan
from gridsim.batch.settled_draws import SettledDraws
from gridsim.batch.tasks import Job
from gridsim.batch.worker import forget, run_task
from tests.batch.conftest import small_plan


def test_work_is_asked_for_only_while_it_lasts() -> None:
    ended = threading.Event()
    with until(ended):
        go_on()
        ended.set()
        with pytest.raises(CancelledError):
            go_on()
        with until(None):
            go_on()
    go_on()


@pytest.mark.parametrize("rests_on_runs", [False, True], ids=["kernel", "runs"])
def test_a_task_ends_in_the_middle_of_its_draws(rests_on_runs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where draws are settled as runs are, a block of them may take a minute."""
    example = gridsim.example("retailer-2021" if rests_on_runs else "henan-2021-mini")
    expanded = expand_plan(small_plan(scenario=example, sweep=None, draws=3))
    ended, begun = threading.Event(), 0

    def counted(work: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal begun
            begun += 1
            ended.set()
            return work(*args, **kwargs)

        return call

    if rests_on_runs:
        monkeypatch.setattr(SettledDraws, "of", counted(SettledDraws.of))
    else:
        monkeypatch.setattr("gridsim.batch.worker.CELLS_PER_BLOCK", 300)
        monkeypatch.setattr("gridsim.batch.reduced.settle_block", counted(engine.settle_block))
    try:
        with pytest.raises(CancelledError):
            run_task(expanded.shared, (Job(next(iter(expanded.tasks.values()))),), ended)
    finally:
        forget(expanded.shared.key)
    assert begun == 1


def test_a_batch_runs_while_another_of_the_same_scenario_ends() -> None:
    """They share what a point has traded, and neither takes it from the other."""
    alone = gridsim.batch.run(small_plan(), workers=1)
    inner: list[gridsim.batch.Batch] = []

    def another(event: Any) -> None:
        if event["event"] == "point" and not inner:
            inner.append(gridsim.batch.run(small_plan(sweep={"rules": [{"settlement.shortfall_price": 500}]})))

    outer = gridsim.batch.run(small_plan(), workers=1, progress=another)
    assert outer.exact.runs.equals(alone.exact.runs)
    assert inner[0].points["status"].tolist() == ["done"]
