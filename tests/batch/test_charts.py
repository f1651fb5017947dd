"""The charts of a batch are drawn from its own exact tables."""

from __future__ import annotations

import pytest

import gridsim
import gridsim.batch

PLAN = {
    "scenario": "scenarios/henan-2021-mini",
    "seed": 3,
    "draws": 20,
    "load": {"common": {"distribution": "lognormal", "sigma": 0.1}},
    "sweep": {"load.scale": [0.9, 1.1], "settlement.shortfall_price": [10, 40]},
}


@pytest.fixture(scope="module")
def batch():
    return gridsim.batch.run(PLAN, detail="full")


@pytest.mark.parametrize(("backend", "lang"), [("plotly", "en"), ("matplotlib", "zh")])
def test_distribution_has_every_draw_of_the_point(batch, backend, lang):
    chart = batch.plot.cost_distribution(point=2, level="0.9", backend=backend, lang=lang)
    runs = batch.exact.runs
    costs = runs.loc[runs["point"] == 2, "total_micro_yuan"]
    assert chart.exact["draws"].sum() == len(costs) == 20
    assert chart.exact["from_micro_yuan"].iloc[0] == costs.min()
    assert chart.exact["to_micro_yuan"].iloc[-1] == costs.max()
    assert chart.exact_tables["risk"]["conditional_micro_yuan"][0] == round(costs.nlargest(2).sum() / 2)
    assert chart.figure is not None


def test_distribution_of_one_unit(batch):
    chart = batch.plot.cost_distribution(unit="R1/tou")
    draws = batch.exact.unit_draws
    mine = draws[(draws["unit_id"] == "R1/tou") & (draws["point"] == 0)]["cost_micro_yuan"]
    assert chart.exact["to_micro_yuan"].iloc[-1] == mine.max()


def test_distribution_of_some_items_is_that_of_their_sum(batch):
    chart = batch.plot.cost_distribution(point=2, item=("overrun", "shortfall"), lang="zh")
    rows = batch.exact.items.query("point == 2 and item in ('overrun', 'shortfall')")
    costs = rows.groupby("draw")["amount_micro_yuan"].sum()
    assert chart.exact["draws"].sum() == len(costs) == 20
    assert chart.exact["from_micro_yuan"].iloc[0] == costs.min()
    assert chart.exact["to_micro_yuan"].iloc[-1] == costs.max()
    assert chart.title == "费用分布：超用电费、欠用电费"
    with pytest.raises(TypeError, match="a unit or items"):
        batch.plot.cost_distribution(unit="R1/tou", item="overrun")


def test_tornado_is_the_sensitivity_table(batch):
    chart = batch.plot.tornado()
    table = batch.sensitivity.tornado()
    assert chart.exact["parameter"].tolist() == table["parameter"].tolist()
    assert chart.exact["low_micro_yuan"].tolist() == table["low_micro_yuan"].tolist()


def test_tornado_calls_parameters_by_name(batch):
    texts = "\n".join(batch.plot.tornado(lang="zh").drawing.texts())
    assert "欠用电量结算价格  [10 … 40]" in texts and "用电量倍数  [" in texts
    assert "settlement." not in texts and "scale" not in texts


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda plot: plot.cost_distribution(point=9), "0 to 3"),
        (lambda plot: plot.cost_distribution(unit="R1/tuo"), "nearest: R1/tou"),
        (lambda plot: plot.cost_distribution(item="overun"), "nearest: overrun"),
        (lambda plot: plot.tornado("overrun_mwh"), "of money"),
    ],
)
def test_what_is_not_there_is_said(batch, call, told):
    with pytest.raises(gridsim.ResultError, match=told):
        call(batch.plot)
