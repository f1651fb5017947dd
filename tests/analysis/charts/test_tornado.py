"""A tornado shows the widest parameters and both of their changes."""

from __future__ import annotations

import pandas as pd
import pytest

import gridsim
from gridsim.analysis.charts import tornado
from gridsim.analysis.charts.display import money_scale
from gridsim.analysis.charts.marks import TextMark
from tests.analysis.charts.drawn import ledger, mark_named, marks_of, numbers
from tests.shared import MINI, fresh


def test_tornado_is_sorted_and_cut() -> None:
    table = pd.DataFrame({"parameter": list("abc"), "low_micro_yuan": [1, -5, 9], "high_micro_yuan": [2, 5, 10]}) * 1
    table[["low_micro_yuan", "high_micro_yuan"]] *= 10**9
    chart = tornado(table, base_micro_yuan=0, top=2, lang="en")
    assert chart.exact["parameter"].tolist() == ["b", "a"]
    assert "2 of 3 parameters" in chart.caption
    low = mark_named(chart, "low value")
    assert numbers(low.length) == [-5000.0, 1000.0]
    with pytest.raises(gridsim.ResultError, match="low_micro_yuan"):
        tornado(pd.DataFrame({"parameter": ["a"]}), base_micro_yuan=0, lang="en")


def test_bars_on_one_side_stand_beside_each_other() -> None:
    table = pd.DataFrame({"parameter": ["a"], "low_micro_yuan": [10**12], "high_micro_yuan": [3 * 10**12]})
    beside, apart = tornado(table, base_micro_yuan=0, lang="en"), tornado(table, base_micro_yuan=2 * 10**12, lang="en")
    assert mark_named(beside, "low value").at != mark_named(beside, "high value").at
    assert mark_named(apart, "low value").at == mark_named(apart, "high value").at == [0]
    sides = {text: mark.side for mark in marks_of(apart, TextMark) for text in mark.texts}
    assert sides == {"-1,000.0": "left", "+1,000.0": "right"}


def test_the_base_is_the_whole_cost_of_the_result() -> None:
    table = pd.DataFrame({"parameter": ["a"], "low_micro_yuan": [10**12], "high_micro_yuan": [3 * 10**12]})
    chart = fresh().plot.tornado(table)
    whole = int(ledger(MINI)["amount_micro_yuan"].sum())
    scale = money_scale(whole, "en")
    assert f"against {scale.text(whole)} {scale.unit}" in chart.caption
