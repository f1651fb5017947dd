"""Contracted and metered energy hold the positions, and the marks hold the table."""

from __future__ import annotations

from gridsim.analysis.charts.contract_and_metered import contract_and_metered
from gridsim.analysis.charts.display import energy_scale
from tests.analysis.charts.drawn import mark_named, numbers, positions, results
from tests.shared import fresh


@results
def test_contract_and_metered_hold_the_positions(of: str) -> None:
    columns = ["contract_kwh", "metered_kwh", "lower_kwh", "upper_kwh", "overrun_kwh", "shortfall_kwh"]
    chart = fresh(of).plot.contract_and_metered()
    expected = positions(of).groupby(["month", "product"], observed=True)[columns].sum()
    found = chart.exact.set_index(["month", "product"])[columns]
    assert found.to_dict("index") == expected.to_dict("index")
    unit = positions(of)["unit_id"].iloc[0]
    alone = fresh(of).plot.contract_and_metered(str(unit)).exact
    assert alone["metered_kwh"].sum() == positions(of).query("unit_id == @unit")["metered_kwh"].sum()


def test_the_marks_are_the_table() -> None:
    chart = fresh().plot.contract_and_metered("R1/tou")
    peak = chart.exact[chart.exact["product"] == "peak"].sort_values("month")
    scale = energy_scale(int(chart.exact[["contract_kwh", "metered_kwh"]].to_numpy().max()), "en")
    assert [panel.title for panel in chart.drawing.panels] == ["peak", "flat", "valley"]
    in_band = [scale.value(kwh) for kwh in peak["metered_kwh"] - peak["overrun_kwh"]]
    assert numbers(mark_named(chart, "metered, in band").length) == in_band
    assert numbers(mark_named(chart, "overrun").length) == [scale.value(kwh) for kwh in peak["overrun_kwh"]]
    assert numbers(mark_named(chart, "overrun").foot) == in_band
    assert numbers(mark_named(chart, "shortfall").foot) == [scale.value(kwh) for kwh in peak["metered_kwh"]]
    bands = peak[~peak["month"].isin(["2021-01", "2021-02", "2021-03"])]  # the older method has none (N5)
    assert numbers(mark_named(chart, "band").foot) == [scale.value(kwh) for kwh in bands["lower_kwh"]]
    contract = [scale.value(kwh) for kwh in peak["contract_kwh"] for _ in range(2)]
    assert numbers(mark_named(chart, "contracted").y) == contract
    trial = fresh().plot.contract_and_metered("R1/tou", trial=True)
    assert "no band" not in trial.caption
    assert set(trial.exact["month"]) == {"2021-01", "2021-02", "2021-03"}


def test_products_stand_as_they_are_asked_for_and_new_ones_behind() -> None:
    table = fresh().plot.contract_and_metered("R1/tou").exact
    renamed = table.replace({"product": {"flat": "sharp"}})
    chart = contract_and_metered(renamed, products=["valley", "total", "peak"], lang="en")
    assert [panel.title for panel in chart.drawing.panels] == ["valley", "peak", "sharp"]
    alone = contract_and_metered(table[table["product"] == "peak"], lang="en")
    assert [panel.title for panel in alone.drawing.panels] == [""]


def test_nothing_to_draw_is_drawn() -> None:
    table = fresh().plot.contract_and_metered().exact.head(0)
    for backend in ("plotly", "matplotlib"):
        assert contract_and_metered(table, backend=backend, lang="en").figure is not None  # type: ignore[arg-type]
