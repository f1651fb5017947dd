"""Every item of the ledger has a colour of its own and a place in what a cost is built up of."""

from __future__ import annotations

from gridsim.analysis.charts.items import item_colours, stacked
from gridsim.columns import ITEMS


def test_no_two_items_look_alike() -> None:
    assert len(set(item_colours().values())) == len(ITEMS)


def test_items_stand_on_each_other_with_deviation_together() -> None:
    order = stacked(["new"])
    assert sorted(order) == sorted([*ITEMS, "new"])
    assert order[:5] == ["energy", "transmission", "tou_adjustment", "overrun", "shortfall"]
    assert order[-1] == "new"
