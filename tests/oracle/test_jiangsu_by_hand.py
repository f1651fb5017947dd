"""jiangsu-2023 by hand: every worked figure of its page, and small cases for who pays and is paid what."""

from __future__ import annotations

import pytest

from tests.oracle import FaultError
from tests.oracle.jiangsu_by_hand import MILLION, MONTH, PRICES, generated, metered, settled, yuan
from tests.oracle.scenarios_by_hand import CHARGES, KEY, filed, lines, ordered, user

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


def test_own_fault_is_measured_after_transfers() -> None:
    """G1 gives 10 MWh to G2: 590 are left, 580 are generated, and 2 % of 590 are free. Of 600 it would pay for 8."""
    generation = [{**row, "own_fault": "true"} for row in generated(G1="580", G2="410")]
    orders = [
        ordered("G1", "buy", "10", "420", "09:00", month=MONTH, session="T", transfer=True),
        ordered("G2", "sell", "10", "420", "09:01", month=MONTH, session="T", transfer=True),
    ]
    results = settled(generation=generation, meter=metered(U="980"), orders=orders)
    assert [row["contract_kwh"] for row in results["seller_settlement"]] == [590_000, 410_000]
    assert lines(results, "deviation_fee") == []


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
        ({"floor": "300", "agency_price": "100"}, [], 95_000, 95_000),  # no floor
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


# ---- who consumes, and when it settles -----------------------------------------------------------------------------


def test_a_retailers_users_are_one_unit_and_fees_return_by_metered_energy() -> None:
    """V and W under R meter 60 + 20, U 920: S/market has no contract, so 80 at the cap with the fee."""
    users = [user("V", retailer_id="R"), user("U"), user("W", retailer_id="R")]
    meter = metered(V="60", U="920", W="20")
    results = settled(users=users, retailers=[{"retailer_id": "R"}], meter=meter)
    positions = {position["unit_id"]: position["overrun_kwh"] for position in results["positions"]}
    assert positions == {"R/market": 80_000, "U/market": 0}
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


# ---- changes within the year (rulebook 15) ---------------------------------------------------------------------------


def test_a_user_changes_its_retailer() -> None:
    """From May on U is R2's, who has no contract: all of it is in the last over band. R1's contract stands."""
    results = settled(
        retailers=[{"retailer_id": "R1"}, {"retailer_id": "R2"}],
        users=[
            user("U", retailer_id="R1", effective_from=""),
            user("V", retailer_id="R1", effective_from=""),
            user("U", retailer_id="R2", effective_from=MONTH),
        ],
        bilateral=[filed("C1", "G1", "R1", "600", "420", month=MONTH)],
        meter=metered(U="100", V="600"),
        generation=generated(G1="700"),
    )
    assert yuan(results, "energy", "R1") == [252_000]
    assert yuan(results, "overrun", "R1") == []
    assert yuan(results, "overrun", "R2") == [46_920]  # 100 × 469.2


def test_a_tariff_begins_on_a_day() -> None:
    """930 MWh of May: 15 days at 150, 16 at 100."""
    from_a_day = {**KEY, **CHARGES, "transmission": "100", "effective_from": f"{MONTH}-16"}
    results = settled(
        tariffs=[{**KEY, **CHARGES, "effective_from": ""}, from_a_day],
        meter=metered(U="930"),
        generation=generated(G1="550", G2="380"),
    )
    assert yuan(results, "transmission", "U") == [450 * 150, 480 * 100]
    assert yuan(results, "funds", "U") == [450 * 30, 480 * 30]
