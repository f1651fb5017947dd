"""Load summed by contract period and tariff period, and edges of periods inside of an interval."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from tests.io.building import LOAD
from tests.io.own_periods import users_with, write_own
from tests.shared import faults_of

HEADING, *HOURLY = LOAD.splitlines()


def cells(scenario: gridsim.Scenario, user: str) -> list[tuple[str, str, int]]:
    meter = scenario.tables["meter"]
    mine = meter[meter["user_id"] == user]
    return list(zip(mine["period"], mine["tariff_period"], mine["energy_kwh"].tolist(), strict=True))


def test_sums_by_pair_in_the_order_of_the_rule_set(tmp_path: Path) -> None:
    turned = "\n".join([HEADING, *reversed(HOURLY)])
    scenario = gridsim.load(write_own(tmp_path, {"load.csv": turned}))
    # Hour h has h + 1.25 MWh on 31 days. Its own: peak 6-14, flat 14-22, valley 22-6.
    hours = {
        ("peak", "peak"): range(8, 12), ("peak", "flat"): (12, 13), ("peak", "valley"): (6, 7),
        ("flat", "peak"): range(18, 22), ("flat", "flat"): range(14, 18),
        ("valley", "flat"): (22, 23), ("valley", "valley"): range(6),
    }  # fmt: skip
    assert cells(scenario, "U2") == [
        (*pair, sum(31 * (1000 * hour + 1250) for hour in each)) for pair, each in hours.items()
    ]
    assert [pair[:2] for pair in cells(scenario, "U1")] == [("flat",) * 2, ("peak",) * 2, ("valley",) * 2]
    assert scenario.tables["meter"]["user_id"].tolist() == ["U2"] * 7 + ["U1"] * 3


def test_cells_stand_at_the_first_row_of_user_and_month(tmp_path: Path) -> None:
    rows = ["U1,2021-01-01 00:00,1", "U2,2021-01-01 08:00,1", "U1,2021-01-01 08:00,1", "U2,2021-01-01 00:00,1"]
    rows += ["U2,2021-02-01 00:00,1", "U2,2021-01-01 12:00,1"]
    meter = gridsim.load(write_own(tmp_path, {"load.csv": "\n".join([HEADING, *rows])})).tables["meter"]
    names = ["user_id", "month", "period", "tariff_period"]
    assert [tuple(row) for row in meter[names].astype(object).itertuples(index=False)] == [
        ("U1", "2021-01", "valley", "valley"),
        ("U2", "2021-01", "peak", "peak"),
        ("U2", "2021-01", "peak", "flat"),
        ("U2", "2021-01", "valley", "valley"),
        ("U1", "2021-01", "peak", "peak"),
        ("U2", "2021-02", "valley", "valley"),
    ]


def test_without_own_periods_there_are_no_pairs(tmp_path: Path) -> None:
    scenario = gridsim.load(write_own(tmp_path, {"users.csv": users_with({})}))
    assert "tariff_period" not in scenario.tables["meter"]


def test_an_edge_of_its_own_inside_of_an_hour(tmp_path: Path) -> None:
    files = {"users.csv": users_with({"U2": "late"})}
    (fault,) = faults_of(gridsim.load, write_own(tmp_path, files))
    assert (fault.file, fault.value) == ("load.csv", "U2, 2021-01-01T04:00:00")
    assert fault.message == "a period ends at 04:30, inside of an hourly interval of U2"
    assert fault.message.zh == "U2的某小时负荷区间内，04:30 有时段分界"


@pytest.mark.parametrize(("edge", "is_fault"), [("30", False), ("15", True)])
def test_an_edge_of_its_own_in_half_hours(tmp_path: Path, edge: str, is_fault: bool) -> None:
    sets = 'late: [{use: {peak: ["12:#-20:#"], flat: ["04:#-12:#"], valley: ["20:#-04:#"]}}]\n'.replace("#", edge)
    halves = [row.replace(":00,", f":{half},") for row in HOURLY for half in ("00", "30")]
    files = {
        "users.csv": users_with({"U2": "late"}),
        "period_sets.yaml": sets,
        "load.csv": "\n".join([HEADING, *halves]),
    }
    folder = write_own(tmp_path, files)
    if not is_fault:
        gridsim.load(folder)
        return
    (fault,) = faults_of(gridsim.load, folder)
    assert fault.message == "a period ends at 04:15, inside of a half-hourly interval of U2"
    assert fault.message.zh == "U2的某半小时负荷区间内，04:15 有时段分界"


def test_few_intervals_of_a_day_are_as_long_as_the_others_of_their_user(tmp_path: Path) -> None:
    rows = ["U2,2021-01-01 00:00,1", "U2,2021-01-01 00:30,1", "U2,2021-01-05 04:00,1"]
    files = {"users.csv": users_with({"U2": "late"}), "load.csv": "\n".join([HEADING, *rows])}
    gridsim.load(write_own(tmp_path, files))
