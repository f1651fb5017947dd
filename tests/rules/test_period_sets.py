"""Sets of hours as plain data: what is read of them, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from gridsim.rules import load
from gridsim.rules.model_faults import Report
from gridsim.rules.period_sets import NO_SETS, PeriodSets
from gridsim.rules.period_sets_file import read_period_sets

NIGHT = [
    {
        "months": [6, 7, 8],
        "days": "working_days",
        "use": {"peak": ["20:00-23:00"], "flat": ["07:00-20:00"], "valley": ["23:00-07:00"]},
    },
    {"use": {"peak": ["17:30-21:30"], "flat": ["07:00-17:30"], "valley": ["21:30-07:00"]}},
]


def read(data: Any) -> tuple[PeriodSets, list[tuple[str | None, str]]]:
    report = Report("period_sets.yaml")
    sets = read_period_sets(data, report, load("henan-2021"), 2021)
    return sets, [(fault.column, fault.message) for fault in report.faults]


def test_sets_say_again_what_they_were_read_from() -> None:
    sets, faults = read({"night": NIGHT, "all": [{"months": "all", **NIGHT[1]}]})
    assert faults == []
    assert sets.ids == ("night", "all")
    assert sets.to_data() == {"night": NIGHT, "all": [NIGHT[1]]}
    assert read(sets.to_data())[0] == sets


def test_nothing_is_no_sets() -> None:
    assert read(None) == (NO_SETS, [])
    assert len(NO_SETS) == 0


@pytest.mark.parametrize(
    ("entries", "faults"),
    [
        ("night", [("s", "not a list of entries")]),
        ([], [("s", "not a list of entries")]),
        ([{"use": {"peak": {"value": "periods.peak"}}}], [("s[0].use.peak", "not a list of ranges")]),
        ([{"hours": {}}], [("s[0].use", "missing key"), ("s[0].hours", "unknown key")]),
        (
            [{"use": {"peak": ["06:00-14:00"], "flat": ["14:00-22:00"], "vally": ["22:00-06:00"]}}],
            [("s[0].use.vally", "no period of the rule set"), ("s", "no range for the period valley")],
        ),
        (
            [{"use": {"peak": ["06:00-14:00"], "flat": ["14:00-22:00", "22:00-24:00"], "valley": ["22:00-06:00"]}}],
            [("s[0].use", "the periods do not make up the day: 22:00-24:00 is in flat and valley")],
        ),
        (
            [{"use": {"peak": ["06:00-14:00"], "flat": ["14:00-22:00"], "valley": ["23:00-06:10"]}}],
            [("s[0].use.valley[0]", "a range begins and ends at a quarter-hour")],
        ),
        (
            [NIGHT[0]],
            [("s", f"no entry holds in month {month}, {days}") for month, days in (
                *((month, days) for month in range(1, 6) for days in ("working days", "days off")),
                *((month, "days off") for month in (6, 7, 8)),
                *((month, days) for month in range(9, 13) for days in ("working days", "days off")),
            )],
        ),
    ],
)  # fmt: skip
def test_faults(entries: Any, faults: list[tuple[str, str]]) -> None:
    sets, found = read({"s": entries})
    assert sorted(found) == sorted(faults)
    assert sets.sets == (("s", ()),)


def test_all_sets_are_looked_at() -> None:
    sets, faults = read({"a": 1, "b": NIGHT, 3: NIGHT})
    assert [message for _, message in faults] == ["not a list of entries", "not the id of a set"]
    assert [name for name, entries in sets.sets if entries] == ["b"]


def test_what_is_no_map() -> None:
    sets, faults = read(["night"])
    assert not sets.is_whole
    assert [message for _, message in faults] == ["not a map of keys to values"]
