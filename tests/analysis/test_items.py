"""Which charges users pay stands in the shape."""

from __future__ import annotations

from gridsim.analysis.items import head_items, inside_items, on_energy, outside_items
from gridsim.rules.loader import shipped

HENAN = shipped("henan-2021").shape


def test_charges_by_who_pays_them() -> None:
    assert inside_items(HENAN) == ("transmission", "tou_adjustment", "funds")
    assert outside_items(HENAN) == ("fallback", "catalogue", "funds")
    assert head_items(HENAN) == {"fallback", "catalogue"}
    assert on_energy(HENAN) == ("transmission", "tou_adjustment")
