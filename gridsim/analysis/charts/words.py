"""The words of the charts: English as it stands where it is said, and its Chinese here."""

from __future__ import annotations

from collections.abc import Iterable

from gridsim import names_zh
from gridsim.errors import ResultError
from gridsim.explain.words import Words
from gridsim.sentences import Lang
from gridsim.suggest import not_one_of

__all__ = ["CHINESE", "NAMES", "ChartWords"]

NAMES = {
    "total": "total",
    "energy": "contract energy",
    "tou_adjustment": "time-of-use adjustment",
    "fallback": "fallback price",
    "catalogue": "catalogue tariff",
    "funds": "funds",
    "shortfall": "shortfall fee",
    "GRID": "grid company",
    "GOVERNMENT": "government",
    "grid": "grid company",
    "government": "government",
    "generators": "generators",
    "retailers": "retailers",
    "users": "users",
}
"""What an explanation calls by a longer or shorter name than fits an axis."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

CHINESE = {
    # names
    "total": "常规电量",
    "contract energy": "合同电费",
    "time-of-use adjustment": "峰谷调整",
    "fallback price": "保底电费",
    "catalogue tariff": "目录电费",
    "funds": "基金及附加",
    "shortfall fee": "欠用电费",
    "grid company": names_zh.INSTITUTIONS["GRID"],
    "government": names_zh.INSTITUTIONS["GOVERNMENT"],
    "generators": names_zh.GROUPS["generators"],
    "retailers": names_zh.GROUPS["retailers"],
    "users": names_zh.GROUPS["users"],
    # axes
    "energy [{unit}]": "电量（{unit}）",
    "cumulative energy [{unit}]": "累计电量（{unit}）",
    "contract energy [{unit}]": "合同电量（{unit}）",
    "money [{unit}]": "金额（{unit}）",
    "cost [{unit}]": "费用（{unit}）",
    "price [{unit}]": "电价（{unit}）",
    "change [{unit}]": "变化（{unit}）",
    # whose
    "all settlement units": "全部结算单元",
    "the whole market": "全市场",
    "settlement unit {unit}": "结算单元 {unit}",
    "retailer {retailer}": "售电公司 {retailer}",
    # supply and demand
    "Supply and demand: {session}": "供需曲线：{session}",
    "Delivery {delivery}, {product}. Orders: {sells} to sell, {buys} to buy.": (
        "交割期{delivery}，{product}。有效申报：卖方 {sells} 笔，买方 {buys} 笔。"
    ),
    "Delivery {delivery}, {product}, {segment}. Orders: {sells} to sell, {buys} to buy.": (
        "交割期{delivery}，{product}，{segment}。有效申报：卖方 {sells} 笔，买方 {buys} 笔。"
    ),
    "Matched pairs: {pairs}, {energy} {unit} at {price} {price_unit} on average.": (
        "成交 {pairs} 对，共 {energy} {unit}，均价 {price} {price_unit}。"
    ),
    "Nothing trades: the highest bid lies below the cheapest offer.": "没有成交：最高买价低于最低卖价。",
    "Drawn with {shown} of {all} price levels; the table has every order.": (
        "图中只画 {all} 个价位中的 {shown} 个，表格列出全部申报。"
    ),
    "supply": "供给曲线",
    "demand": "需求曲线",
    "matched": "成交部分",
    "price of the matched pairs": "成交价格",
    # contracted and metered energy
    "Contracted and metered energy: {who}": "合同电量与实际用电量：{who}",
    "Grey: band in which energy settles at contract prices.": "灰色为偏差范围，其内按合同电价结算。",
    "Grey: the bands of {count} settlement units, summed.": "灰色为 {count} 个结算单元偏差范围之和。",
    "{months}: no band ({clause}).": "{months}不设偏差范围（{clause}）。",
    "band": "偏差范围",
    "contracted": "合同电量",
    "metered": "实际用电量",
    "metered, in band": "合同内电量",
    "overrun": "超用电量",
    "shortfall": "欠用电量",
    # what makes up a cost
    "What makes up the cost: {who}": "费用构成：{who}",
    (
        "{total} {unit} in all, {average} {price_unit} on {energy} {energy_unit} metered. Deviation (overrun and "
        "shortfall fee) is {share} of it."
    ): (
        "合计 {total} {unit}，按实际用电量 {energy} {energy_unit}计均价 {average} {price_unit}；"
        "偏差费用（超用、欠用）占 {share}。"
    ),
    "all": "合计",
    # who pays whom
    "Who pays whom": "资金流向",
    "{total} {unit} change hands.": "资金往来合计 {total} {unit}。",
    "{total} {unit} change hands in {months}.": "{months}资金往来合计 {total} {unit}。",
    "By name: the largest, at most {named} a side, that have 1 % of it or more.": (
        "图中单列占 1 % 以上的主体，付款、收款各至多 {named} 家。"
    ),
    "A negative sum is drawn as a payment back.": "负数画作退款。",
    "{count} other {group}": "其余 {count} 家{group}",
    "{share} of the money paid": "占付款总额 {share}",
    "{share} of the money received": "占收款总额 {share}",
    # deviation by unit and month
    "Deviation from contracts by unit and month": "各结算单元各月偏差率",
    "Metered over contracted energy, less one. ▲ overrun, ▼ shortfall: outside of the band.": (
        "偏差率 = 实际用电量 ÷ 合同电量 − 1。▲ 超用、▼ 欠用：超出偏差范围。"
    ),
    "The {shown} of {all} units with the largest deviation money.": (
        "偏差费用最高的 {shown} 个结算单元（共 {all} 个）。"
    ),
    "Colours end at ±{limit}.": "颜色至 ±{limit} 为止。",
    "Hatched: no contract.": "斜线：没有合同。",
    "deviation": "偏差率",
    "deviation money": "偏差费用",
    # distribution of a cost
    "Distribution of cost: {who}": "费用分布：{who}",
    "all draws": "全部抽样",
    (
        "{count} draws. In {level} of them the cost is at most {var} {unit} (cost-at-risk); the worst {rest} cost "
        "{cvar} {unit} on average (CVaR)."
    ): (
        "共 {count} 次抽样。{level} 的情形下费用不超过 {var} {unit}（风险费用）；"
        "最差的 {rest} 情形平均为 {cvar} {unit}（CVaR）。"
    ),
    "draws": "抽样次数",
    "mean {value}": "平均 {value}",
    "cost-at-risk {level}: {value}": "风险费用 {level}：{value}",
    "CVaR {level}: {value}": "CVaR {level}：{value}",
    # what a result depends on
    "What the result depends on": "敏感性分析",
    "Change of the result against {base} {unit}, for the low and the high value of each parameter.": (
        "各参数取低值、高值时，结果与基准 {base} {unit}之差。"
    ),
    "The {shown} of {all} parameters with the widest range.": "影响最大的 {shown} 个参数（共 {all} 个）。",
    "low value": "取低值",
    "high value": "取高值",
    # how much to contract
    "Cost by contract energy: {unit}, {month}, {product}": "合同电量与费用：{unit}，{month}，{product}",
    "Expected cost over {draws} equally likely loads.": "{draws} 个等概率用电量样本下的期望费用。",
    "Expected cost over {draws} equally likely loads, with the CVaR: the dearest count more.": (
        "{draws} 个等概率用电量样本下的期望费用，计入 CVaR：费用最高的样本权重更大。"
    ),
    "The curve bends at {count} energies; the table has them all.": "曲线在 {count} 处转折，全部列于表格。",
    "cost": "费用",
    "break points": "转折点",
    "least cost: {energy} {unit}": "费用最低：{energy} {unit}",
    "equally cheap: up to {energy} {unit}": "费用相同：至 {energy} {unit}",
    # prices of sessions
    "Market prices by session": "各场次成交价格",
    "Points: average weighted by energy; lines: lowest to highest price of a trade. Below: energy.": (
        "圆点为按电量加权的均价，竖线为最低至最高成交价；下图为成交电量。"
    ),
    "The {shown} of {all} sessions with the most energy.": "成交电量最多的 {shown} 个场次（共 {all} 个）。",
    "average": "均价",
    "lowest": "最低价",
    "highest": "最高价",
    "trades": "成交笔数",
    # buttons
    "Save as a picture": "保存为图片",
    "The picture is made; this may take a few seconds": "正在生成图片，可能需要几秒钟",
    "The picture is saved": "图片已保存",
    "Zoom to a frame": "框选放大",
    "Move": "平移",
    "Zoom in": "放大",
    "Zoom out": "缩小",
    "Reset": "复位",
}
"""The Chinese of every text of the charts, by its English."""


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
        if lang not in ("en", "zh"):
            raise ResultError(not_one_of("lang", lang, ("en", "zh")))
        self.lang = lang
        self._words = Words(lang)

    def say(self, text: str, **blanks: object) -> str:
        """A text with its blanks filled; it is written out in English where it is said."""
        return (CHINESE[text] if self.lang == "zh" else text).format(**blanks)

    def name(self, code: str) -> str:
        """The name of an item, product, party group or session kind; ids stay as they are."""
        return self.say(NAMES[code]) if code in NAMES else self._words.name(code)

    def pair(self, name: str, value: str) -> str:
        """A line of a hover: what it is, and how much."""
        return f"{name}：{value}" if self.lang == "zh" else f"{name}: {value}"

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
