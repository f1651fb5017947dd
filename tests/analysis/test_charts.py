"""Charts hold what the tables hold: each against plain pandas on the exact tables, and its marks against its table."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gridsim
from gridsim.analysis.charts import Chart, cost_distribution, cost_risk, money_flows, tornado
from gridsim.analysis.charts.display import Scale, energy_scale, money_scale, percent, shown
from gridsim.settlement.ledger import ITEMS
from tests.analysis.runs import MINI, PROVINCE, fresh

Frame = pd.DataFrame
results = pytest.mark.parametrize("of", [MINI, PROVINCE])


def ledger(of: str) -> Frame:
    frame = fresh(of).exact.ledger
    return frame[~frame["trial"]]


def positions(of: str) -> Frame:
    frame = fresh(of).exact.positions
    return frame[~frame["trial"]]


def numbers(values: Any) -> list[float]:
    return [float(value) for value in values if value is not None]


# ---- each chart's table against plain pandas -------------------------------------------------------------------------


@results
def test_waterfall_holds_the_ledger(of: str) -> None:
    table = fresh(of).plot.cost_waterfall().exact.set_index("item")
    by_item = ledger(of).groupby("item")["amount_micro_yuan"].sum()
    assert table["amount_micro_yuan"].drop("total").to_dict() == {
        item: int(by_item.get(item, 0)) for item in table.index if item != "total"
    }
    assert table.at["total", "amount_micro_yuan"] == by_item.sum()
    steps = table.drop("total")
    assert (steps["end_micro_yuan"] - steps["start_micro_yuan"]).tolist() == steps["amount_micro_yuan"].tolist()
    assert steps["start_micro_yuan"].tolist()[1:] == steps["end_micro_yuan"].tolist()[:-1]
    assert list(table.index[:5]) == ["energy", "transmission", "tou_adjustment", "overrun", "shortfall"]


def test_waterfall_of_one_unit_and_month() -> None:
    table = fresh().plot.cost_waterfall("R1/tou", where={"month": "2021-05"}).exact.set_index("item")
    mine = ledger(MINI).query("unit_id == 'R1/tou' and month == '2021-05'")
    assert table.at["total", "amount_micro_yuan"] == mine["amount_micro_yuan"].sum() > 0


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


@results
def test_money_flows_hold_the_ledger(of: str) -> None:
    chart = fresh(of).plot.money_flows(top=3)
    by_item = ledger(of).groupby("item", observed=True)["amount_micro_yuan"].sum()
    assert chart.exact.groupby("item")["amount_micro_yuan"].sum().to_dict() == by_item.to_dict()
    lines = ledger(of)
    for payer in set(chart.exact["payer"]) - {"(others)"}:
        mine = chart.exact.query("payer == @payer")["amount_micro_yuan"].sum()
        assert mine == lines.loc[lines["payer"] == payer, "amount_micro_yuan"].sum(), payer
    for payee in set(chart.exact["payee"]) - {"(others)"}:
        mine = chart.exact.query("payee == @payee")["amount_micro_yuan"].sum()
        assert mine == lines.loc[lines["payee"] == payee, "amount_micro_yuan"].sum(), payee


def test_money_flows_name_the_largest_and_count_the_others() -> None:
    chart = fresh(PROVINCE).plot.money_flows(top=3)
    by_payer = ledger(PROVINCE).groupby("payer", observed=True)["amount_micro_yuan"].sum()
    largest = set(by_payer.nlargest(3).index.astype(str))
    assert largest <= set(chart.exact["payer"])
    users = set(fresh(PROVINCE).inputs["users"].column("user_id").to_pylist()) & set(by_payer.index.astype(str))
    labels = [label for trace in chart.figure.data if trace.type == "sankey" for label in trace.node.label]
    others = len(users - set(chart.exact["payer"]))
    assert any(label.startswith(f"{others} other users") for label in labels), labels


@results
def test_heat_map_holds_the_positions(of: str) -> None:
    chart = fresh(of).plot.deviation_heat_map(top=5)
    rows = positions(of).assign(money=lambda t: t["overrun_micro_yuan"] + t["shortfall_micro_yuan"])
    by_unit = rows.groupby("unit_id", observed=True)["money"].sum().sort_values(ascending=False)
    assert list(dict.fromkeys(chart.exact["unit"])) == list(by_unit.index[:5])
    for row in chart.exact.itertuples():
        mine = rows[(rows["unit_id"] == row.unit) & (rows["month"] == row.month)]
        assert row.contract_kwh == mine["contract_kwh"].sum()
        assert row.metered_kwh == mine["metered_kwh"].sum()
        assert row.deviation_micro_yuan == mine["money"].sum()
    if len(by_unit) > 5:
        assert f"5 of {len(by_unit)} units" in chart.caption


@results
def test_market_prices_hold_the_trades(of: str) -> None:
    chart = fresh(of).plot.market_prices()
    trades = fresh(of).exact.trades
    for row in chart.exact.itertuples():
        mine = trades[(trades["session"] == row.session) & (trades["product"] == row.product)]
        money = sum(e * p for e, p in zip(mine["energy_kwh"], mine["price_micro_yuan_per_kwh"], strict=True))
        assert row.energy_kwh == mine["energy_kwh"].sum()
        assert row.trades == len(mine)
        assert row.lowest_micro_yuan_per_kwh == mine["price_micro_yuan_per_kwh"].min()
        assert row.highest_micro_yuan_per_kwh == mine["price_micro_yuan_per_kwh"].max()
        exact = Fraction(int(money), int(row.energy_kwh))
        assert abs(exact - row.average_micro_yuan_per_kwh) <= Fraction(1, 2)
    assert chart.exact["energy_kwh"].sum() == trades["energy_kwh"].sum()
    few = fresh(of).plot.market_prices(top=2)
    assert few.exact["session"].nunique() == 2
    assert "The 2 of" in few.caption


@results
def test_supply_and_demand_of_the_largest_book(of: str) -> None:
    chart = fresh(of).plot.supply_demand()
    trades = fresh(of).exact.trades
    matched = trades[trades["sell_row"].notna()]
    keys = ["session", "month", "segment", "product"]
    largest = matched.assign(segment=matched["segment"].fillna("")).groupby(keys)["energy_kwh"].sum().max()
    pairs, orders = chart.exact_tables["pairs"], chart.exact_tables["orders"]
    assert pairs["energy_kwh"].sum() == largest
    for side, row in (("sell", "sell_row"), ("buy", "buy_row")):
        mine = orders[orders["side"] == side]
        assert set(pairs[row]) <= set(mine["row"])
        prices = mine["price_micro_yuan_per_kwh"].tolist()
        assert prices == sorted(prices, reverse=side == "buy")


# ---- the marks of a figure against its table -------------------------------------------------------------------------


def test_the_marks_of_the_waterfall_are_its_table() -> None:
    chart = fresh().plot.cost_waterfall()
    bars = chart.figure.data[0]
    scale = money_scale(int(chart.exact["end_micro_yuan"].max()), "en")
    heights = [abs(scale.value(amount)) for amount in chart.exact["amount_micro_yuan"]]
    assert numbers(bars.y) == heights
    paper = fresh().plot.cost_waterfall(backend="matplotlib").figure
    assert [patch.get_height() for patch in paper.axes[0].patches] == pytest.approx(heights, abs=0)


def test_the_marks_of_the_bars_are_their_table() -> None:
    chart = fresh().plot.contract_and_metered("R1/tou")
    peak = chart.exact[chart.exact["product"] == "peak"].sort_values("month")
    scale = energy_scale(int(chart.exact[["contract_kwh", "metered_kwh"]].to_numpy().max()), "en")
    traces = {(trace.name, trace.xaxis or "x"): trace for trace in chart.figure.data if trace.name}
    in_band = [scale.value(kwh) for kwh in peak["metered_kwh"] - peak["overrun_kwh"]]
    assert numbers(traces["metered, in band", "x"].y) == in_band
    assert numbers(traces["overrun", "x"].y) == [scale.value(kwh) for kwh in peak["overrun_kwh"]]
    assert numbers(traces["shortfall", "x"].base) == [scale.value(kwh) for kwh in peak["metered_kwh"]]
    bands = peak[~peak["month"].isin(["2021-01", "2021-02", "2021-03"])]  # the older method has none (N5)
    assert numbers(traces["band", "x"].base) == [scale.value(kwh) for kwh in bands["lower_kwh"]]
    assert len(set(numbers(traces["contracted", "x"].y))) == peak["contract_kwh"].nunique()
    trial = fresh().plot.contract_and_metered("R1/tou", trial=True)
    assert "no band" not in trial.caption
    assert set(trial.exact["month"]) == {"2021-01", "2021-02", "2021-03"}


def test_the_staircases_are_the_book() -> None:
    chart = fresh(PROVINCE).plot.supply_demand()
    traces = {trace.name: trace for trace in chart.figure.data if trace.name}
    orders = chart.exact_tables["orders"]
    for name, side in (("supply", "sell"), ("demand", "buy")):
        mine = orders[orders["side"] == side]
        prices = [price for price in mine["price_micro_yuan_per_kwh"] / 1000 for _ in range(2)]
        assert numbers(traces[name].y) == prices
        scale = energy_scale(int(orders.groupby("side")["energy_kwh"].sum().max()), "en")
        assert numbers(traces[name].x)[-1] == scale.value(mine["energy_kwh"].sum())
    pairs = chart.exact_tables["pairs"]
    prices = [price for price in pairs["price_micro_yuan_per_kwh"] / 1000 for _ in range(2)]
    assert numbers(traces["price of the matched pairs"].y) == prices


def test_a_large_book_is_drawn_by_its_price_levels() -> None:
    from gridsim.analysis.charts import supply_demand

    generator = np.random.default_rng(1)
    count = 30_000
    prices = np.sort(generator.integers(300_000, 330_000, count))
    sides = {"sell": prices, "buy": prices[::-1]}
    orders = pd.concat(
        [
            Frame({"side": side, "participant": "G", "price_micro_yuan_per_kwh": price, "energy_kwh": 10})
            for side, price in sides.items()
        ]
    )
    pairs = Frame({"energy_kwh": [], "price_micro_yuan_per_kwh": []}, dtype="int64")
    chart = supply_demand(orders, pairs, session="S", delivery="2021-04", product="total")
    levels = 2 * len(np.unique(prices))
    assert f"4,000 of {levels:,} price levels" in chart.caption
    assert max(len(trace.x) for trace in chart.figure.data) <= 4000
    assert len(chart.table) == 2 * count
    assert "Nothing trades" in chart.caption


def test_the_heat_is_metered_over_contracted() -> None:
    chart = fresh().plot.deviation_heat_map()
    heat = next(trace for trace in chart.figure.data if trace.type == "heatmap")
    units = list(dict.fromkeys(chart.exact["unit"]))
    months = sorted(set(chart.exact["month"]))
    for row in chart.exact.itertuples():
        place = units.index(row.unit), months.index(row.month)
        assert heat.z[place] == 100 * (row.metered_kwh - row.contract_kwh) / row.contract_kwh
        assert heat.text[place[0]][place[1]] == "▲" * bool(row.overrun_kwh) + "▼" * bool(row.shortfall_kwh)


def test_ribbons_are_the_flows_and_money_back_flows_forward() -> None:
    row = {"payer": "U1", "payer_group": "users", "payee": "GRID", "payee_group": "grid"}
    flows = Frame(
        [
            {**row, "item": "transmission", "amount_micro_yuan": 5 * 10**9},
            {**row, "item": "tou_adjustment", "amount_micro_yuan": -(10**9)},
        ]
    )
    chart = money_flows(flows)
    sankey = chart.figure.data[0]
    pairs = [
        (sankey.node.label[s], sankey.node.label[t])
        for s, t in zip(sankey.link.source, sankey.link.target, strict=True)
    ]
    assert [(a.split("  ")[0], b.split("  ")[0]) for a, b in pairs] == [("U1", "grid company"), ("grid company", "U1")]
    assert numbers(sankey.link.value) == [5000.0, 1000.0]
    assert "payment back" in chart.caption


# ---- risk and sensitivity --------------------------------------------------------------------------------------------


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


def test_tornado_is_sorted_and_cut() -> None:
    table = Frame({"parameter": list("abc"), "low_micro_yuan": [1, -5, 9], "high_micro_yuan": [2, 5, 10]}) * 1
    table[["low_micro_yuan", "high_micro_yuan"]] *= 10**9
    chart = tornado(table, base_micro_yuan=0, top=2)
    assert chart.exact["parameter"].tolist() == ["b", "a"]
    assert "2 of 3 parameters" in chart.caption
    low = chart.figure.data[0]
    assert numbers(low.x) == [-5000.0, 1000.0]
    with pytest.raises(gridsim.ResultError, match="low_micro_yuan"):
        tornado(Frame({"parameter": ["a"]}), base_micro_yuan=0)


# ---- what a chart offers ---------------------------------------------------------------------------------------------


def charts(backend: Any, lang: Any) -> list[Chart]:
    plot = fresh().plot
    asked = {"backend": backend, "lang": lang}
    sensitivity = Frame({"parameter": ["上限"], "low_micro_yuan": [10**12], "high_micro_yuan": [3 * 10**12]})
    return [
        plot.supply_demand(**asked),
        plot.contract_and_metered(**asked),
        plot.cost_waterfall(**asked),
        plot.money_flows(**asked),
        plot.deviation_heat_map(**asked),
        plot.market_prices(**asked),
        plot.cost_distribution(np.arange(10**12, 10**12 + 10**9, 10**7), **asked),
        plot.tornado(sensitivity, **asked),
    ]


@pytest.mark.parametrize(("backend", "lang"), list(itertools.product(["plotly", "matplotlib"], ["en", "zh"])))
def test_every_chart_in_both_backends_and_languages(backend: str, lang: str, tmp_path: Any) -> None:
    for chart in charts(backend, lang):
        assert chart.title and chart.name
        is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in chart.title)
        assert is_chinese == (lang == "zh"), chart.title
        assert chart.exact.select_dtypes("float").empty, chart.name
        bundle = chart._repr_mimebundle_()
        assert ("image/png" in bundle) == (backend == "matplotlib")
        assert ("application/vnd.plotly.v1+json" in bundle) == (backend == "plotly")
    suffixes = (".png", ".svg", ".pdf") if backend == "matplotlib" else (".html",)
    for suffix in suffixes:
        assert chart.save(tmp_path / f"chart{suffix}").stat().st_size > 1000


def test_the_table_is_the_exact_one_in_the_units_of_the_result_tables() -> None:
    chart = fresh().plot.contract_and_metered()
    assert list(chart.table.columns)[:3] == ["month", "product", "contract_mwh"]
    assert chart.table["contract_mwh"].tolist() == (chart.exact["contract_kwh"] / 1000).tolist()
    both = shown(Frame({"a_micro_yuan_per_kwh": [1234], "b_micro_yuan": [1_500_000], "c": ["x"]}))
    assert both.to_dict("list") == {"a_yuan_per_mwh": [1.234], "b_yuan": [1.5], "c": ["x"]}


def test_what_is_wrong_is_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plot = fresh().plot
    for words, call in (
        ("backend must be one of plotly, matplotlib", lambda: plot.cost_waterfall(backend="ggplot")),
        ("lang must be one of en, zh", lambda: plot.cost_waterfall(lang="fr")),
        ("nearest: R1/tou", lambda: plot.cost_waterfall("R1/to")),
        ("backend='matplotlib'", lambda: plot.cost_waterfall().save(tmp_path / "a.png")),
        ("nearest: AM-2021", lambda: plot.supply_demand("AM-2022")),
    ):
        with pytest.raises(gridsim.ResultError, match=words):
            call()
    monkeypatch.setattr("gridsim.analysis.charts.chart.find_spec", lambda _: None)
    with pytest.raises(gridsim.GridsimError, match=r"pip install 'gridsim\[report\]'"):
        plot.cost_waterfall()


def test_names_are_shown_as_they_are() -> None:
    evil = "<b>a</b> & $x^2$"
    table = Frame({"parameter": [evil], "low_micro_yuan": [10**12], "high_micro_yuan": [3 * 10**12]})
    on_screen = tornado(table, base_micro_yuan=0).figure
    assert on_screen.layout.yaxis.ticktext[0] == "&lt;b&gt;a&lt;/b&gt; &amp; &#36;x^2&#36;"
    on_paper = tornado(table, base_micro_yuan=0, backend="matplotlib").figure
    label = on_paper.axes[0].get_yticklabels()[0]
    assert label.get_text() == evil
    assert not label.get_parse_math()


def test_units_fit_what_is_shown() -> None:
    assert money_scale(10**14, "en") == Scale(10**12, "million yuan", 2)
    assert money_scale(10**14, "zh").unit == "万元"
    assert money_scale(5 * 10**15, "zh").unit == "亿元"
    assert energy_scale(10**8, "zh").unit == "万千瓦时"
    assert money_scale(10**14, "en").text(123_455_000_000_000) == "123.46"
    assert money_scale(10**14, "en").text(-123_455_000_000_000) == "-123.46"
    assert percent(1, 8) == "12.5 %"
    assert percent(1, 0) == "–"


def test_items_are_all_in_the_waterfall() -> None:
    from gridsim.analysis.charts.cost_waterfall import ORDER

    assert sorted(ORDER) == sorted(ITEMS)
