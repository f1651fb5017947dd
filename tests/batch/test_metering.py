"""Metered months and those of a forecast over the draws, held against each draw settled as a run of its own."""

from __future__ import annotations

import shutil
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gridsim
import gridsim.batch
from gridsim.batch import Batch
from gridsim.batch.spread import spread_columns, spread_of
from gridsim.errors import ResultError

DRAWS = 5


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("august") / "august"
    shutil.copytree(gridsim.example("henan-2021-mini"), folder)
    meter = pd.read_csv(folder / "meter.csv", dtype=str, encoding="utf-8-sig")
    meter[meter["month"] <= "2021-07"].to_csv(folder / "meter.csv", index=False)
    meter[meter["month"] > "2021-07"].to_csv(folder / "forecast.csv", index=False)
    return {
        "scenario": folder,
        "draws": DRAWS,
        "load": {"own": {"distribution": "lognormal", "sigma": 0.2}},
        "sweep": {"load.scale": ["0.9", "1.1"]},
        "metrics": ["positions"],
        "quantiles": [0.25, 0.9],
        "tail": 0.8,
    }


@pytest.fixture(scope="module")
def batch(plan: dict[str, Any]) -> Batch:
    return gridsim.batch.run(plan)


def spreads(by: str, runs: list[gridsim.Result]) -> pd.DataFrame:
    """What the draws come to when each is settled and its months are added up."""
    drawn = [each.statistics.deviation((by, "metering")).exact["deviation_micro_yuan"] for each in runs]
    table = pd.concat(drawn, axis=1).astype("int64")
    names = spread_columns((2500, 9000), 8000)
    return pd.DataFrame(spread_of(np.ascontiguousarray(table.to_numpy()), (2500, 9000), 8000), table.index, names)


@pytest.mark.parametrize("by", ["unit", "product"])
def test_a_kind_of_months_is_its_months_added_up_draw_by_draw(plan: dict[str, Any], batch: Batch, by: str) -> None:
    runs = [gridsim.run(gridsim.batch.drawn_scenario(plan, draw, point=1)) for draw in range(DRAWS)]
    whole = spreads(by, runs)
    found = batch.statistics.deviation((by, "metering"), {"point": 1}, ("mean", "std", "q25", "q90", "max", "cvar80"))
    outside = ~found.index.isin(whole.index)  # users outside the market, who cannot deviate
    assert not found.exact[outside].to_numpy().any()
    assert set(whole.index) == set(found.index[~outside])
    for name in ("mean", "std", "q25", "q90", "max", "cvar80"):
        expected = whole.loc[found.index[~outside], name].tolist()
        assert found.exact.loc[~outside, f"{name}_micro_yuan"].tolist() == expected, name
    forecast = found.exact.xs("forecast", level="metering")
    assert (forecast["std_micro_yuan"] > 0).any()
    assert not found.exact.xs("metered", level="metering")["std_micro_yuan"].any()


def test_the_grammar_is_that_of_results(batch: Batch) -> None:
    ask, at = batch.statistics.deviation, {"point": 0}
    assert batch.statistics.values("metering") == ["metered", "forecast"]
    whole = ask("metering", at, "mean").exact["mean_micro_yuan"]
    assert int(whole.sum()) == int(ask((), at, "mean").exact["mean_micro_yuan"].iloc[0])
    alone = ask((), {**at, "metering": "forecast"}, "q90").exact["q90_micro_yuan"]
    assert alone.tolist() == [ask("metering", at, "q90").exact.loc["forecast", "q90_micro_yuan"]]
    months = ask(("metering", "month"), at, "mean").exact
    assert months.loc["metered"].index.tolist() == [f"2021-0{month}" for month in range(1, 8)]
    assert ask("month", {**at, "metering": "forecast"}, "mean").index[0] == "2021-08"
    assert ask("buyer", {**at, "metering": "metered"}, "overrun").exact["overrun_kwh"].ge(0).all()
    with pytest.raises(ResultError, match="group by metering too"):
        ask((), {**at, "metering": ["metered", "forecast"]}, "mean")


def test_a_year_without_a_forecast_is_metered(plan: dict[str, Any]) -> None:
    batch = gridsim.batch.run({**plan, "scenario": gridsim.example("henan-2021-mini"), "sweep": {}})
    assert batch.statistics.values("metering") == ["metered"]
    of_kind, year = batch.statistics.cost("metering").exact, batch.statistics.cost("buyer").exact
    assert of_kind.index.tolist() == ["metered"] and of_kind["std_micro_yuan"].iloc[0] > 0
    by_buyer = batch.statistics.cost(("buyer", "metering")).exact
    assert by_buyer.to_numpy().tolist() == year.to_numpy().tolist()
    assert by_buyer.index.tolist() == [(buyer, "metered") for buyer in year.index]


def test_the_chart_of_risk_marks_the_months_of_the_forecast(batch: Batch) -> None:
    chart = batch.plot.risk_heat_map(where={"point": 0}, lang="zh")
    assert [name for name, _ in chart.drawing.names()] == ["预测"]
