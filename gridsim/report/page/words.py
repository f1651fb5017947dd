"""The words of the report in one language: those of the charts, and what compliance checks compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.analysis.charts.words import ChartWords
from gridsim.words import Lang, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridsim.names import MarketNames

__all__ = ["PageWords"]

_CHECKS = {
    ("direct_access", ""): msg("mean annual consumption [MWh]; must be above the limit"),
    ("mode", ""): msg(
        "mean annual consumption [MWh]; from the limit on, on the peak-valley tariff, time of use is asked for"
    ),
    ("mode_encouraged", ""): msg(
        "mean annual consumption [MWh]; from the limit on, time of use is encouraged: for information"
    ),
    ("annual_cover", ""): msg("annual contracts / mean consumption of earlier years; at least the limit"),
    ("total_cover", ""): msg("all contracts / mean consumption of earlier years; at least the limit"),
    ("calendar", "window"): msg("working days that the window touches"),
    ("calendar", "close"): msg("day on which the session closes; not after the limit"),
    ("calendar", "close_before"): msg("day on which the session closes; before the limit"),
    ("calendar", "announcement"): msg("day of the announcement; before the limit and in the same month"),
    ("calendar", "announcement_by"): msg("day of the announcement; not after the limit and in the same month"),
    ("calendar", "delivery"): msg("what the session delivers, against what its kind delivers"),
    ("curve_balance", "metered_shares"): msg("largest gap between contracted and metered shares by period"),
    ("curve_balance", "hour_shares"): msg("largest gap between contracted shares by period and shares of hours"),
    ("credit", "metered_to_contracted"): msg("metered / contracted energy"),
    ("credit", "overrun_share"): msg("overrun / metered energy"),
    ("credit", "shortfall_share"): msg("shortfall / contracted energy"),
}
"""What is held against what, by check and measure."""

_SCRIPT = {
    "search": msg("Search"),
    "rows": msg("{shown} of {all} rows"),
    "page": msg("{page} / {pages}"),
    "previous": msg("Previous"),
    "next": msg("Next"),
    "nothing": msg("Nothing found."),
    "old": msg("This browser is too old to open this part: it needs DecompressionStream (2023 or later)."),
    "sort": msg("Sort by {column}"),
    "results": msg("{count} found"),
    "section": msg("Section"),
    "unit": msg("Unit"),
    "user": msg("User"),
    "month": msg("Month"),
    "clause": msg("Clause"),
    "row": msg("Table"),
    "outside": msg("outside of the market"),
}
"""What the page's own script says."""


class PageWords(ChartWords):
    """Says the texts of the report in one language; names as the charts do.

    Parameters
    ----------
    lang : {"en", "zh"}
    market : MarketNames
        Of the rule set: what its codes are called.

    Attributes
    ----------
    names : mapping of str to str
        Of participants by id, which stand behind ids in the tables; empty on a page that tells of one party alone.

    Raises
    ------
    ResultError
        Another language.
    """

    def __init__(self, lang: Lang, market: MarketNames) -> None:
        super().__init__(lang, market)
        self.names: Mapping[str, str] = {}

    def who(self, column: str, code: str) -> str:
        """A participant or a settlement unit in a table: its id, and its name behind it."""
        return self.with_name(column, code, self.names)

    def check(self, check: str, measure: str | None) -> str:
        """What a compliance check holds against what."""
        text = _CHECKS.get((check, measure or ""))
        return (measure or "") if text is None else self.say(text)

    def texts(self) -> dict[str, str]:
        """What the page's own script says, with its blanks."""
        return {name: self.template(text) for name, text in _SCRIPT.items()}
