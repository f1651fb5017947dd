"""jiangsu-2023 by hand: the order of legs, transfers, sessions, clamps and takers."""

from __future__ import annotations

import pytest

from tests.oracle import FaultError, settle_market
from tests.oracle.jiangsu_by_hand import MILLION, MONTH, PRICES, generated, market, metered, settled
from tests.oracle.scenarios_by_hand import filed, legs, lines, ordered, rejected, trades, user

# ---- order of legs -------------------------------------------------------------------------------------------------


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


def contract(name: str, price: str = "400", *, ends: str = MONTH, **more: str) -> list[dict[str, str]]:
    """Rows of one contract, to the month that it ends."""
    months = [f"2023-{number:02d}" for number in range(5, int(ends[5:]) + 1)]
    return [filed(name, "G1", "U", "10", price, month=month, **more) for month in months]


def test_green_before_all_then_what_ends_this_month_then_variety() -> None:
    rows = [
        *contract("direct ends"),
        *contract("cross", variety="cross_province", ends="2023-06"),
        *contract("green", variety="green", ends="2023-06"),
        *contract("pumped ends", variety="pumped_storage"),
        *contract("distributed ends", variety="distributed"),
    ]
    results = settled(bilateral=rows, meter=metered(U="25"), generation=[], generators=[{"generator_id": "G1"}])
    taken = {row["leg_id"]: row["in_band_kwh"] // 1000 for row in results["leg_settlement"]}
    by_contract = {leg["contract_id"]: taken[leg["leg_id"]] for leg in results["legs"] if leg["month"] == MONTH}
    # `distributed` ends this month, so it stands before `green`; then the pumped storage, then the direct one.
    assert by_contract == {"distributed ends": 10, "green": 10, "pumped ends": 5, "direct ends": 0, "cross": 0}


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


def test_a_transferred_leg() -> None:
    """V takes 100 from U: the new legs are `transferred`, end this month and count as listing, so go before U's own."""
    orders = [
        ordered("V", "buy", "100", "430", "09:00", month=MONTH, session="T", transfer=True),
        ordered("U", "sell", "100", "425", "09:01", month=MONTH, session="T", transfer=True),
    ]
    bilateral = [
        filed("C2", "G2", "U", "400", "440", month=MONTH),
        filed("C1", "G1", "U", "600", "420", month=MONTH),
        filed("C3", "G1", "V", "50", "300", month=MONTH),
    ]
    results = settled(users=[user("U"), user("V")], bilateral=bilateral, orders=orders, meter=metered(U="900", V="110"))
    assert legs(results) == [
        ("L1", "U/market", "G2", 360, 440, ""),
        ("L2", "U/market", "G1", 540, 420, ""),
        ("L3", "V/market", "G1", 50, 300, ""),
        ("L4", "V/market", "G2", 40, 440, "L1"),
        ("L5", "V/market", "G1", 60, 420, "L2"),
    ]
    in_band = {row["leg_id"]: row["in_band_kwh"] // 1000 for row in results["leg_settlement"]}
    assert in_band == {"L1": 360, "L2": 540, "L3": 10, "L4": 40, "L5": 60}
    # A rolling book: the price of the resting order, 430; not clamped, whatever the cap.
    assert lines(results, "transfer") == [("V", "U", 40_000, -400_000_000), ("V", "U", 60_000, 600_000_000)]


# ---- sessions, clamps, takers --------------------------------------------------------------------------------------


def test_clamps() -> None:
    """Auctions and listings to floor and cap of the delivery month, leg by leg for a year; not filings or transfers."""
    months = [f"2023-{number:02d}" for number in range(1, 13)]
    prices = [{**PRICES, "month": month, "cap": "500", "floor": "300"} for month in months]
    prices[4]["cap"] = "450"
    orders = [
        ordered("G1", "sell", "8760", "480", "09:00", month="2023", session="L"),
        ordered("U", "buy", "8760", "490", "09:01", month="2023", session="L"),
        ordered("G1", "sell", "1", "100", "09:00", month=MONTH, session="I"),
        ordered("U", "buy", "1", "100", "09:01", month=MONTH, session="I"),
        ordered("G1", "sell", "1", "450", "09:00", month=MONTH, session="M"),
        ordered("U", "buy", "1", "470", "09:01", month=MONTH, session="M"),
        ordered("U", "sell", "1", "200", "09:01", month=MONTH, session="T", transfer=True),
        ordered("V", "buy", "1", "200", "09:02", month=MONTH, session="T", transfer=True),
    ]
    bilateral = [filed("C", "G1", "U", "1", "600", month=MONTH)]
    results = settled(users=[user("U"), user("V")], bilateral=bilateral, orders=orders, market_prices=prices)
    by_session = {t["session"]: t["price_micro_yuan_per_kwh"] // 1000 for t in results["trades"]}
    assert by_session == {"A": 600, "I": 300, "L": 480, "M": 450, "T": 200}
    year = [leg["price_micro_yuan_per_kwh"] // 1000 for leg in results["legs"] if leg["session"] == "L"]
    assert year == [480] * 4 + [450] + [480] * 7


def test_grid_takes_in_auctions_alone_and_its_legs_settle_in_full() -> None:
    orders = [
        ordered("G1", "sell", "30", "400", "09:00", month=MONTH),
        ordered("GRID", "buy", "10", "", "09:05", month=MONTH),
        ordered("U", "buy", "15", "450", "09:00", month=MONTH),
        ordered("GRID", "buy", "5", "400", "09:05", month=MONTH, session="I"),
        ordered("G1", "sell", "5", "400", "09:05", month=MONTH, session="T"),
    ]
    agency = [{"month": MONTH, "energy_mwh": "50"}]
    results = settled(orders=orders, agency=agency)
    assert rejected(results) == {4: "product_not_allowed", 5: "product_not_allowed"}
    assert trades(results)[2:] == [("G1", "GRID", 10, 425), ("G1", "U", 15, 425)]
    assert results["legs"][2]["unit_id"] == ""
    assert ("GRID", "MARKET", 10_000, 4_250 * MILLION) in lines(results, "energy")
    # S = 960 − 950 − 10 = 0: no structural lines.
    assert lines(results, "structural") == []
    # C = 1,015, lower 984.55: 34.55 × 39.1 = 1,350.905 yuan; 950 : 50 go back, GRID's part without a line.
    assert lines(results, "deviation_fee") == [("U", "GRID", 34_550, 1_350_905_000)]
    assert lines(results, "fee_return") == [("GRID", "U", 0, 1_283_359_750)]


def test_orders_need_sessions() -> None:
    scenario = market()
    del scenario["tables"]["sessions"]
    with pytest.raises(FaultError, match="sessions is required"):
        settle_market(scenario)


def test_a_taker_in_a_listing_is_a_fault() -> None:
    with pytest.raises(ValueError, match="taker"):
        settled(orders=[ordered("U", "buy", "1", "", "09:00", month=MONTH, session="I")])
