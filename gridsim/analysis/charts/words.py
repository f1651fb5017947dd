"""How charts say things: names as long as fits an axis, months on an axis, lines of a hover."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from gridsim.metering import MarksForecasts
from gridsim.names import NamingLanguage
from gridsim.words import Lang

if TYPE_CHECKING:
    from gridsim.names import MarketNames

__all__ = ["ChartWords"]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ChartWords(MarksForecasts, NamingLanguage):
    """Says the texts of a chart in one language.

    Parameters
    ----------
    lang : {"en", "zh"}
    market : MarketNames, optional
        Of the rule set: what its codes are called; they stand as they are without it.
    people : mapping of str to str
        Names of participants by id, where they are to stand instead of ids.
    forecast : collection of str
        Months that are a forecast: they are said to be.
    """

    def __init__(
        self,
        lang: Lang,
        market: MarketNames | None = None,
        people: Mapping[str, str] | None = None,
        forecast: Collection[str] = (),
    ) -> None:
        super().__init__(lang, market, people)
        self.forecast = forecast

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
