"""Supply and demand hold the book, and the marks hold the orders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridsim.analysis.charts.display import energy_scale
from gridsim.analysis.charts.marks import LineMark, PointMark, RuleMark, TextMark
from gridsim.scenario.party_names import party_names
from tests.analysis.charts.drawn import mark_named, marks_of, numbers, results
from tests.shared import PROVINCE, fresh


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


def test_the_staircases_are_the_book() -> None:
    chart = fresh(PROVINCE).plot.supply_demand()
    orders = chart.exact_tables["orders"]
    scale = energy_scale(int(orders.groupby("side")["energy_kwh"].sum().max()), "en")
    for name, side in (("supply", "sell"), ("demand", "buy")):
        mine = orders[orders["side"] == side]
        prices = [price for price in mine["price_micro_yuan_per_kwh"] / 1000 for _ in range(2)]
        assert numbers(mark_named(chart, name).y) == prices
        assert numbers(mark_named(chart, name).x)[-1] == scale.value(mine["energy_kwh"].sum())
    pairs = chart.exact_tables["pairs"]
    prices = [price for price in pairs["price_micro_yuan_per_kwh"] / 1000 for _ in range(2)]
    assert numbers(mark_named(chart, "price of the matched pairs").y) == prices
    (rule,) = marks_of(chart, RuleMark)
    assert rule.at == scale.value(pairs["energy_kwh"].sum())
    matched = mark_named(chart, "matched")
    assert max(numbers(matched.x)) == rule.at
    pointed = [text for mark in marks_of(chart, PointMark) for text in mark.hover]
    assert len(pointed) == len(pairs) + len(orders)
    first = orders.iloc[0]
    who = party_names(fresh(PROVINCE).inputs)[first["participant"]]
    assert f"supply\n{who}\n{first['price_micro_yuan_per_kwh'] / 1000:.3f} yuan/MWh" in pointed


def test_a_large_book_is_drawn_by_its_price_levels() -> None:
    from gridsim.analysis.charts import supply_demand

    generator = np.random.default_rng(1)
    count = 30_000
    prices = np.sort(generator.integers(300_000, 330_000, count))
    sides = {"sell": prices, "buy": prices[::-1]}
    orders = pd.concat(
        [
            pd.DataFrame({"side": side, "participant": "G", "price_micro_yuan_per_kwh": price, "energy_kwh": 10})
            for side, price in sides.items()
        ]
    )
    pairs = pd.DataFrame({"energy_kwh": [], "price_micro_yuan_per_kwh": []}, dtype="int64")
    chart = supply_demand(orders, pairs, session="S", delivery="2021-04", product="total", lang="en")
    levels = 2 * len(np.unique(prices))
    assert f"4,000 of {levels:,} price levels" in chart.caption
    assert max(len(mark.x) for mark in marks_of(chart, LineMark)) <= 4000
    assert len(chart.table) == 2 * count
    assert "Nothing trades" in chart.caption


def test_a_book_of_one_pair_tells_who_stands_where() -> None:
    chart = fresh().plot.supply_demand("M-2021-09", "valley")
    orders, pairs = chart.exact_tables["orders"], chart.exact_tables["pairs"]
    assert len(pairs) == 1
    told = {text: mark.side for mark in marks_of(chart, TextMark) for text in mark.texts}
    names = party_names(fresh().inputs)
    for row in orders.itertuples():
        side = {"sell": "below", "buy": "above"}[row.side]
        assert told[f"{names[row.participant]}  {row.price_micro_yuan_per_kwh / 1000:.2f}"] == side
    assert f"{pairs['price_micro_yuan_per_kwh'].iloc[0] / 1000:.2f}" in told
    limits = chart.drawing.panels[0].y.limits
    prices = orders["price_micro_yuan_per_kwh"] / 1000
    assert limits is not None and limits[0] < prices.min() and prices.max() < limits[1]


def test_pairs_at_one_price_tell_it_once() -> None:
    from gridsim.analysis.charts.supply_demand import supply_demand

    rows = [("sell", "G2", 180, 260), ("sell", "G1", 260, 100), ("buy", "R1", 320, 240), ("buy", "U3", 280, 60)]
    names = ["side", "participant", "price_micro_yuan_per_kwh", "energy_kwh"]
    orders = pd.DataFrame(
        [(side, who, 1000 * price, 1000 * energy) for side, who, price, energy in rows], columns=names
    )
    pairs = pd.DataFrame({"energy_kwh": [240_000, 20_000, 40_000], "price_micro_yuan_per_kwh": 270_000})
    chart = supply_demand(orders, pairs, session="S", delivery="2021-04", product="total", lang="en")
    told = [(x, text) for mark in marks_of(chart, TextMark) for x, text in zip(mark.x, mark.texts, strict=True)]
    assert [(x, text) for x, text in told if text.startswith("270")] == [(150.0, "270.00")]
    assert len(told) == 5


def test_what_is_left_beyond_the_matched_is_told_on_its_other_side() -> None:
    told = {
        text: mark.side
        for mark in marks_of(fresh().plot.supply_demand("AM-2021", "total"), TextMark)
        for text in mark.texts
    }
    assert (
        told["合成第一发电厂  358.00"] == "above" and told["合成钢厂  355.00"] == "below"
    )  # so that the two do not meet
    assert not marks_of(fresh(PROVINCE).plot.supply_demand(), TextMark)
