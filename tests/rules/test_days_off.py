"""Days off of any year: a rule set's own list, then the kept-up one, then none."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import gridsim
from gridsim.calendar import working_days
from gridsim.rules import RuleSet, load
from gridsim.rules.days_off import days_off, has_days_off, lists_days_off


def working_days_of(rules: RuleSet, year: int) -> int:
    return working_days(dt.date(year, 1, 1), dt.date(year, 12, 31), *days_off(rules, [year]))


@pytest.mark.parametrize(
    ("year", "is_listed", "count"), [(2020, True, 249), (2021, True, 250), (2023, False, 249), (2024, False, 251)]
)
def test_years_that_a_rule_set_lists_and_years_that_it_does_not(year: int, is_listed: bool, count: int) -> None:
    """2023 and 2024: weekdays less the days off, and the weekends worked, of the State Council's calendars."""
    rules = load("henan-2021")
    assert (lists_days_off(rules, year), working_days_of(rules, year)) == (is_listed, count)


@pytest.mark.parametrize(
    ("day", "works"),
    [("2023-01-23", False), ("2023-01-28", True), ("2024-02-12", False), ("2024-02-18", True), ("2024-02-19", True)],
)
def test_single_days_of_other_years(day: str, works: bool) -> None:
    when = dt.date.fromisoformat(day)
    assert working_days(when, when, *days_off(load("henan-2021"), [when.year])) == works


def test_the_kept_up_list_agrees_with_the_rule_sets() -> None:
    own = load("henan-2021")
    none = own.with_entries(
        replace(entry, pieces=(replace(entry.pieces[0], value=()),)) if entry.kind.unit == "dates" else entry
        for entry in own.entries
    )
    for year in (2020, 2021, 2022):
        assert not lists_days_off(none, year)
        listed, kept = (days_off(rules, [year]) for rules in (own, none))
        assert kept.holidays == {day for day in listed.holidays if day.year == year and day.weekday() < 5}
        assert kept.working_weekends == {day for day in listed.working_weekends if day.year == year}


def test_the_own_list_wins() -> None:
    rules = load("henan-2021", {"calendar.holidays": ["2021-03-01"], "calendar.working_weekends": []})
    assert days_off(rules, [2021, 2023]) == ({dt.date(2021, 3, 1)}, frozenset())
    assert lists_days_off(rules, 2023), "what a scenario sets holds in every year"


def test_a_year_that_nobody_knows() -> None:
    rules = load("henan-2021")
    assert not has_days_off(rules, 2003) and has_days_off(rules, 2004)
    monday = dt.date(2003, 10, 6)
    assert working_days(monday, monday, *days_off(rules, [2003])) == 1


def test_the_rules_of_a_result_saved_before_ask_no_library() -> None:
    stored = Path(__file__).with_name("manifest_of_0_1.json")
    rules = RuleSet.from_dict(json.loads(stored.read_text("utf-8")))
    assert working_days_of(rules, 2023) == 260


def scenario_of(year: int) -> gridsim.Scenario:
    rows = {
        "generators": {"generator_id": "A"},
        "users": {"user_id": "U", "tariff_class": "c", "voltage": "v", "peak_valley_tariff": "true", "mode": "tou"},
        "tariffs": {
            "tariff_class": "c", "voltage": "v", "transmission": "200", "funds": "30",
            "catalogue_peak": "900", "catalogue_flat": "600", "catalogue_valley": "300",
        },
        "sessions": {
            "session": "S", "kind": "half_year", "opens_at": f"{year}-06-02", "closes_at": f"{year}-06-02",
        },
        "meter": {"user_id": "U", "month": f"{year}-05", "period": "peak", "energy_mwh": "1"},
    }  # fmt: skip
    frames = {name: pd.DataFrame([row], dtype="str") for name, row in rows.items()}
    return gridsim.scenario_from_tables(frames, name="one", year=year)


@pytest.mark.parametrize(("year", "told"), [(2021, ""), (2025, "lists no days off of 2025"), (2003, "of 2003 are not")])
def test_a_scenario_says_where_its_days_off_come_from(year: int, told: str) -> None:
    warnings = " ".join(str(each) for each in scenario_of(year).warnings)
    assert (told in warnings) and ("days off" in warnings) == bool(told)
    assert ("was made for 2021-01 to 2021-12" in warnings) == (year != 2021)
