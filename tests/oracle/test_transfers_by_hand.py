"""Rulebook 10 and 11 by hand: transfers, the reasons that reject them, and periods of one's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle import FaultError, load_shape, settle_market
from tests.oracle.scenarios_by_hand import CATALOGUE, KEY, filed, legs, lines, ordered, rejected, trades, user

MONTH = "2021-07"
GENERATORS = [{"generator_id": name} for name in ("G1", "G2", "G3")]


def market(orders: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    """R/conventional holds L1 = G1 600 at 350 and L2 = G2 400 at 360; B and R have conventional users."""
    tables = {
        "generators": GENERATORS,
        "retailers": [{"retailer_id": "R"}],
        "users": [user("U", "conventional", retailer_id="R"), user("B", "conventional")],
        "tariffs": [{**KEY, **CATALOGUE}],
        "bilateral": [
            filed("C1", "G1", "R", "600", "350", month=MONTH),
            filed("C2", "G2", "R", "400", "360", month=MONTH),
        ],
        "orders": [{"segment": "mid", **row} for row in orders],
        "meter": [],
    }
    return {"year": 2021, "tables": tables | more.pop("tables", {}), **more}


def give(who: str, side: str, energy: str, price: str, at: str = "09:00", **more: Any) -> dict[str, str]:
    return ordered(who, side, energy, price, at, month=more.pop("month", MONTH), transfer=True, **more)


WORKED = [
    give("R", "sell", "100", "340"),
    give("B", "buy", "100", "344"),
    give("G1", "buy", "100", "348"),
    give("G3", "sell", "100", "340"),
]


def test_the_worked_transfers() -> None:
    results = settle_market(market(WORKED))
    assert [t["transfer"] for t in results["trades"]] == ["", "", "buyers", "generators"]
    assert trades(results)[2:] == [("R", "B", 100, 342), ("G3", "G1", 100, 344)]
    assert legs(results) == [
        ("L1", "R/conventional", "G1", 450, 350, ""),
        ("L2", "R/conventional", "G2", 360, 360, ""),
        ("L3", "B/conventional", "G1", 50, 350, "L1"),
        ("L4", "B/conventional", "G2", 40, 360, "L2"),
        ("L5", "R/conventional", "G3", 90, 350, "L1"),
        ("L6", "B/conventional", "G3", 10, 350, "L3"),
    ]
    assert [leg["contract_id"] for leg in results["legs"]] == ["C1", "C2", "C1", "C2", "C1", "C1"]
    assert lines(results, "transfer") == [
        ("B", "R", 60_000, -480_000_000),
        ("B", "R", 40_000, -720_000_000),
        ("G3", "G1", 90_000, 540_000_000),
        ("G3", "G1", 10_000, 60_000_000),
    ]
    assert rejected(results) == {}


def test_transfers_stand_in_both_ledgers_of_a_regime() -> None:
    """Part 6 and 10: the line uses the leg's own price and stands in the real ledger and the trial one."""
    orders = [{**row, "month": "2021-02"} for row in WORKED]
    bilateral = [
        filed("C1", "G1", "R", "600", "350", month="2021-02"),
        filed("C2", "G2", "R", "400", "360", month="2021-02"),
    ]
    results = settle_market(market(orders, tables={"bilateral": bilateral}))
    for trial in (False, True):
        assert [amount for *_, amount in lines(results, "transfer", trial=trial)] == [
            -480_000_000, -720_000_000, 540_000_000, 60_000_000,
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("orders", "reasons"),
    [
        # Without a segment, and without `sessions`, it is no intra-month session.
        ([give("R", "sell", "100", "340", segment="")], {1: "product_not_allowed"}),
        # 1,000 MWh are held: the first too large and every later one, though it alone would fit.
        (
            [give("R", "sell", "600", "340"), give("R", "sell", "401", "341"), give("R", "sell", "1", "342")],
            {2: "exceeds_contracts", 3: "exceeds_contracts"},
        ),
        ([give("G1", "buy", "600.001", "340")], {1: "exceeds_contracts"}),
        ([give("G3", "buy", "0.001", "340")], {1: "exceeds_contracts"}),
        # Both sides in one month and product: the takes are rejected; also where the give is too large.
        ([give("R", "buy", "10", "340"), give("R", "sell", "10", "340", "09:01")], {1: "one_direction"}),
        (
            [give("G1", "buy", "700", "340"), give("G1", "sell", "10", "340", segment="late")],
            {1: "exceeds_contracts", 2: "one_direction"},
        ),
        # A withdrawn order to give is none in a matched session: what it withdraws is superseded.
        (
            [give("R", "sell", "10", "340"), give("R", "sell", "0", "340", "09:01"), give("R", "buy", "10", "340")],
            {1: "superseded"},
        ),
        # New energy: generators sell, the others buy. A user behind a retailer trades nothing.
        (
            [
                ordered("G1", "buy", "1", "340", "09:00", month=MONTH),
                ordered("R", "sell", "1", "340", "09:00", month=MONTH),
                give("U", "buy", "1", "340"),
            ],
            {1: "product_not_allowed", 2: "product_not_allowed", 3: "product_not_allowed"},
        ),
        # New energy and transfers of one participant do not supersede each other.
        ([ordered("B", "buy", "1", "1", "09:00", month=MONTH), give("B", "buy", "1", "1", "09:01")], {}),
    ],
)  # fmt: skip
def test_a_reason(orders: list[dict[str, str]], reasons: dict[int, str]) -> None:
    assert rejected(settle_market(market(orders))) == reasons


