"""A draw as a scenario: a run of it has the money that the batch has, at the point that was asked for."""

from __future__ import annotations

from typing import Any

import pytest

import gridsim
import gridsim.batch
from gridsim.errors import ResultError

PLAN: dict[str, Any] = {
    "scenario": gridsim.example("henan-2021-mini"),
    "seed": 5,
    "draws": 4,
    "load": {"own": {"distribution": "lognormal", "sigma": "0.1", "correlation": "industry"}},
    "sweep": {"load.scale": ["0.95", "1.05"], "settlement.shortfall_price": [10, 20]},
}


def test_a_run_of_a_draw_is_what_the_batch_says_of_it() -> None:
    items = gridsim.batch.run(PLAN, workers=1).exact.items.set_index(["point", "draw", "item"])["amount_micro_yuan"]
    for point, draw in ((0, 0), (1, 3), (3, 2)):
        result = gridsim.run(gridsim.batch.drawn_scenario(PLAN, draw, point=point), threads=1)
        found = result.statistics.money("item").exact["amount_micro_yuan"]
        assert {item: found.get(item, 0) for item in items[point, draw].index} == items[point, draw].to_dict()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"draw": 4}, "0 to 3"),
        ({"draw": 0, "point": 9}, "no point 9"),
        ({"draw": 1.5}, "no draw 1.5"),
        ({"draw": 0, "point": 0.5}, "no point 0.5"),
    ],
)
def test_what_is_not_in_the_plan_is_said(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(ResultError, match=told):
        gridsim.batch.drawn_scenario(PLAN, **asked)
