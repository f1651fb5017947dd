"""Questions to a batch: grouped statistics, SQL, what a notebook shows."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from fractions import Fraction
from html.parser import HTMLParser
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gridsim
from gridsim.analysis import optimal_cover
from gridsim.analysis.charts.cost_distribution import cost_risk
from gridsim.batch import Batch, load, run
from gridsim.batch.spread import spread_of
from gridsim.errors import ResultError
from tests.batch.conftest import SCENARIOS, small_plan

SCENARIO = str(SCENARIOS / "henan-2021-mini")


def test_statistics_equal_pandas_on_the_tables(batch: Batch) -> None:
    found = batch.statistics.cost("load.scale", aggregate=("mean", "min", "max", "sum", "count", "std"))
    plain = batch.runs.groupby("load.scale")["total_yuan"]
    for name in ("mean", "min", "max", "sum", "std"):
        assert found[f"{name}_yuan"].to_numpy() == pytest.approx(plain.agg(name).to_numpy(), rel=1e-12)
    assert found["count"].tolist() == [6, 6]
    assert found.index.name == "load.scale"


def test_sums_are_exact_until_they_are_shown(batch: Batch) -> None:
    total = batch.statistics.cost((), aggregate="sum")["sum_yuan"][0]
    assert total == float(f"{batch.exact.runs['total_micro_yuan'].sum()}e-6")
    by_item = batch.statistics.money("item", {"point": 2}, "sum")["sum_yuan"]
    exact = batch.exact.items.query("point == 2").groupby("item")["amount_micro_yuan"].sum()
    assert by_item.to_dict() == {item: float(f"{amount}e-6") for item, amount in exact.items()}


def test_items_and_units_that_are_not_told_apart_are_added_up_draw_by_draw() -> None:
    """The mean and the quantile are those of the sum; the metric of positions has it too, from another table."""
    batch = run(small_plan(metrics=["cost_by_unit", "items", "positions"]), detail="full", workers=1)
    deviation = {"item": ["overrun", "shortfall"]}
    asked = ("mean", "std", "max", "q95", "cvar95")
    found = batch.statistics.money("point", deviation, asked)
    assert found.exact.equals(batch.statistics.deviation("point", aggregate=asked).exact)
    by_scale = batch.statistics.money("load.scale", deviation, ("count", "sum"))
    rows = batch.exact.items[batch.exact.items["item"].isin(deviation["item"])]
    assert by_scale["count"].tolist() == [6, 6]  # two points of three draws
    assert by_scale.exact["sum_micro_yuan"].tolist() == rows.groupby("load.scale")["amount_micro_yuan"].sum().tolist()
    two = batch.statistics.cost("point", {"unit": ["R1/tou", "R1/conventional"]}, "max").exact
    draws = batch.exact.unit_draws.query("unit_id in ('R1/tou', 'R1/conventional')").groupby(["point", "draw"])
    assert two["max_micro_yuan"].tolist() == draws["cost_micro_yuan"].sum().groupby("point").max().tolist()


def test_units_and_energies(batch: Batch) -> None:
    by_unit = batch.statistics.cost(("point", "unit"), aggregate="mean")
    assert by_unit.index.names == ["point", "unit"]
    units = batch.units.set_index(["point", "unit_id"])["cost_mean_yuan"]
    assert by_unit["mean_yuan"].to_dict() == units.to_dict()
    one = batch.statistics.cost("load.scale", unit="R1/tou", aggregate=("q05", "median", "cvar95"))
    assert (
        len(one) == 2
        and (one["q05_yuan"] <= one["median_yuan"]).all()
        and (one["median_yuan"] <= one["cvar95_yuan"]).all()
    )
    overrun = batch.statistics.energy("overrun", "settlement.tou.upper", aggregate="mean")["mean_mwh"]
    assert overrun.iloc[0] > overrun.iloc[1]
    assert batch.statistics.cost("point", {"load.scale": [0.95]}, "count").index.tolist() == [0, 2]


def test_one_conditional_value_at_risk_everywhere() -> None:
    """Of 50 draws the tail at 0.93 is 3.5: batch, questions to it, charts and covers count the half alike."""
    batch = run(small_plan(sweep=None, draws=50, tail="0.93", scenario=SCENARIO), detail="full", workers=1)
    kept = batch.exact.units.set_index("unit_id")["cost_cvar93_micro_yuan"]
    draws = batch.exact.unit_draws.groupby("unit_id")["cost_micro_yuan"]
    asked = batch.statistics.cost("unit", aggregate="cvar93")["cvar93_yuan"]
    for unit, costs in draws:
        *_, fifth, fourth, third, second, first = sorted(costs.tolist())
        by_hand = Fraction(2 * (first + second + third) + fourth, 7)
        assert kept[unit] == cost_risk(costs, "0.93").conditional == floor(by_hand + Fraction(1, 2)), unit
        assert asked[unit] == kept[unit] / 1e6 and fifth <= fourth
    shown = batch.plot.cost_distribution(unit="R1/tou", level="0.93").tables["risk"]
    assert shown["conditional_yuan"].tolist() == [kept["R1/tou"] / 1e6]

    loads = [0.8 + step / 100 for step in range(50)]
    cover = optimal_cover(gridsim.load(SCENARIO), "R1/conventional", load=loads, price=365, risk=1, level="0.93")
    costs = np.array([round(cost * 10**6) for cost in cover.costs])
    assert cover.method == "exact"
    assert (
        cover.cvar_yuan == cost_risk(costs, "0.93").conditional / 1e6 == spread_of(costs[None], (), 9300)[0, -1] / 1e6
    )


@pytest.mark.parametrize(
    ("ask", "message", "chinese"),
    [
        (
            lambda s: s.cost("lod.scale"),
            "nearest: load.scale",
            "groupby：维度中没有 'lod.scale'；可用：point、",
        ),
        (lambda s: s.cost("item"), "no dimension 'item'", "groupby：维度中没有 'item'；"),
        (
            lambda s: s.cost(where={"point": 9}),
            "no point 9 in this result",
            "where：本结果的 point 中没有 9；现有：0、1、2、3",
        ),
        (lambda s: s.money(where={"item": "overun"}), "nearest: overrun", "where：本结果的 item 中没有 'overun'；"),
        (lambda s: s.cost(aggregate="average"), "no aggregate 'average'", "aggregate：汇总方式中没有 'average'；"),
        (lambda s: s.cost(aggregate="q00"), "no quantile", "没有 0.00 分位数；应在 0.0001 与 0.9999 之间，如 q05"),
        (lambda s: s.energy("metred"), "nearest: metered", "of：电量中没有 'metred'；"),
    ],
)
def test_a_wrong_question_is_answered_with_the_right_words(
    batch: Batch, ask: object, message: str, chinese: str
) -> None:
    with pytest.raises(ResultError, match=message) as caught:
        ask(batch.statistics)  # type: ignore[operator]
    assert caught.value.sentence.zh.startswith(chinese)


def test_sql_over_stored_and_held_tables(batch: Batch) -> None:
    pytest.importorskip("duckdb")
    sql = 'select "load.scale", avg(total_yuan) as mean from runs join points using (point, "load.scale") group by 1'
    sql += " order by 1"
    stored = batch.query(sql, memory_limit="500MB")
    held = run(small_plan()).query(sql)
    assert stored.equals(held)
    plain = batch.statistics.cost("load.scale", aggregate="mean")["mean_yuan"]
    assert stored["mean"].to_numpy() == pytest.approx(plain.to_numpy(), rel=1e-12)
    count = batch.query("select count(*) as n, count(distinct unit_id) as u from unit_draws").iloc[0]
    assert (count["n"], count["u"]) == (len(batch.unit_draws), batch.units["unit_id"].nunique())
    with pytest.raises(ResultError, match="query failed"):
        batch.query("select nothing from runs")


def test_a_notebook_shows_the_points(batch: Batch) -> None:
    class Tags(HTMLParser):
        rows = 0

        def handle_starttag(self, tag: str, attrs: object) -> None:
            Tags.rows += tag == "tr"

    shown = batch._repr_html_()
    Tags().feed(shown)
    assert Tags.rows == 1 + len(batch.points)
    assert "4 of 4 points done" in shown and "load.scale" in shown
    assert "4 of 4 points" in repr(batch)


def test_a_notebook_shows_text_as_text(tmp_path: Path) -> None:
    sweep = {"settlement.tou.upper": ["0.5"]}
    batch = run(small_plan(sweep=sweep))
    batch._arrow.manifest = {**batch.manifest, "scenario": {"name": "<script>", "year": 2021}}
    assert "<script>" not in batch._repr_html_() and "1 failed" in batch._repr_html_()


def test_a_loaded_batch_is_the_same(batch: Batch, stored: Path) -> None:
    again = load(stored)
    assert again.runs.equals(batch.runs) and again.points.equals(batch.points)


def test_statistics_have_the_grammar_of_a_result(batch: Batch) -> None:
    statistics = batch.statistics
    assert statistics.values("point") == [0, 1, 2, 3] and statistics.values("load.scale") == [0.95, 1.05]
    assert statistics.values("item")[0] == "energy" and "R1/tou" in statistics.values("unit")
    with pytest.raises(ResultError, match=r"nearest: load\.scale"):
        statistics.values("load.scal")
    narrowed = statistics.where(**{"load.scale": 0.95})
    assert narrowed.cost("point", aggregate="count").equals(statistics.cost("point", {"load.scale": 0.95}, "count"))
    assert narrowed.money("item", {"point": 2}, "sum").equals(statistics.money("item", {"point": 2}, "sum"))
    assert (
        narrowed.where(point=[0, 1]).values("point") == [0, 1, 2, 3] and len(narrowed.where(point=1).cost("point")) == 0
    )
    for unknown, nearest in (({"poin": 1}, "nearest: point"), ({"point": 7}, "there are: 0, 1, 2, 3")):
        with pytest.raises(ResultError, match=nearest):
            statistics.where(**unknown)
    table = statistics.cost("point", aggregate=("sum", "q05", "count"))
    assert (table.exact["sum_micro_yuan"] == batch.exact.runs.groupby("point")["total_micro_yuan"].sum()).all()
    assert table.exact["count"].tolist() == [3] * 4 and list(table.exact) == [
        "sum_micro_yuan",
        "q05_micro_yuan",
        "count",
    ]
    largest = statistics.cost("point", aggregate="mean", top=2)
    assert largest["mean_yuan"].tolist() == sorted(statistics.cost("point", aggregate="mean")["mean_yuan"])[:1:-1]
    assert largest.omitted == 2
    assert statistics.energy("overrun", "point", aggregate="max").exact.columns.tolist() == ["max_kwh"]


def test_rows_and_columns_are_asked_for_as_of_a_result(batch: Batch) -> None:
    some = batch.exact.arrow("items", {"point": [0, 3], "item": "funds"}, ["draw", "amount_micro_yuan"])
    items = batch.exact.items.query("point in (0, 3) and item == 'funds'")
    assert some.column_names == ["draw", "amount_micro_yuan"]
    assert some["amount_micro_yuan"].to_pylist() == items["amount_micro_yuan"].tolist()
    assert batch.arrow("runs", {"point": 2}).num_rows == 3


def test_a_batch_travels(batch: Batch, stored: Path) -> None:
    for again in (pickle.loads(pickle.dumps(batch)), copy.deepcopy(batch), pickle.loads(pickle.dumps(load(stored)))):
        assert again.runs.equals(batch.runs) and again.exact.units.equals(batch.exact.units)
        assert again.manifest == batch.manifest and again.points.equals(batch.points)


@pytest.mark.parametrize("way", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_what_is_asked_of_a_batch_travels(batch: Batch, way: Callable[[Any], Any]) -> None:
    narrowed = batch.statistics.where(point=2)
    assert way(narrowed).money("item").equals(narrowed.money("item"))
    table = narrowed.money("item")
    assert way(table).exact.equals(table.exact)
    assert way(batch.sensitivity).tornado().equals(batch.sensitivity.tornado())
    assert way(batch.exact).runs.equals(batch.exact.runs)
