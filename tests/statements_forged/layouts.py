"""Shapes of settlement statements, as data: what an exchange, a grid company, a retailer's own system prints.

The shapes are those of the trade (one line per item; items or periods beside each other under a heading of two rows;
a sheet per month or per user; months beside each other; totals alone); the wording is made up, and every figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# kWh in one of the unit; and how many decimals are printed
ENERGY_UNITS = {
    "千瓦时": (1, 0),
    "kWh": (1, 0),
    "度": (1, 0),
    "兆瓦时": (1_000, 3),
    "MWh": (1_000, 3),
    "万千瓦时": (10_000, 4),
}
# 10⁻⁶ yuan/kWh in one of the unit
PRICE_UNITS = {"元/兆瓦时": (1_000, 3), "元/MWh": (1_000, 3), "元/千瓦时": (1_000_000, 6), "分/千瓦时": (10_000, 4)}
# 10⁻⁶ yuan in one of the unit
MONEY_UNITS = {"元": (1_000_000, 2), "万元": (10_000_000_000, 6)}

ITEMS_LONG = {
    "energy": "合同电量电费",
    "shortfall": "少用电量偏差费用",
    "overrun": "超用电量电费",
    "transfer": "合同转让差价费用",
    "transmission": "输配电费",
    "tou_adjustment": "峰谷分时调整电费",
    "funds": "政府性基金及附加",
    "fallback": "保底电费",
    "catalogue": "目录电费",
    "correction": "以前月份退补电费",
    "ancillary": "辅助服务费用",
}
ITEMS_SHORT = {
    "energy": "市场化购电费",
    "shortfall": "负偏差考核电费",
    "overrun": "正偏差电费",
    "transfer": "转让差价",
    "transmission": "输配电费",
    "tou_adjustment": "峰谷浮动电费",
    "funds": "代征基金",
    "fallback": "保底价电费",
    "catalogue": "目录电度电费",
    "correction": "退补电费",
    "ancillary": "辅助服务",
}
ITEMS_CODES = {
    "energy": "1001",
    "shortfall": "1102",
    "overrun": "1101",
    "transfer": "1203",
    "transmission": "2001",
    "tou_adjustment": "2005",
    "funds": "2009",
    "fallback": "2101",
    "catalogue": "2102",
    "correction": "3001",
    "ancillary": "3005",
}
PRODUCTS = {"total": "常规电量", "peak": "峰段", "flat": "平段", "valley": "谷段", "": ""}
PERIODS = {"peak": "峰", "flat": "平", "valley": "谷", "": ""}
HEADINGS = {
    "unit": "结算单元",
    "user": "户号",
    "month": "结算月份",
    "product": "交易品种",
    "period": "时段",
    "item": "结算科目",
    "contract": "合同编号",
}
MEASURES = {"energy": "电量", "price": "电价", "amount": "电费"}


@dataclass(frozen=True)
class Layout:
    """One shape of a statement."""

    name: str
    says: str
    level: tuple[str, ...]
    """The columns that name a line: of unit, user, month, product, period, item, contract."""
    scope: str = "all"
    """Whose lines: ``exchange`` (with the retailer), ``grid`` (with its users), ``all``."""
    beside: str = ""
    """The column of the level whose values stand beside each other, not below: item, period or month."""
    measures: tuple[str, ...] = ("energy", "price", "amount")
    energy_unit: str = "兆瓦时"
    price_unit: str = "元/兆瓦时"
    money_unit: str = "元"
    items: Mapping[str, str] = field(default_factory=lambda: ITEMS_LONG)
    month: str = "2021-05"
    """How May 2021 is written."""
    titles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """Rows below the table."""
    total_row: str = ""
    total_column: str = ""
    two_row_heading: bool = False
    sheet_by: str = ""
    """The column of the level that has a sheet for each value (xlsx)."""
    annex: str = ""
    """A sheet with each user's metered energy: by ``periods``, or by ``hours`` of each day (xlsx)."""
    empty: str = ""
    """What stands where there is nothing."""
    form: str = "csv"
    encoding: str = "utf-8-sig"
    is_numbered: bool = False
    """A column 序号 in front."""
    has_thousands: bool = False
    """12,345.67 (csv: the cell is quoted text)."""


_HEAD = ("合成省电力交易中心", "售电公司月度结算单（合成数据）", "售电公司：R1    单位：见表头")
_SIGNED = ("编制：合成    复核：合成    日期：2021-07-12",)

LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            "long", "one line per unit, user, month, product, period and item; what the retailer pays has no user",
            ("unit", "user", "month", "product", "period", "item"),
        ),
        Layout(
            "exchange_with_meter", "the exchange's lines, and behind them each user's metered energy by period",
            ("unit", "month", "product", "item"), scope="exchange", form="xlsx", titles=_HEAD, total_row="合计",
            annex="periods",
        ),
        Layout(
            "exchange_with_hours", "the exchange's lines, and behind them each user's days hour by hour",
            ("unit", "month", "product", "item"), scope="exchange", form="xlsx", titles=_HEAD[:1], annex="hours",
            items=ITEMS_SHORT, month="202105",
        ),
        Layout(
            "exchange_gb18030", "the exchange's lines below titles, with a total, as old programs write csv",
            ("unit", "month", "product", "item"), scope="exchange", energy_unit="万千瓦时", price_unit="元/千瓦时",
            month="2021年5月", titles=_HEAD, total_row="合计", encoding="gb18030", is_numbered=True, notes=_SIGNED,
        ),
        Layout(
            "exchange_items_beside", "a row per unit, month, product; items beside each other, two rows of heading",
            ("unit", "month", "product", "item"), scope="exchange", beside="item", items=ITEMS_SHORT, titles=_HEAD,
            total_row="合计", two_row_heading=True, total_column="电费合计", form="xlsx", empty="-",
            energy_unit="千瓦时",
            price_unit="元/千瓦时",
        ),
        Layout(
            "exchange_by_contract", "a line per contract, month and product",
            ("contract", "unit", "month", "product", "item"), scope="exchange", items=ITEMS_SHORT, month="202105",
            energy_unit="MWh", price_unit="元/MWh", form="xlsx", titles=_HEAD[:2], total_row="总计",
        ),
        Layout(
            "sheet_per_month", "a sheet per month, with a title, a total and the signatures below",
            ("month", "unit", "product", "item"), scope="exchange", sheet_by="month", month="2021年05月", form="xlsx",
            titles=_HEAD, total_row="合计", notes=_SIGNED, is_numbered=True,
        ),
        Layout(
            "grid_money_beside", "a row per user and month, the money of each item beside, in all",
            ("user", "month", "item"), scope="grid", beside="item", measures=("amount",), items=ITEMS_SHORT,
            total_row="合计", total_column="电费合计", has_thousands=True, month="2021/5",
        ),
        Layout(
            "grid_periods_beside", "a row per user, month and item; peak, flat and valley beside each other",
            ("user", "month", "item", "period"), scope="grid", beside="period", two_row_heading=True, form="xlsx",
            energy_unit="kWh", price_unit="元/千瓦时", titles=("合成供电公司电费清单（合成数据）",),
            total_column="合计",
        ),
        Layout(
            "grid_codes", "a line per user, month, item and period; items by code",
            ("user", "month", "item", "period"), scope="grid", items=ITEMS_CODES, energy_unit="度",
            price_unit="分/千瓦时", month="202105", encoding="gb18030",
        ),
        Layout(
            "sheet_per_user", "a customer's bill: a sheet per user",
            ("user", "month", "period", "item"), scope="grid", sheet_by="user", form="xlsx", energy_unit="千瓦时",
            price_unit="元/千瓦时", titles=("电费账单（合成数据）",), total_row="合计", month="2021年5月",
        ),
        Layout(
            "user_months_beside", "a row per user, a column per month: money alone",
            ("user", "month"), scope="grid", beside="month", measures=("amount",), form="xlsx", total_row="合计",
            total_column="全年合计", month="5月", titles=("2021年电费汇总（合成数据）",),
        ),
        Layout(
            "items_months_beside", "a row per item, a column per month, both with totals",
            ("item", "month"), beside="month", measures=("amount",), items=ITEMS_SHORT, total_row="合计",
            total_column="合计", month="2021-05", money_unit="万元",
        ),
        Layout(
            "unit_totals", "energy and money of each unit and month, no items",
            ("unit", "month"), scope="exchange", measures=("energy", "amount"), energy_unit="万千瓦时",
            money_unit="万元", form="xlsx", titles=_HEAD[:2], total_row="合计", month="2021年5月",
        ),
        Layout(
            "totals_only", "energy and money of each month, nothing else",
            ("month",), measures=("energy", "amount"), energy_unit="万千瓦时", money_unit="元", total_row="总计",
            month="2021年5月", titles=("售电公司R1结算汇总（合成数据）",), has_thousands=True,
        ),
    )
}  # fmt: skip
