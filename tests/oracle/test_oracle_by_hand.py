"""The oracle against numbers that were worked out by hand: the cases, and its parts alone."""

from __future__ import annotations

import ast
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.cases.reading import complaints, read_cases, scenario_of, unbalanced
from tests.oracle import settle_market
from tests.oracle.compliance import announcements, close, mode_encouraged, window
from tests.oracle.dates import closing_instant, days_of_month, instant, months_of_delivery, working_days_touched
from tests.oracle.exact import energy_kwh, plain_decimal, price_micro_yuan, ratio, round_half_up, split
from tests.oracle.market import Market, User, cells_of_load
from tests.oracle.rule_values import Rules


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case["case"])
def test_a_worked_case(case: dict[str, Any]) -> None:
    results = settle_market(scenario_of(case))
    assert [*complaints(case, results), *unbalanced(case, results)] == []


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("-2.5", -3), ("2.4999", 2), ("-2.4999", -2), ("-0.4", 0)],
)
def test_round_half_up(value: str, rounded: int) -> None:
    assert round_half_up(Fraction(value)) == rounded


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (10, [1, 1, 1], [4, 3, 3]),  # equal parts: to the earlier
        (11, [1, 1, 1], [4, 4, 3]),
        (7, [3, 0, 1], [5, 0, 2]),  # 5.25 and 1.75
        (0, [1, 2], [0, 0]),
        (5, [0, 5], [0, 5]),
        (1050, [600, 400], [630, 420]),
        (2, [1, 1, 1, 1], [1, 1, 0, 0]),
        (10**18, [10**18 - 1, 1], [10**18 - 1, 1]),
    ],
)
def test_split(total: int, weights: list[int], shares: list[int]) -> None:
    assert split(total, weights) == shares


def test_nothing_to_split_by() -> None:
    with pytest.raises(ValueError, match="nothing to split by"):
        split(1, [0, 0])


def test_numbers_are_never_rounded_in_silence() -> None:
    assert (energy_kwh("1.234"), price_micro_yuan("350.5"), ratio("1.0500")) == (1234, 350500, Fraction(21, 20))
    for read, text in ((energy_kwh, "0.0001"), (price_micro_yuan, "0.0005"), (ratio, "0.00001")):
        with pytest.raises(ValueError, match="finer"):
            read(text)


def test_plain_decimal() -> None:
    assert plain_decimal(Fraction(2, 3), 6) == "0.666667"
    assert plain_decimal(Fraction(1, 2000), 3) == "0.001"
    assert plain_decimal(Fraction(-1, 2000), 3) == "-0.001"


def test_deliveries_and_days() -> None:
    assert months_of_delivery("2021", 2021) == [f"2021-{m:02d}" for m in range(1, 13)]
    assert months_of_delivery("2021-H2", 2021) == [f"2021-{m:02d}" for m in range(7, 13)]
    assert months_of_delivery("2021-03", 2021) == ["2021-03"]
    assert [days_of_month(f"{year}-02") for year in (2020, 2021, 1900, 2000)] == [29, 28, 28, 29]
    assert days_of_month("2021-12") == 31


def test_instants() -> None:
    assert instant("2021-03-01") == instant("2021-03-01T00:00") == instant("2021-03-01T00:00:00")
    assert closing_instant("2021-03-01") == datetime(2021, 3, 1, 23, 59, 59)
    assert closing_instant("2021-03-01T00:00") == datetime(2021, 3, 1)


def test_working_days() -> None:
    friday, monday = instant("2021-04-30T17:00"), instant("2021-05-03T09:00")
    assert working_days_touched(friday, monday, Rules({})) == 2
    assert working_days_touched(friday, monday, Rules({"calendar.holidays": ["2021-05-03"]})) == 1
    assert working_days_touched(friday, monday, Rules({"calendar.working_weekends": ["2021-05-01"]})) == 3
    assert working_days_touched(friday, friday, Rules({})) == 1


@pytest.mark.parametrize(
    ("kind", "opens_at", "closes_at", "touched", "passed"),
    [
        ("annual_bilateral", "2020-12-21", "2020-12-21", "1", False),
        ("annual_bilateral", "2020-12-21", "2020-12-22", "2", True),
        ("annual_bilateral", "2020-12-18T17:00", "2020-12-23T00:00", "4", True),  # over a weekend, to an instant
        ("monthly", "2021-03-25", "2021-03-25", "1", True),
        ("monthly", "2021-03-25", "2021-03-26T00:00", "2", False),
        ("intra_month", "2021-03-27", "2021-03-28", "0", False),  # Saturday and Sunday
    ],
)
def test_the_window_of_a_session(kind: str, opens_at: str, closes_at: str, touched: str, passed: bool) -> None:
    market = Market(2021, Rules({}))
    row = window(market, {"session": "S", "kind": kind, "opens_at": opens_at, "closes_at": closes_at})
    assert (row["value"], row["passed"]) == (touched, passed)


