"""The panel of a heat map by month: a row for each of those it is about, from the top down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gridsim.analysis.charts import style
from gridsim.analysis.charts.forecast import STRIP, forecast_strip
from gridsim.analysis.charts.marks import Coordinate, Mark, Panel

if TYPE_CHECKING:
    from gridsim.analysis.charts.words import ChartWords

__all__ = ["month_grid"]

_ROW, _LEAST = 24, 110  # heights [pixels]


def month_grid(marks: Sequence[Mark], rows: Sequence[str], months: Sequence[str], words: ChartWords) -> Panel:
    """Lay marks out over rows and months: the cell of row i and month j is at (j, i).

    A strip over the months tells which are a forecast.

    Parameters
    ----------
    marks : sequence of Mark
    rows : sequence of str
        What each is called.
    months : sequence of str
        ``YYYY-MM``.
    words : ChartWords
    """
    plain: Any = {"has_grid": False, "has_line": False}
    strip = forecast_strip(months, words)
    return Panel(
        marks=[*marks, *strip],
        x=Coordinate(
            ticks=[(i, words.short_month(month)) for i, month in enumerate(months)],
            limits=(-0.5, len(months) - 0.5),
            **plain,
        ),
        y=Coordinate(
            ticks=[(i, style.shortened(name)) for i, name in enumerate(rows)],
            limits=(-0.5 - (STRIP if strip else 0), len(rows) - 0.5),
            is_reversed=True,
            **plain,
        ),
        height=max(_LEAST, _ROW * len(rows)),
    )