def test_only_adds() -> None:
    results = settle_market(market(WORKED, rules={"matching.intra_month": "only_adds"}))
    assert set(rejected(results).values()) == {"product_not_allowed"}
    assert len(rejected(results)) == 4


def test_a_transfer_delivers_one_month() -> None:
    with pytest.raises(FaultError, match="one month"):
        settle_market(market([give("R", "sell", "1", "340", month="2021-H2")]))


def test_what_was_taken_over_is_not_given_again() -> None:
    """B took 100; it may give nothing. The other side of the contract may: G1 gives all its 600, from two legs."""
    orders = [*WORKED[:2], give("B", "sell", "1", "300", segment="late"), give("R", "buy", "1", "400", segment="late")]
    results = settle_market(market(orders))
    assert rejected(results) == {2: "one_direction", 4: "one_direction", 3: "exceeds_contracts"}
    orders = [*WORKED[:2], give("G1", "buy", "600", "350"), give("G3", "sell", "600", "340")]
    assert legs(settle_market(market(orders)))[4:] == [
        ("L5", "R/conventional", "G3", 540, 350, "L1"),
        ("L6", "B/conventional", "G3", 60, 350, "L3"),
    ]


def test_legs_cut_to_nothing_stay_and_parts_of_nothing_make_none() -> None:
    orders = [give("R", "sell", "1000", "340"), give("B", "buy", "1000", "340")]
    assert legs(settle_market(market(orders))) == [
        ("L1", "R/conventional", "G1", 0, 350, ""),
        ("L2", "R/conventional", "G2", 0, 360, ""),
        ("L3", "B/conventional", "G1", 600, 350, "L1"),
        ("L4", "B/conventional", "G2", 400, 360, "L2"),
    ]
    # 0.001 MWh: the kWh goes to the larger fractional part, and the other part makes no leg.
    orders = [give("R", "sell", "0.001", "340"), give("B", "buy", "0.001", "340")]
    assert [leg["energy_kwh"] for leg in settle_market(market(orders))["legs"]] == [599_999, 400_000, 1]


# ---- transfers in a rolling session --------------------------------------------------------------------------------


def rolling(orders: list[dict[str, str]]) -> dict[str, list[dict[str, Any]]]:
    """Henan with a rolling intra-month session."""
    shape = load_shape("henan-2021")
    shape["without_sessions"]["matched"]["how"] = "rolling"
    return settle_market(market(orders, shape=shape))


