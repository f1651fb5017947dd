"""The columns of every table of a scenario as data: they drive the readers, the messages, the writers and the docs.

What depends on the market (what may be chosen, the items of tariffs and of charges) is put in by
`gridsim.market_tables`: who reads or writes a table of a scenario takes it from there. `gridsim.result_columns` has those
of results.

The names on the outside (``energy_mwh``) are fixed by the formats page. Inside, the same column holds
integers under its exact name (``energy_kwh``); `Column.exact` gives it.
"""

from __future__ import annotations

from gridsim.column import Column, Kind, Table

__all__ = ["BILLED_TARIFFS", "INPUT_TABLES", "Column", "Kind", "Table"]

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
            "forecast",
            (
                Column("user_id", "ref", _USER_ZH, "the user", refers=("users",)),
                Column("month", "month", ("月份",), "calendar month"),
                Column("period", "enum", ("时段",), "period of the day", of="periods"),
                Column("energy_mwh", "energy", ("预测电量(兆瓦时)", "预测电量（兆瓦时）", "预测电量", *_ENERGY_ZH), "energy that is expected", finer="converted"),
            ),
            "预测", "energy expected in the months that meter or load has no rows of", key=("user_id", "month", "period"), of_year=True, later=True,
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
