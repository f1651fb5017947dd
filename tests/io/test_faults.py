"""That many faults are found at once, in order, and counted; each single one stands in tests/faults."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import gridsim
from gridsim import Fault, ScenarioError
from gridsim.io.report_faults import fault_report
from gridsim.tables.faults import LISTED
from tests.io.building import FILES, frames, write_as, write_files
from tests.shared import faults_of


def place(fault: Fault) -> tuple[str, int | None, str | None, str | None]:
    return fault.file, fault.row, fault.column, fault.value


@pytest.mark.parametrize(
    ("file", "content", "row", "value", "message"),
    [
        ("users.csv.gz", b"", None, None, "two files for table users: users.csv and users.csv.gz"),
        ("tables.xlsx", b"PK no", None, None, "not an Excel workbook, or a broken one"),
        ("tables.xlsx", b"", None, None, "empty file"),
        ("Table.xls", b"x", None, None, "unknown file"),
        ("history.parquet", b"", None, None, "empty file"),
        ("history.parquet", b"PAR1 no", None, None, "not a Parquet file, or a broken one"),
        ("history.csv.gz", b"no", None, None, "not a gzip file, or a broken one"),
        ("history.csv", FILES["history.csv"].encode("utf-16"), None, "UTF-16", "wrong encoding"),
        ("history.csv", b"user_id\0\0", None, None, "not a text file: it has zero bytes"),
        ("retailers.csv", b"retailer_id,name\nR0,x\nR1,caf\xe9,\n", 2, "bytes E9 2C 0A", "wrong encoding"),
        (  # a BOM says UTF-8: the name in GB18030 behind it is no guess to make
            "retailers.csv",
            b"\xef\xbb\xbf" + "retailer_id,name\nR1,名\n".encode("gb18030"),
            1,
            "bytes C3 FB 0A",
            "wrong encoding",
        ),
    ],
)
def test_fault_of_bytes(
    tmp_path: Path, file: str, content: bytes, row: int | None, value: str | None, message: str
) -> None:
    without = {"history.csv": None} if file.startswith("history") else {}
    (fault,) = faults_of(gridsim.load, write_files(tmp_path, {**without, file: content}))
    assert (fault.file, fault.row, fault.value) == ("users.csv" if "users" in file else file, row, value)
    assert fault.message.startswith(message)
    assert fault.allowed


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
        ("tariffs", None, None, None),
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


@pytest.mark.parametrize(("name", "message"), [("nowhere", "no such folder"), ("file", "not a folder")])
def test_no_folder(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").touch()
    (fault,) = faults_of(gridsim.load, tmp_path / name)
    assert fault.message == message


def test_scenario_yaml_stands_for_its_folder(tmp_path: Path) -> None:
    assert gridsim.load(write_files(tmp_path) / "scenario.yaml").name == "small"


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


def test_dataframes_have_the_same_faults() -> None:
    tables: dict[str, object] = dict(frames())
    users = frames()["users"]
    users["mode"] = ["conventional", "tuo", None]
    users["priority_purchase"] = [True, 1, [2]]
    tables["users"] = users
    tables["meters"] = tables["meter"]
    tables["history"] = {"user_id": ["U1"]}
    tables["orders"] = frames()["orders"].assign(energy_mwh=[1.0, 0.1 + 0.2, float("inf"), float("nan")])
    tables["bilateral"] = frames()["bilateral"].assign(filed_at=pd.Timestamp("2020-12-07 10:00", tz="Asia/Shanghai"))
    with pytest.raises(ScenarioError) as caught:
        gridsim.scenario_from_tables(tables, name="", year="2021", seed=True)  # type: ignore[arg-type]
    faults = caught.value.faults
    assert {(fault.file, fault.row, fault.column, fault.message) for fault in faults} == {
        ("scenario_from_tables", None, "name", "empty value"),
        ("scenario_from_tables", None, "year", "wrong type"),
        ("scenario_from_tables", None, "seed", "wrong type"),
        ("meters", None, None, "unknown table"),
        ("history", None, None, "not a DataFrame"),
        ("users", 2, "mode", "unknown value"),
        ("users", 3, "mode", "empty cell"),
        ("users", 2, "priority_purchase", "neither true nor false"),
        ("users", 3, "priority_purchase", "neither true nor false"),
        ("orders", 2, "energy_mwh", "more than 3 decimals"),
        ("orders", 3, "energy_mwh", "not a finite number"),
        ("orders", 4, "energy_mwh", "empty cell"),
        *(("bilateral", row, "filed_at", "a time with a zone") for row in (1, 2, 3, 4)),
    }


def test_report_names_each_file_once(tmp_path: Path) -> None:
    generators = FILES["generators.csv"].replace("G1,", "G1 ,")
    broken = {"generators.csv": generators, "retailers.csv": "retailer_id\nR1\nR1\n"}
    faults = faults_of(gridsim.load, write_files(tmp_path, broken))
    assert fault_report(faults, "small") == (
        "small: 2 faults\n"
        "\n"
        "generators.csv\n"
        "  row 1, generator_id: a space at its beginning or end (value: 'G1 ')\n"
        "      allowed: text; write G1\n"
        "\n"
        "retailers.csv\n"
        "  row 2, retailer_id: duplicate id: row 1 has the same (value: R1)\n"
        "      allowed: one row for each retailer_id"
    )


def test_no_fault_of_a_format_hides_those_of_another(tmp_path: Path) -> None:
    folder = write_as(tmp_path, "parquet of types")
    (folder / "meter.parquet").rename(folder / "_meter.parquet")
    (folder / "meter.csv").write_text("user_id,month,period,energy_mwh\nU9,2021-01,peak,1\n", encoding="utf-8")
    (fault,) = faults_of(gridsim.load, folder)
    assert (fault.file, fault.value, fault.message) == ("meter.csv", "U9", "not in users")
