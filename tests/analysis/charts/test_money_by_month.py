"""Money by month and period holds the ledger, and its marks hold the table."""

from __future__ import annotations

import pytest

from gridsim.analysis.charts.display import money_scale
from gridsim.analysis.charts.marks import BarMark, PointMark
from gridsim.analysis.charts.money_by_month import money_by_month
from gridsim.errors import ResultError
from tests.analysis.charts.drawn import ledger, mark_named, marks_of, numbers, results
from tests.shared import MINI, fresh


@results
def test_all_that_is_charged_on_metered_energy_is_in_it(of: str) -> None:
    table = fresh(of).plot.money_by_month().exact
    paid = ledger(of)
    on_energy = paid[paid["item"] != "shortfall"]  # a fee for what was not metered
    by_month = on_energy.groupby("month", observed=True)["amount_micro_yuan"].sum()
    assert table.groupby("month", observed=True)["all_in_micro_yuan"].sum().to_dict() == by_month.to_dict()


def test_the_marks_are_the_table() -> None:
    chart = fresh().plot.money_by_month("R1/tou")
    mine = ledger(MINI).query("unit_id == 'R1/tou' and item != 'shortfall'")
    assert chart.exact["all_in_micro_yuan"].sum() == mine["amount_micro_yuan"].sum() > 0
    by_month = chart.exact.groupby("month", observed=True)["all_in_micro_yuan"].sum()
    scale = money_scale(int(by_month.max()), "en")
    reached = [0.0] * 12
    for period, points in zip(("peak", "flat", "valley"), marks_of(chart, PointMark, panel=1), strict=True):
        rows = chart.exact[chart.exact["period"] == period]
        bars: BarMark = mark_named(chart, period)
        assert numbers(bars.length) == [scale.value(amount) for amount in rows["all_in_micro_yuan"]]
        assert bars.foot is not None and numbers(bars.foot) == pytest.approx(reached)
        reached = [foot + length for foot, length in zip(reached, numbers(bars.length), strict=True)]
        averages = rows["all_in_micro_yuan"] / rows["metered_kwh"] / 1000
        assert numbers(points.y) == pytest.approx(averages.tolist())
        assert points.colour == bars.colour == mark_named(fresh().plot.money_by_month(), period).colour
    assert reached == pytest.approx([scale.value(amount) for amount in by_month])


def test_credits_stand_below_zero_and_a_period_that_nobody_named_is_drawn_too() -> None:
    table = fresh().plot.money_by_month().exact.replace({"period": {"peak": "sharp"}}).copy()
    table.loc[table["period"] == "valley", "all_in_micro_yuan"] *= -1
    chart = money_by_month(table, periods=["flat"], lang="en")
    assert [name for name, _ in chart.drawing.names()] == ["flat", "sharp", "valley"]
    valley = mark_named(chart, "valley")
    assert max(numbers(valley.length)) < 0 and numbers(valley.foot) == [0.0] * 12


def test_what_was_not_metered_is_a_fault() -> None:
    with pytest.raises(ResultError, match="nothing was metered"):
        fresh().plot.money_by_month(where={"unit": "U4/tou", "retailer": "R1"})
