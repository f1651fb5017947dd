"""How charts say things: shorter names than an explanation's, months on an axis, lines of a hover."""

from __future__ import annotations

from gridsim.errors import ResultError
from gridsim.explain.words import NAMES as EXPLAINED
from gridsim.suggest import not_one_of
from gridsim.words import LANGS, Lang, Language, msg, within

__all__ = ["NAMES", "ChartWords"]

NAMES = {
    "total": msg("total"),
    "energy": msg("contract energy"),
    "tou_adjustment": msg("time-of-use adjustment"),
    "fallback": msg("fallback price"),
    "catalogue": msg("catalogue tariff"),
    "funds": within("chart", "funds"),
    "shortfall": msg("shortfall fee"),
    "GRID": msg("grid company"),
    "GOVERNMENT": msg("government"),
    "grid": msg("grid company"),
    "government": msg("government"),
    "generators": msg("generators"),
    "retailers": msg("retailers"),
    "users": msg("users"),
}
"""What an explanation calls by a longer or shorter name than fits an axis."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ChartWords(Language):
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
        if lang not in LANGS:
            raise ResultError(not_one_of("lang", lang, LANGS))
        super().__init__(lang, {**EXPLAINED, **NAMES})

    def pair(self, name: str, value: str) -> str:
        """A line of a hover: what it is, and how much."""
        return f"{name}：{value}" if self.lang == "zh" else f"{name}: {value}"

    def short_month(self, month: str) -> str:
        """A month where its year is plain."""
        return super().short_month(month) if self.lang == "zh" else _MONTHS[int(month[5:]) - 1]

    def months(self, months: list[str]) -> str:
        """A span of months that follow each other, or a list of them."""
        if not months:
            return ""
        if len(months) > 1 and int(months[-1][5:]) - int(months[0][5:]) == len(months) - 1:
            year = f"{months[0][:4]}年" if self.lang == "zh" else ""
            after = "" if self.lang == "zh" else f" {months[0][:4]}"
            return f"{year}{self.short_month(months[0])}–{self.short_month(months[-1])}{after}"
        return self.listed(map(self.month, months))
