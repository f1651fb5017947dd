"""Every item of the ledger has a colour of its own and a place in what a cost is built up of."""

from __future__ import annotations

from gridsim.analysis.charts.items import built_up, item_colours, stacked
from gridsim.rules.loader import shipped

HENAN = shipped("henan-2021").shape


def test_no_two_items_look_alike() -> None:
    assert len(set(item_colours(HENAN).values())) == len(HENAN.items)
    assert len(set(item_colours(HENAN, ["new"]).values())) == len(HENAN.items) + 1


def test_items_stand_on_each_other_with_deviation_together() -> None:
    order = stacked(HENAN, ["new"])
    assert sorted(order) == sorted([*HENAN.items, "new"])
    assert order[:5] == built_up(HENAN) == ["energy", "transmission", "tou_adjustment", "overrun", "shortfall"]
    assert order[-1] == "new"


def test_without_a_rule_set_items_stand_as_they_come() -> None:
    assert stacked(None, ["b", "a"]) == ["energy", "overrun", "shortfall", "b", "a"]
    assert list(item_colours(None, ["b", "a"]))[-2:] == ["b", "a"]
