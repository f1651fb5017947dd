"""Whose deviation it is over the draws: draw by draw what a run of the same load says."""

from __future__ import annotations

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gridsim
import gridsim.batch
from gridsim.analysis.attribution.methods import METHODS, Method
from gridsim.batch.engine import drawn_meter
from gridsim.batch.whose import DrawnAttribution
from gridsim.errors import ResultError, ScenarioError
from gridsim.io import scenario_from_tables
from gridsim.scenario import Scenario
from tests.batch.test_engine import LOADS, load_of
from tests.properties.harness import text_frames
from tests.properties.test_changes import changing
from tests.shared import SCENARIOS, sampled

SEED = 2**61 + 5
MINI = {"scenario": str(SCENARIOS / "henan-2021-mini"), "seed": 5, "draws": 6, "load": LOADS["industry"]}


def rows_of_run(scenario: Scenario, load: str, draw: int, method: Method, seed: int = SEED) -> list[tuple[object, ...]]:
    table = gridsim.run(drawn_meter(scenario, load_of(load), seed, draw), threads=1).attribution(method).exact
    return [
        tuple(None if pd.isna(value) else value for value in row)
        for row in table.astype(object).itertuples(index=False, name=None)
    ]


@pytest.mark.parametrize("seed", sampled(range(8), 2))
def test_random_markets_one_by_one(seed: int) -> None:
    """Users that change, tariffs from a day, retail contracts and nominations among them."""
    drawn, load = changing(seed), [*LOADS][seed % len(LOADS)]
    try:
        scenario = scenario_from_tables(
            text_frames(drawn), name="random", year=drawn["year"], rules="henan-2021", overrides=drawn["rules"]
        )
        found = {method: DrawnAttribution(scenario, load_of(load), SEED, method) for method in METHODS}
    except ScenarioError:
        pytest.skip("no market that can be drawn")
    for draw in range(2):
        method = METHODS[(seed + draw) % len(METHODS)]
        assert list(found[method].rows(draw)) == rows_of_run(scenario, load, draw, method)


def test_sums_are_made_draw_by_draw() -> None:
    scenario = gridsim.load(MINI["scenario"])
    lines = [(draw, *row) for draw in range(6) for row in rows_of_run(scenario, "industry", draw, "pro_rata", 5)]
    table = gridsim.batch.attribution(
        MINI, ("user", "month"), {"unit": "R1/tou"}, method="pro_rata", aggregate=("sum", "max", "median", "count")
    )
    assert len(table)
    for (user, month), row in table.exact.iterrows():
        values = np.zeros(6, dtype=np.int64)
        for draw, unit, when, _, _, _, who, *_, amount, _ in lines:
            if (unit, when, who or "") == ("R1/tou", month, user):
                values[draw] += amount
        expected = (values.sum(), values.max(), np.sort(values)[2], 6)
        assert tuple(row.astype(int)) == expected


def test_all_of_it_is_what_deviation_costs() -> None:
    """Whoever bears it: the sum over users and buyers is the deviation money of every draw."""
    plan = {**MINI, "metrics": ["positions"], "sweep": {"settlement.tou.upper": ["1.02", "1.08"]}}
    whole = gridsim.batch.run(plan).statistics.deviation((), {"point": 1}, ("mean", "max")).exact
    for method in ("own_deviation", "marginal"):
        table = gridsim.batch.attribution(plan, (), method=method, point=1, aggregate=("mean", "max")).exact
        assert table.to_numpy().tolist() == whole.to_numpy().tolist()


def test_what_it_refuses() -> None:
    for asked, message in (
        ({"groupby": "users"}, "user"),
        ({"where": {"month": "2021-13"}}, "2021-13"),
        ({"where": {"months": "2021-05"}}, "month"),
        ({"method": "shaply"}, "shapley"),
        ({"aggregate": "mode"}, "aggregate"),
        ({"point": 1}, "there is no point 1; there are 0 to 0"),
    ):
        with pytest.raises(ResultError, match=message):
            gridsim.batch.attribution(MINI, **asked)


@pytest.mark.parametrize(
    ("executor", "workers"),
    [("threads", 4), ("threads", 9), pytest.param("processes", 2, marks=pytest.mark.slow)],
)
def test_shares_of_the_draws_are_put_together_as_if_one_had_done_them_all(executor: str, workers: int) -> None:
    asked = (MINI, ("user", "month"), {"unit": ["R1/tou", "R1/conventional"]})
    alone = gridsim.batch.attribution(*asked, aggregate=("mean", "max", "q50", "count")).exact
    with ThreadPoolExecutor(2) as threads:
        given = threads if executor == "threads" else executor
        dealt = gridsim.batch.attribution(
            *asked, aggregate=("mean", "max", "q50", "count"), executor=given, workers=workers
        ).exact
    pd.testing.assert_frame_equal(dealt, alone)


def test_what_is_no_executor_is_told() -> None:
    with pytest.raises(gridsim.GridsimError, match=r"executor must be a concurrent\.futures\.Executor"):
        gridsim.batch.attribution(MINI, executor="proceses")


@pytest.mark.parametrize("workers", [0, -1])
def test_no_workers_are_no_answer(workers: int) -> None:
    with ThreadPoolExecutor(1) as threads, pytest.raises(ValueError, match=f"workers must be 1 or more, not {workers}"):
        gridsim.batch.attribution(MINI, executor=threads, workers=workers)


class _Lost(Executor):
    """A cluster that has lost the worker of the first share; the others wait."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        self.futures.append(Future())
        if len(self.futures) == 1:
            self.futures[0].set_exception(type("KilledWorker", (Exception,), {})("tcp://10.0.0.7"))
        return self.futures[-1]


def test_a_worker_that_a_cluster_lost_is_told_and_the_rest_is_not_waited_for() -> None:
    lost = _Lost()
    with pytest.raises(gridsim.GridsimError, match="a worker died, and with it the draws that it had"):
        gridsim.batch.attribution(MINI, executor=lost, workers=3)
    assert [future.cancelled() for future in lost.futures[1:]] == [True] * len(lost.futures[1:])
    assert len(lost.futures) > 1
