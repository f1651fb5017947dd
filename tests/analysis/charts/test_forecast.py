"""Months that are a forecast are marked in every chart that has months side by side, and the legend says so."""

from __future__ import annotations

import pandas as pd
import pytest

import gridsim
from gridsim.analysis.charts.forecast import forecast_ground, forecast_strip
from gridsim.analysis.charts.words import ChartWords
from gridsim.calendar import months_of
from gridsim.result import Result

BY_MONTH = ["contract_and_metered", "money_by_month", "deviation_heat_map", "netting"]
YEAR = months_of(2021)


@pytest.fixture(scope="module")
def to_date() -> Result:
    scenario = gridsim.load("scenarios/henan-2021-mini")
    meter = pd.read_csv("scenarios/henan-2021-mini/meter.csv", dtype=str)
    metered = scenario.with_table("meter", meter[meter["month"] <= "2021-07"])
    return gridsim.run(metered.with_table("forecast", meter[meter["month"] > "2021-07"]))


def test_months_that_follow_each_other_are_one_stretch() -> None:
    words = ChartWords("en", forecast={YEAR[1], YEAR[2], YEAR[5]})
    assert [(mark.start, mark.end) for mark in forecast_ground(YEAR, words)] == [(0.5, 2.5), (4.5, 5.5)]
    (strip,) = forecast_strip(YEAR, words)
    assert list(strip.at) == [1.5, 5.0]
    assert forecast_ground(YEAR, ChartWords("en")) == forecast_strip(YEAR, ChartWords("en")) == []


@pytest.mark.parametrize("name", BY_MONTH)
@pytest.mark.parametrize("backend", ["plotly", "matplotlib"])
def test_the_legend_names_them(to_date: Result, name: str, backend: str) -> None:
    chart = getattr(to_date.plot, name)(backend=backend, lang="zh")
    assert "预测" in dict(chart.drawing.names())
    assert chart.figure is not None


@pytest.mark.parametrize("name", BY_MONTH)
def test_a_year_that_is_metered_has_no_mark(name: str) -> None:
    result = gridsim.run("scenarios/henan-2021-mini")
    assert "forecast" not in dict(getattr(result.plot, name)().drawing.names())


def test_a_hover_says_it(to_date: Result) -> None:
    (cells, *_) = to_date.plot.deviation_heat_map().drawing.panels[0].marks
    heads = [text.splitlines()[0] for row in cells.hover for text in row if text]
    assert any(head.endswith("2021-08 (forecast)") for head in heads)
    assert any(head.endswith("2021-07") for head in heads)


@pytest.mark.parametrize(
    ("lang", "first"),
    [
        ("en", "This month is a forecast: nothing is metered yet, and what will be paid is another sum."),
        ("zh", "本月为预测"),
    ],
)
def test_an_explanation_says_it_first(to_date: Result, lang: str, first: str) -> None:
    assert str(to_date.explain("R1/tou", "2021-09", lang=lang).lead[0]).startswith(first)
    assert str(to_date.explain("R1/tou", "2021-09", user="U3", lang=lang).lead[0]).startswith(first)
    assert first not in str(to_date.explain("R1/tou", "2021-07", lang=lang))
    assert first in to_date.explain("R1/tou", "2021-09", lang=lang).to_html()
