"""Overrides by dotted path: what is taken, what is refused, and in which words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gridsim.errors import Fault, ScenarioError
from gridsim.rules import RuleSet, load


def faults_of(overrides: Any, **options: Any) -> tuple[Fault, ...]:
    with pytest.raises(ScenarioError) as caught:
        load("henan-2021", overrides, **options)
    return caught.value.faults


@pytest.mark.parametrize("value", ["1.06", 1.06, Decimal("1.06"), " 1.0600 ", Decimal("106e-2")])
def test_one_decimal_however_it_comes(value: object) -> None:
    rules = load("henan-2021", {"settlement.conventional.upper": value})
    assert rules.values.settlement.conventional.upper == 10_600
    assert rules.overrides == {"settlement.conventional.upper": "1.06"}


@pytest.mark.parametrize(
    ("path", "value", "typed"),
    [
        ("matching.mechanism", "uniform", "uniform"),
        ("matching.ties", "pro_rata", "pro_rata"),
        ("matching.k", 0, 0),
        ("matching.k", 1, 10_000),
        ("matching.heat_priority", False, False),
        ("matching.heat_priority", "false", False),
        ("decomposition.method", "typical_curve", "typical_curve"),
        ("decomposition.typical_curve", [0] * 11 + ["0.0001"], (0,) * 11 + (1,)),
        ("settlement.shortfall_price", "10.001", 10_001),
        ("settlement.tou.lower", "0.9999", 9_999),
        ("settlement.tou.upper", 5, 50_000),
        ("settlement.tou.upper", "10.0", 100_000),
        ("settlement.tou.upper", 100, 1_000_000),  # the open band of a study
        ("settlement.tou.overrun_catalogue.valley", "valley", "valley"),
        ("tariff.coefficient.valley", 0, 0),
        ("transition.months", [], ()),
        ("transition.months", ["2021-02", "2021-01"], ("2021-01", "2021-02")),
        ("calendar.annual_closes_by", "12-20", "12-20"),
        ("calendar.monthly_announcement_months", [12, "1"], (1, 12)),
        ("calendar.matched_working_days", "3", 3),
        ("calendar.holidays", ["2021-05-01/2021-05-03"], tuple(date(2021, 5, day) for day in (1, 2, 3))),
        ("calendar.holidays", ["2021-05-01/05-02"], (date(2021, 5, 1), date(2021, 5, 2))),
        ("calendar.holidays", [date(2021, 5, 1)], (date(2021, 5, 1),)),
        ("compliance.direct_access_energy", "5000.001", 5_000_001),
        ("compliance.history_years", Decimal(2), 2),
    ],
)
def test_values_that_are_taken(path: str, value: object, typed: object) -> None:
    rules = load("henan-2021", {path: value})
    found: object = rules.values
    for name in path.split("."):
        found = getattr(found, name)
    assert found == typed
    assert type(found) is type(typed)


# path, value, words of the fault, words of what is allowed
REFUSED = [
    ("settlement.tou.upper", "1.08001", "more than 4 decimals", "at most 4 decimals"),
    ("settlement.tou.upper", "-0.1", "out of bounds", "from 0 to 10, at most"),
    ("settlement.tou.upper", 1001, "out of bounds", "from 0 to 10, at most"),
    ("settlement.tou.upper", 98, "probably a percentage: 98 % is 0.98", "or 100, as good as no edge"),
    ("settlement.tou.upper", "102.5", "probably a percentage: 102.5 % is 1.025", "from 0 to 10, at most"),
    ("settlement.tou.upper", "10.0001", "probably a percentage: 10.0001 % is 0.100001", "from 0 to 10, at most"),
    ("settlement.tou.lower", 95, "probably a percentage: 95 % is 0.95", "from 0 to 10, at most"),
    ("settlement.tou.lower", 100, "probably a percentage: 100 % is 1", "from 0 to 10, at most"),
    ("tariff.coefficient.valley", 50, "probably a percentage: 50 % is 0.5", "from 0 to 10, at most"),
    ("fallback.multiple", 120, "probably a percentage: 120 % is 1.2", "from 0 to 10, at most"),
    ("compliance.annual_cover", 80, "probably a percentage: 80 % is 0.8", "from 0 to 10, at most"),
    ("matching.k", 50, "probably a percentage: 50 % is 0.5", "from 0 to 1, at most"),
    ("settlement.tou.upper", "１.08", "not a number", "a number"),
    ("settlement.tou.upper", "1_0", "not a number", "a number"),
    ("settlement.tou.upper", "108%", "a percentage, not a ratio: 105 % is 1.05", "a number"),
    ("settlement.tou.upper", "1,08", "not a number", "a number"),
    ("settlement.tou.upper", "", "not a number", "a number"),
    ("settlement.tou.upper", None, "not a number", "a number"),
    ("settlement.tou.upper", True, "not a number", "a number"),
    ("settlement.tou.upper", [1.08], "not a number", "a number"),
    ("settlement.tou.upper", "nan", "not a number", "a number"),
    ("settlement.tou.upper", float("nan"), "not a finite number", "a number"),
    ("settlement.tou.upper", float("inf"), "not a finite number", "a number"),
    ("settlement.tou.upper", "1e400", "too large", "a number"),
    ("settlement.shortfall_price", "0.0001", "more than 3 decimals", "at most 3 decimals"),
    ("compliance.tou_energy", "0.0005", "more than 3 decimals", "at most 3 decimals"),
    ("matching.k", "1.0001", "out of bounds", "from 0 to 1"),
    ("matching.k", "-0.5", "out of bounds", "from 0 to 1"),
    ("matching.mechanism", "high-low", "not one of the names", "high_low or uniform"),
    ("matching.ties", 1, "not one of the names", "time or pro_rata"),
    ("matching.heat_priority", 1, "neither true nor false", "true or false"),
    ("matching.heat_priority", "yes", "neither true nor false", "true or false"),
    ("decomposition.method", "weekly", "not one of the names", "calendar_days, equal or typical_curve"),
    ("decomposition.typical_curve", [1] * 11, "11 weights instead of 12", "12 numbers"),
    ("decomposition.typical_curve", [0] * 12, "all weights are zero", "not all zero"),
    ("decomposition.typical_curve", [-1] + [1] * 11, "out of bounds", "12 numbers"),
    ("decomposition.typical_curve", 1, "not a list", "12 numbers"),
    ("transition.months", ["2021-13"], "not a month", "YYYY-MM"),
    ("transition.months", ["2021-1"], "not a month", "YYYY-MM"),
    ("transition.months", ["2021-01", "2021-01"], "twice", "each once"),
    ("transition.months", "2021-01", "not a list", "a list"),
    ("periods.peak", [[8, 12], [11, 13]], "overlap", "ascending and apart"),
    ("periods.peak", [[12, 8]], "goes over midnight", "two: [[0, 7], [23, 24]]"),
    ("periods.peak", [[8, 25]], "no range", "<= 24"),
    ("periods.peak", [[8.5, 12]], "not a whole number", "whole hours"),
    ("periods.peak", [[8, 12, 13]], "a start and an end", "[start, end]"),
    ("periods.peak", [8, 12], "not a list", "[start, end]"),
    ("calendar.annual_closes_by", "12-32", "no such day", "MM-DD"),
    ("calendar.annual_closes_by", "02-29", "no such day in every year", "MM-DD"),
    ("calendar.annual_closes_by", "2020-12-31", "not a day MM-DD", "MM-DD"),
    ("calendar.matched_working_days", 0, "out of bounds", "from 1 to 60"),
    ("calendar.matched_working_days", "1.5", "not a whole number", "whole number"),
    ("calendar.matched_working_days", float("inf"), "not a whole number", "whole number"),
    ("calendar.mid_announced_before_day", 29, "out of bounds", "from 1 to 28"),
    ("calendar.monthly_announcement_months", [0], "no month of a year", "from 1 to 12"),
    ("calendar.holidays", ["2021-02-30"], "not a date", "YYYY-MM-DD"),
    ("calendar.holidays", ["20210201"], "not a date", "YYYY-MM-DD"),
    ("calendar.holidays", [datetime(2021, 2, 1)], "not a date", "YYYY-MM-DD"),
    ("calendar.holidays", ["2021-02-02/02-01"], "no run of days", "runs"),
    ("calendar.holidays", ["2021-02-02/2021-02-01"], "no run of days", "runs"),
    ("calendar.holidays", ["2021-02-01", "2021-02-01/2021-02-02"], "twice", "each day once"),
    ("calendar.working_weekends", ["2021-02-08"], "no Saturday or Sunday", "Saturdays and Sundays"),
    ("scope.value_added_tax", "excluded", "this is a reading", "included: All prices include value-added tax."),
    ("settlement.tou", 1.05, "a group of values", "settlement.tou.upper"),
]


@pytest.mark.parametrize(("path", "value", "message", "allowed"), REFUSED)
def test_values_that_are_refused(path: str, value: object, message: str, allowed: str) -> None:
    (fault,) = faults_of({path: value})
    assert (fault.file, fault.column) == ("gridsim.rules.load", f"overrides.{path}")
    assert message in fault.message
    assert allowed in fault.allowed
    assert fault.value == (value if isinstance(value, str) else "" if value is None else repr(value))


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("settlement.tou.uper", "settlement.tou.upper"),
        ("settlement.TOU.upper", "settlement.tou.upper"),
        ("tou.upper", "settlement.tou.upper"),
        ("upper", "settlement.conventional.upper"),
        ("settlement.K", "matching.k"),
        ("matching.tie", "matching.ties"),
        ("matching.heat-priority", "matching.heat_priority"),
        ("tariff.coefficients.peak", "tariff.coefficient.peak"),
        ("calendar.holiday", "calendar.holidays"),
        ("compliance.anual_cover", "compliance.annual_cover"),
        ("shortfall_prize", "settlement.shortfall_price"),
    ],
)
def test_unknown_paths_have_a_nearest(path: str, nearest: str) -> None:
    (fault,) = faults_of({path: 1})
    assert fault.column == f"overrides.{path}"
    assert fault.message == "there is no such value in a rule set"
    assert fault.allowed == f"a value of the rule set; nearest: {nearest}"


def test_a_path_like_none_has_no_nearest() -> None:
    assert faults_of({"电价": 1})[0].allowed == "a value of the rule set"


@pytest.mark.parametrize(
    ("overrides", "column", "message", "allowed"),
    [
        ({"settlement.tou.upper": "0.9"}, "settlement.tou.upper", "below the lower", "upper 0.9, lower 0.92"),
        ({"settlement.tou.lower": "1.2"}, "settlement.tou.lower", "below the lower", "upper 1.08, lower 1.2"),
        ({"periods.flat": [[12, 18]]}, "periods.flat", "22:00-24:00 is in no period", "exactly one period"),
        ({"periods.valley": [[0, 9]]}, "periods.valley", "08:00-09:00 is in peak and valley", "exactly one period"),
        ({"calendar.holidays": ["2021-02-20"]}, "calendar.holidays", "both off and worked: 2021-02-20", "in one"),
    ],
)
def test_contradictions_stand_at_what_was_set(
    overrides: dict[str, object], column: str, message: str, allowed: str
) -> None:
    (fault,) = faults_of(overrides)
    assert fault.column == f"overrides.{column}"
    assert message in fault.message
    assert allowed in fault.allowed


def test_every_fault_at_once() -> None:
    faults = faults_of(
        {"matching.k": 2, "matching.tie": "time", "settlement.tou.upper": "0.5", "periods.peak": [[8, 12]]},
    )
    columns = [fault.column for fault in faults]
    assert columns == [
        "overrides.matching.k",
        "overrides.matching.tie",
        "overrides.settlement.tou.upper",
        "overrides.periods.peak",
    ]


def test_a_group_as_a_map() -> None:
    nested = {"settlement": {"tou": {"upper": 1.05, "overrun_catalogue": {"valley": "valley"}}}}
    periods = {"periods": {"peak": [[8, 12]], "flat": [[12, 24]]}}
    rules = load("henan-2021", nested | periods)
    assert set(rules.overrides) == {
        "settlement.tou.upper",
        "settlement.tou.overrun_catalogue.valley",
        "periods.peak",
        "periods.flat",
    }


def test_a_value_set_twice() -> None:
    (fault,) = faults_of({"settlement.tou": {"upper": 1.05}, "settlement.tou.upper": 1.06})
    assert fault.message == "this value is set twice"


@pytest.mark.parametrize("overrides", [[1], "matching.k", 3])
def test_overrides_that_are_no_map(overrides: object) -> None:
    assert faults_of(overrides)[0].column == "overrides"


def test_file_and_line_come_from_the_caller() -> None:
    lines = {"overrides.matching.k": 7}
    (fault,) = faults_of({"matching.k": "x"}, file="city.yaml", line_of=lines.get)
    assert str(fault).startswith("city.yaml, line 7, overrides.matching.k: not a number (value: 'x'); allowed: ")


@pytest.mark.parametrize(
    ("value", "column", "message"),
    [
        ([{"from": "2021-02", "value": 1}], "[0].from", "missing before 2021-02"),
        ([{"from": "2021-01", "value": 1}, {"from": "2021-01", "value": 2}], "[1].from", "out of order"),
        ([{"from": "2021-1", "value": 1}], "[0].from", "not a month"),
        ([{"from": "2021-01", "value": "x"}], "[0].value", "not a number"),
        ([{"from": "2021-01", "value": 1, "to": "2021-03"}], "[0].to", "unknown key"),
        ([{"from": "2021-01"}], "[0].value", "missing key"),
    ],
)
def test_dated_values_that_are_refused(value: object, column: str, message: str) -> None:
    (fault,) = faults_of({"tariff.coefficient.peak": value})
    assert fault.column == f"overrides.tariff.coefficient.peak{column}"
    assert message in fault.message


def test_values_of_the_whole_year_cannot_be_dated() -> None:
    (fault,) = faults_of({"matching.k": [{"from": "2021-01", "value": 0.5}]})
    assert "whole year" in fault.message


SHARES = Path(__file__).parents[2] / "docs" / "rules" / "examples" / "shares" / "rules.yaml"
IN_EVERY_MARKET = {"retail.overrun_delivery": "user_pays", "retail.own_deviation": "allowed"}
IN_EVERY_MARKET |= {"changes.tariff_within_month": "days"}


def test_what_gridsim_does_in_every_market_can_be_seen_and_set_in_a_market_of_ones_own(tmp_path: Path) -> None:
    own = load(SHARES)
    there = {path: own.item(path) for path in IN_EVERY_MARKET}
    assert {path: item.value for path, item in there.items()} == IN_EVERY_MARKET
    assert {(item.origin, item.clause) for item in there.values()} == {("choice", "")}
    assert not own.has("transfers.counted")  # no kind of session lets contracts change hands
    set_here = load(SHARES, {"changes.tariff_within_month": "load", "retail": {"own_deviation": "forbidden"}})
    assert set_here.values.changes.tariff_within_month == "load"
    assert set_here.values.retail.own_deviation == "forbidden"
    (tmp_path / "base.yaml").write_text(
        SHARES.read_text("utf-8").replace("{how: rolling,", "{how: rolling, transfers: also,"), "utf-8"
    )
    (tmp_path / "child.yaml").write_text(
        "id: child\nextends: base.yaml\nvalues: {transfers.counted: closed_sessions}\n", "utf-8"
    )
    assert load("child.yaml", base_dir=tmp_path).values.transfers.counted == "closed_sessions"


def test_a_manifest_of_a_market_of_ones_own_that_has_them_not_is_the_same_rules() -> None:
    own = load(SHARES)
    data = own.to_dict()
    data["values"] = {path: each for path, each in data["values"].items() if path not in IN_EVERY_MARKET}
    before = RuleSet.from_dict(data)
    assert before.hash == own.hash and not before.has("retail.own_deviation")
    assert before.values == own.values
