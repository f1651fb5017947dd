"""Every chart that gridsim draws, of the mini scenario."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pytest

import gridsim
import gridsim.batch
from gridsim.analysis import optimal_cover
from gridsim.analysis.charts import Chart
from gridsim.analysis.charts.marks import Mark
from tests.shared import MINI, PROVINCE, fresh, scenario_in

__all__ = ["every_chart", "ledger", "mark_named", "marks_of", "numbers", "positions", "results"]

M = TypeVar("M", bound=Mark)

results = pytest.mark.parametrize("of", [MINI, pytest.param(PROVINCE, marks=pytest.mark.slow)])

_PLAN = {
    "scenario": str(MINI),
    "seed": 3,
    "draws": 20,
    "load": {"common": {"distribution": "lognormal", "sigma": 0.1}},
    "sweep": {"load.scale": [0.9, 1.1]},
}


@cache
def _batch() -> Any:
    return gridsim.batch.run(_PLAN)


@cache
def _cover() -> Any:
    scenario = scenario_in()
    question = {"load": [0.9, 1, 1.2], "price": 365, "months": ["2021-04"], "risk": "0.5"}
    return optimal_cover(scenario, "R1/conventional", **question).position()


def every_chart(backend: Any, lang: Any) -> list[Chart]:
    """The charts of a result, of a batch and of a contract that was sized."""
    plot, asked = fresh().plot, {"backend": backend, "lang": lang}
    sensitivity = pd.DataFrame(
        {"parameter": ["上限"], "low_micro_yuan": [10**12], "high_micro_yuan": [3 * 10**12]},
    )
    return [
        plot.supply_demand(**asked),
        plot.contract_and_metered(**asked),
        plot.cost_waterfall(**asked),
        plot.money_by_month(**asked),
        plot.money_flows(**asked),
        plot.deviation_heat_map(**asked),
        plot.market_prices(**asked),
        plot.cost_distribution(np.arange(10**12, 10**12 + 10**9, 10**7), **asked),
        plot.tornado(sensitivity, **asked),
        plot.whose_deviation("shapley", **asked),
        plot.netting(**asked),
        _cover().plot(**asked),
        _batch().plot.cost_distribution(**asked),
        _batch().plot.tornado(**asked),
    ]


def marks_of(chart: Chart, kind: type[M], panel: int = 0) -> list[M]:
    """The marks of one kind on a panel, in the order in which they are drawn."""
    return [mark for mark in chart.drawing.panels[panel].marks if isinstance(mark, kind)]


def mark_named(chart: Chart, name: str, panel: int = 0) -> Any:
    """The mark of a panel that the legend names so."""
    (found,) = [mark for mark in chart.drawing.panels[panel].marks if getattr(mark, "name", "") == name]
    return found


def numbers(values: Any) -> list[float]:
    """Numbers without the gaps between them."""
    return [float(value) for value in values if value is not None and value == value]


def ledger(of: Path) -> pd.DataFrame:
    """The ledger of a result without its trial settlement."""
    frame = fresh(of).exact.ledger
    return frame[~frame["trial"]]


def positions(of: Path) -> pd.DataFrame:
    """The positions of a result without its trial settlement."""
    frame = fresh(of).exact.positions
    return frame[~frame["trial"]]
