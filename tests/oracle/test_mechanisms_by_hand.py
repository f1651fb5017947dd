"""Rulebook 9 by hand: uniform books with takers and shared margins, rolling books, price expressions, bands."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest

from tests.oracle import FaultError, load_shape
from tests.oracle.bands import has_fee, over_edge, over_energies, under_edge, under_energies
from tests.oracle.dates import months_of_delivery, shortest_name
from tests.oracle.hours import period_at, quarters_of_period, quarters_of_range
from tests.oracle.legs import filled, missing
from tests.oracle.market import Market, User
from tests.oracle.matching import Order, Pair, match_book
from tests.oracle.prices import Place, evaluated, price_of
from tests.oracle.rolling import roll_book
from tests.oracle.rule_values import Rules
from tests.oracle.shape import Shape

Given = tuple[str, int, int | None]  # participant, energy, price


def orders(given: list[Given], first_row: int, **capacity: int) -> list[Order]:
    """Orders of one minute after the other."""
    return [
        Order(
            first_row + i, who, price, energy, datetime(2023, 1, 1, 9, i), capacity=Fraction(capacity.get(who, 0))
        )
        for i, (who, energy, price) in enumerate(given)
    ]  # fmt: skip


def paired(pairs: list[Pair]) -> list[tuple[str, str, int, int]]:
    return [(pair.sell.participant, pair.buy.participant, pair.energy, pair.price) for pair in pairs]


# ---- uniform -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sells", "buys", "pairs"),
    [
        # The last pair that trades is 300 and 350: mean 325 for all.
        (
            [("S", 100, 200), ("T", 100, 300)],
            [("X", 150, 400), ("Y", 100, 350)],
            [("S", "X", 100, 325), ("T", "X", 50, 325), ("T", "Y", 50, 325)],
        ),
        # Takers come first on their side and pay the book's price.
        (
            [("S", 100, 200), ("T", 100, 300)],
            [("X", 150, 400), ("Y", 50, None)],
            [("S", "Y", 50, 350), ("S", "X", 50, 350), ("T", "X", 100, 350)],
        ),
        # Of a last pair with one taker the price is the other order's.
        ([("S", 100, 200), ("T", 100, 300)], [("Y", 150, None)], [("S", "Y", 100, 300), ("T", "Y", 50, 300)]),
        ([("S", 150, None)], [("X", 100, 400), ("Y", 100, 350)], [("S", "X", 100, 350), ("S", "Y", 50, 350)]),
        # Both takers: no price, so nothing clears, even where priced orders stand behind.
        ([("S", 100, None), ("T", 5, 1)], [("Y", 100, None)], []),
        ([("S", 100, 300)], [("X", 100, 299)], []),
    ],
)
def test_a_uniform_book(sells: list[Given], buys: list[Given], pairs: list[tuple[str, str, int, int]]) -> None:
    found = match_book(
        orders(sells, 1), orders(buys, 10), mechanism="uniform", ties="time", k=Fraction(1, 2), heat_priority=False
    )
    assert paired(found) == pairs


def test_takers_of_one_instant_stand_in_file_order() -> None:
    nine = datetime(2023, 1, 1, 9)
    buys = [
        Order(2, "Y", None, 60, nine),
        Order(3, "Z", None, 60, nine),
        Order(4, "W", None, 1, datetime(2023, 1, 1, 8)),
    ]
    found = match_book(
        orders([("S", 100, 300)], 1), buys, mechanism="uniform", ties="time", k=Fraction(1, 2), heat_priority=False
    )
    assert paired(found) == [("S", "W", 1, 300), ("S", "Y", 60, 300), ("S", "Z", 39, 300)]


def test_the_larger_capacity_comes_first_where_price_and_time_tie() -> None:
    nine = datetime(2023, 1, 1, 9)
    sells = [Order(1, "S", 300, 50, nine, capacity=Fraction(300)), Order(2, "T", 300, 50, nine, capacity=Fraction(600))]
    ties = {"sell": ["time", "capacity", "file"], "buy": ["time", "file"]}
    found = match_book(
        sells, orders([("X", 60, 400)], 3), mechanism="uniform", ties=ties, k=Fraction(1, 2), heat_priority=False
    )
    assert paired(found) == [("T", "X", 50, 350), ("S", "X", 10, 350)]


def test_the_margin_is_shared() -> None:
    """210 trade, all that is bought. A's 50 at 200 are filled, B and C at 300 share 160: 80 each.

    The price is that of the plain order's last pair, C and Z: (300 + 350) / 2.
    """
    found = match_book(
        orders([("A", 50, 200), ("B", 100, 300), ("C", 100, 300)], 1),
        orders([("X", 60, 400), ("Y", 100, 350), ("Z", 50, 350)], 10),
        mechanism="uniform", ties="pro_rata_at_the_margin", k=Fraction(1, 2), heat_priority=False,
    )  # fmt: skip
    assert paired(found) == [
        ("A", "X", 50, 325), ("B", "X", 10, 325), ("B", "Y", 70, 325), ("C", "Y", 30, 325), ("C", "Z", 50, 325),
    ]  # fmt: skip


def test_the_kwh_left_over_at_the_margin_goes_to_the_earlier() -> None:
    found = match_book(
        orders([("A", 2, 300), ("B", 2, 300)], 1), orders([("X", 3, 400)], 10),
        mechanism="uniform", ties="pro_rata_at_the_margin", k=Fraction(1, 2), heat_priority=False,
    )  # fmt: skip
    assert paired(found) == [("A", "X", 2, 350), ("B", "X", 1, 350)]


def test_all_takers_are_the_margin_where_one_trades_last() -> None:
    found = match_book(
        orders([("S", 90, 300)], 1), orders([("X", 100, None), ("Y", 200, None), ("Z", 50, 400)], 10),
        mechanism="uniform", ties="pro_rata_at_the_margin", k=Fraction(1, 2), heat_priority=False,
    )  # fmt: skip
    assert paired(found) == [("S", "X", 30, 300), ("S", "Y", 60, 300)]


# ---- rolling -------------------------------------------------------------------------------------------------------


def rolled(*rows: tuple[str, str, int, int, int]) -> list[tuple[str, str, int, int]]:
    """Rows of side, participant, energy, price, minute."""
    incoming = [
        (side, Order(row, who, price, energy, datetime(2023, 1, 1, 9, minute)))
        for row, (side, who, energy, price, minute) in enumerate(rows, start=1)
    ]
    return paired(roll_book(incoming)[0])


@pytest.mark.parametrize(
    ("rows", "pairs"),
    [
        # Best price first, then the earliest, each at the resting order's price; the rest of it rests.
        (
            [
                ("sell", "S", 10, 310, 0), ("sell", "T", 10, 300, 1), ("sell", "U", 10, 300, 2),
                ("buy", "X", 35, 310, 3), ("sell", "V", 9, 290, 4),
            ],
            [("T", "X", 10, 300), ("U", "X", 10, 300), ("S", "X", 10, 310), ("V", "X", 5, 310)],
        ),
        # It stops where it no longer crosses.
        ([("buy", "X", 5, 300, 0), ("buy", "Y", 5, 299, 1), ("sell", "S", 9, 300, 2)], [("S", "X", 5, 300)]),
        # An amendment replaces what is left and takes its own time: Y is now before X.
        (
            [
                ("buy", "X", 10, 300, 0), ("buy", "Y", 10, 300, 1), ("sell", "S", 4, 300, 2),
                ("buy", "X", 10, 300, 3), ("sell", "S", 15, 300, 4),
            ],
            [("S", "X", 4, 300), ("S", "Y", 10, 300), ("S", "X", 5, 300)],
        ),
        # Energy 0 cancels; a step of the same submission does not.
        ([("buy", "X", 10, 300, 0), ("buy", "X", 0, 300, 1), ("sell", "S", 5, 300, 2)], []),
        (
            [("buy", "X", 10, 300, 0), ("buy", "X", 10, 310, 0), ("sell", "S", 15, 300, 2)],
            [("S", "X", 10, 310), ("S", "X", 5, 300)],
        ),
        # One instant: file order.
        ([("sell", "S", 5, 290, 0), ("buy", "X", 5, 300, 0)], [("S", "X", 5, 290)]),
        ([("buy", "X", 5, 300, 0), ("sell", "S", 5, 290, 0)], [("S", "X", 5, 300)]),
        # A step that comes after an older order's replacement leaves no trace of the older one.
        (
            [("sell", "S", 5, 290, 0), ("sell", "S", 5, 295, 0), ("sell", "S", 1, 299, 1), ("buy", "X", 20, 300, 2)],
            [("S", "X", 1, 299)],
        ),
    ],
)  # fmt: skip
def test_a_rolling_book(rows: list[tuple[str, str, int, int, int]], pairs: list[tuple[str, str, int, int]]) -> None:
    assert rolled(*rows) == pairs


# ---- price expressions ---------------------------------------------------------------------------------------------


def place(prices: dict[str, str], **more: Any) -> Place:
    """A month of Jiangsu with a row of `market_prices`."""
    market = Market(2023, Rules({}), shape=Shape(load_shape("jiangsu-2023")), market_prices={"2023-05": prices})
    return Place(market, "2023-05", **more)


CAP = {"market": "cap"}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("12.5", 12_500),
        (CAP, 469_200),
        ({"market": "agency_price"}, None),  # an empty cell
        ({"market": "no_such"}, None),
        ({"times": ["0.1", {"market": "benchmark"}]}, 39_100),
        ({"times": ["0.3333", {"market": "floor"}]}, 33),  # 0.1 yuan: 33.33, rounded once
        ({"product": ["0.5", "0.3333", {"market": "floor"}]}, 17),  # 16.665, not the half of 33
        ({"sum": [CAP, "1"]}, 470_200),
        ({"less": ["1", CAP]}, -468_200),
        ({"sum": [CAP, {"market": "agency_price"}]}, None),
        ({"first": [{"market": "agency_price"}, "3", "2"]}, 3_000),
        ({"least": [{"market": "agency_price"}, "3", "2"]}, 2_000),
        ({"greatest": [{"market": "agency_price"}, "3", CAP]}, 469_200),
        ({"least": [{"market": "agency_price"}]}, None),
        ({"mean": ["monthly_auction", "intra_month_auction"]}, 333_333),  # (2 × 300 + 400) / 3
        ({"mean": ["intra_month_listing"]}, None),
        ({"transfers": "sellers"}, None),
        ("contract_mean", 428_000),
        ("in_band_mean", 427_755),  # 419,200 / 980 = 427.7551…
        ({"mean_of_product": "total"}, 410_000),
        ({"times": ["K", CAP]}, 445_740),
    ],
)
def test_an_expression(expression: Any, value: int | None) -> None:
    here = place(
        {"cap": "469.2", "benchmark": "391", "floor": "0.1", "agency_price": "", "coal_index_last_month": "800"},
        trades={"monthly_auction": [(2, 300_000)], "intra_month_auction": [(1, 400_000)]},
        position_legs=[(600, 420_000), (400, 440_000)],
        in_band=(980_000, 419_200_000_000),
        unit_legs={"total": [(5, 410_000)]},
    )
    assert evaluated(expression, here) == value


def test_an_absent_price_is_a_fault_that_names_month_and_item() -> None:
    with pytest.raises(FaultError, match=r"fallback of 2023-05"):
        price_of({"market": "agency_price"}, place({"cap": "1"}), "fallback")


@pytest.mark.parametrize(
    ("index", "k"),
    [
        ("799.999", "0.9"), ("800", "0.95"), ("1499.999", "0.95"),
        ("1500", "0.98"), ("1999.999", "0.98"), ("2000", "1"), ("", "1"),
    ],
)  # fmt: skip
def test_the_steps_of_k(index: str, k: str) -> None:
    assert evaluated("K", place({"coal_index_last_month": index}), as_ratio=True) == Fraction(k)


def test_tariffs_and_coefficients_of_a_cell() -> None:
    market = Market(2021, Rules({}))
    prices = {"catalogue_peak": "900", "catalogue_flat": "600", "catalogue_valley": "300", "transmission": "100.005"}
    market.tariff_rows = [{"tariff_class": "c", "voltage": "v", **prices}]
    someone = User(
        "U", "c", "v", on_peak_valley_tariff=True, mode="tou", retailer="", exit_month="", priority_purchase=False
    )
    valley = Place(market, "2021-07", user=someone, period="valley")
    assert evaluated({"tariff": "catalogue"}, valley) == 300_000
    assert evaluated({"tariff": "catalogue", "period": {"valley": "flat"}}, valley) == 600_000
    assert evaluated({"tariff": "catalogue", "period": "peak"}, valley) == 900_000
    assert evaluated({"product": [{"tariff": "transmission"}, "coefficient"]}, valley) == 50_003  # 50,002.5
    assert evaluated({"less": ["coefficient", "1"]}, valley) == Fraction(-1, 2)
    off = valley.of(off_period="flat")
    assert evaluated({"tariff": "catalogue"}, off) == 600_000
    assert evaluated({"product": [{"tariff": "transmission"}, "coefficient"]}, off) == 100_005
    # The same prices in a long table.
    market.tariff_rows = [
        {"tariff_class": "c", "voltage": "v", "item": "catalogue", "period": "valley", "price_yuan_per_mwh": "300"},
        {
            "tariff_class": "c", "voltage": "v", "item": "catalogue", "period": "valley", "price_yuan_per_mwh": "301",
            "effective_from": "2021-07",
        },
        {"tariff_class": "c", "voltage": "v", "item": "transmission", "price_yuan_per_mwh": "7"},
    ]  # fmt: skip
    assert evaluated({"tariff": "catalogue"}, valley) == 301_000
    assert evaluated({"tariff": "transmission"}, valley) == 7_000


# ---- bands and legs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metered", "over", "under"),
    [
        (1_000, [0, 0, 0], [0, 0]),
        (1_020, [0, 0, 0], [0, 0]),  # exactly at an edge is no deviation
        (1_021, [1, 0, 0], [0, 0]),
        (1_100, [30, 50, 0], [0, 0]),
        (2_000, [30, 50, 900], [0, 0]),
        (950, [0, 0, 0], [20, 0]),
        (0, [0, 0, 0], [70, 900]),
    ],
)
def test_three_bands_over_and_two_under(metered: int, over: list[int], under: list[int]) -> None:
    """Over at 1.02, 1.05, 1.10, under at 0.97, 0.90, of 1,000 kWh."""
    uppers = [over_edge({"edge": edge}, 1_000, metered) for edge in ("1.02", "1.05", "1.10")]
    lowers = [under_edge({"edge": edge}, 1_000) for edge in ("0.97", "0.90")]
    assert over_energies(uppers, metered) == over
    assert under_energies(lowers, metered) == under


def test_without_a_contract_all_is_in_the_last_over_band() -> None:
    assert over_energies([over_edge({"edge": edge}, 0, 7) for edge in ("1", "1.03")], 7) == [0, 7]
    assert over_edge({"edge": "open"}, 0, 7) == 0
    assert over_edge({"edge": "open"}, 1, 7) == 7


def test_a_fee_of_nothing_is_none() -> None:
    assert [has_fee(band) for band in ({}, {"fee": "0"}, {"fee": "0.0"}, {"fee": "1"}, {"fee": CAP})] == [
        False, False, False, True, True,
    ]  # fmt: skip


def test_legs_are_filled_one_after_the_other() -> None:
    assert filled(980, [400, 600], [1, 0]) == [380, 600]
    assert filled(1_050, [400, 600], [1, 0]) == [420, 630]  # more than all hold: the rest by split
    assert filled(0, [], [0]) == []
    assert missing([20], [400, 600], [1, 0]) == [[20, 0]]  # the last first
    assert missing([300, 200], [400, 600], [1, 0]) == [[300, 0], [100, 100]]
    assert missing([300, 200], [400, 600], None) == [[120, 180], [80, 120]]


# ---- hours and deliveries ------------------------------------------------------------------------------------------


def test_ranges_of_quarter_hours() -> None:
    assert quarters_of_range("17:30-18:15") == {70, 71, 72}
    assert quarters_of_range("23:45-00:15") == {95, 0}
    assert len(quarters_of_range("00:00-24:00")) == 96
    with pytest.raises(ValueError, match="no quarter-hour"):
        quarters_of_range("17:20-18:00")


def test_the_first_entry_that_fits_holds() -> None:
    hours = [
        {"months": ["7", "8"], "days": "days_off", "use": {"a": ["00:00-24:00"], "b": []}},
        {"months": ["7", "8"], "use": {"a": ["12:00-24:00"], "b": ["00:00-12:00"]}},
        {"use": {"a": ["23:45-00:15"], "b": ["00:15-23:45"]}},
    ]
    rules = Rules({"calendar.holidays": ["2021-07-01"]})

    def period(text: str) -> str:
        return period_at(hours, datetime.fromisoformat(text), rules)

    days = ("2021-07-01", "2021-07-02", "2021-07-03", "2021-09-02")  # a holiday, a Friday, a Saturday, autumn
    assert [period(f"{day}T11:45") for day in days] == ["a", "b", "a", "b"]
    assert [period(f"2021-09-02T{clock}") for clock in ("00:00", "00:15", "23:30", "23:45")] == ["a", "b", "b", "a"]
    every_day_alike = [{"use": {"a": ["00:00-06:00"], "b": ["06:00-24:00"]}}]
    assert [quarters_of_period(every_day_alike, p, 2021, rules) for p in ("a", "b")] == [24, 72]
    assert sum(quarters_of_period(hours, p, 2021, rules) for p in ("a", "b")) == 365 * 96


def test_equal_deliveries_are_one() -> None:
    assert months_of_delivery("2021-03/2021-05", 2021) == ["2021-03", "2021-04", "2021-05"]
    assert [shortest_name(d, 2021) for d in ("2021-07/2021-12", "2021-01/2021-12", "2021-02/2021-02")] == [
        "2021-H2", "2021", "2021-02",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="no delivery"):
        months_of_delivery("2021-05/2021-03", 2021)
