"""What stands above headings: months and years, and days on which a table was made, which are no month of its rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

import gridsim
from gridsim.importing.headings import Vocabulary
from gridsim.importing.titles import Context, context_of
from gridsim.market_tables import input_tables
from gridsim.reconcile.frame_grid import FrameGrid

RULES = gridsim.rules.load("henan-2021")
WORDS = Vocabulary(input_tables(RULES.shape)["load"], RULES.shape)


def context(titles: Sequence[Sequence[object]], name: str = "load.xlsx:Sheet1") -> Context:
    grid = FrameGrid(pd.DataFrame())
    grid.name = name
    return context_of(grid, titles, WORDS)


@pytest.mark.parametrize(
    ("titles", "name", "found"),
    [
        ([["2021年5月用户电量"]], "load.xlsx:Sheet1", (2021, 5)),
        ([["2021年5月用户电量", "打印日期：2021年6月3日"]], "load.xlsx:Sheet1", (2021, 5)),
        ([["2021年5月用户电量"], ["导出时间", "2021-06-03 08:15"]], "load.xlsx:Sheet1", (2021, 5)),
        ([["数据周期：2021年5月1日至2021年5月31日 查询时间：2021-06-03 08:15:00"]], "load.xlsx:Sheet1", (2021, 5)),
        ([["2021年5月1日至2021年6月30日"]], "load.xlsx:Sheet1", (0, 0)),
        ([["2021年用户电量"]], "load.xlsx:5月", (2021, 5)),
        ([["2021年用户电量"]], "load.xlsx:2020年5月", (2021, 0)),
        ([["用户电量"]], "load.xlsx:2021年5月", (2021, 5)),
        ([["用户电量"]], "load_202105.csv", (2021, 5)),
    ],
)
def test_the_month_of_all_rows(titles: list[list[object]], name: str, found: tuple[int, int]) -> None:
    asked = context(titles, name)
    assert (asked.year, asked.month) == found


def test_labels_and_units() -> None:
    asked = context([["户号：1234567890123", "单位：千瓦时", "倍率", 200]])
    assert asked.keys == {"user_id": "1234567890123", "multiplier": 200}
    assert [unit.unit for unit in asked.units] == ["千瓦时"]


@pytest.mark.parametrize(
    ("title", "units"),
    [
        ("2021年用户分时电量（万千瓦时）", ["万千瓦时"]),
        ("5月结算明细（兆瓦时、元）（合成数据）", ["兆瓦时", "元"]),
        ("用户分时电量（合成数据）", []),
    ],
)
def test_a_unit_in_the_brackets_of_a_title(title: str, units: list[str]) -> None:
    assert [unit.unit for unit in context([[title]]).units] == units
