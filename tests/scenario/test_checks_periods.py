"""Who may have periods of its own, and which pairs of periods there can be."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from tests.io.building import FILES, untold
from tests.io.own_periods import users_with, write_own
from tests.shared import faults_of

Told = list[tuple[str | None, int | None, str | None, str, str]]


def told(folder: Path) -> Told:
    faults = faults_of(gridsim.load, folder)
    assert untold(faults) == []
    return [(fault.file, fault.row, fault.column, fault.message, fault.allowed) for fault in faults]


@pytest.mark.parametrize(
    ("sets", "row", "message", "allowed"),
    [
        (
            {"U2": "earley"}, 2, "no such set of periods",
            "sets of period_sets.yaml: early, late; nearest: early",
        ),
        ({"U1": "early"}, 1, "periods of its own in a mode without periods", "nothing: the periods of the rule set"),
    ],
)  # fmt: skip
def test_one_user(tmp_path: Path, sets: dict[str, str], row: int, message: str, allowed: str) -> None:
    found = told(write_own(tmp_path, {"users.csv": users_with(sets)}))
    assert found == [("users.csv", row, "period_set", message, allowed)]


def test_on_priority_purchase(tmp_path: Path) -> None:
    users = FILES["users.csv"].replace("false,conventional,R1,2021-07,true", "false,tou,R1,2021-07,true")
    (fault,) = told(write_own(tmp_path, {"users.csv": users_with({"U2": "early", "U3": "early"}, users)}))
    assert fault[1:4] == (3, "period_set", "periods of its own for a user on priority purchase")


def test_without_load(tmp_path: Path) -> None:
    (fault,) = told(write_own(tmp_path, {"load.csv": None, "meter.csv": FILES["meter.csv"]}))
    assert fault[:3] == ("users.csv", 2, "period_set")
    assert fault[4] == "load instead of meter"


def test_no_sets_at_all(tmp_path: Path) -> None:
    (fault,) = told(write_own(tmp_path, {"period_sets.yaml": None}))
    assert fault[3:] == ("no such set of periods", "a set of period_sets.yaml; there are none")


@pytest.mark.parametrize("other", ["", "late"])
def test_users_of_one_unit_agree(tmp_path: Path, other: str) -> None:
    users = FILES["users.csv"] + "U4,Fourth,large,10kV,true,tou,R1,,\nU5,Fifth,large,10kV,true,tou,,,\n"
    (fault,) = told(write_own(tmp_path, {"users.csv": users_with({"U2": "early", "U4": other}, users)}))
    assert fault == (
        "users.csv", 4, "period_set", "other periods than U2, a user of the same settlement unit",
        "the same set for all users of one retailer and mode",
    )  # fmt: skip


def test_every_fault_at_once(tmp_path: Path) -> None:
    users = users_with({"U1": "early", "U2": "nosuch"})
    found = told(write_own(tmp_path, {"users.csv": users, "load.csv": None, "meter.csv": FILES["meter.csv"]}))
    assert [row for _, row, *_ in found] == [1, 1, 2, 2]
