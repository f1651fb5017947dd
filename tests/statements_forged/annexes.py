"""What a statement brings along: the metered energy of each user by period, or of each day hour by hour."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .grids import Sheet, label
from .layouts import HEADINGS, Layout
from .lines import users_of_retailer
from .market import PERIODS, period_of_hour

Metered = dict[tuple[str, str, str], Decimal]


def metered(scenario: dict[str, Any]) -> Metered:
    """MWh by user, month and period, of the users that the side counts as the retailer's."""
    users = users_of_retailer(scenario)
    tables = scenario["tables"]
    cells: Metered = {}
    for row in tables.get("meter", []):
        if (row["user_id"], row["month"]) in users:
            cells[row["user_id"], row["month"], row["period"]] = Decimal(row["energy_mwh"])
    for row in tables.get("load", []):
        if (row["user_id"], row["starts_at"][:7]) in users:
            key = (row["user_id"], row["starts_at"][:7], period_of_hour(int(row["starts_at"][11:13])))
            cells[key] = cells.get(key, Decimal(0)) + Decimal(row["energy_mwh"])
    return cells


def annex(scenario: dict[str, Any], layout: Layout, months: tuple[str, ...]) -> Sheet:
    """The sheet behind the lines: 用户电量明细 (by period), or 分时电量 (24 columns a day, stamped by the ends)."""
    if layout.annex == "periods":
        return _by_periods(metered(scenario), layout, months)
    return _by_hours(scenario, layout)


def _by_periods(cells: Metered, layout: Layout, months: tuple[str, ...]) -> Sheet:
    sheet = Sheet("用户电量明细", [["用户电量明细（合成数据）"]])
    sheet.cells.append([HEADINGS["user"], HEADINGS["month"], *(f"{name}电量（兆瓦时）" for name in "峰平谷总")])
    places = sorted({(user, month) for user, month, _ in cells if not months or month in months})
    for user, month in places:
        energies = [cells.get((user, month, period), Decimal(0)) for period in PERIODS]
        sheet.cells.append([user, label(layout, "month", month), *energies, sum(energies, Decimal(0))])
    columns = [[row[place] for row in sheet.cells[2:]] for place in range(2, 6)]
    totals = [sum((cell for cell in column if isinstance(cell, Decimal)), Decimal(0)) for column in columns]
    sheet.cells.append(["合计", "", *totals])
    return sheet


def _by_hours(scenario: dict[str, Any], layout: Layout) -> Sheet:
    users = users_of_retailer(scenario)
    days: dict[tuple[str, str], list[Decimal]] = {}
    for row in scenario["tables"]["load"]:
        if (row["user_id"], row["starts_at"][:7]) in users:
            energies = days.setdefault((row["user_id"], row["starts_at"][:10]), [Decimal(0)] * 24)
            energies[int(row["starts_at"][11:13])] = Decimal(row["energy_mwh"])
    sheet = Sheet("分时电量", [["分时电量明细（兆瓦时，合成数据）"]])
    sheet.cells.append([HEADINGS["user"], "日期", *(f"{hour:02}:00" for hour in range(1, 25)), "日电量"])
    for (user, day), energies in sorted(days.items()):
        sheet.cells.append([user, day, *energies, sum(energies, Decimal(0))])
    return sheet
