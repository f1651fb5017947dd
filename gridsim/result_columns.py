"""The columns of what a run writes, and of what a result is asked for, as data (`gridsim.columns` has the inputs').

What depends on the market, the items of charges, is put in by `gridsim.market_tables`: who reads or writes a table of a
result takes it from there.
"""

from __future__ import annotations

from gridsim.columns import INPUT_TABLES, Column, Table

__all__ = ["ASKED_TABLES", "RESULT_TABLES"]

_ENERGY_ZH = INPUT_TABLES["meter"]["energy_mwh"].zh
_PRICE_ZH = INPUT_TABLES["orders"]["price_yuan_per_mwh"].zh

_UNIT = Column("unit_id", "id", ("结算单元",), "settlement unit")
_MONTH = Column("month", "month", ("月份",), "calendar month")
_TRIAL = Column("trial", "bool", ("试结算",), "belongs to the trial settlement of the first quarter")

RESULT_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "trades",
            (
                Column("session", "text", ("交易场次",), "the session"),
                Column("kind", "text", ("交易类型",), "kind of the session; bilateral or matched without a table of sessions, deal of a deal that names none"),
                Column("product", "text", ("交易品种",), "what was traded"),
                Column("month", "delivery", ("交割期",), "delivery"),
                Column("segment", "text", ("旬段",), "ten days of the month", optional=True),
                Column("seller_id", "ref", ("卖方",), "who sells; MARKET: a deal without a seller"),
                Column("buyer_id", "ref", ("买方",), "who buys; MARKET: a deal without a buyer"),
                Column("energy_mwh", "energy", _ENERGY_ZH, "traded energy"),
                Column("price_yuan_per_mwh", "price", _PRICE_ZH, "price of the trade"),
                Column("contract_id", "text", ("合同编号",), "the bilateral contract, or that of a deal", optional=True),
                Column("sell_row", "integer", ("卖方申报行",), "1-based data row of orders", optional=True),
                Column("buy_row", "integer", ("买方申报行",), "1-based data row of orders", optional=True),
                Column("bilateral_row", "integer", ("双边申报行",), "1-based data row of bilateral", optional=True),
                Column("transfer", "text", ("转让",), "buyers or generators: contracted energy that they transfer among themselves; empty: new energy", optional=True, later=True),
            ),
            "成交", "matched pairs, valid bilateral rows and deals",
        ),
        Table(
            "legs",
            (
                Column("leg_id", "id", ("合同腿",), "the leg"),
                _UNIT,
                _MONTH,
                Column("product", "text", ("交易品种",), "what is delivered"),
                Column("seller_id", "ref", ("卖方",), "who sells"),
                Column("energy_mwh", "energy", _ENERGY_ZH, "contract energy of the month"),
                Column("price_yuan_per_mwh", "price", _PRICE_ZH, "contract price"),
                Column("session", "text", ("交易场次",), "where it was traded"),
                Column("contract_id", "text", ("合同编号",), "the bilateral contract", optional=True),
                Column("segment", "text", ("旬段",), "ten days of the month", optional=True),
                Column("trade_row", "integer", ("成交行",), "1-based row of trades"),
                Column("from_leg_id", "ref", ("来源合同腿",), "of energy taken over: the leg that it was cut from", optional=True, later=True),
                Column("traded_mwh", "energy", ("成交电量",), "of a leg that a what-if changed: its energy as traded", optional=True, may_lack=True, later=True),
                Column("traded_yuan_per_mwh", "price", ("成交电价",), "of a leg that a what-if changed: its price as traded", optional=True, may_lack=True, later=True),
            ),
            "合同腿", "contract legs after decomposition", key=("leg_id",),
        ),
        Table(
            "positions",
            (
                _UNIT,
                _MONTH,
                Column("product", "text", ("交易品种",), "what is settled"),
                Column("contract_mwh", "energy", ("合同电量",), "sum of the legs"),
                Column("metered_mwh", "energy", ("实际用电量",), "sum of the cells"),
                Column("upper_mwh", "energy", ("上限电量",), "upper band edge"),
                Column("lower_mwh", "energy", ("下限电量",), "lower band edge"),
                Column("in_band_mwh", "energy", ("合同内电量",), "settled at contract prices"),
                Column("overrun_mwh", "energy", ("超用电量",), "above the upper edge"),
                Column("shortfall_mwh", "energy", ("欠用电量",), "missing below the lower edge"),
                Column("energy_yuan", "money", ("合同电费",), "money of in-band energy"),
                Column("overrun_yuan", "money", ("超用电费",), "money of overrun"),
                Column("shortfall_yuan", "money", ("欠用电费",), "money of shortfall"),
                _TRIAL,
            ),
            "结算头寸", "settlement unit by month and product", key=("unit_id", "month", "product", "trial"),
        ),
        Table(
            "position_bands",
            (
                _UNIT,
                _MONTH,
                Column("product", "text", ("交易品种",), "what is settled"),
                _TRIAL,
                Column("side", "text", ("方向",), "over: above an edge; under: what is missing below one"),
                Column("edge", "ratio", ("界限",), "the band's edge, a ratio of the contract energy; empty: open", optional=True, may_lack=True),
                Column("energy_mwh", "energy", _ENERGY_ZH, "energy in the band"),
                Column("price_yuan_per_mwh", "price", _PRICE_ZH, "its price; empty where its cells have several", optional=True, may_lack=True),
                Column("amount_yuan", "money", ("金额",), "its money, without the fee"),
                Column("fee_yuan", "money", ("考核费用",), "the fee, on what exemptions leave of the energy"),
            ),
            "偏差区间", "what each band of a position holds", key=("unit_id", "month", "product", "trial", "side", "edge"), later=True,
        ),
        Table(
            "leg_settlement",
            (
                Column("leg_id", "id", ("合同腿",), "the leg"),
                Column("in_band_mwh", "energy", ("合同内电量",), "its share of in-band energy"),
                Column("energy_yuan", "money", ("合同电费",), "its money"),
                Column("shortfall_mwh", "energy", ("欠用电量",), "its share of shortfall"),
                Column("shortfall_yuan", "money", ("欠用电费",), "its money"),
                _TRIAL,
            ),
            "合同腿结算", "settlement of each leg", key=("leg_id", "trial"),
        ),
        Table(
            "cell_settlement",
            (
                Column("user_id", "ref", ("用户编号",), "the user"),
                Column("unit_id", "ref", ("结算单元",), "its settlement unit; empty for a user without one", optional=True),
                _MONTH,
                Column("period", "text", ("时段",), "period of the day"),
                Column("metered_mwh", "energy", ("实际用电量",), "metered energy"),
                Column("in_band_mwh", "energy", ("合同内电量",), "its share of in-band energy"),
                Column("overrun_mwh", "energy", ("超用电量",), "what is left of it"),
                Column("overrun_yuan", "money", ("超用电费",), "paid by the unit's buyer"),
                _TRIAL,
                Column("tariff_period", "text", ("电价时段",), "the period of the rule set's hours; `period` but for units with periods of their own", optional=True, later="period"),
            ),
            "用户结算", "user by month and period", key=("user_id", "month", "period", "trial", "tariff_period"),
        ),
        Table(
            "seller_settlement",
            (
                Column("generator_id", "ref", ("发电企业编号",), "the generator"),
                _MONTH,
                Column("contract_mwh", "energy", ("合同电量",), "sum of its legs, after transfers"),
                Column("generated_mwh", "energy", ("上网电量",), "what it generated"),
                Column("structural_mwh", "energy", ("结构性偏差电量",), "its share of what the market as a whole has too much; negative: too little"),
                Column("deviation_mwh", "energy", ("自身偏差电量",), "what is left of its deviation"),
                Column("price_yuan_per_mwh", "price", ("偏差电价(元/兆瓦时)",), "price of that; empty without any", optional=True, may_lack=True),
                Column("energy_yuan", "money", ("合同电费",), "its legs in full; all money is what it receives, negative where it pays"),
                Column("structural_yuan", "money", ("结构性偏差电费",), "money of the structural deviation"),
                Column("deviation_yuan", "money", ("自身偏差电费",), "money of its own deviation"),
                Column("fee_yuan", "money", ("考核费用",), "fee of a deviation that is its own fault"),
                Column("balance_yuan", "money", ("市场平衡资金",), "its share of what the market's account held"),
            ),
            "发电企业结算", "what each generator gets of a month", key=("generator_id", "month"), later=True,
        ),
        Table(
            "ledger",
            (
                Column("line", "integer", ("行号",), "1-based number of the line"),
                _MONTH,
                Column("item", "text", ("科目",), "what the transfer is"),
                Column("payer", "ref", ("付款方",), "who pays"),
                Column("payee", "ref", ("收款方",), "who is paid"),
                Column("unit_id", "ref", ("结算单元",), "settlement unit", optional=True),
                Column("user_id", "ref", ("用户编号",), "the cell's user", optional=True),
                Column("leg_id", "ref", ("合同腿",), "the leg", optional=True),
                Column("period", "text", ("时段",), "the cell's period", optional=True),
                Column("energy_mwh", "energy", _ENERGY_ZH, "energy of the transfer"),
                Column("price_yuan_per_mwh", "price", _PRICE_ZH, "its price; empty for a share of money", optional=True, may_lack=True),
                Column("amount_yuan", "money", ("金额",), "energy times price"),
                Column("clause", "text", ("条款",), "the clauses it follows, as the rule set names them; `choice`: a reading where the rules are silent; `unstated`: the rule set names none"),
                _TRIAL,
                Column("tariff_period", "text", ("电价时段",), "the period of the rule set's hours; `period` but for units with periods of their own", optional=True, later="period"),
                Column("corrects_month", "month", ("退补月份",), "of a correction: the earlier month that it corrects", optional=True, later=True),
                Column("corrects_item", "text", ("退补科目",), "of a correction: the item that it corrects", optional=True, later=True),
            ),
            "台账", "every transfer of money", key=("line",),
        ),
        Table(
            "rejected",
            (
                Column("table", "text", ("表",), "orders or bilateral"),
                Column("row", "integer", ("行",), "1-based data row"),
                Column("reason", "text", ("原因",), "why it was not used"),
                Column("detail", "text", ("说明",), "the same in words"),
            ),
            "未采用", "orders and filings not used",
        ),
        Table(
            "compliance",
            (
                Column("check", "text", ("检查",), "which check"),
                Column("subject", "text", ("对象",), "whom or what it is about"),
                Column("month", "text", ("月份",), "month, where it has one", optional=True),
                Column("value", "text", ("数值",), "what was found", optional=True),
                Column("limit", "text", ("限值",), "what is asked", optional=True),
                Column("passed", "bool", ("通过",), "empty: for the reader to judge, or not known", optional=True),
                Column("clause", "text", ("条款",), "the clauses it follows, as in `ledger`"),
                Column("detail", "text", ("说明",), "what value and limit are", optional=True),
                Column("measure", "text", ("指标",), "tells rows of one check and subject apart", optional=True),
            ),
            "合规", "checks that are reported, never enforced",
        ),
    )
}

