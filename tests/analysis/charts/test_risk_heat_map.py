"""The heat map of risk has the months and rows of the batch's own statistics, the most dangerous first."""

from __future__ import annotations

import pytest

import gridsim

PLAN = {
    "scenario": gridsim.example("henan-2021-mini"),
    "seed": 3,
    "draws": 20,
    "load": {"common": {"distribution": "lognormal", "sigma": 0.1}},
    "metrics": ["positions"],
    "payer": "buyer",
}


@pytest.mark.parametrize(("backend", "lang"), [("plotly", "en"), ("matplotlib", "zh")])
def test_months_that_are_dangerous(backend, lang):
    batch = gridsim.batch.run(PLAN)
    chart = batch.plot.risk_heat_map(top=2, backend=backend, lang=lang)
    asked_of = batch.statistics.deviation(("unit", "month"), aggregate="q90").exact["q90_micro_yuan"]
    worst = asked_of.groupby("unit").max().nlargest(2).index.tolist()
    drawn = chart.exact_tables["risks"]
    assert list(dict.fromkeys(drawn["who"])) == worst
    assert drawn.set_index(["who", "month"])["risk_micro_yuan"].to_dict() == asked_of.loc[worst].to_dict()
    assert chart.figure is not None
    bought = batch.plot.risk_heat_map("cvar95", "retailer", of="cost", where={"payer": "buyer"}, lang=lang)
    assert ("购电方" if lang == "zh" else "buyer") in bought.caption
    with pytest.raises(gridsim.ResultError, match="the chart is of money"):
        batch.plot.risk_heat_map("overrun")
