"""A small month of jiangsu-2023, for the tests that are worked by hand."""

from __future__ import annotations

from typing import Any

from .market_run import settle_market
from .scenarios_by_hand import CHARGES, KEY, accounts, filed, lines, session, user

MONTH = "2023-05"
PRICES = {
    "month": MONTH, "cap": "469.2", "benchmark": "391", "agency_price": "430", "coal_index_last_month": "900",
}  # fmt: skip
KINDS = {
    "A": "multi_month_bilateral", "Y": "annual_bilateral", "L": "annual_listing", "I": "intra_month_listing",
    "M": "monthly_auction", "N": "intra_month_auction", "T": "transfer",
}  # fmt: skip
MILLION = 1_000_000


def metered(**energies: str) -> list[dict[str, str]]:
    return [{"user_id": who, "month": MONTH, "energy_mwh": energy} for who, energy in energies.items()]


def generated(**energies: str) -> list[dict[str, str]]:
    return [{"generator_id": who, "month": MONTH, "energy_mwh": energy} for who, energy in energies.items()]


def market(**tables: Any) -> dict[str, Any]:
    """U buys directly: legs in order 600 MWh at 420, 400 at 440; contract mean 428."""
    usual = {
        "generators": [{"generator_id": "G1"}, {"generator_id": "G2"}],
        "users": [user("U")],
        "tariffs": [{**KEY, **CHARGES}],
        "sessions": [session(name, kind, 2023) for name, kind in KINDS.items()],
        "bilateral": [
            filed("C2", "G2", "U", "400", "440", month=MONTH),
            filed("C1", "G1", "U", "600", "420", month=MONTH),
        ],
        "meter": metered(U="950"),
        "generation": generated(G1="580", G2="380"),
        "market_prices": [PRICES],
    }
    return {"year": 2023, "shape": "jiangsu-2023", "tables": usual | tables}


def settled(**tables: Any) -> dict[str, list[dict[str, Any]]]:
    """Every result: MARKET's account is exactly zero in every month, and all accounts together are."""
    results = settle_market(market(**tables))
    months = {line["month"] for line in results["ledger"]}
    for month in months:
        of_month = {"ledger": [line for line in results["ledger"] if line["month"] == month]}
        assert accounts(of_month).get("MARKET", 0) == 0, month
    assert sum(accounts(results).values()) == 0
    return results


def yuan(results: dict[str, list[dict[str, Any]]], item: str, payer: str) -> list[float]:
    return [amount / MILLION for who, _, _, amount in lines(results, item) if who == payer]
