"""The groups of a rule set in the order in which people are shown them, with their headings."""

from __future__ import annotations

from gridsim.rules.display import Lang

__all__ = ["HEADINGS", "heading_of"]

HEADINGS: dict[str, tuple[str, str]] = {
    "matching": ("Orders and matching", "申报与撮合"),
    "bilateral": ("Bilateral filings", "双边申报"),
    "decomposition": ("Decomposition to months", "电量分月"),
    "settlement": ("Settlement", "结算"),
    "tariff": ("Tariffs and coefficients", "电价与系数"),
    "fallback": ("Users that have left the market", "退出市场的用户"),
    "transition": ("Months of transition", "过渡期"),
    "periods": ("Periods of the day", "时段"),
    "calendar": ("Calendar", "日历"),
    "compliance": ("Compliance", "合规检查"),
    "scope": ("What is computed and what is not", "计算范围"),
}


def heading_of(group: str, lang: Lang) -> str:
    """The heading of a top group."""
    return HEADINGS[group][lang == "zh"]
