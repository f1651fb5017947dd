"""Market prices hold the trades, and the marks hold the table."""

from __future__ import annotations

from fractions import Fraction

from gridsim.analysis.charts.display import energy_scale, price_scale
from gridsim.analysis.charts.market_prices import market_prices
from gridsim.analysis.charts.marks import LineMark, PointMark
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
    sessions = list(dict.fromkeys(chart.exact["session"]))
    *panels, last = chart.drawing.panels
    assert [panel.title for panel in panels] == ["total", "peak", "flat", "valley"]
    for place, panel in enumerate(panels):
        mine = chart.exact[chart.exact["product"] == panel.title]
        points = marks_of(chart, PointMark, place)
        drawn = {(sessions[int(x)], y) for mark in points for x, y in zip(mark.x, numbers(mark.y), strict=True)}
        averages = [price.value(value) for value in mine["average_micro_yuan_per_kwh"]]
        assert drawn == set(zip(mine["session"], averages, strict=True))
        assert sum(len(mark.x) for mark in points) == len(mine)
        spans = marks_of(chart, LineMark, place)[::2]  # then the line that leads from one average to the next
        ends = {(x, y) for mark in spans for x, y in zip(mark.x, mark.y, strict=True) if y == y}
        for row in mine.itertuples():
            x = sessions.index(row.session)
            assert (x, price.value(row.lowest_micro_yuan_per_kwh)) in ends
            assert (x, price.value(row.highest_micro_yuan_per_kwh)) in ends
        assert panel.y.limits is not None
        assert all(panel.y.limits[0] < y < panel.y.limits[1] for _, y in ends)
    by_session = chart.exact.groupby("session")["energy_kwh"].sum()
    shown = {
        sessions[int(x)]: y
        for mark in marks_of(chart, PointMark, len(panels))
        for x, y in zip(mark.x, mark.y, strict=True)
    }
    assert shown == {session: energy.value(kwh) for session, kwh in by_session.items()}
    assert last.y.is_log and last.y.limits is not None
    assert all(last.y.limits[0] < y < last.y.limits[1] for y in shown.values())


def test_a_kind_of_session_keeps_its_colour_where_others_are_missing() -> None:
    whole = mark_named(fresh().plot.market_prices(where={"product": "total"}), "monthly")
    alone = mark_named(fresh().plot.market_prices(where={"product": "total", "kind": "monthly"}), "monthly")
    assert whole.colour == alone.colour


def test_what_nobody_named_is_drawn_too() -> None:
    table = fresh().plot.market_prices().exact.replace({"product": {"peak": "sharp"}, "kind": {"monthly": "weekly"}})
    chart = market_prices(table, products=["total", "peak"], kinds=["monthly", "annual_matched"], lang="en")
    assert [panel.title for panel in chart.drawing.panels[:-1]] == ["total", "sharp", "flat", "valley"]
    assert "weekly" in [name for name, _ in chart.drawing.names()]
