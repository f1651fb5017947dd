"""What an answer shows."""

from __future__ import annotations

import pandas as pd
import pytest

from gridsim.analysis import optimal_cover


def test_curve_and_break_points_agree_with_the_optimum(scenario):
    cover = optimal_cover(scenario, "R1/conventional", load=[0.9, 1, 1.2], price=365, months=["2021-04"])
    position = cover.position()
    curve, points = position.curve(), position.break_points()
    assert curve["cost_yuan"].min() == round(cover.expected_yuan, 6)  # a mean of three draws, to the micro-yuan
    assert len(points) <= 1 + 2 * 3
    assert position.optimum.contract / 1000 in set(points["contract_mwh"])
    assert "P(load > 1.05 C)" in position.quantile_form()
    assert "P(用电量 > 1.05 C)" in position.quantile_form("zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("backend", ["plotly", "matplotlib"])
def test_the_cost_curve_is_drawn_from_its_table(scenario, backend, lang):
    cover = optimal_cover(scenario, "R1/conventional", load=[0.9, 1, 1.2], price=365, months=["2021-04"], risk="0.5")
    position = cover.position()
    chart = position.plot(backend=backend, lang=lang)
    pd.testing.assert_frame_equal(chart.table, position.curve())
    pd.testing.assert_frame_equal(chart.tables["break_points"], position.break_points())
    least = chart.exact.loc[chart.exact["cost_micro_yuan"].idxmin(), "contract_kwh"]
    assert position.optimum.contract <= least <= position.optimum.up_to
    drawn = chart.figure.data[0].x if backend == "plotly" else chart.figure.axes[0].lines[0].get_xdata()
    assert len(drawn) == len(chart.table)


def test_a_position_is_called_by_the_name_of_its_buyer(scenario):
    name = scenario.tables["retailers"].set_index("retailer_id")["name"]["R1"]
    position = optimal_cover(scenario, "R1/conventional", load=[0.9, 1], price=365, months=["2021-04"]).position()
    assert f"：{name}/常规电量，2021年4月" in position.plot(lang="zh").title
    assert position.quantile_form("zh").startswith(f"{name}/常规电量，2021-04")
    assert position.quantile_form("en").startswith(f"{name}/conventional, 2021-04")