@pytest.mark.parametrize(
    ("orders", "reasons", "sold"),
    [
        # 700 given and 300 still offered by the same submission: not one kWh more.
        (
            [
                give("B", "buy", "700", "340", "09:00"),
                give("R", "sell", "700", "340", "09:01"),
                give("R", "sell", "300", "350", "09:01"),
                give("R", "sell", "0.001", "360", "09:01"),
            ],
            {4: "exceeds_contracts"},
            [("R", "B", 700, 340)],
        ),
        # A later submission replaces what is left: 700 + 300 fit, the 300 that rested offer nothing any more.
        (
            [
                give("B", "buy", "700", "340", "09:00"),
                give("R", "sell", "700", "340", "09:01"),
                give("R", "sell", "300", "350", "09:01"),
                give("R", "sell", "300", "345", "09:02"),
                give("B", "buy", "300", "350", "09:03"),
            ],
            {},
            [("R", "B", 700, 340), ("R", "B", 300, 345)],
        ),
        # An amendment that is too large is rejected, and the order that it was to amend stays as it was.
        (
            [
                give("R", "sell", "300", "350", "09:00"),
                give("R", "sell", "1001", "340", "09:01"),
                give("B", "buy", "300", "360", "09:02"),
            ],
            {2: "exceeds_contracts"},
            [("R", "B", 300, 350)],
        ),
        # Of several steps the first that passes replaces the older order.
        (
            [
                give("R", "sell", "300", "350", "09:00"),
                give("R", "sell", "1001", "340", "09:01"),
                give("R", "sell", "200", "341", "09:01"),
                give("B", "buy", "300", "360", "09:02"),
            ],
            {2: "exceeds_contracts"},
            [("R", "B", 200, 341)],
        ),
        # What rests when a session ends offers nothing to the next.
        (
            [give("R", "sell", "1000", "350", "09:00"), give("R", "sell", "1000", "350", "09:00", segment="late")],
            {},
            [],
        ),
        # What was given in a book before counts in the next.
        (
            [
                give("B", "buy", "1", "350", "08:00", segment="late"),
                give("R", "sell", "1", "350", "09:00", segment="late"),
                give("R", "sell", "1000", "350", "09:00", segment="mid"),
                give("R", "sell", "999", "350", "09:01", segment="mid"),
            ],
            {3: "exceeds_contracts"},
            [("R", "B", 1, 350)],
        ),
        # A withdrawn order to give still counts for `one_direction`.
        (
            [
                give("R", "sell", "10", "340", "09:00"),
                give("R", "sell", "0", "340", "09:01"),
                give("R", "buy", "10", "340", "09:02"),
            ],
            {3: "one_direction"},
            [],
        ),
    ],
)
def test_rolling_transfers(
    orders: list[dict[str, str]], reasons: dict[int, str], sold: list[tuple[str, str, int, int]]
) -> None:
    results = rolling(orders)
    assert rejected(results) == reasons
    assert trades(results)[2:] == sold


# ---- periods of one's own (rulebook 11) ----------------------------------------------------------------------------

OWN = {"early": [{"use": {"peak": ["06:00-14:00"], "flat": ["14:00-22:00"], "valley": ["22:00-06:00"]}}]}


def own_periods(**more: Any) -> dict[str, Any]:
    tables = {
        "generators": GENERATORS,
        "users": [user("U", "tou", period_set="early")],
        "tariffs": [{**KEY, **CATALOGUE}],
        "bilateral": [filed("C", "G1", "U", "40", "400", month=MONTH, product="peak")],
        "load": [
            {"user_id": "U", "starts_at": f"{MONTH}-01T{hour}:00", "energy_mwh": energy}
            for hour, energy in (("09", "20"), ("07", "10"), ("13", "15"))
        ],
    }
    return {"year": 2021, "period_sets": OWN, "tables": tables | more.pop("tables", {}), **more}