@pytest.mark.parametrize(
    ("kind", "delivery", "segment", "announced_on", "limit", "passed"),
    [
        ("monthly", "2021-04", "", "2021-03-19", "2021-03-20", True),
        ("monthly", "2021-04", "", "2021-03-20", "2021-03-20", False),  # 'before day d' excludes d
        ("monthly", "2021-04", "", "2021-02-19", "2021-03-20", False),  # not the next month
        ("monthly", "2021-12", "", "2021-11-01", "2021-11-20", True),
        ("monthly", "2021-01", "", "2020-12-01", "2020-12-20", False),  # January–November alone
        ("monthly", "2021-04", "", "", "2021-03-20", None),
        ("intra_month", "2021-04", "mid", "2021-04-04", "2021-04-05", True),
        ("intra_month", "2021-04", "mid", "2021-04-05", "2021-04-05", False),
        ("intra_month", "2021-04", "late", "2021-04-14", "2021-04-15", True),
        ("intra_month", "2021-04", "late", "2021-04-15", "2021-04-15", False),
        ("intra_month", "2021-04", "late", "2021-03-31", "2021-04-15", False),  # for this month
    ],
)
def test_the_announcement_of_a_session(
    kind: str, delivery: str, segment: str, announced_on: str, limit: str, passed: bool | None
) -> None:
    market = Market(2021, Rules({}))
    market.orders = [{"session": "S", "month": delivery, "segment": segment}]
    (row,) = announcements(market, {"session": "S", "kind": kind, "announced_on": announced_on})
    assert (row["month"], row["value"], row["limit"], row["passed"]) == (delivery, announced_on, limit, passed)


def test_the_day_itself_is_a_choice() -> None:
    """`calendar.before_day` and `calendar.by_date`, two values each."""
    market = Market(2021, Rules({"calendar.before_day": "includes_the_day", "calendar.by_date": "excludes_the_day"}))
    market.orders = [{"session": "S", "month": "2021-04", "segment": ""}]
    (row,) = announcements(market, {"session": "S", "kind": "monthly", "announced_on": "2021-03-20"})
    assert row["passed"] is True
    for day, passed in (("2020-12-30", True), ("2020-12-31", False)):
        (row,) = close(market, {"session": "S", "kind": "annual_matched", "closes_at": day})
        assert row["passed"] is passed


def test_who_is_encouraged() -> None:
    """From 5 up to 200 GWh, not by periods, on any tariff: for information."""
    market = Market(2021, Rules({}))
    energies = {"a": 4_999_999, "b": 5_000_000, "c": 199_999_999, "d": 200_000_000}
    market.users = [User(name, "c", "v", name == "b", "conventional", "", "", False) for name in energies]
    market.users.append(User("e", "c", "v", True, "tou", "", "", False))
    market.users.append(User("f", "c", "v", True, "conventional", "", "", True))
    market.history = {name: {2020: energies.get(name, 6_000_000)} for name in "abcdef"}
    assert [(row["subject"], row["value"], row["limit"], row["passed"]) for row in mode_encouraged(market)] == [
        ("b", "5000.000", "5000", True), ("c", "199999.999", "5000", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "peak", "valley"),
    [
        ("average_energy_price_plus_transmission", 285_000, -250_000),  # (300 + 200) × 0.57, × −0.5
        ("average_energy_price", 171_000, -150_000),
        ("catalogue_difference", 300_000, -300_000),  # not times a coefficient
    ],
)
def test_the_base_of_the_adjustment(base: str, peak: int, valley: int) -> None:
    case = {
        "case": "adjustment", "market": "henan-2021", "kind": "position", "mode": "conventional",
        "legs": {"A": ["2", "300"]}, "metered": {"peak": "1", "valley": "1"},
        "rules": {"settlement.tou_adjustment_base": base},
    }  # fmt: skip
    lines = [line for line in settle_market(scenario_of(case))["ledger"] if line["item"] == "tou_adjustment"]
    assert [line["price_micro_yuan_per_kwh"] for line in lines] == [peak, valley]


def test_load_is_rounded_once() -> None:
    """Rulebook 1: 3 × 0.5 kWh are 2 kWh, not 3."""
    market = Market(2021, Rules({}))
    someone = User("U", "c", "v", True, "conventional", "", "", False)
    market.users = [someone]
    rows = [{"user_id": "U", "starts_at": f"2021-05-0{day}T09:00", "energy_mwh": "0.0005"} for day in (1, 2, 3)]
    assert [cell.energy for cell in cells_of_load(rows, {"U": someone}, market)] == [2]


def test_the_oracle_shares_no_code() -> None:
    """It imports a few modules of the standard library and itself: nothing that it is to judge."""
    allowed = {
        "__future__",
        "calendar",
        "collections",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "fractions",
        "functools",
    }
    allowed |= {"itertools", "pathlib", "ruamel", "typing"}
    for path in Path(__file__).parent.glob("*.py"):
        if path.name.startswith("test_"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {name.name.split(".")[0] for name in node.names} <= allowed, path.name
            elif isinstance(node, ast.ImportFrom) and not node.level:
                assert node.module.split(".")[0] in allowed, path.name
