"""What columns and tables say of themselves."""

from __future__ import annotations

from gridsim.columns import INPUT_TABLES


def test_months_of_a_year_but_for_those_of_any() -> None:
    corrections, tariffs, orders = (INPUT_TABLES[name] for name in ("corrections", "tariffs", "orders"))
    assert corrections["month"].year_in(corrections, 2021) == 2021
    assert corrections["corrects_month"].year_in(corrections, 2021) is None
    assert tariffs["effective_from"].year_in(tariffs, 2021) is None
    assert orders["month"].year_in(orders, 2021) == 2021
