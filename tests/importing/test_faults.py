"""What cannot be read, does not add up, or only the user can know: each is a fault that names its cell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

import gridsim
from gridsim.errors import Fault
from gridsim.importing.files import ImportChoiceError

HOURS = [f"{hour:02d}:00" for hour in range(1, 25)]


def faults(folder: Path, text: str, table: str, **choices: Any) -> list[Fault]:
    path = folder / "export.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(gridsim.ScenarioError) as raised:
        gridsim.import_tables(path, table, **choices)
    for fault in raised.value.faults:
        assert fault.sentence.zh != str(fault.sentence)
    return list(raised.value.faults)


def hours(*, user: str = "1", day: str = "2021-04-01", amounts: str = "1", total: str = "24") -> str:
    return f"{user},{day}," + ",".join([amounts] * 24) + f",{total}\n"


HEAD = "单位：kWh\n户号,日期," + ",".join(HOURS) + ",合计\n"

CASES: dict[str, tuple[str, str, dict[str, Any], list[tuple[str | None, str]]]] = {
    # name: table, text, choices, (cell, what is said)
    "a total that is not the sum": (
        "load",
        HEAD + hours(total="25"),
        {},
        [("AA3", "a total of 25, and what it adds up is 24")],
    ),
    "a row of totals that is not": (
        "meter",
        "户号,月份,峰(kWh),平(kWh),谷(kWh)\n1,2021-04,1,2,3\n合计,,1,2,4\n",
        {},
        [("E3", "a total of 4, and what it adds up is 3")],
    ),
    "no number": ("load", HEAD + hours(amounts="x1"), {}, [("C3", "not a number")]),
    "no day": ("load", HEAD + hours(day="04/01"), {}, [("B3", "no day")]),
    "lost digits": ("load", HEAD + hours(user="4.10E+12"), {}, [("A3", "digits are lost")]),
    "below zero": ("load", HEAD + hours(amounts="-1", total="-24"), {}, [("C3", "negative")]),
    "a day twice": ("load", HEAD + hours() * 2, {}, [("4:4", "stands there twice: user_id, starts_at")]),
    "an interval that lacks": (
        "load",
        HEAD.replace(",05:00", "") + "1,2021-04-01," + ",".join(["1"] * 23) + ",23\n",
        {},
        [(None, "columns of intervals are missing: 05:00")],
    ),
    "no unit": ("load", HEAD.split("\n", 1)[1] + hours(), {}, [(None, "amounts without a unit")]),
    "power": ("load", HEAD.replace("kWh", "kW") + hours(), {}, [("C2", "power is no energy")]),
    "no multiplier": (
        "meter",
        "户号,月份,时段,上期示数,本期示数\n1,2021-04,峰,1,2\n",
        {"unit": "kWh"},
        [(None, "readings of registers without a multiplier")],
    ),
    "a register backwards": (
        "meter",
        "户号,月份,时段,上期示数,本期示数,倍率\n1,2021-04,峰,2,1,10\n",
        {"unit": "kWh"},
        [("E2", "a register that goes backwards")],
    ),
    "energy that readings deny": (
        "meter",
        "户号,月份,时段,上期示数,本期示数,倍率,电量\n1,2021-04,峰,1,2,10,11\n",
        {"unit": "kWh"},
        [("G2", "not what the register has gone on by")],
    ),
    "readings in the middle of months": (
        "meter",
        "户号,抄表日期,倍率,峰示数,平示数,谷示数\n1,2021-04-15,1,1,1,1\n1,2021-05-15,1,2,2,2\n",
        {"unit": "kWh"},
        [("B3", "not one calendar month apart")],
    ),
    "a period of another market": (
        "meter",
        "户号,月份,尖,峰,平,谷\n1,2021-04,1,1,2,3\n",
        {"unit": "kWh"},
        [("C1", "whose heading is not understood")],
    ),
    "a period that no rule set has": (
        "meter",
        "户号,月份,时段,电量(kWh)\n1,2021-04,深谷,1\n",
        {},
        [("C2", "unknown value")],
    ),
    "months without a year": (
        "meter",
        "户号,时段,1月,2月\n1,峰,1,2\n",
        {"unit": "kWh"},
        [("C1", "months without their year")],
    ),
    "finer than contracts": (
        "history",
        "户号,年份,电量(kWh)\n1,2020,1.5\n",
        {},
        [(None, "finer than history holds, in 1 rows")],
    ),
    "a number with a comma that made two cells of it": (
        "meter",
        "户号,月份,峰(kWh),平(kWh),谷(kWh)\n1,2021-04,1,2,3\n1,2021-05,1,500,2,3\n",
        {},
        [("F3", "cells without a heading")],
    ),
    "headings without rows": ("load", HEAD, {}, [(None, "no rows of data")]),
    "nothing that is known": ("load", "a,b\n1,2\n", {}, [(None, "no row of headings is understood")]),
    "a heading of another file's map": (
        "history",
        "户号,年份,电量(kWh)\n1,2020,1\n",
        {"map": {"columns": {"户名": "left_out"}}},
        [(None, "no file has this heading")],
    ),
    "a part that names its unit and one that doesn't": (
        "meter",
        "户号,月份,峰(kWh),平,谷(kWh)\n1,2021-04,1,2,3\n",
        {},
        [("D1", "some columns name a unit and some don't")],
    ),
    "one amount a day": (
        "load",
        "户号,时间,电量(kWh)\n1,2021-04-01,1\n1,2021-04-02,1\n",
        {},
        [(None, "times 1440 minutes apart")],
    ),
    "a gap between readings": (
        "load",
        "户号,时间,示数,倍率\n1,2021-04-01 00:00,1,1\n1,2021-04-01 01:00,2,1\n1,2021-04-01 03:00,3,1\n",
        {"unit": "kWh"},
        [("C3", "the next reading is missing")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_fault_names_its_cell(name: str, tmp_path: Path) -> None:
    table, text, choices, expected = CASES[name]
    found = faults(tmp_path, text, table, **choices)
    for cell, what in expected:
        assert any(fault.cell == cell and what in str(fault) for fault in found), [(f.cell, str(f)) for f in found]
    kinds = {fault.message for fault in found if fault.count == 1}
    assert len(kinds) == len(expected), "one cause, one kind of fault"


def long_hours(first: dt.datetime, heading: str, count: int = 48, unit: str = "MWh") -> str:
    rows = [f"1,{first + dt.timedelta(hours=hour)},{hour + 1}" for hour in range(count)]
    return f"户号,{heading},电量({unit})\n" + "\n".join(rows) + "\n"


def test_what_is_uncertain_is_asked_for_with_the_totals_of_each_reading(tmp_path: Path) -> None:
    text = long_hours(dt.datetime(2021, 4, 1, 7), "时间", count=24)
    (fault,) = faults(tmp_path, text, "load")
    assert "nothing in the file tells" in fault.message
    assert "--stamped starts: 2021-04: peak 68.000, flat 84.000, valley 148.000 MWh" in fault.allowed
    assert "--stamped ends: 2021-04: peak 76.000, flat 92.000, valley 132.000 MWh" in fault.allowed
    assert "峰段" in fault.allowed.zh
    made = gridsim.import_tables(tmp_path / "export.csv", "load", stamped="ends")
    assert made.exact.column("starts_at")[0].as_py() == dt.datetime(2021, 4, 1, 6)


def test_a_heading_that_the_pattern_denies_is_asked_for(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, long_hours(dt.datetime(2021, 4, 1, 1), "起始时间"), "load")
    assert "the headings say that times are starts" in fault.message
    assert "--stamped ends: 2021-04:" in fault.allowed


def test_a_heading_tells_where_no_pattern_does(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(long_hours(dt.datetime(2021, 4, 1, 7), "结束时间", count=12), encoding="utf-8")
    made = gridsim.import_tables(path, "load")
    assert made.exact.column("starts_at")[0].as_py() == dt.datetime(2021, 4, 1, 6)


def test_units_are_asked_for_with_their_totals(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "户号,年份,电量\n1,2020,1680\n", "history")
    assert "--unit kWh: 1.680 MWh in all; --unit MWh: 1,680.000 MWh in all" in fault.allowed
    heads = "用电类别,电压等级,峰段目录电价,平段目录电价,谷段目录电价,输配电价,政府性基金及附加"
    fault = faults(tmp_path, f"{heads}\na,b,0.9,0.6,0.3,0.2,0.1\n", "tariffs")[0]
    assert "--unit yuan/kWh: 100.000 to 900.000 yuan/MWh" in fault.allowed


def test_formulas_without_a_value_are_faults(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for place, heading in enumerate(("户号", "年份", "电量(kWh)")):
            sheet.write(0, place, heading)
        sheet.write_row(1, 0, ("1", 2020))
        sheet.write_formula(1, 2, "=1/0", value="#DIV/0!")
    with pytest.raises(gridsim.ScenarioError) as raised:
        gridsim.import_tables(path, "history")
    assert [(fault.cell, fault.value) for fault in raised.value.faults] == [("C2", "#DIV/0!")]


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"stamped": "middle"}, "stamped must be one of starts, ends, not 'middle'"),
        ({"unit": "kW"}, "no unit of energy or of a price"),
        ({"multiplier": "0"}, "the multiplier must be a number above 0, not '0'"),
    ],
)
def test_arguments_that_cannot_be(choices: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=said):
        gridsim.import_tables(tmp_path / "none.csv", "load", **choices)
    with pytest.raises(ImportChoiceError, match="table must be one of"):
        gridsim.import_tables(tmp_path / "none.csv", "sessions")


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    (tmp_path / "new.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    (tmp_path / "none.csv").write_bytes(b"\n\n")
    (tmp_path / "binary.xlsb").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    (tmp_path / "table.parquet").write_bytes(b"PAR1" + b"\0" * 100)
    names = ("old.xls", "new.xlsx", "none.csv", "binary.xlsb", "table.parquet", "missing.csv")
    with pytest.raises(gridsim.ScenarioError) as raised:
        gridsim.import_tables([tmp_path / name for name in names], "load")
    assert [Path(fault.file).name for fault in raised.value.faults] == list(names)
