"""Cells as Excel has them: fifteen digits, times to the minute; each that was stored as another value is told of."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridsim
from gridsim.io.excel_values import plain_number, plain_value
from tests.io.building import FILES, write_files
from tests.io.workbooks import Cells, write_workbook
from tests.shared import faults_of

MINUTE = dt.datetime(2021, 4, 1, 8, 15)


@given(st.integers(1, 10**12), st.integers(-2, 2))
def test_a_decimal_and_its_neighbours_among_floats_are_that_decimal(units: int, ulps: int) -> None:
    value = number = units / 1000
    for _ in range(abs(ulps)):
        value = math.nextafter(value, math.copysign(math.inf, ulps))
    assert plain_number(value) == number


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 0), (0.499, 0), (-0.499, 0), (0.004, 0), (59.501, 1), (-30, None), (0.5, None), (1, None)],
)
def test_times(seconds: float, minutes: int | None) -> None:
    value = MINUTE + dt.timedelta(seconds=seconds)
    expected = value if minutes is None else MINUTE + dt.timedelta(minutes=minutes)
    assert plain_value(value) == expected


def test_a_midnight_is_a_day_and_other_instants_are_to_the_millisecond() -> None:
    assert plain_value(dt.datetime(2021, 3, 31, 23, 59, 59, 991000)) == dt.date(2021, 4, 1)
    assert plain_value(dt.datetime(2021, 3, 31, 12, 0, 30, 1_499)) == dt.datetime(2021, 3, 31, 12, 0, 30, 1_000)
    assert [plain_value(value) for value in ("57.699999999999996", 3, None, True)] == [
        "57.699999999999996", 3, None, True,
    ]  # fmt: skip


def test_a_workbook_with_noise_is_the_one_without(tmp_path: Path) -> None:
    rows: Cells = [list(line.split(",")) for line in FILES["bilateral.csv"].splitlines()]
    rows[1][6], rows[2][6] = 57.7, 0.3
    clean = gridsim.load(write_workbook(tmp_path / "clean", {"双边合同": rows}, instead_of=("bilateral",)))
    rows[1][6], rows[2][6] = "=57.699999999999996", "=0.30000000000000004"  # results of formulas, which keep all digits
    filed = dt.datetime.fromisoformat(str(rows[1][8]))
    rows[1][8] = filed + dt.timedelta(milliseconds=9)
    noisy = gridsim.load(write_workbook(tmp_path / "noisy", {"双边合同": rows}, instead_of=("bilateral",)))
    assert noisy.hash == clean.hash
    numbers, times = [warning for warning in noisy.warnings if "taken with" in warning or "taken as it:" in warning]
    assert numbers == (
        "tables.xlsx:双边合同: numbers taken with the 15 digits that Excel has: 2; "
        "the first: G2, 57.699999999999996 as 57.7"
    )
    assert times == (
        "tables.xlsx:双边合同: times less than half a second from a minute, taken as it: 1; "
        f"the first: I2, {filed}.009000 as {filed}"
    )


def test_what_is_finer_than_its_column_stays_a_fault(tmp_path: Path) -> None:
    rows: Cells = [["user_id", "year", "energy_mwh"], ["U1", 2019, 1 / 3], ["U1", 2020, 7000.1250000001]]
    faults = faults_of(gridsim.load, write_workbook(tmp_path, {"history": rows}, instead_of=("history",)))
    assert [(fault.cell, fault.message) for fault in faults] == [
        ("C2", "more than 3 decimals"),
        ("C3", "more than 3 decimals"),
    ]


def test_texts_of_a_csv_file_stay_what_they_are(tmp_path: Path) -> None:
    text = FILES["history.csv"].replace("6000", "57.699999999999996")
    (fault,) = faults_of(gridsim.load, write_files(tmp_path, {"history.csv": text}))
    assert (fault.message, "write 57.7" in fault.allowed) == ("more than 3 decimals", True)
