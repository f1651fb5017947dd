"""The waterfall holds the ledger, and its marks hold the table."""

from __future__ import annotations

from gridsim.analysis.charts.cost_waterfall import cost_waterfall
from gridsim.analysis.charts.display import money_scale
from gridsim.analysis.charts.marks import BarMark, LineMark, TextMark
from gridsim.rules.loader import shipped
from tests.analysis.charts.drawn import ledger, marks_of, numbers, results
from tests.shared import MINI, fresh

HENAN = shipped("henan-2021").shape
ITEMS = HENAN.items


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


def test_the_marks_are_the_table() -> None:
    chart = fresh().plot.cost_waterfall()
    (bars,), (links,), (texts,) = (marks_of(chart, kind) for kind in (BarMark, LineMark, TextMark))
    scale = money_scale(int(chart.exact["end_micro_yuan"].max()), "en")
    heights = [abs(scale.value(amount)) for amount in chart.exact["amount_micro_yuan"]]
    assert numbers(bars.length) == heights
    assert bars.foot is not None
    heads = [foot + height for foot, height in zip(numbers(bars.foot), heights, strict=True)]
    assert numbers(texts.x) == heads
    assert numbers(links.x)[::2] == [scale.value(end) for end in chart.exact["end_micro_yuan"][:-1]]
    assert texts.texts[-1] == f"{scale.text(chart.exact['amount_micro_yuan'].iloc[-1])}  100.0 %"
    assert bars.hover[0].startswith("contract energy\n")


def test_every_item_of_the_ledger_is_in_it_once() -> None:
    table = cost_waterfall(dict.fromkeys(ITEMS, 10**9), metered_kwh=1, shape=HENAN, lang="en").exact
    assert sorted(table["item"]) == sorted([*ITEMS, "total"])
    assert table["amount_micro_yuan"].iloc[-1] == len(ITEMS) * 10**9


def test_money_back_goes_down() -> None:
    chart = cost_waterfall({"energy": 5 * 10**12, "overrun": -(10**12)}, metered_kwh=10, shape=HENAN, lang="en")
    (bars,) = marks_of(chart, BarMark)
    assert bars.foot is not None
    assert (numbers(bars.foot)[3], numbers(bars.length)[3]) == (4000.0, 1000.0)
    assert chart.exact.set_index("item").at["total", "amount_micro_yuan"] == 4 * 10**12
