"""Years of consumption that no one can mean, and years that are told in two ways: each row with its place."""

from __future__ import annotations

import gridsim
from gridsim.io import scenario_from_tables
from tests.io.building import untold
from tests.settlement.test_billing import market, rows
from tests.shared import faults_of

IN_TWO_WAYS = "a year that other rows of this user tell in another way"
COLUMNS = "user_id, year, month, period"


def told(*history: tuple[str, str, str, str]) -> list[tuple[int | None, str | None, str]]:
    """The faults of rows of user, year, month and period."""
    names = ("user_id", "year", "month", "period")
    table = rows(*(dict(zip(names, row, strict=True)) | {"energy_mwh": "10"} for row in history))
    tables = market(history=table)
    try:
        scenario_from_tables(tables, name="years", year=2021, rules="henan-2021")
    except gridsim.ScenarioError:
        faults = faults_of(scenario_from_tables, tables, name="years", year=2021, rules="henan-2021")
        assert untold(faults) == []
        assert {fault.file for fault in faults} == {"history"}
        return [(fault.row, fault.column, fault.message) for fault in faults]
    return []


def test_years_that_no_one_can_mean_are_told_by_their_row() -> None:
    never = "not a calendar year"
    found = told(("U1", "1899", "", ""), ("U1", "1900", "", ""), ("U2", "2199", "", ""), ("U2", "2200", "", ""))
    assert found == [(1, "year", never), (4, "year", never)]


def test_a_year_is_told_whole_or_by_months_or_by_their_periods() -> None:
    assert told(("U1", "2020", "", ""), ("U1", "2019", "1", ""), ("U2", "2020", "1", "peak")) == []
    assert told(("U1", "2020", "1", "peak"), ("U1", "2020", "1", "flat"), ("U1", "2020", "2", "")) == []


def test_a_year_that_is_told_whole_and_by_month_is_a_fault_of_each_of_its_rows() -> None:
    found = told(("U1", "2020", "", ""), ("U2", "2020", "", ""), ("U1", "2020", "3", ""), ("U1", "2019", "3", ""))
    assert found == [(1, COLUMNS, IN_TWO_WAYS), (3, COLUMNS, IN_TWO_WAYS)]


def test_so_is_a_month_that_is_told_whole_and_by_period() -> None:
    found = told(("U1", "2020", "3", "peak"), ("U1", "2020", "3", ""), ("U1", "2020", "4", "peak"))
    assert found == [(1, COLUMNS, IN_TWO_WAYS), (2, COLUMNS, IN_TWO_WAYS)]
