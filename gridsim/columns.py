"""Every table's columns as data: they drive the readers, the messages, the writers and the docs.

What depends on the market (what may be chosen, the items of tariffs and of charges) is put in by
`gridsim.market_tables`: who reads or writes a table of a scenario or a result takes it from there.

The names on the outside (``energy_mwh``) are fixed by the formats page. Inside, the same column holds
integers under its exact name (``energy_kwh``); `Column.exact` gives it.
"""

from __future__ import annotations

from gridsim.column import Column, Kind, Table

__all__ = ["ASKED_TABLES", "BILLED_TARIFFS", "INPUT_TABLES", "RESULT_TABLES", "Column", "Kind", "Table"]

_ENERGY_ZH = ("电量(兆瓦时)", "电量(MWh)", "电量（兆瓦时）", "电量（MWh）", "电量", "电能量")
_USER_ZH = ("用户编号", "电力用户", "户号", "用户号", "营销户号")
_PRICE_ZH = ("电价(元/兆瓦时)", "电价(元/MWh)", "电价（元/兆瓦时）", "电价（元/MWh）", "电价", "价格")

_SIDES_ZH = (
    *((word, "buy") for word in ("购", "购电", "购入", "买入", "买方", "买电")),
    *((word, "sell") for word in ("售", "售电", "售出", "卖出", "卖方", "卖电")),
)

MONTHS_OF_A_YEAR = tuple(f"{month:02d}" for month in range(1, 13))

