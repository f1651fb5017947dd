"""The tables that a result is asked for and that no run writes: attribution, netting, margins (rulebook part 14)."""

from __future__ import annotations

from gridsim.column import Column, Table

__all__ = ["ASKED_TABLES"]

_UNIT = Column("unit_id", "ref", ("结算单元",), "settlement unit")
_MONTH = Column("month", "month", ("月份",), "calendar month")
_PRODUCT = Column("product", "text", ("交易品种",), "what is settled")


def _money(name: str, zh: str, description: str) -> Column:
    return Column(f"{name}_yuan", "money", (zh,), description)


ASKED_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "attribution",
            (
                _UNIT,
                _MONTH,
                _PRODUCT,
                Column("item", "text", ("科目",), "the item of the ledger whose money is shared"),
                Column("side", "text", ("方向",), "over: above an edge; under: what is missing below one"),
                Column("user_id", "ref", ("用户编号",), "who bears it; empty: the buyer's own part", optional=True),
                Column("metered_mwh", "energy", ("实际用电量",), "what the user metered in the position; empty: the buyer's own part", optional=True, may_lack=True),
                Column("plan_mwh", "energy", ("计划电量",), "what it had planned", optional=True, may_lack=True),
                Column("plan_from", "text", ("计划来源",), "nomination, history, mean_of_others or equal", optional=True),
                Column("weight", "energy", ("权重",), "what the method weighs it by [MWh]; empty: the buyer's own part", optional=True, may_lack=True),
                Column("share_mwh", "energy", ("分摊电量",), "its part of the energy"),
                _money("amount", "分摊金额", "its part of the money; negative: a credit"),
                Column("standard_error_yuan", "money", ("标准误差",), "of an amount from orders that were drawn; empty: exact", optional=True, may_lack=True),
            ),
            "偏差归因", "whose deviation it was: a row for each user and each band, fee or shortfall of a position",
        ),
        Table(
            "netting",
            (
                _UNIT,
                _MONTH,
                _PRODUCT,
                Column("over_mwh", "energy", ("抵消超用电量",), "what the users would overrun alone, less the unit's overrun"),
                Column("under_mwh", "energy", ("抵消欠用电量",), "what they would fall short alone, less the unit's shortfall"),
                _money("saved", "节省金额", "what that saves; it belongs to nobody"),
            ),
            "偏差互抵", "what the users of a position save by settling together", key=("unit_id", "month", "product"),
        ),
        Table(
            "margins",
            (
                Column("retailer_id", "ref", ("售电公司编号",), "the retailer"),
                _MONTH,
                Column("user_id", "ref", ("用户编号",), "its user; empty: what belongs to no user", optional=True),
                _money("retail_energy", "零售电费", "what the user pays for its energy"),
                _money("retail_delivery", "零售输配电费", "and for the delivery of its overrun"),
                _money("retail_deviation", "零售偏差电费", "and for its own deviation"),
                _money("energy", "批发电费", "its part of what the retailer pays for energy in band"),
                _money("overrun", "超用电费", "its part of the overrun"),
                _money("fee", "偏差考核费用", "its part of the fees of deviation"),
                _money("shortfall", "欠用电费", "its part of the shortfall"),
                _money("other", "其他费用", "what else the retailer pays: transfers, less fees that come back"),
                _money("margin", "价差收益", "what is left"),
            ),
            "售电收益", "a retailer's margin by user and month", key=("retailer_id", "month", "user_id"),
        ),
    )
}  # fmt: skip
