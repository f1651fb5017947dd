"""The words of the charts in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from gridsim import names_zh
from gridsim.errors import ResultError
from gridsim.explain.words import Wording
from gridsim.suggest import not_one_of
from gridsim.words import Lang

__all__ = ["ChartWords"]

# What an explanation calls by a longer or shorter name than fits an axis.
_NAMES: dict[Lang, dict[str, str]] = {
    "en": {
        "total": "total",
        "energy": "contract energy",
        "tou_adjustment": "time-of-use adjustment",
        "fallback": "fallback price",
        "catalogue": "catalogue tariff",
        "GRID": "grid company",
        "GOVERNMENT": "government",
        "generators": "generators",
        "retailers": "retailers",
        "users": "users",
        "grid": "grid company",
        "government": "government",
        "funds": "funds",
        "shortfall": "shortfall fee",
    },
    "zh": {
        "total": "常规电量",
        "funds": "基金及附加",
        "tou_adjustment": "峰谷调整",
        **names_zh.INSTITUTIONS,
        **names_zh.GROUPS,
    },
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_TEXTS: dict[Lang, dict[str, str]] = {
    "en": {
        "energy_axis": "energy [{unit}]",
        "money_axis": "money [{unit}]",
        "price_axis": "price [{unit}]",
        "cost_axis": "cost [{unit}]",
        "others": "{count} others",
        "other_of": "{count} other {group}",
        "all_units": "all settlement units",
        "whole_market": "the whole market",
        "unit": "settlement unit {unit}",
        "retailer": "retailer {retailer}",
        "month_of": "month {month}",
        "rounded": "Labels are rounded; the table behind the chart is exact.",
        # supply and demand
        "supply_demand": "Supply and demand: {session}",
        "book": "Delivery {delivery}, {product}{segment}. {sells} sell and {buys} buy orders stand.",
        "book_segment": ", {segment}",
        "traded": "{energy} {unit} trade in {pairs} pairs, on average at {price} {price_unit}.",
        "traded_nothing": "Nothing trades: the highest bid lies below the cheapest offer.",
        "levels": "Drawn with {shown} of {all} price levels; the table has every order.",
        "supply": "supply",
        "demand": "demand",
        "pairs": "price of the matched pairs",
        "matched": "matched",
        "cumulated": "cumulated energy [{unit}]",
        # contract and metered
        "contract_and_metered": "Contracted and metered energy: {who}",
        "bands": "Grey: band in which energy settles at contract prices.",
        "bands_summed": "Grey: the bands of {count} settlement units, summed.",
        "no_band": "{months}: no band ({clause}).",
        "band": "band",
        "contract": "contracted",
        "metered": "metered",
        "in_band": "metered, in band",
        "overrun": "overrun",
        "shortfall": "shortfall",
        # waterfall
        "cost_waterfall": "What makes up the cost: {who}",
        "waterfall": "{total} {unit} in all, {average} {price_unit} on {energy} {energy_unit} metered. Deviation "
        "(overrun and shortfall fee) is {share} of it.",
        "sum": "all",
        "from": "from {amount}",
        # flows
        "money_flows": "Who pays whom",
        "flows": "{total} {unit} change hands{period}. By name: the largest, at most {named} a side, "
        "that have 1 % of it or more.",
        "flows_whole": "{total} {unit} change hands{period}.",
        "flows_period": " in {months}",
        "repaid": "A negative sum is drawn as a payment back.",
        "pays": "pays",
        "gets": "receives",
        # heat map
        "deviation_heat_map": "Deviation from contracts by unit and month",
        "heat": "Metered over contracted energy, less one. ▲ overrun, ▼ shortfall: outside of the band.",
        "heat_top": "The {shown} of {all} units with the largest deviation money.",
        "heat_clipped": "Colours end at ±{limit}.",
        "heat_nothing": "hatched: no contract",
        "deviation": "deviation",
        "deviation_money": "deviation money",
        # distribution
        "cost_distribution": "Distribution of cost: {who}",
        "draws": "{count} draws. In {level} of them the cost is at most {var} {unit} (cost-at-risk); the worst {rest} "
        "cost {cvar} {unit} on average (CVaR).",
        "draw_count": "draws",
        "mean": "mean {value}",
        "var": "cost-at-risk {level}: {value}",
        "cvar": "CVaR {level}: {value}",
        "who_all": "all draws",
        # tornado
        "tornado": "What the result depends on",
        "tornado_base": "Change of the result against {base} {unit}, for the low and the high value of each parameter.",
        "tornado_top": "The {shown} of {all} parameters with the widest range.",
        "low": "low value",
        "high": "high value",
        "change_axis": "change [{unit}]",
        # how much to contract
        "cost_by_contract": "Cost by contract energy: {unit}, {month}, {product}",
        "cost_expected": "Expected cost over {draws} equally likely loads.",
        "cost_weighted": "Expected cost over {draws} equally likely loads, with the CVaR: the dearest count more.",
        "break_points_many": "The curve bends at {count} energies; the table has them all.",
        "break_points": "break points",
        "optimum": "least cost: {energy} {unit}",
        "cost": "cost",
        "contract_axis": "contract energy [{unit}]",
        # market prices
        "market_prices": "Market prices by session",
        "prices": "Points: average weighted by energy; lines: lowest to highest price of a trade. Below: energy.",
        "prices_top": "The {shown} of {all} sessions with the most energy.",
        "trades": "trades",
        "lowest": "lowest",
        "highest": "highest",
        "average": "average",
        # buttons
        "save_picture": "Save as a picture",
        "picture_soon": "The picture is made; this may take a few seconds",
        "picture_saved": "The picture is saved",
        "zoom": "Zoom to a frame",
        "pan": "Move",
        "zoom_in": "Zoom in",
        "zoom_out": "Zoom out",
        "reset": "Reset",
    },
    "zh": {
        "energy_axis": "电量（{unit}）",
        "money_axis": "金额（{unit}）",
        "price_axis": "电价（{unit}）",
        "cost_axis": "费用（{unit}）",
        "others": "其余 {count} 家",
        "other_of": "其余 {count} 家{group}",
        "all_units": "全部结算单元",
        "whole_market": "全市场",
        "unit": "结算单元 {unit}",
        "retailer": "售电公司 {retailer}",
        "month_of": "{month}",
        "rounded": "图中数字经四舍五入，图后表格为精确值。",
        "supply_demand": "供需曲线：{session}",
        "book": "交割期{delivery}，{product}{segment}。有效卖方申报 {sells} 笔，买方申报 {buys} 笔。",
        "book_segment": "，{segment}",
        "traded": "成交 {pairs} 对，共 {energy} {unit}，均价 {price} {price_unit}。",
        "traded_nothing": "没有成交：最高买价低于最低卖价。",
        "levels": "图中只画 {all} 个价位中的 {shown} 个，表格列出全部申报。",
        "supply": "供给曲线",
        "demand": "需求曲线",
        "pairs": "成交价格",
        "matched": "成交部分",
        "cumulated": "累计电量（{unit}）",
        "contract_and_metered": "合同电量与实际用电量：{who}",
        "bands": "灰色为偏差范围，其内按合同电价结算。",
        "bands_summed": "灰色为 {count} 个结算单元偏差范围之和。",
        "no_band": "{months}不设偏差范围（{clause}）。",
        "band": "偏差范围",
        "contract": "合同电量",
        "metered": "实际用电量",
        "in_band": "合同内电量",
        "overrun": "超用电量",
        "shortfall": "欠用电量",
        "cost_waterfall": "费用构成：{who}",
        "waterfall": "合计 {total} {unit}，按实际用电量 {energy} {energy_unit}计均价 {average} {price_unit}；"
        "偏差费用（超用、欠用）占 {share}。",
        "sum": "合计",
        "from": "自 {amount}",
        "money_flows": "资金流向",
        "flows": "{period}资金往来合计 {total} {unit}。图中单列占 1 % 以上的主体，付款、收款各至多 {named} 家。",
        "flows_whole": "{period}资金往来合计 {total} {unit}。",
        "flows_period": "{months}",
        "repaid": "负数画作退款。",
        "pays": "付款",
        "gets": "收款",
        "deviation_heat_map": "各结算单元各月偏差率",
        "heat": "偏差率 = 实际用电量 ÷ 合同电量 − 1。▲ 超用、▼ 欠用：超出偏差范围。",
        "heat_top": "偏差费用最高的 {shown} 个结算单元（共 {all} 个）。",
        "heat_clipped": "颜色至 ±{limit} 为止。",
        "heat_nothing": "斜线：没有合同",
        "deviation": "偏差率",
        "deviation_money": "偏差费用",
        "cost_distribution": "费用分布：{who}",
        "draws": "共 {count} 次抽样。{level} 的情形下费用不超过 {var} {unit}（风险费用）；"
        "最差的 {rest} 情形平均为 {cvar} {unit}（CVaR）。",
        "draw_count": "抽样次数",
        "mean": "平均 {value}",
        "var": "风险费用 {level}：{value}",
        "cvar": "CVaR {level}：{value}",
        "who_all": "全部抽样",
        "tornado": "敏感性分析",
        "tornado_base": "各参数取低值、高值时，结果与基准 {base} {unit}之差。",
        "tornado_top": "影响最大的 {shown} 个参数（共 {all} 个）。",
        "low": "取低值",
        "high": "取高值",
        "change_axis": "变化（{unit}）",
        "cost_by_contract": "合同电量与费用：{unit}，{month}，{product}",
        "cost_expected": "{draws} 个等概率用电量样本下的期望费用。",
        "cost_weighted": "{draws} 个等概率用电量样本下的期望费用，计入 CVaR：费用最高的样本权重更大。",
        "break_points_many": "曲线在 {count} 处转折，全部列于表格。",
        "break_points": "转折点",
        "optimum": "费用最低：{energy} {unit}",
        "cost": "费用",
        "contract_axis": "合同电量（{unit}）",
        "market_prices": "各场次成交价格",
        "prices": "圆点为按电量加权的均价，竖线为最低至最高成交价；下图为成交电量。",
        "prices_top": "成交电量最多的 {shown} 个场次（共 {all} 个）。",
        "trades": "成交笔数",
        "lowest": "最低价",
        "highest": "最高价",
        "average": "均价",
        "save_picture": "保存为图片",
        "picture_soon": "正在生成图片，可能需要几秒钟",
        "picture_saved": "图片已保存",
        "zoom": "框选放大",
        "pan": "平移",
        "zoom_in": "放大",
        "zoom_out": "缩小",
        "reset": "复位",
    },
}


class ChartWords:
    """Says the texts of a chart in one language.

    Parameters
    ----------
    lang : {"en", "zh"}

    Raises
    ------
    ResultError
        Another language.
    """

    def __init__(self, lang: Lang) -> None:
        if lang not in _TEXTS:
            raise ResultError(not_one_of("lang", lang, _TEXTS))
        self.lang = lang
        self._words = Wording(lang)

    def say(self, key: str, **blanks: object) -> str:
        """A text with its blanks filled."""
        return _TEXTS[self.lang][key].format(**blanks)

    def name(self, code: str) -> str:
        """The name of an item, product, party group or session kind; ids stay as they are."""
        return _NAMES[self.lang].get(code) or self._words.name(code)

    def short_month(self, month: str) -> str:
        """A month where its year is plain."""
        return self._words.short_month(month) if self.lang == "zh" else _MONTHS[int(month[5:]) - 1]

    def month(self, month: str) -> str:
        """A month with its year."""
        return self._words.month(month)

    def months(self, months: list[str]) -> str:
        """A span of months that follow each other, or a list of them."""
        if not months:
            return ""
        if len(months) > 1 and int(months[-1][5:]) - int(months[0][5:]) == len(months) - 1:
            year = f"{months[0][:4]}年" if self.lang == "zh" else ""
            after = "" if self.lang == "zh" else f" {months[0][:4]}"
            return f"{year}{self.short_month(months[0])}–{self.short_month(months[-1])}{after}"
        return self._words.listed(map(self.month, months))

    def listed(self, texts: Iterable[str]) -> str:
        """Texts as a list."""
        return self._words.listed(texts)

    def delivery(self, delivery: str) -> str:
        """What is delivered when: a year, its second half, or a month."""
        return self._words.delivery(delivery)

    def sentences(self, *parts: str) -> str:
        """Sentences behind each other; Chinese has no space between them."""
        return ("" if self.lang == "zh" else " ").join(part for part in parts if part)
