"""jiangsu-2023 by hand: every worked figure of its page, and small cases for what its page says in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle import FaultError, settle_market
from tests.oracle.scenarios_by_hand import (
    CHARGES,
    KEY,
    accounts,
    filed,
    legs,
    lines,
    ordered,
    rejected,
    session,
    trades,
    user,
)

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


# ---- buyers: the table "Worked by hand" -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("energy", "exempt", "by_leg", "overrun", "fee"),
    [
        ("1050", "", [252_000, 176_000], [12_840, 9_384], [782]),
        ("1030", "", [252_000, 176_000], [12_840], []),
        ("1020", "", [252_000, 176_000], [8_560], []),
        ("980", "", [252_000, 167_200], [], []),
        ("950", "", [252_000, 154_000], [], [782]),
        ("1050", "15", [252_000, 176_000], [12_840, 9_384], [195.5]),
    ],
)
def test_the_worked_buyer(
    energy: str, exempt: str, by_leg: list[float], overrun: list[float], fee: list[float]
) -> None:
    orders = [ordered("U", "buy", exempt, "469.2", "09:00", month=MONTH)] if exempt else []
    results = settled(meter=metered(U=energy), orders=orders)
    assert sorted(yuan(results, "energy", "U"), reverse=True) == by_leg
    assert yuan(results, "overrun", "U") == overrun
    assert yuan(results, "deviation_fee", "U") == fee
    assert yuan(results, "shortfall", "U") == []
    (position,) = results["positions"]
    assert (position["contract_kwh"], position["upper_kwh"], position["lower_kwh"]) == (1_000_000, 1_000_000, 970_000)
    # The fee returns to the only consumer; charges are on all metered energy.
    assert sum(amount for *_, amount in lines(results, "fee_return")) == sum(fee) * MILLION
    assert yuan(results, "transmission", "U") == [float(energy) * 150]


def test_the_bands_of_the_worked_buyer() -> None:
    orders = [ordered("U", "buy", "15", "470", "09:00", month=MONTH)]
    over = settled(meter=metered(U="1050"), orders=orders)["position_bands"]
    under = settled()["position_bands"]
    names = ("side", "edge", "energy_kwh", "price_micro_yuan_per_kwh", "amount_micro_yuan", "fee_micro_yuan")
    assert [tuple(band[name] for name in names) for band in over + under] == [
        ("over", 10_000, 30_000, 428_000, 12_840 * MILLION, 0),
        ("over", 10_300, 20_000, 469_200, 9_384 * MILLION, 195_500_000),
        ("under", 9_700, 20_000, 0, 0, 782 * MILLION),
    ]


@pytest.mark.parametrize(
    ("orders", "fee"),
    [
        ([ordered("U", "buy", "15", "469.199", "09:00", month=MONTH)], [782]),  # below the cap
        ([ordered("U", "buy", "15", "", "09:00", month=MONTH)], [782]),  # a taker does not count
        ([ordered("U", "buy", "15", "470", "09:00", month=MONTH, session="N")], [782]),  # not the monthly auction
        ([ordered("U", "buy", "15", "470", "09:00", month="2023-06")], [782]),  # another month
        ([ordered("U", "buy", "25", "470", "09:00", month=MONTH)], []),
        (
            [
                ordered("U", "buy", "9", "470", "09:00", month=MONTH),
                ordered("U", "buy", "15", "470", "09:01", month=MONTH),
            ],
            [195.5],
        ),  # the last submission alone stands
    ],
)
def test_what_is_exempt(orders: list[dict[str, str]], fee: list[float]) -> None:
    assert yuan(settled(meter=metered(U="1050"), orders=orders), "deviation_fee", "U") == fee


def test_without_a_contract_all_is_in_the_last_over_band() -> None:
    results = settled(bilateral=[], meter=metered(U="10"), generation=generated(G1="10"))
    assert yuan(results, "overrun", "U") == [4_692]
    assert yuan(results, "deviation_fee", "U") == [391]
    (band,) = results["position_bands"]
    assert (band["edge"], band["energy_kwh"]) == (10_300, 10_000)


# ---- sellers: the worked month -------------------------------------------------------------------------------------


def test_the_worked_month_of_two_generators() -> None:
    results = settled()
    first, second = results["seller_settlement"]
    assert first == {
        "generator_id": "G1", "month": MONTH, "contract_kwh": 600_000, "generated_kwh": 580_000,
        "structural_kwh": 6_042, "deviation_kwh": -26_042, "price_micro_yuan_per_kwh": 408_500,
        "energy_micro_yuan": 252_000 * MILLION, "structural_micro_yuan": 2_598_060_000,
        "deviation_micro_yuan": -10_638_157_000, "fee_micro_yuan": 0, "balance_micro_yuan": -951_562_500,
    }  # fmt: skip
    assert second == {
        "generator_id": "G2", "month": MONTH, "contract_kwh": 400_000, "generated_kwh": 380_000,
        "structural_kwh": 3_958, "deviation_kwh": -23_958, "price_micro_yuan_per_kwh": 408_500,
        "energy_micro_yuan": 176_000 * MILLION, "structural_micro_yuan": 1_701_940_000,
        "deviation_micro_yuan": -9_786_843_000, "fee_micro_yuan": 0, "balance_micro_yuan": -623_437_500,
    }  # fmt: skip
    assert lines(results, "structural") == [("GRID", "G1", 6_042, 2_598_060_000), ("GRID", "G2", 3_958, 1_701_940_000)]
    assert lines(results, "under_generation") == [
        ("G1", "MARKET", 26_042, 10_638_157_000), ("G2", "MARKET", 23_958, 9_786_843_000),
    ]  # fmt: skip
    assert lines(results, "market_balance") == [
        ("MARKET", "G1", 0, -951_562_500), ("MARKET", "G2", 0, -623_437_500),
    ]  # fmt: skip
    assert lines(results, "fee_return") == [("GRID", "U", 0, 782 * MILLION)]


def test_a_generator_that_generates_more_and_a_structural_shortage() -> None:
    """S = 1,000 − 1,020 = −20: split(20,000, [700, 300]) = 14 and 6, turned negative. r = 100 + 14, −100 + 6."""
    results = settled(meter=metered(U="1020"), generation=generated(G1="700", G2="300"))
    assert lines(results, "structural") == [
        ("G1", "GRID", 14_000, 14_000 * 430_000), ("G2", "GRID", 6_000, 6_000 * 430_000),
    ]  # fmt: skip
    assert lines(results, "over_generation") == [("MARKET", "G1", 114_000, 114_000 * 408_500)]
    assert lines(results, "under_generation") == [("G2", "MARKET", 94_000, 94_000 * 408_500)]
    assert [row["structural_micro_yuan"] for row in results["seller_settlement"]] == [-6_020_000_000, -2_580_000_000]


def test_own_fault() -> None:
    """|580 − 600| − round(0.02 × 600) = 8 MWh at 39.1; it joins the pot that returns."""
    generation = [{**row, "own_fault": "true"} for row in generated(G1="580", G2="392")]
    results = settled(generation=generation, meter=metered(U="980"))
    assert lines(results, "deviation_fee") == [("G1", "GRID", 8_000, 312_800_000)]
    assert [row["fee_micro_yuan"] for row in results["seller_settlement"]] == [-312_800_000, 0]
    assert lines(results, "fee_return") == [("GRID", "U", 0, 312_800_000)]


def test_nothing_generated() -> None:
    """No structural lines; what MARKET holds goes to GRID."""
    results = settled(generation=[], meter=metered(U="1000"))
    assert lines(results, "structural") == []
    assert lines(results, "market_balance") == [("MARKET", "GRID", 0, 1_000_000 * 408_500)]


@pytest.mark.parametrize(
    ("prices", "orders", "over", "under"),
    [
        ({}, [], 408_500, 408_500),
        ({"coal_index_last_month": "2000"}, [], 430_000, 430_000),
        ({"coal_index_last_month": "", "agency_price": "500"}, [], 469_200, 469_200),  # neither above the cap
        # An auction at 400, both auctions together: (30 × 400 + 10 × 410) / 40 = 402.5; the agency's 430 is greater.
        (
            {},
            [
                ordered("G1", "sell", "30", "400", "09:00", month=MONTH),
                ordered("U", "buy", "30", "400", "09:00", month=MONTH),
                ordered("G1", "sell", "10", "410", "09:00", month=MONTH, session="N"),
                ordered("U", "buy", "10", "410", "09:00", month=MONTH, session="N"),
            ],
            382_375,
            408_500,
        ),
        # A listing at 380 and a transfer of generators at 440: least and greatest.
        (
            {},
            [
                ordered("G1", "sell", "1", "380", "09:00", month=MONTH, session="I"),
                ordered("U", "buy", "1", "390", "09:01", month=MONTH, session="I"),
                ordered("G1", "buy", "1", "440", "09:00", month=MONTH, session="T", transfer=True),
                ordered("G2", "sell", "1", "300", "09:01", month=MONTH, session="T", transfer=True),
            ],
            361_000,
            418_000,
        ),
    ],
)
def test_the_prices_of_deviations(prices: dict[str, str], orders: list[dict[str, str]], over: int, under: int) -> None:
    results = settled(
        generation=generated(G1="900", G2="100"), meter=metered(U="1000"), orders=orders,
        market_prices=[{**PRICES, **prices}],
    )  # fmt: skip
    assert [row["price_micro_yuan_per_kwh"] for row in results["seller_settlement"]] == [over, under]


def test_the_structural_price_is_the_monthly_auctions() -> None:
    orders = [
        ordered("G1", "sell", "10", "400", "09:00", month=MONTH),
        ordered("U", "buy", "10", "405", "09:00", month=MONTH),
    ]
    results = settled(orders=orders)
    assert {amount / energy for *_, energy, amount in lines(results, "structural")} == {402_500}


def test_no_candidate_at_all_is_a_fault() -> None:
    with pytest.raises(FaultError, match=MONTH):
        settled(market_prices=[{**PRICES, "agency_price": ""}])
    # Unless nothing deviates.
    prices = [{**PRICES, "agency_price": ""}]
    results = settled(market_prices=prices, meter=metered(U="1000"), generation=generated(G1="600", G2="400"))
    assert [row["price_micro_yuan_per_kwh"] for row in results["seller_settlement"]] == [None, None]
    with pytest.raises(FaultError, match="no row"):
        settled(market_prices=[])


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


# ---- who consumes, and when it settles -----------------------------------------------------------------------------


def test_a_retailers_users_are_one_unit_and_fees_return_by_metered_energy() -> None:
    """V and W under R meter 60 + 20, U 920: S/market has no contract, so 80 at the cap with the fee."""
    users = [user("V", retailer_id="R"), user("U"), user("W", retailer_id="R")]
    meter = metered(V="60", U="920", W="20")
    results = settled(users=users, retailers=[{"retailer_id": "R"}], meter=meter)
    assert [(p["unit_id"], p["overrun_kwh"]) for p in results["positions"]] == [("R/market", 80_000), ("U/market", 0)]
    # Fees 80 × 39.1 = 3,128 and (970 − 920) × 39.1 = 1,955: 5,083 yuan by 920 : 80.
    assert lines(results, "fee_return") == [("GRID", "U", 0, 4_676_360_000), ("GRID", "R", 0, 406_640_000)]


def test_who_left_pays_one_and_a_half_times_the_agency_price_and_all_charges() -> None:
    results = settled(users=[user("U"), user("V", exit_month="2023-02")], meter=metered(U="950", V="10"))
    assert lines(results, "fallback") == [("V", "GRID", 10_000, 6_450 * MILLION)]
    assert [yuan(results, item, "V") for item in CHARGES] == [[100], [1_500], [200], [300]]
    # Its energy is no one's consumption: S = 960 − 950, as without it.
    assert sum(row["structural_kwh"] for row in results["seller_settlement"]) == 10_000
    assert lines(results, "fee_return") == [("GRID", "U", 0, 782 * MILLION)]


def test_faults_of_users_outside() -> None:
    with pytest.raises(FaultError, match="fallback"):
        settled(
            users=[user("U"), user("V", exit_month="2023-02")], meter=metered(V="10"), generation=[], bilateral=[],
            market_prices=[{**PRICES, "agency_price": ""}],
        )  # fmt: skip
    with pytest.raises(FaultError, match="priority_purchase"):
        settled(users=[user("U"), user("V", priority_purchase="true")], meter=metered(V="10"))


def test_a_month_without_meter_and_generation_makes_no_line() -> None:
    june = [
        filed("C9", "G1", "U", "10", "400", month="2023-06"),
        filed("C1", "G1", "U", "600", "420", month=MONTH),
        filed("C2", "G2", "U", "400", "440", month=MONTH),
    ]
    orders = [
        ordered("V", "buy", "5", "430", "09:00", month="2023-06", session="T", transfer=True),
        ordered("U", "sell", "5", "425", "09:01", month="2023-06", session="T", transfer=True),
    ]
    results = settled(users=[user("U"), user("V")], bilateral=june, orders=orders)
    assert [leg["month"] for leg in results["legs"]] == ["2023-06", MONTH, MONTH, "2023-06"]
    assert {position["month"] for position in results["positions"]} == {MONTH}
    assert {line["month"] for line in results["ledger"]} == {MONTH}


def test_a_month_with_generation_alone_settles() -> None:
    results = settled(meter=[])
    (position,) = results["positions"]
    assert (position["metered_kwh"], position["shortfall_kwh"]) == (0, 970_000)
    # No consumption at all: GRID keeps the fee.
    assert lines(results, "deviation_fee") == [("U", "GRID", 970_000, 970_000 * 39_100)]
    assert lines(results, "fee_return") == []
