"""Risk figures of a cost are their definition, and the histogram holds every draw."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import gridsim
from gridsim.analysis.charts import cost_distribution, cost_risk
from gridsim.analysis.charts.display import money_scale
from gridsim.analysis.charts.marks import BarMark, RuleMark
from tests.analysis.charts.drawn import marks_of, numbers


def test_cost_risk_by_hand() -> None:
    # Ten draws, 85 %: 9 of them cost at most 90; the worst 15 % are the 100 and half of the 90.
    risk = cost_risk(np.arange(10, 101, 10)[::-1], "0.85")
    assert risk == (10, 55, 90, round((100 * 10 + 90 * 5) / 15))
    assert cost_risk([7], 0.95) == (1, 7, 7, 7)


@pytest.mark.parametrize("level", ["0.5", "0.9", "0.95", "0.99", "0.9999"])
def test_cost_risk_is_the_definition(level: str) -> None:
    costs = np.random.default_rng(3).integers(-(10**15), 10**16, 997)
    risk, share = cost_risk(costs, level), Fraction(level)
    values = sorted(map(int, costs))
    at_risk = next(x for i, x in enumerate(values, start=1) if Fraction(i, len(values)) >= share)
    assert risk.at_risk == at_risk
    excess = sum(Fraction(max(x - at_risk, 0)) for x in values) / len(values)
    assert abs(at_risk + excess / (1 - share) - risk.conditional) <= Fraction(1, 2)  # Rockafellar and Uryasev
    assert abs(Fraction(sum(values), len(values)) - risk.mean) <= Fraction(1, 2)


def test_every_draw_is_in_one_class_of_the_histogram() -> None:
    for costs in (np.random.default_rng(5).integers(0, 10**14, 1000), np.array([5, 5, 5]), np.array([1, 2])):
        table = cost_distribution(costs).exact
        assert table["draws"].sum() == len(costs)
        for i, row in enumerate(table.itertuples()):
            is_last = i == len(table) - 1
            inside = (costs >= row.from_micro_yuan) & (
                (costs < row.to_micro_yuan) | (is_last & (costs == row.to_micro_yuan))
            )
            assert row.draws == inside.sum()


@pytest.mark.parametrize(
    ("costs", "level", "words"),
    [
        ([], 0.95, "at least one"),
        ([1.5], 0.95, "whole micro-yuan"),
        ([[1]], 0.95, "shape"),
        ([1], 1, "level"),
        ([1], "0.95001", "4 decimals"),
    ],
)
def test_costs_that_are_none_are_refused(costs: Any, level: Any, words: str) -> None:
    with pytest.raises(gridsim.ResultError, match=words):
        cost_risk(np.array(costs, dtype=np.float64 if words != "shape" and costs != [1] else np.int64), level)


def test_the_marks_are_the_table() -> None:
    costs = np.random.default_rng(5).integers(10**14, 2 * 10**14, 1000)
    chart = cost_distribution(costs, level="0.9")
    (bars,), rules = marks_of(chart, BarMark), marks_of(chart, RuleMark)
    assert numbers(bars.length) == chart.exact["draws"].tolist()
    risk = chart.exact_tables["risk"].iloc[0]
    scale = money_scale(int(costs.max()), "en")
    expected = [risk["mean_micro_yuan"], risk["at_risk_micro_yuan"], risk["conditional_micro_yuan"]]
    assert [rule.at for rule in rules] == [scale.value(int(value)) for value in expected]
    beyond = chart.exact["from_micro_yuan"] >= risk["at_risk_micro_yuan"]
    assert [colour == bars.colour[-1] for colour in bars.colour] == beyond.tolist()
