"""Rows of ``corrections`` that name nobody, another's line, or a month that was not before: all at once."""

from __future__ import annotations

from gridsim.io import scenario_from_tables
from tests.io.building import untold
from tests.settlement.test_billing import market
from tests.settlement.test_corrections import corrections
from tests.shared import faults_of

WHOSE = "item, unit_id, user_id"
BILLED = (
    "what a user pays its retailer stands on no settlement statement: enter what is paid back or in addition as "
    "correction, with the user (rulebook part 16)"
)


def told(*rows: tuple[str, ...]) -> list[tuple[int | None, str | None, str]]:
    table = market(corrections=corrections(*rows))
    faults = faults_of(scenario_from_tables, table, name="corrected", year=2021, rules="henan-2021")
    assert untold(faults) == []
    assert {fault.file for fault in faults} == {"corrections"}
    return [(fault.row, fault.column, fault.message) for fault in faults]


def test_every_fault_of_a_row_is_told_with_its_place() -> None:
    found = told(
        ("2021-05", "energy", "U1/conventional", "", "1", "2021-05"),
        ("2021-05", "energy", "U1/conventionel", "", "1", "2021-04"),
        ("2021-05", "funds", "", "", "1", "2021-04"),
        ("2021-05", "funds", "R/conventional", "U1", "1", "2021-04"),
        ("2021-05", "capacity", "R/conventional", "", "1", "2021-04"),
        ("2021-05", "energy", "", "U1", "1.0000001", "2021-04"),
        ("2022-05", "energy", "U1/conventional", "", "1", "2021-13"),
        ("2021-05", "energy", "R/conventional", "U3", "one", "2021-06"),
        ("2021-05", "retail_energy", "R/conventional", "U9", "1", "2021-04"),
        ("2021-05", "catalogue", "", "U4", "1", "2019-04"),
        ("2021-05", "catalogue", "", "U4", "2", "2019-04"),
    )
    assert sorted(found, key=lambda each: (each[0], each[1])) == [
        (1, "month, corrects_month", "a month that is not before the one in whose statement it stands"),
        (2, "unit_id", "there is no such settlement unit"),
        (3, "unit_id, user_id", "neither a settlement unit nor a user"),
        (4, "unit_id, user_id", "a user of another settlement unit, or of none"),
        (5, WHOSE, "a line of a user without one"),
        (6, "amount_yuan", "more than 6 decimals"),
        (6, WHOSE, "a line of a settlement unit without one"),
        (7, "corrects_month", "not a month"),
        (7, "month", "month outside the year"),
        (8, "amount_yuan", "not a number"),
        (8, WHOSE, "an item of which a line names a unit or a user, not both"),
        (8, "month, corrects_month", "a month that is not before the one in whose statement it stands"),
        (9, "item", BILLED),
        (9, "user_id", "not in users"),
        (11, "month, item, unit_id, user_id, corrects_month", "duplicate row: row 10 has the same"),
    ]


def test_money_beyond_what_a_run_can_hold_is_refused() -> None:
    table = market(
        corrections=corrections(
            *(("2021-05", "correction", "", "U4", "1000000000000", f"20{n}-01") for n in range(10, 20))
        )
    )
    (fault,) = faults_of(scenario_from_tables, table, name="corrected", year=2021, rules="henan-2021")
    assert "the money of the run could reach 10,0" in fault.message.replace("10000", "10,000")
