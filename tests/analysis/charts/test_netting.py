"""What is netted, month by month, as the table has it."""

from __future__ import annotations

import pytest

import gridsim
from tests.analysis.attribution.worked import worked
from tests.analysis.charts.drawn import mark_named
from tests.shared import fresh


def test_energies_and_money_of_the_months_are_those_of_the_table() -> None:
    chart = gridsim.run(worked()).plot.netting()
    assert list(mark_named(chart, "overrun netted").length) == [92]
    assert list(mark_named(chart, "shortfall netted").length) == [68]
    assert list(mark_named(chart, "saved", 1).length) == [23.0544]
    assert chart.table["saved_yuan"].tolist() == [23_054.4]


def test_months_are_summed_over_units() -> None:
    result = fresh()
    exact = result.plot.netting(lang="zh").exact
    assert exact["saved_micro_yuan"].sum() == result.netting().exact["saved_micro_yuan"].sum()
    assert exact["month"].is_monotonic_increasing
    with pytest.raises(gridsim.ResultError, match="nothing is netted here"):
        result.plot.netting(units=["U4/tou"])
