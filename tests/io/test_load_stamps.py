"""Load stamped by ends is the same load; both ends of an interval agree, or that is a fault."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

import gridsim
from tests.io.building import write_files
from tests.shared import faults_of


def rows_of(minutes: int, *, first: datetime = datetime(2021, 4, 1), days: int = 30) -> list[tuple[datetime, datetime]]:
    """Start and end of each interval."""
    step = timedelta(minutes=minutes)
    return [(first + n * step, first + (n + 1) * step) for n in range(days * 24 * 60 // minutes)]


def midnight(end: datetime) -> str:
    """An end of a day as its last instant."""
    if end.time() == datetime.min.time():
        return f"{end - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{end:%Y-%m-%d %H:%M}"


def loaded(folder: Path, heading: str, lines: list[str]) -> gridsim.Scenario:
    return gridsim.load(write_files(folder, {"meter.csv": None, "load.csv": "\n".join([heading, *lines])}))


def energies(count: int) -> list[str]:
    return [f"{n % 97}.25" for n in range(count)]


@pytest.mark.parametrize(("minutes", "days"), [(15, 1), (30, 30), (60, 365)])
def test_ends_are_the_same_load_as_starts(tmp_path: Path, minutes: int, days: int) -> None:
    rows = rows_of(minutes, first=datetime(2021, 1, 1), days=days)
    all_energies = energies(len(rows))
    by_starts = loaded(
        tmp_path / "starts", "user_id,starts_at,energy_mwh",
        [f"U1,{start},{energy}" for (start, _), energy in zip(rows, all_energies, strict=True)],
    )  # fmt: skip
    for name, text in {"next": str, "24": midnight}.items():
        by_ends = loaded(
            tmp_path / name, "用户编号,结束时间,电量",
            [f"U1,{text(end)},{energy}" for (_, end), energy in zip(rows, all_energies, strict=True)],
        )  # fmt: skip
        assert by_ends.hash == by_starts.hash
        assert by_ends.warnings == by_starts.warnings


def test_intervals_may_change_their_length_from_day_to_day(tmp_path: Path) -> None:
    hours, quarters = rows_of(60, days=10), rows_of(15, first=datetime(2021, 4, 11), days=10)
    rows = [*((*row, "0.4") for row in hours), *((*row, "0.1") for row in quarters)]
    by_ends = loaded(tmp_path, "user_id,ends_at,energy_mwh", [f"U1,{end},{energy}" for _, end, energy in rows])
    assert by_ends.tables["meter"]["energy_kwh"].tolist() == [20 * 8 * 400] * 3


def test_both_ends_of_each_interval(tmp_path: Path) -> None:
    rows = [f"U1,{start},{midnight(end)},1.5" for start, end in rows_of(60)]
    heading = "user_id,starts_at,ends_at,energy_mwh"
    both = loaded(tmp_path / "both", heading, rows)
    alone = loaded(tmp_path / "one", "user_id,starts_at,energy_mwh", [f"U1,{s},1.5" for s, _ in rows_of(60)])
    assert both.hash == alone.hash
    rows[2] = "U1,2021-04-01 02:00,2021-04-01 02:45,1.5"
    rows[3] = "U1,2021-04-01 03:00,2021-04-01 02:00,1.5"
    rows[4] = "U1,,2021-04-01 05:00,1.5"
    faults = faults_of(loaded, tmp_path / "apart", heading, rows)
    assert [(fault.row, fault.column) for fault in faults] == [
        (3, "starts_at, ends_at"), (4, "starts_at, ends_at"), (5, "starts_at"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("U1,2021-04-01 02:10,1.5", "an interval that ends at no quarter-hour"),
        ("U1,2021-01-01 00:00,1.5", "an interval outside the year"),
        ("U1,2022-01-01 01:00,1.5", "an interval outside the year"),
        ("U1,2021-04-01 25:00,1.5", "no such day or hour"),
        ("U1,2021-04-01 02:00,1.5", "duplicate row: row 2 has the same"),
        ("U1,,1.5", "empty cell"),
    ],
)
def test_faults_name_the_column_that_was_given(tmp_path: Path, row: str, message: str) -> None:
    rows = [f"U1,{end},1.5" for _, end in rows_of(60)]
    (fault,) = faults_of(loaded, tmp_path, "user_id,ends_at,energy_mwh", [*rows, row])
    assert (fault.message, fault.row) == (message, 721)
    assert "ends_at" in fault.column


@pytest.mark.parametrize(
    ("minutes", "shift", "message"),
    [
        (60, 30, "hourly intervals that end between the full hours"),
        (30, 15, "half-hourly intervals that end between the full and half hours"),
        (24 * 60, 0, "one interval a day, or fewer"),
        (120, 0, "intervals of 2 hours"),
    ],
)
def test_ends_of_no_length_that_is_read(tmp_path: Path, minutes: int, shift: int, message: str) -> None:
    rows = rows_of(minutes, first=datetime(2021, 4, 1, 0, shift))
    (fault,) = faults_of(
        loaded, tmp_path, "user_id,ends_at,energy_mwh", [f"U1,{end},1.5" for _, end in rows]
    )  # fmt: skip
    assert fault.message == message


def test_an_hour_among_quarter_hours_by_ends(tmp_path: Path) -> None:
    rows = [f"U1,{end},1" for _, end in rows_of(15) if not (end.day == 5 and end.hour == 7 and end.minute)]
    (fault,) = faults_of(loaded, tmp_path, "user_id,ends_at,energy_mwh", rows)
    assert fault.value == "U1, 2021-04-05T08:00:00"


def test_24_00_under_starts_is_told_where_it_belongs(tmp_path: Path) -> None:
    rows = [f"U1,{midnight(end)},1" for _, end in rows_of(60, days=2)]
    faults = faults_of(loaded, tmp_path, "user_id,starts_at,energy_mwh", rows)
    assert all("the heading is ends_at" in fault.allowed for fault in faults)
    assert [fault.row for fault in faults] == [24, 48]
