"""The worked case of rulebook 15 through the oracle, to the yuan."""

from __future__ import annotations

from typing import Any

from tests.oracle import settle_market
from tests.oracle.scenarios_by_hand import CHANGING, lines


def money(results: dict[str, list[dict[str, Any]]], item: str, **where: Any) -> list[tuple[str, int, int]]:
    """(payer, MWh, yuan) of an item's lines."""
    return [(payer, kwh // 1000, amount // 10**6) for payer, _, kwh, amount in lines(results, item, **where)]


def test_the_worked_case() -> None:
    results = settle_market({"year": 2021, "rules": {}, "tables": CHANGING})
    assert money(results, "energy") == [("R1", 105, 42_000), ("R1", 50, 20_000), ("R2", 63, 25_830)]
    assert money(results, "transmission", user_id="U") == [("U", 70, 14_000), ("U", 63, 9_450)]
    assert money(results, "overrun", month="2021-06") == [("R1", 30, 21_000), ("R1", 15, 10_500)]
    assert money(results, "overrun", month="2021-07") == [("R2", 37, 22_200)]
    assert money(results, "shortfall") == [("R1", 45, 450)]
    assert money(results, "funds", user_id="U", month="2021-07") == [("U", 63, 1_890)]
