"""What the codes of tables are called in Chinese: one name each, wherever it is shown.

Items of the ledger and groups of parties are called as the headings of `gridsim.columns` call them.
"""

from __future__ import annotations

from gridsim.columns import INPUT_TABLES, RESULT_TABLES

__all__ = ["CHECKS", "GROUPS", "INSTITUTIONS", "ITEMS", "MODES", "PERIODS", "REASONS", "SESSION_KINDS", "VALUES"]

ITEMS = {
    column.name.removesuffix("_yuan"): column.zh[0]
    for table in ("leg_settlement", "cell_settlement")
    for column in RESULT_TABLES[table]
    if column.kind == "money"
}
"""Items of the ledger: ``energy`` 合同电费 …"""

INSTITUTIONS = {"GRID": "电网企业", "GOVERNMENT": "政府"}
"""Payees that are no participant."""

GROUPS = {
    **{table: INPUT_TABLES[table].zh for table in ("generators", "retailers", "users")},
    "grid": INSTITUTIONS["GRID"],
    "government": INSTITUTIONS["GOVERNMENT"],
}
"""Groups of parties."""

MODES = {"conventional": "常规电量", "tou": "分时段"}
"""Trading modes (N4)."""

SESSION_KINDS = {
    "annual_bilateral": "年度双边协商",
    "annual_matched": "年度集中撮合",
    "half_year": "半年交易",
    "monthly": "月度交易",
    "intra_month": "月内交易",
}
"""Kinds of sessions (N2)."""

PERIODS = {"peak": "峰段", "flat": "平段", "valley": "谷段"}
"""Periods of the day, and the products of time-of-use units, as N5.2 calls them (N4 has 高峰时段, 平时段, 低谷时段)."""

VALUES = {
    **MODES,
    **SESSION_KINDS,
    "total": "常规电量（不分时段）",
    **PERIODS,
    "buy": "买",
    "sell": "卖",
    "mid": "中旬",
    "late": "下旬",
}
"""All values to choose from in the tables of a scenario."""

REASONS = {
    "superseded": "已被后次申报取代",
    "outside_window": "不在申报时间内",
    "unconfirmed": "未经确认",
    "product_not_allowed": "该购电方不得交易此品种",
}
"""Why an order or a filing was not used."""

CHECKS = {
    "direct_access": "直接交易准入",
    "mode": "交易模式",
    "annual_cover": "年度签约比例",
    "total_cover": "全部签约比例",
    "calendar": "交易日历",
    "curve_balance": "分时段曲线",
    "credit": "信用记录",
}
"""Checks of compliance."""
