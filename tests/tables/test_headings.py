"""From headings to columns: by either name, and for every other heading the column that it most likely means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.columns import INPUT_TABLES
from gridsim.errors import Fault
from gridsim.tables.headings import match_headings

HISTORY = INPUT_TABLES["history"]
METER = INPUT_TABLES["meter"]


def matched(*headings: object, table=METER) -> tuple[list[str | None] | None, tuple[Fault, ...]]:
    columns, faults, _, _ = match_headings(headings, table, "file.csv")
    return columns and [column and column.name for column in columns], tuple(faults)


@given(st.data())
def test_each_column_by_any_of_its_names_in_any_order(data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(list(INPUT_TABLES.values())))
    columns = data.draw(st.permutations(list(table)))
    headings = [data.draw(st.sampled_from([column.name, *column.zh])) for column in columns]
    spaced = [f" {heading}\t" for heading in headings]
    for texts in (headings, spaced):
        assert matched(*texts, table=table) == ([column.name for column in columns], ())


def test_what_begins_a_file_and_empty_headings_are_no_fault() -> None:
    assert matched("\ufeffuser_id", "year", None, "energy_mwh", "", table=HISTORY) == (
        ["user_id", "year", None, "energy_mwh", None],
        (),
    )


def test_a_misspelt_heading_is_a_fault_whose_cells_are_read_all_the_same() -> None:
    columns, (fault,) = matched("user_id", "month", "perid", "energy_mwh")
    assert columns == ["user_id", "month", "period", "energy_mwh"]
    assert (fault.file, fault.column, fault.message) == ("file.csv", "perid", "unknown column")
    assert fault.allowed.startswith("nearest: period, which is missing; the columns of meter: ")


@pytest.mark.parametrize(
    ("heading", "allowed"),
    [
        ("enrgy (kWh)", "nearest: energy_mwh, which is missing; in this unit: energy_mwh (kWh)"),
        ("energy_MWh_", "nearest: energy_mwh, which is missing; the columns"),
        ("energy", "nearest: energy_mwh, which is missing; the columns"),
    ],
)
def test_a_misspelt_heading_is_told_how_to_keep_its_unit(heading: str, allowed: str) -> None:
    columns, (fault,) = matched("user_id", "month", "period", heading)
    assert columns is not None and columns[-1] == "energy_mwh"
    assert fault.allowed.startswith(allowed)


@pytest.mark.parametrize(
    "heading", ["energy_mw", "负荷(MW)", "电量（千瓦）", "Energy [kW]", "MW", "电能量 兆瓦", "power_kw"]
)
def test_power_is_never_energy_and_no_hint_leads_there(heading: str) -> None:
    columns, faults = matched("user_id", "month", "period", heading)
    assert columns == ["user_id", "month", "period", None]
    assert not any("nearest" in fault.allowed for fault in faults)
    assert len(faults) == (1 if faults[0].message.endswith("power is no energy") else 2)


@pytest.mark.parametrize("heading", ["电量(元)", "电量(元/千瓦时)", "energy (yuan/MWh)"])
def test_a_unit_of_another_quantity_is_one_fault(heading: str) -> None:
    columns, (fault,) = matched("user_id", "month", "period", heading)
    assert columns == ["user_id", "month", "period", None]
    assert "is no unit of energy_mwh" in fault.message
    assert fault.allowed.startswith("energy_mwh in a unit of its own: MWh, kWh, 兆瓦时, 千瓦时, 万千瓦时, 度")


@pytest.mark.parametrize(
    ("heading", "note"),
    [
        ("电量(kWh)", "file.csv: 电量(kWh) is read as energy_mwh: 1 kWh = 0.001 MWh"),
        ("电能量（万千瓦时）", "file.csv: 电能量（万千瓦时） is read as energy_mwh: 1 万千瓦时 = 10 MWh"),
        ("千瓦时", "file.csv: 千瓦时 is read as energy_mwh: 1 千瓦时 = 0.001 MWh"),
        ("Energy, GWh", "file.csv: Energy, GWh is read as energy_mwh: 1 GWh = 1,000 MWh"),
        ("energy (MWh)", None),
        ("电量(兆瓦时)", None),
    ],
)
def test_another_unit_is_read_and_noted(heading: str, note: str | None) -> None:
    columns, faults, units, notes = match_headings(["user_id", "month", "period", heading], METER, "file.csv")
    assert columns is not None and columns[-1] is METER["energy_mwh"]
    assert (faults, list(notes)) == ([], [note] if note else [])
    assert set(units) == ({"energy_mwh"} if note else set())


@pytest.mark.parametrize(
    ("table", "heading", "column", "equation"),
    [
        ("billing", "无功电量（千乏时）", "reactive_mvarh", "1 千乏时 = 0.001 Mvarh"),
        ("billing", "reactive_kvarh", "reactive_mvarh", "1 kvarh = 0.001 Mvarh"),
        ("billing", "计费容量(MVA)", "capacity_kva", "1 MVA = 1,000 kVA"),
        ("billing", "demand (MW)", "demand_kw", "1 MW = 1,000 kW"),
        ("tariffs", "需量电价（元/(千瓦·月)）", "demand_yuan_per_kw", ""),
        ("tariffs", "容量电价(元/千伏安/月)", "capacity_yuan_per_kva", ""),
    ],
)
def test_units_of_the_rest_of_a_bill(table: str, heading: str, column: str, equation: str) -> None:
    headings = [each.name for each in INPUT_TABLES[table] if not each.optional]
    columns, faults, _, notes = match_headings([*headings, heading], INPUT_TABLES[table], "file.csv")
    assert columns is not None and columns[-1] is INPUT_TABLES[table][column]
    assert not faults
    assert [note.partition(f" is read as {column}: ")[2] for note in notes] == ([equation] if equation else [])


@pytest.mark.parametrize(
    ("table", "heading"), [("billing", "计费需量（kVA）"), ("billing", "计费容量(kW)"), ("tariffs", "需量电价(元/kVA)")]
)
def test_kva_is_no_kw(table: str, heading: str) -> None:
    headings = [each.name for each in INPUT_TABLES[table] if not each.optional]
    columns, faults, _, _ = match_headings([*headings, heading], INPUT_TABLES[table], "file.csv")
    assert columns is not None and columns[-1] is None
    assert ["is no unit of" in fault.message for fault in faults] == [True]


def test_one_column_in_two_units_is_a_fault() -> None:
    _, (fault,) = matched("user_id", "month", "period", "电量(kWh)", "电量(MWh)")
    assert fault.message == "two headings for one column: '电量(kWh)' and '电量(MWh)'"


def test_remarks_are_no_columns() -> None:
    assert matched("user_id", "_tariff", "year", "备注", "energy_mwh", table=HISTORY) == (
        ["user_id", None, "year", None, "energy_mwh"],
        (),
    )


def test_a_heading_that_means_nothing_and_one_that_is_missing() -> None:
    columns, faults = matched("user_id", "month", "period", "remark on it all")
    assert columns == ["user_id", "month", "period", None]
    assert [(fault.column, fault.message) for fault in faults] == [
        ("remark on it all", "unknown column"),
        ("energy_mwh", "missing column"),
    ]


def test_one_column_by_two_headings() -> None:
    chinese = METER["energy_mwh"].zh[0]
    columns, (fault,) = matched("user_id", "month", "period", "energy_mwh", chinese)
    assert columns == ["user_id", "month", "period", "energy_mwh", None]
    assert fault.message == f"two headings for one column: 'energy_mwh' and '{chinese}'"
    _, faults = matched("user_id", "month", "period", "energy_mwh", "period", "Energy-MWh_")
    assert [fault.message for fault in faults] == ["two headings for one column: 'period' twice", "unknown column"]
    assert "energy_mwh stands there already" in faults[1].allowed


@pytest.mark.parametrize(
    ("headings", "message"),
    [
        (("U1", "2021-01", "peak", "7.5"), "no heading of this table in the first row"),
        (("user_id;month;period;energy_mwh",), "cells separated by semicolons"),
        (("user_id\tmonth\tperiod\tenergy_mwh",), "cells separated by tabs"),
        (("用户，月份，时段，电量",), "cells separated by full-width commas"),
        ([f"c{number}" for number in range(1_001)], "more than 1,000 headings"),
    ],
)
def test_what_is_no_such_table_is_one_fault(headings: tuple[str, ...], message: str) -> None:
    columns, (fault,) = matched(*headings)
    assert columns is None
    assert fault.message == message and fault.message.zh != message and fault.allowed


def test_a_column_that_may_be_left_out_is_not_missed() -> None:
    users = INPUT_TABLES["users"]
    needed = [column.name for column in users if not column.optional]
    assert len(needed) < len(list(users))
    assert matched(*needed, table=users) == (needed, ())


@pytest.mark.parametrize(
    ("table", "headings"),
    [
        ("load", ["用户编号", "日期", "时间", "电量(MWh)"]),
        ("load", ["户号", "户名", "日期", *(f"{hour:02d}:00" for hour in range(24))]),
        ("meter", ["户号", "月份", "峰段", "平段", "谷段", "合计"]),
        ("history", ["a", "b"]),
    ],
)
def test_another_layout_is_one_fault_that_names_the_command(table: str, headings: list[str]) -> None:
    columns, (fault,), _, _ = match_headings(headings, INPUT_TABLES[table], f"{table}.csv")
    assert columns is None
    assert f"gridsim import {table}.csv --as {table} --out FOLDER" in fault.allowed


def test_slips_of_the_pen_are_told_one_by_one() -> None:
    _, faults = matched("user_id", "monthh", "periodd", "energy_mwhh")
    assert [fault.message for fault in faults] == ["unknown column"] * 3
