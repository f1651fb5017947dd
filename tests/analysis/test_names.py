"""The values of dimensions, in the order in which people read them."""

from __future__ import annotations

from tests.shared import fresh


def test_values_are_listed_in_the_order_of_the_tables() -> None:
    statistics = fresh().statistics
    assert statistics.values("unit") == ["R1/conventional", "R1/tou", "U4/tou", "U5/conventional"]
    assert statistics.values("month")[0] == "2021-01"
    assert statistics.values("payer")[-2:] == ["GRID", "GOVERNMENT"]
    assert repr(statistics.where(unit="R1/tou")) == "Statistics(unit=['R1/tou'])"
