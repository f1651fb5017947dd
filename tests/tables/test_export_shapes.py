"""Exports in the place of a table: one fault that names the cause, whatever their headings are called."""

from __future__ import annotations

import pytest

from gridsim.columns import Table
from gridsim.market_tables import input_tables
from gridsim.rules import load as load_rules
from gridsim.tables.headings import match_headings

TABLES = input_tables(load_rules("henan-2021").shape)

SLOTS = {
    "96 points": [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(15, 1_455, 15)],
    "24 numbers": [str(hour) for hour in range(1, 25)],
    "48 points": [f"P{number}" for number in range(1, 49)],
    "96 Chinese": [f"时段{number}" for number in range(1, 97)],
    "24 hours": [f"{hour}点" for hour in range(24)],
    "digits": [f"{hour:02d}00" for hour in range(24)],
}


def _told(headings: list[str], table: Table) -> list[tuple[str, str | None, str]]:
    _, faults, _, _ = match_headings(headings, table, "file.csv")
    return [(str(fault.message), fault.value, str(fault.allowed)) for fault in faults]


@pytest.mark.parametrize("name", SLOTS)
def test_a_column_for_each_interval(name: str) -> None:
    slots = SLOTS[name]
    ((message, value, allowed),) = _told(["户号", "户名", "日期", *slots, "合计"], TABLES["load"])
    assert (message, value) == ("a column for each interval of the day", f"{slots[0]} … {slots[-1]}")
    assert allowed.startswith("as an export has it: gridsim import file.csv --as load --out FOLDER; or a row for each")


@pytest.mark.parametrize(
    ("table", "headings", "message"),
    [
        ("load", ["户号", "日期", "时间", "电量(kWh)"], "date and time of day in two columns"),
        ("load", ["user_id", "date", "time", "energy_mwh"], "date and time of day in two columns"),
        ("meter", ["户号", "月份", "峰电量", "平电量", "谷电量"], "a column for each period"),
        ("meter", ["户号", "高峰", "平段", "低谷"], "a column for each period"),
        ("meter", ["户号", "时段", "2021年1月", "2021年2月"], "a column for each month"),
        ("bilateral", ["合同编号", "2021-01", "2021-02", "2021-03"], "a column for each month"),
    ],
)
def test_other_exports(table: str, headings: list[str], message: str) -> None:
    ((told, _, allowed),) = _told(headings, TABLES[table])
    assert told == message
    assert f"gridsim import file.csv --as {table}" in allowed


@pytest.mark.parametrize(
    ("table", "headings"),
    [
        ("load", ["户号", "日期", "起始时间", "电量"]),  # a column too many is that
        ("users", [str(number) for number in range(30)]),  # no export of meters
        ("history", ["用户编号", "年份", "电量", "1月", "2月"]),  # the table is whole, with columns beside it
    ],
)
def test_what_is_no_export(table: str, headings: list[str]) -> None:
    assert not any("gridsim import" in allowed for _, _, allowed in _told(headings, TABLES[table]))