def test_the_worked_periods_of_ones_own() -> None:
    results = settle_market(own_periods())
    (position,) = results["positions"]
    assert (position["upper_kwh"], position["in_band_kwh"], position["overrun_kwh"]) == (43_200, 43_200, 1_800)
    # Cells stand by contract period, then tariff period as the rule set lists them, whatever the order of `load`.
    assert [
        (c["period"], c["tariff_period"], c["metered_kwh"], c["in_band_kwh"], c["overrun_kwh"])
        for c in results["cell_settlement"]
    ] == [
        ("peak", "peak", 20_000, 19_200, 800),
        ("peak", "flat", 15_000, 14_400, 600),
        ("peak", "valley", 10_000, 9_600, 400),
    ]
    assert sum(amount for *_, amount in lines(results, "overrun")) == 1_800 * 900_000  # all at the peak catalogue
    assert sum(amount for *_, amount in lines(results, "transmission")) == 4_934_400_000


def test_a_unit_of_own_periods_trades_bilaterally_only() -> None:
    orders = [
        {**ordered("U", "buy", "5", "400", "09:00", month=MONTH, product="peak"), "segment": "mid"},
        give("U", "sell", "5", "400", product="peak", segment="mid"),
        ordered("U", "buy", "5", "400", "09:00", month=MONTH, product="total"),
    ]
    results = settle_market(own_periods(tables={"orders": orders}))
    assert rejected(results) == {1: "own_periods", 2: "own_periods", 3: "product_not_allowed"}


def test_legs_of_own_periods_are_no_part_of_what_a_generator_gives() -> None:
    orders = [give("G1", "buy", "0.001", "400", product="peak", segment="mid")]
    assert rejected(settle_market(own_periods(tables={"orders": orders}))) == {1: "exceeds_contracts"}


def test_who_left_pays_by_the_tariff_period() -> None:
    users = [user("U", "tou", period_set="early", exit_month=MONTH)]
    results = settle_market(own_periods(tables={"users": users}))
    # 1.2 × (catalogue − 30): 1,044 peak, 684 flat, 324 valley.
    assert [amount for *_, amount in lines(results, "fallback")] == [
        20_000 * 1_044_000, 15_000 * 684_000, 10_000 * 324_000,
    ]  # fmt: skip


def test_own_hours_by_kind_of_day_and_season() -> None:
    """The first entry that fits holds; a range past midnight is both ends of the same day."""
    night = [
        {
            "months": ["6", "7", "8"],
            "days": "working_days",
            "use": {"peak": ["20:00-23:00"], "flat": ["07:00-20:00"], "valley": ["23:00-07:00"]},
        },
        {"use": {"peak": ["17:30-21:30"], "flat": ["07:00-17:30"], "valley": ["21:30-07:00"]}},
    ]
    load = [
        {"user_id": "U", "starts_at": when, "energy_mwh": "1"}
        for when in ("2021-07-01T20:00", "2021-07-03T20:00", "2021-07-03T17:30", "2021-07-01T17:30", "2021-07-02T23:15")
    ]
    users = [user("U", "tou", period_set="night")]
    results = settle_market(own_periods(period_sets={"night": night}, tables={"users": users, "load": load}))
    # 1 and 2 July are a Thursday and a Friday, 3 July is a Saturday; the rule set's peak is 18–22, its flat 22–24.
    assert {(c["period"], c["tariff_period"]): c["metered_kwh"] for c in results["cell_settlement"]} == {
        ("peak", "peak"): 2_000,  # Thursday 20:00 and Saturday 20:00
        ("peak", "flat"): 1_000,  # Saturday 17:30
        ("flat", "flat"): 1_000,  # Thursday 17:30
        ("valley", "flat"): 1_000,  # Friday 23:15
    }


@pytest.mark.parametrize(
    ("users", "fault"),
    [
        (
            [user("U", "tou", retailer_id="R", period_set="early"), user("V", "tou", retailer_id="R")],
            "several period sets",
        ),
        ([user("U", "conventional", period_set="early")], "no periods"),
        ([user("U", "tou", period_set="early", priority_purchase="true")], "no periods"),
    ],
)
def test_faults_of_own_periods(users: list[dict[str, str]], fault: str) -> None:
    with pytest.raises(FaultError, match=fault):
        settle_market(own_periods(tables={"users": users, "retailers": [{"retailer_id": "R"}]}))


def test_own_periods_need_load() -> None:
    scenario = own_periods(tables={"meter": []})
    del scenario["tables"]["load"]
    with pytest.raises(FaultError, match="load"):
        settle_market(scenario)
