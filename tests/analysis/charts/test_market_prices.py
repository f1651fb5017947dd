"""Market prices hold the trades, and the marks hold the table."""

from __future__ import annotations

from fractions import Fraction

import pytest

from gridsim.analysis.charts.display import energy_scale, price_scale
from gridsim.analysis.charts.market_prices import market_prices
from gridsim.analysis.charts.marks import BarMark
from tests.analysis.charts.drawn import mark_named, marks_of, numbers, results
from tests.shared import fresh


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


def test_the_marks_are_the_table() -> None:
    chart = fresh().plot.market_prices()
    price, energy = price_scale("en"), energy_scale(int(chart.exact.groupby("session")["energy_kwh"].sum().max()), "en")
    reached: dict[str, float] = {}
    for name, bars in zip(("total", "peak", "flat", "valley"), marks_of(chart, BarMark, panel=1), strict=True):
        mine = chart.exact[chart.exact["product"] == name]
        points = mark_named(chart, name)
        assert numbers(points.y) == [price.value(value) for value in mine["average_micro_yuan_per_kwh"]]
        assert numbers(bars.length) == [energy.value(kwh) for kwh in mine["energy_kwh"]]
        assert bars.colour == points.colour
        for session, foot, kwh in zip(mine["session"], numbers(bars.foot), mine["energy_kwh"], strict=True):
            assert foot == pytest.approx(reached.get(session, 0))
            reached[session] = foot + energy.value(kwh)


def test_a_product_keeps_its_colour_where_others_are_missing() -> None:
    whole = mark_named(fresh().plot.market_prices(), "valley")
    alone = mark_named(fresh().plot.market_prices(where={"product": "valley"}), "valley")
    assert whole.colour == alone.colour


def test_a_product_that_nobody_named_is_drawn_too() -> None:
    table = fresh().plot.market_prices().exact.replace({"product": {"peak": "sharp"}})
    chart = market_prices(table, products=["total", "peak"])
    names = [name for name, _ in chart.drawing.names()]
    assert names == ["total", "sharp", "flat", "valley"]
