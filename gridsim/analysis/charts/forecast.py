"""Months that are a forecast, where a chart has months side by side: paler ground behind bars, a strip over cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gridsim.analysis.charts import style
from gridsim.analysis.charts.marks import BandMark, BarMark

if TYPE_CHECKING:
    from gridsim.analysis.charts.words import ChartWords

__all__ = ["STRIP", "forecast_ground", "forecast_strip"]

STRIP = 0.5
"""The room above the first row of cells that the strip needs; a row is one high."""

_GROUND, _HIGH = 0.14, 0.22


def forecast_ground(months: Sequence[str], words: ChartWords) -> list[BandMark]:
    """The ground behind the bars of months that are a forecast, which the legend names; nothing if none is.

    Parameters
    ----------
    months : sequence of str
        Month i stands at i.
    words : ChartWords
        It knows which are a forecast.
    """
    return [
        BandMark(start=first - 0.5, end=last + 0.5, colour=style.BLUE, opacity=_GROUND, name=words.say("forecast"))
        for first, last in _spans(months, words)
    ]


def forecast_strip(months: Sequence[str], words: ChartWords) -> list[BarMark]:
    """A hatched strip above the columns of months that are a forecast, which the legend names; nothing if none is.

    Parameters
    ----------
    months : sequence of str
        Month i stands at i.
    words : ChartWords
        It knows which are a forecast.
    """
    spans = list(_spans(months, words))
    if not spans:
        return []
    return [
        BarMark(
            at=[(first + last) / 2 for first, last in spans],
            foot=[-0.5 - (STRIP + _HIGH) / 2] * len(spans),
            length=[_HIGH] * len(spans),
            width=[last - first + 0.92 for first, last in spans],
            colour=style.BLUE,
            is_hatched=True,
            name=words.say("forecast"),
        )
    ]


def _spans(months: Sequence[str], words: ChartWords) -> list[tuple[int, int]]:
    """The first and the last place of months that are a forecast and follow each other."""
    spans: list[tuple[int, int]] = []
    for place, month in enumerate(months):
        if month in words.forecast:
            follows = bool(spans) and spans[-1][1] == place - 1
            spans[-1:] = [(spans[-1][0], place)] if follows else [*spans[-1:], (place, place)]
    return spans
