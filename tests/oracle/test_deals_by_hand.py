"""Rulebook 12 by hand: sides that nobody names, transfers of deals, months without sellers, months without meter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle import FaultError, load_shape, settle_market
from tests.oracle.scenarios_by_hand import CATALOGUE, CHARGES, KEY, accounts, filed, legs, lines, ordered, trades, user

MONTH = "2021-07"


def deal(buyer: str, seller: str, energy: str, price: str, *, month: str = MONTH, **more: str) -> dict[str, str]:
    return {
        "buyer_id": buyer, "seller_id": seller, "product": "total", "month": month, "energy_mwh": energy,
        "price_yuan_per_mwh": price, **more,
    }  # fmt: skip


def market(deals: list[dict[str, str]], **tables: Any) -> dict[str, list[dict[str, Any]]]:
    """R and B have conventional users."""
    return settle_market(
        {
            "year": 2021,
            "tables": {
                "generators": [{"generator_id": name} for name in ("G1", "G2")],
                "retailers": [{"retailer_id": "R"}],
                "users": [user("U", "conventional", retailer_id="R"), user("B", "conventional")],
                "tariffs": [{**KEY, **CATALOGUE}],
                "deals": deals,
                "meter": [{"user_id": "U", "month": MONTH, "period": "flat", "energy_mwh": "100"}],
                **tables,
            },
        }
    )


def test_deals_stand_behind_filings_and_before_books() -> None:
    results = market(
        [deal("R", "G2", "30", "340", deal_id="D1"), deal("R", "", "20", "360", contract="K", kind="monthly")],
        bilateral=[filed("C1", "G1", "R", "50", "350", month=MONTH)],
        orders=[
            ordered("G1", "sell", "5", "300", "09:00", month=MONTH),
            ordered("B", "buy", "5", "310", "09:00", month=MONTH),
        ],
    )
    assert trades(results) == [
        ("G1", "R", 50, 350),
        ("G2", "R", 30, 340),
        ("MARKET", "R", 20, 360),
        ("G1", "B", 5, 305),
    ]
    assert [trade["kind"] for trade in results["trades"]] == ["bilateral", "deal", "monthly", "matched"]
    assert [trade["contract_id"] for trade in results["trades"]] == ["C1", "D1", "K", ""]
    assert ("R", "MARKET", 20_000, 20_000 * 360_000) in lines(results, "energy")
    assert sum(accounts(results).values()) == 0


def test_a_deal_is_given_away_like_any_contract() -> None:
    results = market(
        [deal("R", "", "60", "350"), deal("", "G1", "40", "360")],
        orders=[
            ordered("R", "sell", "10", "340", "09:00", month=MONTH, segment="mid", transfer=True),
            ordered("B", "buy", "10", "344", "09:00", month=MONTH, segment="mid", transfer=True),
            ordered("G1", "buy", "10", "348", "09:00", month=MONTH, segment="mid", transfer=True),
            ordered("G2", "sell", "10", "340", "09:00", month=MONTH, segment="mid", transfer=True),
        ],
    )
    assert legs(results) == [
        ("L1", "R/conventional", "MARKET", 50, 350, ""),
        ("L2", "", "G1", 30, 360, ""),
        ("L3", "B/conventional", "MARKET", 10, 350, "L1"),
        ("L4", "", "G2", 10, 360, "L2"),
    ]
    assert lines(results, "transfer") == [("B", "R", 10_000, -80_000_000), ("G2", "G1", 10_000, 160_000_000)]
    # B metered nothing, but what it took over is no deal's: its month settles, as shortfall.
    assert {row["unit_id"] for row in results["positions"]} == {"R/conventional", "B/conventional"}


def test_what_deals_alone_tell_of_and_nobody_metered_makes_no_position() -> None:
    results = market([deal("R", "G1", "3650", "350", month="2021"), deal("B", "G2", "10", "350")])
    assert [(row["unit_id"], row["month"]) for row in results["positions"]] == [("R/conventional", MONTH)]
    assert len(results["legs"]) == 13
    with_filing = market([deal("B", "G2", "10", "350")], bilateral=[filed("C1", "G1", "B", "1", "1", month=MONTH)])
    assert {row["unit_id"] for row in with_filing["positions"]} == {"R/conventional", "B/conventional"}


@pytest.mark.parametrize(
    "wrong",
    [
        [deal("", "", "1", "1")],
        [deal("R", "R", "1", "1")],
        [deal("R", "U", "1", "1")],
        [deal("U", "G1", "1", "1")],  # it buys through a retailer
        [deal("R", "G1", "1", "1", product="peak")],
        [deal("R", "G1", "-1", "1")],
        [deal("R", "G1", "1", "1", deal_id="D"), deal("R", "G1", "1", "1", deal_id="D")],
        [deal("R", "G1", "1", "1", kind="yearly")],
    ],
)
def test_what_is_a_fault(wrong: list[dict[str, str]]) -> None:
    with pytest.raises(FaultError):
        market(wrong)


def test_a_one_sided_month_settles_its_buyers_and_no_seller() -> None:
    """Jiangsu: of two months alike, the one that holds a deal without its buyer has no line of sellers."""
    months = ("2023-05", "2023-06")
    results = settle_market(
        {
            "year": 2023,
            "shape": load_shape("jiangsu-2023"),
            "tables": {
                "generators": [{"generator_id": "G1"}],
                "retailers": [],
                "users": [user("U")],
                "tariffs": [{**KEY, **CHARGES}],
                "deals": [
                    *(deal("U", "G1", "100", "400", month=month) for month in months),
                    deal("", "G1", "10", "410", month=months[1]),
                ],
                "meter": [{"user_id": "U", "month": month, "energy_mwh": "100"} for month in months],
                "generation": [{"generator_id": "G1", "month": month, "energy_mwh": "100"} for month in months],
                "market_prices": [
                    {"month": month, "cap": "469.2", "floor": "300", "benchmark": "391", "agency_price": "430"}
                    for month in months
                ],
            },
        }
    )
    assert [row["month"] for row in results["seller_settlement"]] == [months[0]]
    of_last = [line for line in results["ledger"] if line["month"] == months[1] and line["item"] == "energy"]
    assert [(line["payer"], line["payee"], line["energy_kwh"]) for line in of_last] == [
        ("U", "MARKET", 100_000), ("MARKET", "G1", 10_000),
    ]  # fmt: skip
    assert not lines(results, "market_balance", month=months[1])
    held = accounts({"ledger": [line for line in results["ledger"] if line["month"] == months[1]]})["MARKET"]
    assert held == 100_000 * 400_000 - 10_000 * 410_000
