"""Stamps of ends called starts are recognised from where they lie, and nothing else is."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import gridsim
from tests.io.building import write_files
from tests.shared import faults_of

APRIL = datetime(2021, 4, 1)
STARTS, ENDS = "user_id,starts_at,energy_mwh", "user_id,ends_at,energy_mwh"


def stamps(minutes: int, first: datetime = APRIL, days: int = 30, *, by: str = "ends") -> list[datetime]:
    """Of every interval of some days."""
    step = timedelta(minutes=minutes)
    return [first + (n + (by == "ends")) * step for n in range(days * 24 * 60 // minutes)]


def of(user: str, times: Iterable[datetime]) -> list[str]:
    return [f"{user},{time},0.5" for time in times]


def loaded(folder: Path, rows: list[str], heading: str = STARTS) -> gridsim.Scenario:
    return gridsim.load(write_files(folder, {"meter.csv": None, "load.csv": "\n".join([heading, *rows])}))


def doubts(scenario: gridsim.Scenario) -> list[str]:
    return [text for text in scenario.warnings if "perhaps" in text]


@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize(("first", "days"), [
    (APRIL, 30), (datetime(2021, 4, 5), 7), (datetime(2021, 12, 31), 1), (datetime(2021, 12, 1), 31),
    (datetime(2021, 1, 1), 28),
])  # fmt: skip
def test_ends_are_recognised(tmp_path: Path, minutes: int, first: datetime, days: int) -> None:
    times = stamps(minutes, first, days)
    (fault,) = faults_of(loaded, tmp_path, of("U1", times))
    assert (
        fault.message
        == f"stamps from {times[0]:%Y-%m-%d %H:%M} to {times[-1]:%Y-%m-%d %H:%M}, as ends of intervals lie"
    )
    assert "ends_at (结束时间), where 24:00 may stand" in fault.allowed
    assert (fault.row, fault.column) == (1, "user_id, starts_at")
    loaded(tmp_path / "mended", of("U1", times), ENDS)


def test_a_year_of_ends_is_one_fault(tmp_path: Path) -> None:
    (fault,) = faults_of(loaded, tmp_path, of("U1", stamps(60, datetime(2021, 1, 1), 365)))
    assert "2022-01-01 00:00" in fault.message


def test_in_any_order_of_rows(tmp_path: Path) -> None:
    rows = of("U1", stamps(60))
    random.Random(1).shuffle(rows)
    (fault,) = faults_of(loaded, tmp_path, rows)
    assert "from 2021-04-01 01:00 to 2021-05-01 00:00" in fault.message


def test_one_user_among_others(tmp_path: Path) -> None:
    rows = of("U1", stamps(15, by="starts")) + of("U2", stamps(15)) + of("U3", stamps(60, by="starts"))
    (fault,) = faults_of(loaded, tmp_path, rows)
    assert fault.value.startswith("U2, ")


def test_months_among_others_of_one_user(tmp_path: Path) -> None:
    january = stamps(60, datetime(2021, 1, 1), 59, by="starts")
    rows = of("U1", january + stamps(60, APRIL, 61))
    (fault,) = faults_of(loaded, tmp_path, rows)
    assert fault.value.startswith("U1, ")


def test_gaps_within_change_nothing(tmp_path: Path) -> None:
    times = [time for n, time in enumerate(stamps(15)) if n < 96 or n > 2700 or n % 7]
    (fault,) = faults_of(loaded, tmp_path, of("U1", times))
    assert "as ends of intervals lie" in fault.message


def test_starts_called_ends_are_recognised_too(tmp_path: Path) -> None:
    rows = of("U1", stamps(15, by="starts")) + of("U2", stamps(15))
    (fault,) = faults_of(loaded, tmp_path, rows, ENDS)
    assert fault.message == "stamps from 2021-04-01 00:00 to 2021-04-30 23:45, as starts of intervals lie"
    assert fault.value.startswith("U1, ")


@pytest.mark.parametrize("heading", [STARTS, ENDS])
@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_midnight_of_the_same_day_behind_all_others(tmp_path: Path, heading: str, minutes: int) -> None:
    times = [time if time.time() != datetime.min.time() else time - timedelta(days=1) for time in stamps(minutes)]
    (fault,) = faults_of(loaded, tmp_path, of("U1", times), heading)
    assert fault.message.startswith("00:00 stands behind all other intervals of the same day")


def test_both_columns_say_what_is_meant(tmp_path: Path) -> None:
    rows = [f"U1,{time},{time + timedelta(hours=1)},0.5" for time in stamps(60)]
    loaded(tmp_path, rows, "user_id,starts_at,ends_at,energy_mwh")


SOUND = {
    "a month": stamps(60, by="starts"),
    "begins late": [time for time in stamps(15, by="starts") if time >= datetime(2021, 4, 10, 0, 15)],
    "begins late in a night": [time for time in stamps(60, by="starts") if time >= datetime(2021, 4, 10, 1)],
    "stops early": [time for time in stamps(60, by="starts") if time <= datetime(2021, 4, 20, 5)],
    "leaves in April": stamps(60, datetime(2021, 1, 1), 90, by="starts"),
    "without some months": [
        *stamps(60, datetime(2021, 2, 1), 28, by="starts"), *stamps(60, datetime(2021, 6, 1), 30, by="starts"),
    ],
    "a few": [APRIL + timedelta(hours=hour) for hour in (1, 2, 30, 31, 55, 80, 81, 82, 100, 200, 201, 300, 456, 720)],
    "nights alone": [time for time in stamps(60, by="starts") if time.hour < 7],
    "days alone": [time for time in stamps(60, by="starts") if 8 <= time.hour < 20],
    "no first hour of a month": [time for time in stamps(60, datetime(2021, 3, 1), 61, by="starts") if time != APRIL],
    "holes": [time for n, time in enumerate(stamps(15, by="starts")) if n < 96 or n % 11],
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_no_false_alarm(tmp_path: Path, name: str) -> None:
    assert not doubts(loaded(tmp_path / "starts", of("U1", SOUND[name])))
    lengths = {"begins late": 15, "holes": 15}
    ends = [time + timedelta(minutes=lengths.get(name, 60)) for time in SOUND[name]]
    assert not doubts(loaded(tmp_path / "ends", of("U1", ends), ENDS))


def test_one_sign_alone_is_a_warning(tmp_path: Path) -> None:
    both_midnights = [APRIL, *stamps(60)]
    cut = stamps(60, datetime(2021, 1, 1), 365)[:-1]
    for name, times in {"both": both_midnights, "cut": cut}.items():
        (warning,) = doubts(loaded(tmp_path / name, of("U1", stamps(60, by="starts")) + of("U2", times)))
        assert warning.startswith("load.csv: stamps that are perhaps ends of intervals")
        assert "of users: 1; the first: U2" in warning
    by_ends = [APRIL, *stamps(60)]
    (warning,) = doubts(loaded(tmp_path / "ends", of("U1", by_ends), ENDS))
    assert "perhaps starts" in warning
