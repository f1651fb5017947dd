"""A load curve summed to metered energy."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import gridsim
from gridsim import Fault
from tests.io.building import LOAD, write_files
from tests.shared import faults_of


def test_load_is_summed_to_the_periods_of_the_rule_set(tmp_path: Path) -> None:
    lines = LOAD.splitlines()
    turned = "\n".join([lines[0], *reversed(lines[1:])])
    scenario = gridsim.load(write_files(tmp_path / "a", {"meter.csv": None, "load.csv": LOAD}))
    meter = scenario.tables["meter"]
    # valley 0–8, peak 8–12 and 18–22, flat 12–18 and 22–24; hour h has h + 1.25 MWh; 31 days; valley comes first
    hours = {"valley": range(8), "peak": (8, 9, 10, 11, 18, 19, 20, 21), "flat": (12, 13, 14, 15, 16, 17, 22, 23)}
    sums = [31 * sum(1000 * hour + 1250 for hour in hours[period]) for period in ("valley", "peak", "flat")]
    assert meter["user_id"].tolist() == ["U1"] * 3 + ["U2"] * 3
    assert meter["period"].tolist() == ["valley", "peak", "flat"] * 2
    assert meter["energy_kwh"].tolist() == sums * 2
    assert scenario.given >= {"load"}
    assert "meter" not in scenario.given
    assert "load" not in scenario.tables
    from_end = gridsim.load(write_files(tmp_path / "b", {"meter.csv": None, "load.csv": turned})).tables["meter"]
    assert from_end["period"].tolist() == ["flat", "peak", "valley"] * 2  # in order of first appearance
    assert from_end["user_id"].tolist() == ["U2"] * 3 + ["U1"] * 3


def test_the_same_load_by_quarter_hours(tmp_path: Path) -> None:
    heading, *rows = LOAD.splitlines()
    quarters = [heading]
    for row in rows:
        user, starts_at, energy = row.split(",")
        kwh = int(Decimal(energy) * 1000)
        parts = [kwh // 4] * 3 + [kwh - 3 * (kwh // 4)]
        quarters += [f"{user},{starts_at[:-2]}{15 * n:02d},{part / 1000}" for n, part in enumerate(parts)]
    hourly = gridsim.load(write_files(tmp_path / "a", {"meter.csv": None, "load.csv": LOAD}))
    fine = gridsim.load(write_files(tmp_path / "b", {"meter.csv": None, "load.csv": "\n".join(quarters)}))
    assert fine.hash == hourly.hash


def test_the_same_load_by_half_hours(tmp_path: Path) -> None:
    heading, *rows = LOAD.splitlines()
    halves = [heading]
    for row in rows:
        user, starts_at, energy = row.split(",")
        kwh = int(Decimal(energy) * 1000)
        parts = [kwh // 2, kwh - kwh // 2]
        halves += [f"{user},{starts_at[:-2]}{30 * n:02d},{part / 1000}" for n, part in enumerate(parts)]
    hourly = gridsim.load(write_files(tmp_path / "a", {"meter.csv": None, "load.csv": LOAD}))
    fine = gridsim.load(write_files(tmp_path / "b", {"meter.csv": None, "load.csv": "\n".join(halves)}))
    assert fine.hash == hourly.hash
    assert fine.warnings == hourly.warnings
    lacking = gridsim.load(write_files(tmp_path / "c", {"meter.csv": None, "load.csv": "\n".join(halves[:-10])}))
    assert any("missing intervals, taken as zero: 10," in warning for warning in lacking.warnings)


HEADING, *HOURLY = LOAD.splitlines()


def intervals(user: str, first: str, minutes: int, last: str = "2021-02-01") -> list[str]:
    """Rows of a user, one every so many minutes."""
    at, end, rows = datetime.fromisoformat(first), datetime.fromisoformat(last), []
    while at < end:
        rows.append(f"{user},{at.isoformat(sep=' ')},0.5")
        at += timedelta(minutes=minutes)
    return rows


def faults_with(folder: Path, rows: list[str]) -> tuple[Fault, ...]:
    return faults_of(gridsim.load, write_files(folder, {"meter.csv": None, "load.csv": "\n".join([HEADING, *rows])}))


@pytest.mark.parametrize(
    ("first", "minutes", "row", "starts_at", "message"),
    [
        (
            *("2021-01-01 00:15", 30, 1, "2021-01-01T00:15:00"),
            "half-hourly intervals that begin between the full and half hours",
        ),
        ("2021-01-01 00:00", 45, 2, "2021-01-01T00:45:00", "intervals of 45 minutes"),
        ("2021-01-01 00:00", 90, 1, "2021-01-01T00:00:00", "intervals of 90 minutes"),
        ("2021-01-01 00:00", 120, 1, "2021-01-01T00:00:00", "intervals of 2 hours"),
        ("2021-01-01 01:00", 480, 1, "2021-01-01T01:00:00", "intervals of 8 hours"),
        ("2021-01-01 00:30", 120, 1, "2021-01-01T00:30:00", "intervals of 2 hours"),
        ("2021-01-01 00:00", 1440, 1, "2021-01-01T00:00:00", "one interval a day, or fewer"),
        ("2021-01-01 00:30", 60, 1, "2021-01-01T00:30:00", "hourly intervals that begin between the full hours"),
    ],
)
def test_no_other_length(tmp_path: Path, first: str, minutes: int, row: int, starts_at: str, message: str) -> None:
    (fault,) = faults_with(tmp_path, intervals("U1", first, minutes))
    place = (fault.file, fault.row, fault.column, fault.value, fault.message)
    assert place == ("load.csv", row, "user_id, starts_at", f"U1, {starts_at}", message)
    assert fault.allowed == (
        "intervals of an hour from the full hour, a half-hour or a quarter-hour, a row for each, even of 0; "
        "or sums by month and period in meter"
    )


def test_one_fault_for_each_user_where_it_first_shows(tmp_path: Path) -> None:
    rows = [
        *HOURLY,
        *intervals("U2", "2021-02-01", 60, "2021-03-01"),
        *intervals("U2", "2021-03-01", 45, "2021-04-01"),
        *intervals("U1", "2021-02-01", 1440, "2021-03-01"),
        *intervals("U3", "2021-01-01", 15),
    ]
    second, first = faults_with(tmp_path, rows)
    assert (second.value, second.message) == ("U2, 2021-03-01T00:45:00", "intervals of 45 minutes")
    assert (first.value, first.message) == ("U1, 2021-02-01T00:00:00", "one interval a day, or fewer")


def test_months_of_a_year_given_as_one_interval_each(tmp_path: Path) -> None:
    """No month has intervals enough to tell; all of them together have."""
    (fault,) = faults_with(tmp_path, [f"U1,2021-{month:02d}-01,9" for month in range(1, 13)])
    assert (fault.row, fault.message) == (1, "one interval a day, or fewer")


def test_gaps_and_a_change_of_length_are_no_fault(tmp_path: Path) -> None:
    """What is missing is warned of; a user may go over from hours to quarter-hours, from one day to the next."""
    rows = HOURLY[::7] + HOURLY[1::7] + intervals("U3", "2021-01-01", 60, "2021-01-15")
    rows += intervals("U3", "2021-01-15", 15)
    sparse = [f"U3,2021-07-{day:02d} 08:00,1" for day in range(1, 12)]  # too few to tell
    files = {"meter.csv": None, "load.csv": "\n".join([HEADING, *rows, *sparse])}
    scenario = gridsim.load(write_files(tmp_path, files))
    assert any("missing intervals" in warning for warning in scenario.warnings)


def test_many_users_are_listed_then_counted(tmp_path: Path) -> None:
    rows = [row for n in range(1_100) for row in intervals(f"V{n}", "2021-01-01", 45, "2021-01-01 09:00")]
    faults = [fault for fault in faults_with(tmp_path, rows) if fault.column == "user_id, starts_at"]
    assert len(faults) == 1_001
    assert faults[-1].message == (
        "and 100 more rows like these: intervals of another length than an hour, a half-hour or a quarter-hour"
    )
