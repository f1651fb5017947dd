"""The tables of a batch: their columns as data, and how many rows a point has in each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridsim.batch.engine import ENERGIES
from gridsim.batch.position_rows import OVER
from gridsim.batch.spread import spread_columns
from gridsim.columns import Column, Table

if TYPE_CHECKING:
    from gridsim.batch.kept import Kept

__all__ = ["AMOUNTS", "POINT", "TABLE_NAMES", "UNIT_COUNTS", "batch_tables", "expected_rows"]

TABLE_NAMES = ("runs", "items", "units", "unit_draws", "positions", "position_sums", "margins", "user_margins")

AMOUNTS = ("metered", "overrun", "shortfall")
"""Energies of a unit whose means are kept."""

UNIT_COUNTS = ("overrun", "shortfall")
"""Energies of a unit of which it is counted in how many draws they are above zero."""

_ENERGIES_ZH = {
    "contract": "合同电量",
    "metered": "实际用电量",
    "in_band": "正常区间电量",
    "overrun": "超用电量",
    "shortfall": "欠用电量",
}
_FIGURES_ZH = {"deviation": "偏差费用", "cost": "全部费用", "buyer": "购电方费用", "margin": "购销价差"}
_SPREAD_ZH = {"mean": "均值", "std": "标准差", "min": "最小值", "max": "最大值"}

POINT = Column("point_id", "ref", ("方案编号",), "the point of the sweep, by the hash of what went into it")
_DRAW = Column("draw", "integer", ("抽样",), "the draw of load, from 0; one number is one load at all points")


_MARGINS = Table(
    "margins",
    (
        POINT,
        Column("retailer_id", "ref", ("售电公司编号",), "the retailer"),
        Column("month", "month", ("月份",), ""),
        _DRAW,
        Column("sale_yuan", "money", ("售电收入",), "what its users pay it by their retail contracts"),
        Column("purchase_yuan", "money", ("购电成本",), "what it pays, less fees that come back"),
        Column("margin_yuan", "money", ("购销价差",), "what is left to the retailer; negative: a loss"),
    ),
    "购销价差",
    "a retailer's margin by month and draw",
    key=("point_id", "retailer_id", "month", "draw"),
)


def batch_tables(kept: Kept) -> dict[str, Table]:
    """The tables that a batch of this kind has, by name."""
    tables = {"runs": _runs(kept)}
    if "items" in kept.metrics:
        columns = (
            POINT,
            _DRAW,
            Column("item", "enum", ("科目",), "the ledger item", values=kept.items),
            Column("amount_yuan", "money", ("金额",), "all transfers of that item in the year"),
        )
        tables["items"] = Table("items", columns, "科目", "money by ledger item", key=("point_id", "draw", "item"))
    if kept.by_unit:
        tables["units"] = _units(kept)
    if kept.every_draw:
        columns = (
            POINT,
            Column("unit_id", "ref", ("结算单元",), "the settlement unit, or the user outside the market"),
            _DRAW,
            Column("cost_yuan", "money", ("费用",), "all that the unit and its users pay"),
        )
        key = ("point_id", "unit_id", "draw")
        tables["unit_draws"] = Table("unit_draws", columns, "单元抽样", "cost by unit and draw", key=key)
    if kept.by_position:
        tables |= {"positions": _positions(kept), "position_sums": _position_sums(kept)}
    if kept.by_retailer:
        tables["margins"] = _MARGINS
    if kept.by_user:
        tables["user_margins"] = _user_margins(kept)
    return tables


def expected_rows(kept: Kept, points: int) -> dict[str, range | None]:
    """How many rows each table may have for so many points; None where that depends on the scenario.

    The last item, transfers, stands in ``items`` where a point has money of it.
    """
    draws = kept.draws * points
    by_draw = {
        "runs": range(draws, draws + 1),
        "items": range((len(kept.items) - 1) * draws, len(kept.items) * draws + 1),
    }
    return {name: by_draw.get(name) for name in batch_tables(kept)}


def _runs(kept: Kept) -> Table:
    columns = [POINT, _DRAW, Column("total_yuan", "money", ("总金额",), "all that units and users pay in the year")]
    if "deviation" in kept.metrics:
        columns += [
            Column(
                f"{name}_mwh",
                "energy",
                (_ENERGIES_ZH[name],),
                f"{name.replace('_', '-')} energy of all settlement units",
            )
            for name in ENERGIES
        ]
    return Table("runs", tuple(columns), "运行", "one settlement of the year", key=("point_id", "draw"))


def _units(kept: Kept) -> Table:
    columns = [
        POINT,
        Column("unit_id", "ref", ("结算单元",), "the settlement unit, or the user outside the market"),
        Column("outside", "bool", ("市场外",), "a user outside the market: left, or priority purchase"),
    ]
    if "cost_by_unit" in kept.metrics:
        columns += [
            Column(
                f"cost_{name}_yuan",
                "money",
                (_spread_zh("cost", name),),
                f"over the draws: {name} of all that the unit and its users pay",
            )
            for name in spread_columns(kept.quantiles, kept.tail)
        ]
        columns.append(Column("exact", "bool", ("精确",), "quantiles of all draws, not of classes"))
    if "deviation" in kept.metrics:
        columns.append(Column("contract_mwh", "energy", ("合同电量",), "contract energy of the year"))
        columns += map(_mean, AMOUNTS)
        columns += map(_draws_with, UNIT_COUNTS)
    return Table("units", tuple(columns), "结算单元", "a unit's year over the draws", key=("point_id", "unit_id"))


def _positions(kept: Kept) -> Table:
    columns = (
        POINT,
        Column("unit_id", "ref", ("结算单元",), "the settlement unit, or the user outside the market"),
        *_PARTY,
        Column("outside", "bool", ("市场外",), "a user outside the market: left, or priority purchase"),
        Column("month", "month", ("月份",), ""),
        Column("product", "text", ("交易品种",), "what is settled"),
        *_risk(kept),
        *map(_draws_with, OVER),
    )
    key = ("point_id", "unit_id", "month", "product")
    return Table("positions", columns, "头寸风险", "a position over the draws", key=key)


def _position_sums(kept: Kept) -> Table:
    columns = (
        POINT,
        Column("unit_id", "ref", ("结算单元",), "the settlement unit; empty: all units of the party", optional=True),
        *_PARTY,
        Column("month", "month", ("月份",), "empty: all months", optional=True),
        Column("product", "text", ("交易品种",), "what is settled; empty: all products", optional=True),
        *_risk(kept),
    )
    key = ("point_id", "unit_id", "user_id", "retailer_id", "month", "product")
    about = (
        "sums of positions over the draws: of each unit, of each retailer and user with several units, and, without "
        "any of the three, of the whole market"
    )
    return Table("position_sums", columns, "头寸合计风险", about, key=key)


def _user_margins(kept: Kept) -> Table:
    figures = (
        Column(
            f"margin_{name}_yuan",
            "money",
            (_spread_zh("margin", name),),
            f"over the draws: {name} of what is left to the retailer"
            + (", its lowest draws" if name.startswith("cvar") else ""),
        )
        for name in spread_columns(kept.quantiles, kept.tail)
    )
    columns = (
        POINT,
        Column("retailer_id", "ref", ("售电公司编号",), "the retailer"),
        Column("user_id", "ref", ("用户编号",), "its user; empty: what belongs to none", optional=True),
        Column("month", "month", ("月份",), "empty: the year", optional=True),
        *figures,
        Column("exact", "bool", ("精确",), "quantiles of all draws, not of classes"),
        Column("loss_draws", "integer", ("亏损的抽样数",), "draws in which it is below zero"),
    )
    about = (
        "what a retailer earns from a user over the draws: what the user pays it, less its part of what the units cost"
    )
    return Table("user_margins", columns, "用户购销价差", about, key=("point_id", "retailer_id", "user_id", "month"))


_PARTY = (
    Column("user_id", "ref", ("用户编号",), "the user that buys for itself, if it is one", optional=True),
    Column("retailer_id", "ref", ("售电公司编号",), "the retailer, if it is one", optional=True),
)


def _risk(kept: Kept) -> Iterator[Column]:
    """What positions and sums of them have alike."""
    about = {
        "deviation": "what overrun and shortfall cost, with the fees of both",
        "cost": "all that is paid, transfers among it",
        "buyer": "what the buyer pays: energy, transfers and deviation",
    }
    yield Column("contract_mwh", "energy", ("合同电量",), "contract energy")
    for figure in kept.figures:
        for name in spread_columns(kept.quantiles, kept.tail):
            about_it = f"over the draws: {name} of {about[figure]}"
            yield Column(f"{figure}_{name}_yuan", "money", (_spread_zh(figure, name),), about_it)
    yield Column("exact", "bool", ("精确",), "quantiles of all draws, not of classes")
    yield from map(_mean, OVER)


def _mean(name: str) -> Column:
    """The mean of an energy."""
    return Column(f"{name}_mean_mwh", "energy", (f"{_ENERGIES_ZH[name]}均值",), f"mean over the draws: {name}")


def _draws_with(name: str) -> Column:
    """In how many draws there is any of an energy."""
    return Column(f"{name}_draws", "integer", (f"有{_ENERGIES_ZH[name]}的抽样数",), f"draws with any {name}")


def _spread_zh(figure: str, name: str) -> str:
    """What a column of spread is called in Chinese: ``偏差费用 90%分位``."""
    digits = name.lstrip("qcvar")
    percent = f"{int(digits) / 10 ** (len(digits) - 2):g}%" if digits.isdigit() else ""
    told = f"CVaR {percent}" if name.startswith("cvar") else f"{percent}分位" if percent else _SPREAD_ZH[name]
    return f"{_FIGURES_ZH[figure]} {told}"
