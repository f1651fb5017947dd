"""An analyst in August: what is certain, what is not, and what it may cost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import gridsim
import gridsim.batch

LAST = "2021-07"
FACTOR = {"distribution": "normal", "sigma": 0.1}
OWN = {"distribution": "lognormal", "sigma": 0.2, "correlation": "industry"}


@pytest.fixture(params=["plain", "retail"])
def august(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "august"
    shutil.copytree(gridsim.example("henan-2021-mini"), folder)
    meter = pd.read_csv(folder / "meter.csv", dtype=str, encoding="utf-8-sig")
    meter[meter["month"] <= LAST].to_csv(folder / "meter.csv", index=False)
    meter[meter["month"] > LAST].to_csv(folder / "forecast.csv", index=False)
    if request.param == "retail":  # whose draws are settled as runs are
        (folder / "retail_contracts.csv").write_text("user_id,kind,price\nU1,fixed,450\n")
    return folder


def test_what_has_deviation_cost_so_far_and_what_is_it_expected_to(august: Path) -> None:
    result = gridsim.run(august)
    cost = result.statistics.deviation("metering").exact["deviation_micro_yuan"]
    by_month = result.statistics.deviation("month").exact["deviation_micro_yuan"]
    assert cost["metered"] == by_month[:LAST].sum() and cost["forecast"] == by_month["2021-08":].sum()


def test_which_of_the_months_that_are_left_is_the_most_dangerous(august: Path) -> None:
    load = {"common": FACTOR, "own": OWN, "period": FACTOR}
    plan = {"scenario": august, "draws": 40, "load": load, "metrics": ["positions"], "quantiles": [0.9]}
    batch, now = gridsim.batch.run(plan), gridsim.run(august).statistics.deviation("month")
    risk = batch.statistics.deviation("month")
    assert (risk.loc[:LAST, "std_yuan"] == 0).all() and (risk.loc["2021-08":, "std_yuan"] > 0).all()
    assert risk.loc[:LAST, "q90_yuan"].tolist() == now.loc[:LAST, "deviation_yuan"].tolist()
    assert batch.manifest["scenario"]["forecast_months"][0] == "2021-08"
