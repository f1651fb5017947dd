"""jiangsu-2023 by hand beside its worked cases (tests/cases): the order of legs one by one, and what is a fault."""

from __future__ import annotations

import pytest

from tests.cases.usual import MONTH, PRICES, generated, market, metered, settled
from tests.oracle import FaultError, settle_market
from tests.oracle.scenarios_by_hand import filed, ordered, user


def filled_first(*rows: dict[str, str], orders: list[dict[str, str]] | None = None) -> list[str]:
    """The contracts (or sellers of trades) in the order in which they are filled, found by raising the metered energy.

    Every contract holds 10 MWh a month, at any price.
    """
    order = []
    count = len(rows) + len([row for row in orders or [] if row["side"] == "sell"])
    before: dict[str, int] = {}
    for energy in range(10, 10 * count + 1, 10):
        results = settled(
            bilateral=list(rows), orders=orders or [], meter=metered(U=str(energy)),
            generators=[{"generator_id": f"G{i}"} for i in range(1, 10)], generation=generated(G1=str(energy)),
        )  # fmt: skip
        taken = {row["leg_id"]: row["in_band_kwh"] for row in results["leg_settlement"]}
        (leg_id,) = (leg_id for leg_id, kwh in taken.items() if kwh > before.get(leg_id, 0))
        before = taken
        order += [leg["contract_id"] or leg["seller_id"] for leg in results["legs"] if leg["leg_id"] == leg_id]
    return order


def test_then_listing_auction_bilateral_then_price_then_time() -> None:
    order = filled_first(
        filed("dear", "G1", "U", "10", "400", month=MONTH),
        filed("late", "G1", "U", "10", "300", month=MONTH, filed_at="2022-12-02", confirmed_at="2022-12-03"),
        filed("early", "G1", "U", "10", "300", month=MONTH),
        filed("early too", "G1", "U", "10", "300", month=MONTH),
        orders=[
            ordered("G2", "sell", "10", "450", "09:00", month=MONTH),
            ordered("U", "buy", "10", "450", "09:00", month=MONTH),
            ordered("G3", "sell", "10", "460", "09:00", month=MONTH, session="I"),
            ordered("U", "buy", "10", "460", "09:01", month=MONTH, session="I"),
        ],
    )
    assert order == ["G3", "G2", "early", "early too", "late", "dear"]


def test_no_candidate_at_all_is_a_fault() -> None:
    with pytest.raises(FaultError, match=MONTH):
        settled(market_prices=[{**PRICES, "agency_price": ""}])
    # Unless nothing deviates.
    prices = [{**PRICES, "agency_price": ""}]
    results = settled(market_prices=prices, meter=metered(U="1000"), generation=generated(G1="600", G2="400"))
    assert [row["price_micro_yuan_per_kwh"] for row in results["seller_settlement"]] == [None, None]
    with pytest.raises(FaultError, match="no row"):
        settled(market_prices=[])


def test_faults_of_users_outside() -> None:
    with pytest.raises(FaultError, match="fallback"):
        settled(
            users=[user("U"), user("V", exit_month="2023-02")], meter=metered(V="10"), generation=[], bilateral=[],
            market_prices=[{**PRICES, "agency_price": ""}],
        )  # fmt: skip
    with pytest.raises(FaultError, match="priority_purchase"):
        settled(users=[user("U"), user("V", priority_purchase="true")], meter=metered(V="10"))


def test_orders_need_sessions() -> None:
    scenario = market()
    del scenario["tables"]["sessions"]
    with pytest.raises(FaultError, match="sessions is required"):
        settle_market(scenario)


def test_a_taker_in_a_listing_is_a_fault() -> None:
    with pytest.raises(ValueError, match="taker"):
        settled(orders=[ordered("U", "buy", "1", "", "09:00", month=MONTH, session="I")])