_PRODUCT = Column("product", "text", ("交易品种",), "what is settled")

# What a result is asked for and no run writes.
ASKED_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "attribution",
            (
                _UNIT,
                _MONTH,
                _PRODUCT,
                Column("item", "text", ("科目",), "item of the ledger whose money is shared"),
                Column("side", "text", ("方向",), "over: above an edge; under: what is missing below one"),
                Column("user_id", "ref", ("用户编号",), "who bears it; empty: the buyer's own part", optional=True),
                Column("metered_mwh", "energy", ("实际用电量",), "what the user metered in the position", optional=True, may_lack=True),
                Column("plan_mwh", "energy", ("计划电量",), "what it had planned", optional=True, may_lack=True),
                Column("plan_from", "text", ("计划来源",), "nomination, history, mean_of_others or equal", optional=True),
                Column("weight", "energy", ("权重",), "what the method weighs it by [MWh]", optional=True, may_lack=True),
                Column("share_mwh", "energy", ("分摊电量",), "its part of the energy; of a fee, of the band that bears it"),
                Column("amount_yuan", "money", ("分摊金额",), "its part of the money; negative: a credit"),
                Column("standard_error_yuan", "money", ("标准误差",), "of an amount from orders that were drawn; empty: it is exact", optional=True, may_lack=True),
            ),
            "偏差归因", "whose deviation it was, of each band, fee and shortfall of a position",
        ),
        Table(
            "netting",
            (
                _UNIT,
                _MONTH,
                _PRODUCT,
                Column("over_mwh", "energy", ("抵消超用电量",), "what the users would overrun alone, less the unit's overrun"),
                Column("under_mwh", "energy", ("抵消欠用电量",), "what they would fall short alone, less the unit's shortfall"),
                Column("saved_yuan", "money", ("节省金额",), "what that saves; it belongs to nobody"),
            ),
            "偏差互抵", "what the users of a position save by settling together", key=("unit_id", "month", "product"),
        ),
        Table(
            "margins",
            (
                Column("retailer_id", "ref", ("售电公司编号",), "the retailer"),
                _MONTH,
                Column("user_id", "ref", ("用户编号",), "its user; empty: what belongs to no user", optional=True),
                Column("retail_energy_yuan", "money", ("零售电费",), "what the user pays for its energy"),
                Column("retail_delivery_yuan", "money", ("零售输配电费",), "and for the delivery of its overrun"),
                Column("retail_deviation_yuan", "money", ("零售偏差电费",), "and for its own deviation"),
                Column("energy_yuan", "money", ("合同电费",), "its part of what the retailer pays for energy in band"),
                Column("overrun_yuan", "money", ("超用电费",), "its part of the overrun"),
                Column("fee_yuan", "money", ("考核费用",), "its part of the fees of deviation"),
                Column("shortfall_yuan", "money", ("欠用电费",), "its part of the shortfall"),
                Column("other_yuan", "money", ("其他费用",), "what else the retailer pays, as transfers, less what it gets, as fees that return"),
                Column("margin_yuan", "money", ("购销价差",), "what is left to the retailer"),
            ),
            "购销价差", "a retailer's margin by user and month", key=("retailer_id", "month", "user_id"),
        ),
    )
}
