"""The shipped rule set against the rulebook: every value, every choice, nothing that stands in neither."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridsim.rules import RuleSet, available, load
from gridsim.rules.catalogue import henan
from gridsim.rules.day_hours import periods_of_day
from gridsim.rules.display import UNITS, unit_text
from gridsim.rules.show import HEADINGS, headings
from gridsim.words import Language

# What the rulebook marks with (choice), in its own words and order, and the values and readings that carry it.
CHOICES = [
    ("2: annual consumption also stands for the purchased energy of N4's bounds", ["compliance.purchased_energy"]),
    ("2: annual consumption is the mean of the history given", ["compliance.annual_consumption"]),
    ("2: the priority generation plan is not simulated", ["scope.priority_generation_plan"]),
    ("2: the rule set's hours bind all", ["scope.own_periods"]),
    ("3: intra-month orders only add energy", ["matching.intra_month"]),
    ("3: working days, Monday to Friday, adjusted by the holiday list", ["calendar.working_days"]),
    ("3: a window's length is the working days that it touches", ["calendar.window_length"]),
    ("3: before day d excludes d, a date by which includes it", ["calendar.before_day", "calendar.by_date"]),
    ("3: decomposition by calendar days, the default", ["decomposition.method"]),
    ("3: at one price, the earlier submitted_at", ["matching.ties"]),
    ("3: then file order", ["matching.last_tie"]),
    ("3: K = 0.5", ["matching.k"]),
    ("4: legs and cells share pro rata", ["settlement.legs_share", "settlement.cells_share"]),
    ("5: N5.1 names no period of the catalogue price",
     [f"settlement.conventional.overrun_catalogue.{period}" for period in ("peak", "flat", "valley")]),
    ("5: choice of base of tou_adjustment", ["settlement.tou_adjustment_base"]),
    ("5: funds on the cell's kWh in band", ["settlement.funds"]),
    ("5: fallback of the period itself, with funds beside it; not T&D",
     ["fallback.period", "fallback.funds", "fallback.transmission"]),
    ("5: a catalogue price contains T&D and funds", ["settlement.catalogue_contains"]),
    ("5: a user off the peak-valley tariff",
     ["settlement.conventional.off_peak_valley_tariff", "settlement.tou.off_peak_valley_tariff"]),
    ("5: the retailer pays; the fee goes from buyer to generator; GRID keeps the funds in catalogue money",
     ["settlement.overrun_payer", "settlement.shortfall_fee", "settlement.catalogue_funds"]),
    ("5: not computed: capacity and demand charges, power-factor adjustment",
     ["scope.capacity_and_demand_charges", "scope.power_factor_adjustment"]),
    ("5: all prices include VAT", ["scope.value_added_tax"]),
    ("5: generators' own deviation is not settled", ["scope.generator_deviation"]),
    ("5: order, where it decides the last kWh", ["settlement.last_kwh"]),
    ("5: a user that has left brings no more energy; contracts in force stand", ["fallback.contracts"]),
    ("6: all metered energy is in band", ["transition.in_band"]),
    ("6: C = 0 is all overrun, at the catalogue price of the period itself", ["transition.without_contract"]),
    ("6: the energy-weighted mean of the flat legs replaces peak and valley", ["transition.flat_price"]),
    ("6: without flat legs each leg keeps its own price", ["transition.without_flat_legs"]),
    ("6: T&D has no coefficient then", ["transition.transmission"]),
    ("7: without sessions, bilateral rows and whole-year orders count as annual", ["compliance.without_sessions"]),
    ("7: of the years given, if fewer", ["compliance.history_if_fewer"]),
    ("7: per buyer, a retailer over all its users", ["compliance.cover_subject"]),
    ("7: the largest gaps, for the reader to judge", ["compliance.curve_balance"]),
    ("7: reported, never silently enforced", ["compliance.effect"]),
    ("3: a date alone is 00:00:00, as closes_at 23:59:59", ["calendar.date_alone"]),
    ("5: the tariffs come from the scenario", ["tariff.prices"]),
    ("10: what can be given is counted over all sessions of the month", ["transfers.counted"]),
    ("15: the parts of a month go by calendar days", ["changes.tariff_within_month"]),
    ("15: each part is a cell of its own; capacity and demand by the first day",
     ["changes.parts_of_a_month", "changes.capacity_and_demand"]),
    ("15: a power factor is one, on what all parts cost", ["changes.power_factor"]),
    ("15: a user is what its row says from a month on", ["changes.from_month"]),
    ("15: contracts don't move; a retail contract is with one retailer",
     ["changes.contracts", "changes.retail_contracts"]),
    ("15: a twelfth of the history for each month", ["changes.history"]),
    ("13: contracted maximum demand, its 105 %, suspension within a month: not computed, listed",
     ["billing.contracted_demand"]),
    ("14: on overrun the user pays delivery to its retailer, if it may", ["retail.overrun_delivery"]),
    ("14: a separate charge on a user's deviation is allowed where nobody forbids it", ["retail.own_deviation"]),
]  # fmt: skip

# No clause speaks of them, as of what stands in the scope; they are told where there are bills, so they stand there.
BESIDE_BILLS = {"billing.contracted_demand", "changes.capacity_and_demand", "changes.power_factor"}

# Each value of the notice as the core must see it (ratio 10⁻⁴, micro-yuan/kWh, kWh).
NOTICE = {
    "matching.mechanism": "high_low",
    "matching.heat_priority": True,
    "settlement.conventional.upper": 10_500,
    "settlement.conventional.lower": 9_500,
    "settlement.tou.upper": 10_800,
    "settlement.tou.lower": 9_200,
    "settlement.tou.overrun_catalogue.peak": "peak",
    "settlement.tou.overrun_catalogue.flat": "flat",
    "settlement.tou.overrun_catalogue.valley": "flat",
    "settlement.shortfall_price": 10_000,  # 1 fen/kWh
    "fallback.multiple": 12_000,
    "transition.months": ("2021-01", "2021-02", "2021-03"),
    "periods.peak": ((8, 12), (18, 22)),
    "periods.flat": ((12, 18), (22, 24)),
    "periods.valley": ((0, 8),),
    "calendar.annual_bilateral_working_days": 2,
    "calendar.matched_working_days": 1,
    "calendar.annual_closes_by": "12-31",
    "calendar.half_year_closes_by": "06-30",
    "calendar.monthly_announced_before_day": 20,
    "calendar.monthly_announcement_months": tuple(range(1, 12)),
    "calendar.mid_announced_before_day": 5,
    "calendar.late_announced_before_day": 15,
    "compliance.direct_access_energy": 5_000_000,  # 500 万 kWh
    "compliance.encouraged_energy": 5_000_000,
    "compliance.tou_energy": 200_000_000,  # 2 亿 kWh
    "compliance.annual_cover": 8_000,
    "compliance.total_cover": 9_000,
    "compliance.history_years": 3,
}


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load("henan-2021")


def typed(rules: RuleSet, path: str) -> object:
    value: object = rules.values
    for name in path.split("."):
        value = getattr(value, name)
    return value


def test_it_is_shipped() -> None:
    assert available() == ("henan-2021", "jiangsu-2023")


@pytest.mark.parametrize(("quote", "paths"), CHOICES)
def test_every_choice_is_listed(rules: RuleSet, quote: str, paths: list[str]) -> None:
    for path in paths:
        assert rules.item(path).origin == "choice", quote


def test_no_other_choice_is_claimed(rules: RuleSet) -> None:
    expected = {path for _, paths in CHOICES for path in paths}
    assert {item.path for item in rules.items() if item.origin == "choice"} == expected


@pytest.mark.parametrize(("path", "value"), NOTICE.items())
def test_values_of_the_notice(rules: RuleSet, path: str, value: object) -> None:
    item = rules.item(path)
    assert (item.origin, item.verified) == ("notice", True)
    assert typed(rules, path) == value


def test_the_rest_of_the_notice_has_no_alternative(rules: RuleSet) -> None:
    for item in rules.items():
        if item.origin == "notice" and item.path not in NOTICE:
            assert item.path in henan().readings, item.path


def test_decimals_are_exact(rules: RuleSet) -> None:
    assert rules.item("settlement.tou.upper").value == "1.08"
    assert rules.item("tariff.coefficient.flat").value == "1"
    coefficient = rules.values.tariff.coefficient
    assert (coefficient.peak, coefficient.flat, coefficient.valley) == (15_700, 10_000, 5_000)
    assert rules.values.matching.k == 5_000


def test_coefficients_are_not_from_the_notice(rules: RuleSet) -> None:
    unverified = {item.path for item in rules.items() if not item.verified}
    coefficients = {f"tariff.coefficient.{period}" for period in ("peak", "flat", "valley")}
    billing = {path for path in unverified if path.startswith("billing.")}  # of another document
    assert unverified == coefficients | billing | {"decomposition.typical_curve"}
    for path in coefficients:
        item = rules.item(path)
        assert item.origin == "other"
        assert "doesn't name it" in item.en
        assert "通知中未列明" in item.zh


def test_every_item_is_told_in_full(rules: RuleSet) -> None:
    paths = [item.path for item in rules.items()]
    assert paths == list(henan().paths)
    for item in rules.items():
        assert item.en.endswith("."), item.path
        assert item.zh.endswith("。"), item.path
        assert "{" not in item.en + item.zh, item.path
        assert any("一" <= character <= "鿿" for character in item.zh), item.path
        assert item.clause or item.path.startswith("scope.") or item.path in BESIDE_BILLS, item.path
        assert (item.source is None) == (item.origin != "other"), item.path
        assert unit_text(item.unit, "zh") in (*map(Language("zh").say, UNITS.values()), ""), item.path
    groups = tuple(dict.fromkeys(path.partition(".")[0] for path in henan().paths))
    assert tuple(headings("en", rules)) == groups
    assert {*HEADINGS, *rules.headings} == set(groups)


def test_every_field_is_a_leaf_of_a_group() -> None:
    assert {path.rpartition(".")[0] for path in henan().kinds} <= henan().value_groups


def test_periods_by_hour(rules: RuleSet) -> None:
    hours = periods_of_day(rules.shape, rules.at("2021-04"), "2021-04")[::4]
    assert hours == ("valley",) * 8 + ("peak",) * 4 + ("flat",) * 6 + ("peak",) * 4 + ("flat",) * 2


def days_of(year: int, rules: RuleSet) -> tuple[list[date], list[date]]:
    calendar = rules.values.calendar
    return [day for day in calendar.holidays if day.year == year], [
        d for d in calendar.working_weekends if d.year == year
    ]


@pytest.mark.parametrize(
    ("year", "off", "worked", "working_days"),
    [
        (2020, 30, 6, 249),  # 366 days; the Spring Festival was extended by three days, one of them to be worked
        (2021, 31, 7, 250),
        (2022, 31, 7, 250 - 1),
    ],
)
def test_working_days_of_the_years(rules: RuleSet, year: int, off: int, worked: int, working_days: int) -> None:
    holidays, weekends = days_of(year, rules)
    assert (len(holidays), len(weekends)) == (off, worked)
    day, count = date(year, 1, 1), 0
    while day.year == year:
        count += (day.isoweekday() < 6 and day not in holidays) or day in weekends
        day += timedelta(days=1)
    assert count == working_days


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2020-12-31", True),  # Thursday, the last day for annual sessions
        ("2021-01-01", False),
        ("2021-01-04", True),
        ("2021-02-07", True),  # Sunday, worked
        ("2021-02-11", False),
        ("2021-02-17", False),
        ("2021-02-18", True),
        ("2021-02-20", True),  # Saturday, worked
        ("2021-04-05", False),
        ("2021-04-25", True),
        ("2021-05-08", True),
        ("2021-06-14", False),
        ("2021-09-18", True),
        ("2021-09-20", False),
        ("2021-09-26", True),
        ("2021-10-08", True),
        ("2021-10-09", True),
        ("2020-02-01", False),  # to be worked by the first calendar, off by the extension
        ("2020-02-03", True),
        ("2022-10-08", True),
    ],
)
def test_single_days(rules: RuleSet, day: str, works: bool) -> None:
    calendar, when = rules.values.calendar, date.fromisoformat(day)
    assert ((when.isoweekday() < 6 and when not in calendar.holidays) or when in calendar.working_weekends) is works
