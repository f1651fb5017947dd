"""That many faults are found at once, in order, and counted; each single one stands in tests/faults."""

from __future__ import annotations

from pathlib import Path

import pytest

import gridsim
from gridsim import Fault, ScenarioError
from gridsim.tables.faults import LISTED
from tests.io.building import FILES, write_as, write_files
from tests.shared import faults_of


def place(fault: Fault) -> tuple[str, int | None, str | None, str | None]:
    return fault.file, fault.row, fault.column, fault.value


def test_faults_of_all_files_at_once_in_reading_order(tmp_path: Path) -> None:
    broken = {
        "scenario.yaml": FILES["scenario.yaml"].replace("year: 2021", "year: soon").replace("1.06", "one"),
        "generators.csv": FILES["generators.csv"].replace("true", "maybe").replace("generator_id", "generatorid"),
        "users.csv": b"user_id\xff\xff",
        "meter.csv": FILES["meter.csv"].replace("11.5", "x", 1).replace("U3,2021-12,valley", "U3,2021-14,noon"),
        "orders.csv": FILES["orders.csv"].replace("AM,U1", "AM,U1 ").replace("340", "1e99"),
        "tarifs.csv": FILES["tariffs.csv"],
        "tariffs.csv": None,
    }
    places = [place(fault) for fault in faults_of(gridsim.load, write_files(tmp_path, broken))]
    assert places == [
        ("scenario.yaml", 2, "year", "soon"),
        ("scenario.yaml", 5, "overrides.settlement.conventional.upper", "one"),
        ("generators.csv", None, "generatorid", None),
        ("generators.csv", 1, "heat_priority", "maybe"),
        ("users.csv", None, None, "bytes FF FF"),
        ("orders.csv", 1, "price_yuan_per_mwh", "1e99"),
        ("orders.csv", 2, "participant_id", "U1 "),
        ("meter.csv", 1, "energy_mwh", "x"),
        ("meter.csv", 108, "month", "2021-14"),
        ("meter.csv", 108, "period", "noon"),
        ("tarifs.csv", None, None, None),
    ]


def test_many_faults_of_a_kind_are_listed_then_counted(tmp_path: Path) -> None:
    rows = "".join(f"U{number},2021-01,peak,0.0001\n" for number in range(LISTED + 500))
    faults = faults_of(gridsim.load, write_files(tmp_path, {"meter.csv": "user_id,month,period,energy_mwh\n" + rows}))
    fine = [fault for fault in faults if fault.message == "more than 3 decimals"]
    nobody = [fault for fault in faults if fault.message == "not in users"]
    assert [fault.row for fault in fine] == list(range(1, LISTED + 1))
    assert [fault.row for fault in nobody] == [1, *range(5, LISTED + 4)]
    assert [fault.message for fault in faults if fault.row is None] == [
        "and 500 more rows like these: more than 3 decimals",
        f"and {LISTED + 500 - 3 - LISTED} more rows like these: not in users",
    ]
    assert faults[-1].row is None  # what was not listed is said last
    assert sum(fault.count for fault in faults) == (LISTED + 500) + (LISTED + 500 - 3)


def test_one_row_more_than_are_listed_is_listed_too(tmp_path: Path) -> None:
    rows = "".join(f"U1,2021-01,noon{number},1\n" for number in range(LISTED + 1))
    faults = faults_of(gridsim.load, write_files(tmp_path, {"meter.csv": "user_id,month,period,energy_mwh\n" + rows}))
    assert [fault.row for fault in faults] == list(range(1, LISTED + 2))


def test_as_many_are_listed_as_are_asked_for(tmp_path: Path) -> None:
    rows = "".join(f"U1,2021-01,noon,{number}\n" for number in range(9))
    folder = write_files(tmp_path, {"meter.csv": "user_id,month,period,energy_mwh\n" + rows})
    with pytest.raises(ScenarioError, match="9 faults in the input") as caught:
        gridsim.load(folder, most_faults=4)
    assert [fault.row for fault in caught.value.faults] == [1, 2, 3, 4, None]
    assert caught.value.faults[-1].count == 5
    assert len(faults_of(gridsim.load, folder)) == 9  # asked for once, not from then on


def test_rows_of_a_large_file_keep_their_numbers(tmp_path: Path) -> None:
    """The file is read in several blocks, side by side, unless a row is of the wrong length."""
    users = FILES["users.csv"] + "".join(f"V{n:04d},,large,10kV,true,tou,R1,,\n" for n in range(7000))
    periods = ("peak", "flat", "valley")
    rows = [f"V{n:04d},2021-{m:02d},{p},1.5" for n in range(7000) for m in range(1, 13) for p in periods]
    meter = FILES["meter.csv"] + "\n".join(rows)
    assert len(meter) > 5_000_000
    whole = gridsim.load(write_files(tmp_path / "a", {"users.csv": users, "meter.csv": meter}))
    assert whole.tables["meter"]["user_id"].iloc[-1] == "V6999"
    assert whole.tables["meter"]["user_id"].cat.categories[:4].tolist() == ["U1", "U2", "U3", "V0000"]
    rows[3] = rows[3] + ",surplus"
    rows[250_000] = rows[250_000].replace("1.5", "1.5.5")
    meter = FILES["meter.csv"] + "\n\n".join(rows)
    faults = faults_of(gridsim.load, write_files(tmp_path / "b", {"users.csv": users, "meter.csv": meter}))
    assert [fault.row for fault in faults] == [108 + 4, 108 + 250_001]


def test_no_fault_of_a_format_hides_those_of_another(tmp_path: Path) -> None:
    folder = write_as(tmp_path, "parquet of types")
    (folder / "meter.parquet").rename(folder / "_meter.parquet")
    (folder / "meter.csv").write_text("user_id,month,period,energy_mwh\nU9,2021-01,peak,1\n", encoding="utf-8")
    (fault,) = faults_of(gridsim.load, folder)
    assert (fault.file, fault.value, fault.message) == ("meter.csv", "U9", "not in users")