INPUT_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "generators",
            (
                Column("generator_id", "id", ("发电企业编号", "发电企业"), "the generator"),
                Column("name", "text", ("名称",), "its name", optional=True),
                Column("technology", "text", ("机组类型",), "what drives it", optional=True),
                Column("heat_priority", "bool", ("供热优先",), "a heat-supplying unit named in the priority plan", optional=True, default=False),
                Column("capacity_mw", "power", ("装机容量(兆瓦)", "装机容量(MW)", "装机容量（兆瓦）", "装机容量（MW）", "装机容量"), "its capacity, by which orders alike in price and time stand", optional=True),
            ),
            "发电企业", "those who sell", required=True, key=("generator_id",),
        ),
        Table(
            "retailers",
            (
                Column("retailer_id", "id", ("售电公司编号", "售电公司"), "the retailer"),
                Column("name", "text", ("名称",), "its name", optional=True),
            ),
            "售电公司", "those who buy for others", key=("retailer_id",),
        ),
        Table(
            "users",
            (
                Column("user_id", "id", _USER_ZH, "the user"),
                Column("name", "text", ("名称",), "its name", optional=True),
                Column("tariff_class", "text", ("用电类别",), "class of its tariff"),
                Column("voltage", "text", ("电压等级",), "voltage of its tariff"),
                Column("peak_valley_tariff", "bool", ("执行峰谷电价",), "whether it is on the peak-valley tariff"),
                Column("mode", "enum", ("交易模式",), "how it trades", of="modes"),
                Column("retailer_id", "ref", ("售电公司编号", "售电公司"), "its retailer; empty: it buys directly", optional=True, refers=("retailers",)),
                Column("exit_month", "month", ("退市月份",), "from that month on it has left the market", optional=True),
                Column("priority_purchase", "bool", ("优先购电",), "priority purchase", optional=True, default=False),
                Column("period_set", "text", ("自主约定时段",), "periods of its own: a set of period_sets.yaml; empty: those of the rule set", optional=True, later=True),
                Column("effective_from", "month", ("生效月份",), "of a row that says what changes: from that month on it holds; empty: what the user is as the year begins", optional=True, later=True),
            ),
            "电力用户", "those who consume", required=True, key=("user_id",),
        ),
        Table(
            "history",
            (
                Column("user_id", "ref", _USER_ZH, "the user", refers=("users",)),
                Column("year", "integer", ("年份",), "calendar year"),
                Column("energy_mwh", "energy", _ENERGY_ZH, "energy consumed in that year, or in its month and period"),
                Column("month", "enum", ("月份",), "month of that year; empty: the whole year", optional=True, values=MONTHS_OF_A_YEAR, values_zh=tuple(f"{int(month)}月" for month in MONTHS_OF_A_YEAR), also=tuple((str(int(month)), month) for month in MONTHS_OF_A_YEAR[:9]), later=True),
                Column("period", "enum", ("时段",), "period of the day; empty: all", optional=True, of="periods", later=True),
            ),
            "历史电量", "consumption of earlier years", key=("user_id", "year", "month", "period"),
        ),
        Table(
            "tariffs",
            (
                Column("tariff_class", "text", ("用电类别",), "class"),
                Column("voltage", "text", ("电压等级",), "voltage"),
                Column("effective_from", "month", ("生效月份", "生效日期"), "first month, or day, in force; empty: from the beginning", optional=True, has_days=True),
                Column("source", "text", ("来源",), "where the figures come from", optional=True),
                Column("capacity_yuan_per_kva", "per_apparent", ("容量电价(元/千伏安)", "容量电价(元/千伏安·月)", "容量电价（元/千伏安·月）", "容量电价(元/kVA)", "容量电价（元/千伏安）", "容量电价（元/kVA）", "容量电价"), "price of a month's capacity", optional=True, may_lack=True, later=True),
                Column("demand_yuan_per_kw", "per_demand", ("需量电价(元/千瓦)", "需量电价(元/千瓦·月)", "需量电价（元/千瓦·月）", "需量电价(元/kW)", "需量电价（元/千瓦）", "需量电价（元/kW）", "需量电价"), "price of a month's demand", optional=True, may_lack=True, later=True),
            ),
            "电价表", "catalogue and T&D tariffs", required=True, key=("tariff_class", "voltage", "effective_from"),
        ),
        Table(
            "sessions",
            (
                Column("session", "id", ("交易场次",), "the session"),
                Column("kind", "enum", ("交易类型",), "its kind", of="sessions"),
                Column("announced_on", "date", ("公告日期",), "day of its announcement", optional=True),
                Column("opens_at", "time", ("申报开始时间",), "start of its window"),
                Column("closes_at", "time", ("申报截止时间",), "end of its window; a date alone is 23:59:59"),
            ),
            "交易场次", "trading sessions and their windows", key=("session",),
        ),
        Table(
            "bilateral",
            (
                Column("session", "text", ("交易场次",), "the session"),
                Column("contract_id", "text", ("合同编号",), "the contract"),
                Column("generator_id", "ref", ("发电企业编号", "发电企业"), "who sells", refers=("generators",)),
                Column("buyer_id", "ref", ("购电方编号", "购电方"), "who buys", refers=("users", "retailers")),
                Column("product", "enum", ("交易品种", "时段品种"), "what is traded", of="products"),
                Column("month", "delivery", ("月份", "交割期"), "delivery"),
                Column("energy_mwh", "energy", _ENERGY_ZH, "contracted energy"),
                Column("price_yuan_per_mwh", "price", _PRICE_ZH, "contract price"),
                Column("filed_at", "time", ("申报时间",), "when the generator filed it"),
                Column("confirmed_at", "time", ("确认时间",), "when the buyer confirmed it; empty: never", optional=True),
                Column("variety", "enum", ("合同品种",), "kind of contract", optional=True, of="varieties"),
            ),
            "双边合同", "filings of bilateral contracts", key=("contract_id", "filed_at", "product", "month"),
        ),
        Table(
            "orders",
            (
                Column("session", "text", ("交易场次",), "the session"),
                Column("participant_id", "ref", ("市场主体编号", "市场主体"), "who orders", refers=("generators", "users", "retailers")),
                Column("side", "enum", ("买卖方向",), "buy or sell", values=("buy", "sell"), values_zh=("买", "卖"), also=_SIDES_ZH),
                Column("product", "enum", ("交易品种", "时段品种"), "what is traded", of="products"),
                Column("month", "delivery", ("月份", "交割期"), "delivery"),
                Column("segment", "enum", ("旬段",), "ten days of the month, intra-month only", optional=True, values=("mid", "late"), values_zh=("中旬", "下旬"), also=(("中", "mid"), ("下", "late"))),
                Column("price_yuan_per_mwh", "price", _PRICE_ZH, "limit price"),
                Column("energy_mwh", "energy", _ENERGY_ZH, "ordered energy", positive=True),
                Column("submitted_at", "time", ("申报时间",), "when it was submitted"),
                Column("transfer", "bool", ("转让", "合同转让"), "contracted energy changes hands: a buyer that sells or a generator that buys gives it away", optional=True, default=False, later=True),
                Column("variety", "enum", ("合同品种",), "kind of contract, of orders that sell", optional=True, of="varieties"),
            ),
            "申报", "orders of matched sessions",
        ),
        Table(
            "deals",
            (
                Column("deal_id", "id", ("成交编号", "持仓编号"), "the deal", optional=True),
                Column("contract", "text", ("合同编号", "合同"), "the contract, which joins rows; empty: the deal's own id", optional=True, joins=True),
                Column("session", "text", ("交易场次",), "where it was concluded, in any words", optional=True),
                Column("kind", "enum", ("交易类型",), "the kind of session that it counts as", optional=True, of="sessions"),
                Column("variety", "enum", ("合同品种",), "kind of contract", optional=True, of="varieties"),
                Column("concluded_on", "date", ("成交日期", "签订日期"), "day on which it was concluded", optional=True),
                Column("buyer_id", "ref", ("购电方编号", "购电方", "买方"), "who buys; empty: the market account", optional=True, refers=("users", "retailers")),
                Column("seller_id", "ref", ("卖方", "卖方编号", "售方", "发电企业编号", "发电企业"), "who sells; empty: the market account", optional=True, refers=("generators",)),
                Column("product", "enum", ("交易品种", "时段品种"), "what is delivered", of="products"),
                Column("month", "delivery", ("月份", "交割期"), "delivery"),
                Column("energy_mwh", "energy", _ENERGY_ZH, "energy that is left of it", remains=True),
                Column("price_yuan_per_mwh", "price", _PRICE_ZH, "its price"),
                Column("note", "text", ("备注", "说明"), "anything", optional=True),
            ),
            "持仓", "contracts as they stand", key=("deal_id",), later=True,
        ),
        Table(
            "meter",
            (
                Column("user_id", "ref", _USER_ZH, "the user", refers=("users",)),
                Column("month", "month", ("月份",), "calendar month"),
                Column("period", "enum", ("时段",), "period of the day", of="periods"),
                Column("energy_mwh", "energy", _ENERGY_ZH, "metered energy", finer="converted"),
            ),
            "计量", "metered energy by user, month and period", key=("user_id", "month", "period"), of_year=True,
        ),
        Table(
            "load",
            (
                Column("user_id", "ref", _USER_ZH, "the user", refers=("users",)),
                Column("starts_at", "time", ("起始时间",), "start of the hour, half-hour or quarter-hour"),
                Column("energy_mwh", "energy", _ENERGY_ZH, "metered energy of the interval, of any number of decimals", finer="always"),
            ),
            "负荷", "metered energy by hour, half-hour or quarter-hour, instead of meter", key=("user_id", "starts_at"),
            other_form=Table(
                "load",
                (
                    Column("user_id", "ref", _USER_ZH, "the user", refers=("users",)),
                    Column("starts_at", "time", ("起始时间",), "start of the interval; may be left out", optional=True),
                    Column("ends_at", "time", ("结束时间",), "its end; 24:00 is the end of the day"),
                    Column("energy_mwh", "energy", _ENERGY_ZH, "metered energy of the interval, of any number of decimals", finer="always"),
                ),
                "负荷", "metered energy by hour, half-hour or quarter-hour, stamped by its end", key=("user_id", "ends_at"),
            ),
            marks=("ends_at",),
        ),
        Table(
            "generation",
            (
                Column("generator_id", "ref", ("发电企业编号", "发电企业"), "the generator", refers=("generators",)),
                Column("month", "month", ("月份",), "calendar month"),
                Column("energy_mwh", "energy", _ENERGY_ZH, "what it generated"),
                Column("own_fault", "bool", ("自身原因",), "whether it deviated through its own fault", optional=True, default=False),
            ),
            "发电量", "generated energy by generator and month", required=True, key=("generator_id", "month"), of_year=True,
        ),
        Table(
            "market_prices",
            (Column("month", "month", ("月份",), "calendar month"),),
            "市场价格", "prices of the market by month, named by the rule set", key=("month",), of_year=True,
        ),
        Table(
            "agency",
            (
                Column("month", "month", ("月份",), "calendar month"),
                Column("energy_mwh", "energy", _ENERGY_ZH, "what the users consumed for whom the grid company buys"),
            ),
            "代理购电", "energy of the users for whom the grid company buys", key=("month",), of_year=True,
        ),
        Table(
            "billing",
            (
                Column("user_id", "ref", _USER_ZH, "the user", refers=("users",)),
                Column("month", "month", ("月份",), "calendar month"),
                Column("capacity_kva", "apparent", ("计费容量(千伏安)", "计费容量(kVA)", "计费容量（千伏安）", "计费容量（kVA）", "计费容量"), "the capacity that is billed, or", optional=True, may_lack=True),
                Column("demand_kw", "demand", ("计费需量(千瓦)", "计费需量(kW)", "计费需量（千瓦）", "计费需量（kW）", "计费需量"), "the demand that is billed", optional=True, may_lack=True),
                Column("reactive_mvarh", "reactive", ("无功电量(兆乏时)", "无功电量(Mvarh)", "无功电量（兆乏时）", "无功电量（Mvarh）", "无功电量"), "reactive energy, what was metered in both directions added up", optional=True, may_lack=True),
                Column("power_factor_standard", "enum", ("功率因数标准", "考核标准"), "the power factor that it is held to", optional=True, values=("0.90", "0.85", "0.80"), values_zh=("0.90", "0.85", "0.80"), also=(("0.9", "0.90"), ("0.8", "0.80"))),
            ),
            "基本电费", "what the rest of a user's bill rests on: capacity or demand, and reactive energy", key=("user_id", "month"), of_year=True, later=True,
        ),
        Table(
            "retail_contracts",
            (
                Column("user_id", "ref", _USER_ZH, "the user, of a retailer", refers=("users",)),
                Column("from", "month", ("起始月份", "开始月份"), "first month; empty: open", optional=True),
                Column("to", "month", ("终止月份", "结束月份"), "last month; empty: open", optional=True),
                Column("kind", "enum", ("定价方式", "零售定价方式"), "how its price is made", values=("fixed", "spread_share", "cost_plus"), values_zh=("固定价格", "价差分成", "成本加成"), also=(("固定价", "fixed"), ("分成", "spread_share"))),
                Column("price", "price", ("零售电价(元/兆瓦时)", "零售电价（元/兆瓦时）", "零售电价", "固定电价"), "of a fixed price, in every period that has none of its own", optional=True, may_lack=True),
                Column("reference", "price", ("基准价(元/兆瓦时)", "基准价（元/兆瓦时）", "基准价"), "of a share of the spread: the price from which it is counted; may be negative", optional=True, may_lack=True, signed=True),
                Column("share", "ratio", ("分成比例",), "of a share of the spread: the user's share of cost less reference", optional=True, may_lack=True),
                Column("floor", "price", ("下限价(元/兆瓦时)", "下限价（元/兆瓦时）", "下限价"), "of a share of the spread: not below it", optional=True, may_lack=True),
                Column("cap", "price", ("上限价(元/兆瓦时)", "上限价（元/兆瓦时）", "上限价"), "of a share of the spread: not above it", optional=True, may_lack=True),
                Column("fee", "price", ("服务费(元/兆瓦时)", "服务费（元/兆瓦时）", "服务费"), "of cost plus a fee: what is added to the cost; may be negative", optional=True, may_lack=True, signed=True),
                Column("deviation", "enum", ("偏差承担方", "偏差处理"), "who bears the user's deviation: the retailer, the user itself by a charge of its own, or the user within its price", optional=True, values=("retailer", "own", "price"), values_zh=("售电公司", "用户", "计入电价"), also=(("售电公司承担", "retailer"), ("用户承担", "own")), default="retailer"),
                Column("free", "ratio", ("免考核比例", "允许偏差"), "of the nomination: deviation that bears no charge; empty: 0", optional=True, may_lack=True),
                Column("rate", "ratio", ("偏差费率",), "charge on deviation as a ratio of the user's price", optional=True, may_lack=True),
                Column("deviation_price", "price", ("偏差电价(元/兆瓦时)", "偏差电价（元/兆瓦时）", "偏差电价"), "charge on deviation as a price", optional=True, may_lack=True),
                Column("side", "enum", ("考核方向",), "which deviation is charged: both, over, under, or the one in which the settlement unit deviates", optional=True, values=("both", "over", "under", "unit"), values_zh=("双向", "超用", "欠用", "随结算单元"), default="both"),
                Column("capped", "bool", ("封顶",), "such charges together take no more than what the deviation cost the retailer", optional=True, default=False),
            ),
            "零售合同", "what a retailer agreed with its users", later=True,
        ),
        Table(
            "nominations",
            (
                Column("user_id", "ref", _USER_ZH, "the user", refers=("users",)),
                Column("month", "month", ("月份",), "calendar month"),
                Column("period", "enum", ("时段",), "contract period of the day; empty: the month as a whole", optional=True, of="periods"),
                Column("energy_mwh", "energy", ("申报电量(兆瓦时)", "申报电量（兆瓦时）", "申报电量", *_ENERGY_ZH), "energy that the user said it would use"),
            ),
            "用电申报", "what users nominated by month or period", key=("user_id", "month", "period"), of_year=True, later=True,
        ),
        Table(
            "corrections",
            (
                Column("month", "month", ("月份", "结算月份"), "month in whose statement it stands"),
                Column("item", "enum", ("科目", "结算科目"), "what it corrects; correction: the statement does not say", of="corrected", also=(("退补电费", "correction"), ("以前月份退补电费", "correction"))),
                Column("unit_id", "text", ("结算单元", "结算单元编号"), "settlement unit; empty: of a user's own bill", optional=True),
                Column("amount_yuan", "money", ("金额(元)", "金额（元）", "退补金额(元)", "退补金额（元）", "金额", "退补金额"), "what is paid in addition; negative: what is paid back", signed=True),
                Column("corrects_month", "month", ("退补月份", "所属月份"), "the earlier month that it corrects, of any year", any_year=True),
                Column("user_id", "ref", _USER_ZH, "the user whose line it corrects; empty: the unit's as a whole", optional=True, refers=("users",)),
            ),
            "退补", "corrections of earlier months that a statement contains", key=("month", "item", "unit_id", "user_id", "corrects_month"), of_year=True, later=True,
        ),
    )
}

BILLED_TARIFFS = tuple(
    column for column in INPUT_TABLES["tariffs"] if column.kind in ("per_apparent", "per_demand")
)
"""Columns of a table of tariffs that the table ``billing`` asks for, whatever the market (rulebook part 13)."""

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
            "售电收益", "a retailer's margin by user and month", key=("retailer_id", "month", "user_id"),
        ),
    )
}
