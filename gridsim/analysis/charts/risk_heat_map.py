"""Which months are dangerous for whom: a figure of risk by unit (or whoever is asked for) and month."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.analysis.charts import style
from gridsim.analysis.charts.chart import Backend, Chart, Lang
from gridsim.analysis.charts.display import Scale, money_scale, rows_of
from gridsim.analysis.charts.marks import CellMark, Mark, Panel, TextMark
from gridsim.analysis.charts.month_grid import month_grid
from gridsim.analysis.charts.words import ChartWords

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gridsim.names import MarketNames

__all__ = ["risk_heat_map"]

_COLOURS = [(0.0, style.NEUTRAL), (0.35, "#f0c9a8"), (0.7, "#d9705e"), (1.0, "#8c1a2b")]
_DARK = 0.6  # of the way to the end, from where letters are white


def risk_heat_map(
    risks: pd.DataFrame,
    *,
    what: str,
    level: str,
    by: str = "who",
    all_rows: int | None = None,
    shape: MarketNames | None = None,
    people: Mapping[str, str] | None = None,
    forecast: Collection[str] = (),
    backend: Backend = "plotly",
    lang: Lang,
) -> Chart:
    """Draw rows × months.

    Parameters
    ----------
    risks : DataFrame
        One row per `who` and `month`: `risk_micro_yuan`, and `mean_micro_yuan` beside it. Rows stand as they come.
    what : {"deviation", "cost", "buyer"}
        Whose risk it is.
    level : str
        What is drawn, as a batch calls it: ``q90``, ``cvar95``, ``mean``.
    by : str
        What the rows are, as codes are named: ``unit``, ``product``. Other words, as those that a caller has already
        made names of, stand as they are.
    all_rows : int, optional
        How many there are, if not all are drawn.
    shape : MarketNames, optional
        Of the rule set: what its codes are called.
    people : mapping of str to str, optional
        Names of participants, which stand instead of ids.
    forecast : collection of str
        Months that are a forecast, which the chart marks.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang, shape, people=people, forecast=forecast)
    who = list(dict.fromkeys(map(str, risks["who"])))
    months = sorted({str(month) for month in risks["month"]})
    largest = int(risks["risk_micro_yuan"].abs().max())
    scale = money_scale(largest, lang)
    told = {
        "deviation": words.say("What overrun and shortfall cost, with their fees"),
        "cost": words.say("All that is paid"),
        "buyer": words.say("What the buyer pays: energy, transfers and deviation"),
    }[what]
    parts = [words.say("{what}; in each month {level} over the draws.", what=told, level=_level(level, words))]
    if all_rows is not None and all_rows > len(who):
        parts.append(words.say("The {shown} of {all} with the largest month.", shown=len(who), all=all_rows))
    return Chart(
        "risk_heat_map",
        {"risks": risks},
        partial(_panels, words, risks, by, who, months, scale, level),
        title=words.say("Risk by month"),
        caption=words.sentences(*parts),
        backend=backend,
        lang=lang,
    )


def _level(level: str, words: ChartWords) -> str:
    """What a level is called."""
    digits = level.lstrip("qcvar")
    percent = f"{int(digits) / 10 ** (len(digits) - 2):g} %" if digits else ""
    if level.startswith("cvar"):
        return words.say("the mean beyond {percent}", percent=percent)
    if level.startswith("q"):
        return words.say("the {percent} quantile", percent=percent)
    return {"mean": words.say("the mean"), "median": words.say("the median")}.get(level, level)


def _panels(
    words: ChartWords,
    risks: pd.DataFrame,
    by: str,
    who: Sequence[str],
    months: Sequence[str],
    scale: Scale,
    level: str,
) -> Sequence[Panel]:
    row_of, column_of = {name: i for i, name in enumerate(who)}, {month: i for i, month in enumerate(months)}
    values: NDArray[np.float64] = np.full((len(who), len(months)), np.nan)
    hovers = [[""] * len(months) for _ in who]
    for row in rows_of(risks):
        at = row_of[str(row.who)], column_of[str(row.month)]
        values[at] = scale.value(row.risk_micro_yuan)
        hovers[at[0]][at[1]] = _hover(row, by, words, level)
    high = float(np.nanmax(values))
    low = min(float(np.nanmin(values)), 0.0)
    texts = [(x, y, values[y, x]) for y in range(len(who)) for x in range(len(months)) if not np.isnan(values[y, x])]
    edge = low + _DARK * (high - low)
    marks: list[Mark] = [
        CellMark(values=values, low=low, high=high or 1.0, colours=_COLOURS, title=scale.unit, hover=hovers),
        TextMark(
            x=[x for x, _, _ in texts],
            y=[y for _, y, _ in texts],
            texts=[_short(value) for _, _, value in texts],
            side="middle",
            colour=[style.WHITE if value > edge else style.INK for _, _, value in texts],
            size=9,
        ),
    ]
    return [month_grid(marks, [words.called(by, each) for each in who], months, words)]


def _short(value: float) -> str:
    """A number of three figures, as a cell has room for."""
    return "0" if not value else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _hover(row: Any, by: str, words: ChartWords, level: str) -> str:
    lines = {_level(level, words): row.risk_micro_yuan, words.say("the mean"): row.mean_micro_yuan}
    head = f"{words.called(by, str(row.who))}  {words.month(str(row.month))}"
    texts = []
    for name, amount in lines.items():
        money = money_scale(amount, words.lang)
        texts.append(words.pair(name, f"{money.text(amount)} {money.unit}"))
    return "\n".join([head, *texts])
