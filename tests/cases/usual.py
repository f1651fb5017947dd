"""A small month of jiangsu-2023, that of its worked cases, for the tests that change it."""

from __future__ import annotations

from typing import Any

from tests.cases.reading import read_cases
from tests.oracle import settle_market
from tests.oracle.scenarios_by_hand import accounts

MONTH = "2023-05"
(USUAL,) = (
    case["tables"] for case in read_cases("jiangsu-2023") if case["case"] == "the worked month of two generators"
)
(PRICES,) = USUAL["market_prices"]


def metered(**energies: str) -> list[dict[str, str]]:
    return [{"user_id": who, "month": MONTH, "energy_mwh": energy} for who, energy in energies.items()]


def generated(**energies: str) -> list[dict[str, str]]:
    return [{"generator_id": who, "month": MONTH, "energy_mwh": energy} for who, energy in energies.items()]


def market(**tables: Any) -> dict[str, Any]:
    """U buys directly: legs in order 600 MWh at 420, 400 at 440; contract mean 428."""
    return {"year": 2023, "shape": "jiangsu-2023", "tables": USUAL | tables}


def settled(**tables: Any) -> dict[str, list[dict[str, Any]]]:
    """Every result: MARKET's account is exactly zero in every month, and all accounts together are."""
    results = settle_market(market(**tables))
    months = {line["month"] for line in results["ledger"]}
    for month in months:
        of_month = {"ledger": [line for line in results["ledger"] if line["month"] == month]}
        assert accounts(of_month).get("MARKET", 0) == 0, month
    assert sum(accounts(results).values()) == 0
    return results
