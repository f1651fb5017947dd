"""Users and days side by side: the same table as of rows, or the question what the columns are."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import gridsim

HOURS = [f"{hour:02d}:00" for hour in range(1, 25)]
A, B = "4101000012345", "4101000012346"


def read(folder: Path, lines: list[list[Any]], table: str, **choices: Any) -> list[tuple[Any, ...]]:
    path = folder / "export.csv"
    path.write_text("\n".join(",".join(map(str, line)) for line in lines) + "\n", encoding="utf-8")
    return [tuple(row.values()) for row in gridsim.import_tables(path, table, **choices).exact.to_pylist()]


def curve(*heads: list[Any], of: tuple[str, ...] = ("2021-04-01", "2021-04-02")) -> list[list[Any]]:
    rows = [[f"{day} {hour}", 1 + number, 30.5 + number] for day in of for number, hour in enumerate(HOURS)]
    return [*heads, *rows]


CURVES = {
    "accounts are headings": (curve(["单位：kWh"], ["时间", A, B]), {}),
    "accounts with units, and a total": (
        [[*row, "合计" if row[0] == "时间" else row[1] + row[2]] for row in curve(["时间", f"{A}(kWh)", f"{B}(kWh)"])],
        {},
    ),
    "a row of accounts, one of names, one of what stands below": (
        curve(["户号", A, B], ["户名", "甲厂", "乙厂"], ["时间", "电量(kWh)", "电量(kWh)"]),
        {},
    ),
    "a row of accounts over names": (curve(["户号", A, B], ["时间", "甲厂", "乙厂"]), {"unit": "kWh"}),
    "a corner": (curve(["时间\\户号", f"{A}(kWh)", f"{B}(kWh)"]), {}),
    "names, which are said to be users": (
        curve(["时间", "甲厂", "乙厂"]),
        {"unit": "kWh", "users_across": True, "map": {"ids": {"甲厂": A, "乙厂": B}}},
    ),
    "names, by a map": (
        curve(["时间", "甲厂", "乙厂"]),
        {"map": {"columns": {name: {"user": user, "unit": "kWh"} for name, user in (("甲厂", A), ("乙厂", B))}}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CURVES)
def test_users_side_by_side(name: str, tmp_path: Path) -> None:
    lines, choices = CURVES[name]
    found = {(user, str(start)): energy for user, start, energy in read(tmp_path, lines, "load", **choices)}
    assert len(found) == 96
    assert found[A, "2021-04-01 00:00:00"] == Decimal("0.001")
    assert found[B, "2021-04-02 23:00:00"] == Decimal("0.0535")


def test_a_user_whose_interval_is_empty_lacks_it_alone(tmp_path: Path) -> None:
    lines = curve(["时间", f"{A}(kWh)", f"{B}(kWh)"])
    lines[5][2] = ""
    found = read(tmp_path, lines, "load")
    assert len(found) == 95
    assert {user for user, start, _ in found if str(start) == "2021-04-01 04:00:00"} == {A}


def test_users_over_periods(tmp_path: Path) -> None:
    lines = [["户号", A, "", "", B, "", ""], ["月份", *"峰平谷" * 2], ["2021-04", 1, 2, 3, 4, 5, 6]]
    found = read(tmp_path, lines, "meter", unit="MWh")
    assert [(user, period, int(energy)) for user, _, period, energy in found] == [
        (A, "peak", 1), (A, "flat", 2), (A, "valley", 3), (B, "peak", 4), (B, "flat", 5), (B, "valley", 6),
    ]  # fmt: skip


DAYS = {
    "numbers, the month in the title": (
        [["2021年4月", "单位：kWh"], ["户号", "时段", *range(1, 31)]],
        [[A, period, *range(1, 31)] for period in "峰平谷"],
    ),
    "numbers, the month in each row, and a total": (
        [["单位：kWh"], ["户号", "月份", "时段", *range(1, 32), "合计"]],
        [[A, "2021-04", period, *range(1, 31), "", 465] for period in "峰平谷"],
    ),
    "days with 日": (
        [["单位：kWh"], ["户号", "月份", "时段", *(f"{day}日" for day in range(1, 32))]],
        [[A, "202104", period, *range(1, 31), ""] for period in "峰平谷"],
    ),
    "days with their month": (
        [["单位：kWh"], ["户号", "时段", *(f"4月{day}日" for day in range(1, 31))]],
        [[A, period, *range(1, 31)] for period in "峰平谷"],
    ),
    "dates": (
        [["单位：kWh"], ["户号", "时段", *(f"2021-04-{day:02d}" for day in range(1, 31))]],
        [[A, period, *range(1, 31)] for period in "峰平谷"],
    ),
}


@pytest.mark.parametrize("name", DAYS)
def test_days_of_a_month_side_by_side(name: str, tmp_path: Path) -> None:
    heads, rows = DAYS[name]
    found = read(tmp_path, [*heads, *rows], "meter", year=2021)
    assert found == [(A, "2021-04", period, Decimal("0.465")) for period in ("peak", "flat", "valley")]


@pytest.mark.parametrize("stamped", ["starts", "ends"])
def test_days_beside_times(stamped: str, tmp_path: Path) -> None:
    times = HOURS if stamped == "ends" else [f"{hour:02d}:00" for hour in range(24)]
    heads = [["单位：kWh"], ["户号", "月份", "时间", *range(1, 32)]]
    rows = [[A, "2021-04", time, *(100 * day + hour for day in range(1, 31)), ""] for hour, time in enumerate(times)]
    found = {str(start): energy for _, start, energy in read(tmp_path, [*heads, *rows], "load")}
    assert len(found) == 720
    assert found["2021-04-30 23:00:00"] == Decimal("3.023")


def said(folder: Path, lines: list[list[Any]], table: str, **choices: Any) -> str:
    with pytest.raises(gridsim.ScenarioError) as raised:
        read(folder, lines, table, **choices)
    assert all(fault.sentence.zh != str(fault.sentence) for fault in raised.value.faults)
    return str(raised.value)


def test_names_may_be_something_else(tmp_path: Path) -> None:
    told = said(tmp_path, curve(["时间", "甲厂", "乙厂"]), "load", unit="kWh")
    assert "2 columns whose headings may be users, or something else (value: '甲厂, 乙厂')" in told
    assert "--users-across" in told


def test_a_number_of_an_account_that_has_lost_digits_is_no_user(tmp_path: Path) -> None:
    told = said(tmp_path, curve(["时间", "4.101E+12", "4.102E+12"]), "load", unit="kWh", users_across=True)
    assert "digits are lost" in told


def test_a_month_has_no_31st_day(tmp_path: Path) -> None:
    lines = [["户号", "月份", "时段", *range(1, 32)], [A, "2021-04", "峰", *[1] * 31]]
    assert "cell AH2" in (told := said(tmp_path, lines, "meter", unit="kWh"))
    assert "a day that the month does not have" in told


def test_days_without_their_month(tmp_path: Path) -> None:
    assert "nothing says of which month" in said(
        tmp_path, [["户号", "时间", *range(1, 32)], *([A, hour, *[1] * 31] for hour in HOURS)], "load", unit="kWh"
    )


def test_a_day_that_lacks_is_told(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    days = [f"2021-04-{day:02d}" for day in range(1, 30)]
    path.write_text("户号,日期,峰(kWh)\n" + "".join(f"{A},{day},1\n" for day in days), encoding="utf-8")
    notes = str(gridsim.import_tables(path, "meter").document())
    assert f"the first: {A}, 2021-04, 29 of 30 days, without 2021-04-30" in notes
