"""The curve of a sized position is drawn from its table, with its break points, its least and what costs as little."""

from __future__ import annotations

import pandas as pd

from gridsim.analysis.charts import cost_by_contract
from gridsim.analysis.charts.marks import BandMark, PointMark
from tests.analysis.charts.drawn import mark_named, marks_of, numbers

CURVE = pd.DataFrame({"contract_kwh": [0, 10**6, 2 * 10**6, 10**7], "cost_micro_yuan": [9, 5, 5, 8]}) * 1
CURVE["cost_micro_yuan"] *= 10**12
POSITION = {"unit": "R1/tou", "month": "2021-04", "product": "peak", "draws": 1234, "lang": "en"}


def chart(points: int = 2, up_to: int | None = 2 * 10**6):
    bends = pd.DataFrame({"contract_kwh": [10**6 + i for i in range(points)], "cost_micro_yuan": 5 * 10**12})
    return cost_by_contract(CURVE, bends, optimum_kwh=10**6, up_to_kwh=up_to, is_weighted=True, **POSITION)  # type: ignore[arg-type]


def test_the_marks_are_the_table() -> None:
    drawn = chart()
    assert numbers(mark_named(drawn, "cost").y) == [9_000, 5_000, 5_000, 8_000]
    assert numbers(mark_named(drawn, "break points").x) == [1.0, 1.000001]
    least = mark_named(drawn, "least cost: 1.00 GWh")
    assert (numbers(least.x), numbers(least.y)) == ([1], [5_000])
    (band,) = marks_of(drawn, BandMark)
    assert (band.start, band.end, band.name) == (1, 2, "equally cheap: up to 2.00 GWh")
    assert drawn.title == "Cost by contract energy: R1/tou, 2021-04, peak"
    assert "1,234 equally likely loads, with the CVaR" in drawn.caption


def test_a_single_optimum_has_no_band_and_many_break_points_are_not_drawn() -> None:
    drawn = chart(points=61, up_to=10**6)
    assert marks_of(drawn, BandMark) == []
    assert "bends at 61 energies" in drawn.caption
    assert "break points" not in [mark.name for mark in marks_of(drawn, PointMark)]
    assert len(drawn.exact_tables["break_points"]) == 61
