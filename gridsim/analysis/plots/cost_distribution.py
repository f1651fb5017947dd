"""The distribution of a cost over draws, with the cost-at-risk and the average of what lies beyond it (CVaR)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from gridsim.analysis.plots import style
from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.display import Scale, money_scale
from gridsim.analysis.plots.words import ChartWords
from gridsim.analysis.tail import tail_mean
from gridsim.errors import ResultError
from gridsim.units import RATIO_ONE, format_fixed, round_half_up
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["CostRisk", "cost_distribution", "cost_risk"]

_MOST_BINS = 60


class CostRisk(NamedTuple):
    """What a sample of costs says about risk [micro-yuan].

    Attributes
    ----------
    draws : int
    mean : int
        Rounded half up to the micro-yuan, as is `conditional`.
    at_risk : int
        The smallest cost of the sample that at least the share `level` of it does not exceed.
    conditional : int
        The average of the worst 1 − `level` of the sample (CVaR); the draw at the edge counts in part.
    """

    draws: int
    mean: int
    at_risk: int
    conditional: int


def cost_risk(costs_micro_yuan: ArrayLike, level: float | str | Decimal = "0.95") -> CostRisk:
    """Mean, cost-at-risk and CVaR of a sample, in integers.

    Parameters
    ----------
    costs_micro_yuan : (n,) integers [micro-yuan]
    level : float, str or Decimal
        Above 0 and below 1, at most 4 decimals.

    Raises
    ------
    ResultError
        No costs, costs that are no integers, or a level outside.
    """
    return _risk(_sorted_costs(costs_micro_yuan), _level(level))


def _sorted_costs(costs: ArrayLike) -> NDArray[np.int64]:
    values = np.asarray(costs)
    if values.ndim != 1 or len(values) == 0:
        raise ResultError(
            Sentence("costs must be one number a draw, at least one, not an array of shape {shape}", shape=values.shape)
        )
    if not np.issubdtype(values.dtype, np.integer):
        raise ResultError(
            Sentence("costs must be whole micro-yuan (an integer array), not {dtype}", dtype=str(values.dtype))
        )
    return np.sort(values.astype(np.int64))


def _level(level: float | str | Decimal) -> int:
    parts = Decimal(str(level)) * RATIO_ONE
    if not 0 < parts < RATIO_ONE or parts != int(parts):
        raise ResultError(
            Sentence("level must lie between 0 and 1 and have at most 4 decimals, not {level}", level=level)
        )
    return int(parts)


def _risk(ordered: NDArray[np.int64], level: int) -> CostRisk:
    count = len(ordered)
    at = -(-level * count // RATIO_ONE)  # so many draws do not exceed the cost-at-risk
    mean = round_half_up(sum(map(int, ordered)), count)
    return CostRisk(count, mean, int(ordered[at - 1]), tail_mean(ordered, level))


@dataclass(frozen=True)
class _View:
    title: str
    caption: str
    words: ChartWords
    scale: Scale
    edges: NDArray[np.float64]
    counts: list[int]
    beyond: list[bool]
    marks: list[tuple[str, float, str, str]]  # text, place, colour, line


def cost_distribution(
    costs_micro_yuan: ArrayLike | pd.Series | Sequence[int],
    *,
    level: float | str | Decimal = "0.95",
    who: str | None = None,
    backend: Backend = "plotly",
    lang: Lang = "en",
) -> Chart:
    """Draw how often which cost was drawn.

    Parameters
    ----------
    costs_micro_yuan : (n,) integers [micro-yuan]
        The cost of each draw.
    level : float, str or Decimal
        Of cost-at-risk and CVaR.
    who : str, optional
        Whose cost, as the title names it.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}

    Raises
    ------
    ResultError
        No costs, costs that are no integers, or a level outside.
    """
    words = ChartWords(lang)
    ordered, parts = _sorted_costs(costs_micro_yuan), _level(level)
    risk = _risk(ordered, parts)
    table = _histogram(ordered)
    scale = money_scale(max(abs(int(ordered[0])), abs(int(ordered[-1]))), lang)
    scale = _fine(scale, int(ordered[-1]) - int(ordered[0]))
    share, rest = (f"{format_fixed(part, 2)}".rstrip("0").rstrip(".") + " %" for part in (parts, RATIO_ONE - parts))
    title = words.say("cost_distribution", who=who or words.say("who_all"))
    caption = words.say(
        "draws",
        count=f"{risk.draws:,}",
        level=share,
        rest=rest,
        var=scale.text(risk.at_risk),
        cvar=scale.text(risk.conditional),
        unit=scale.unit,
    )
    marks = [
        (words.say("mean", value=scale.text(risk.mean)), scale.value(risk.mean), style.INK, "dot"),
        (
            words.say("var", level=share, value=scale.text(risk.at_risk)),
            scale.value(risk.at_risk),
            style.ORANGE,
            "dash",
        ),
        (
            words.say("cvar", level=share, value=scale.text(risk.conditional)),
            scale.value(risk.conditional),
            style.RED,
            "solid",
        ),
    ]
    starts = table["from_micro_yuan"].tolist()
    edges = np.array([*starts, int(table["to_micro_yuan"].iloc[-1])], dtype=np.float64) / scale.divisor
    view = _View(
        title,
        caption,
        words,
        scale,
        edges,
        table["draws"].tolist(),
        [start >= risk.at_risk for start in starts],
        marks,
    )
    draw: dict[Backend, Any] = {"plotly": partial(_plotly, view), "matplotlib": partial(_matplotlib, view)}
    figures = pd.DataFrame(
        {
            "draws": [risk.draws],
            "mean_micro_yuan": [risk.mean],
            "at_risk_micro_yuan": [risk.at_risk],
            "conditional_micro_yuan": [risk.conditional],
        }
    )
    tables = {"histogram": table, "risk": figures}
    return Chart("cost_distribution", tables, draw, title=title, caption=caption, backend=backend, lang=lang)


def _histogram(ordered: NDArray[np.int64]) -> pd.DataFrame:
    """How many draws lie in each class of cost; a class contains where it starts, the last also where it ends."""
    low, high = int(ordered[0]), int(ordered[-1])
    count = min(_MOST_BINS, max(1, round(2 * len(ordered) ** 0.5)), high - low + 1)
    edges = [low + (high + 1 - low) * i // count for i in range(count + 1)]
    places = np.searchsorted(ordered, np.array(edges, dtype=np.int64), side="left")
    edges[-1] = high
    return pd.DataFrame(
        {"from_micro_yuan": edges[:-1], "to_micro_yuan": edges[1:], "draws": np.diff(places).astype(np.int64)}
    )


def _fine(scale: Scale, spread: int) -> Scale:
    """As many decimals as tell the draws apart."""
    decimals = scale.decimals
    while decimals < 6 and spread * 10**decimals < 200 * scale.divisor:
        decimals += 1
    return scale._replace(decimals=decimals)


def _plotly(view: _View) -> Any:
    import plotly.graph_objects as go

    figure = style.plotly_figure(style.label(view.title), style.label(view.caption), height=340, bargap=0.04)
    figure.add_trace(
        go.Bar(
            x=(view.edges[:-1] + view.edges[1:]) / 2,
            y=view.counts,
            width=np.maximum(np.diff(view.edges) * 0.96, 1e-9),
            marker={"color": [style.RED if beyond else style.BLUE for beyond in view.beyond], "opacity": 0.75},
            customdata=[f"{a:,.{view.scale.decimals}f} – {b:,.{view.scale.decimals}f}" for a, b in _spans(view)],
            hovertemplate="%{customdata}<br>%{y:,}<extra></extra>",
            showlegend=False,
        )
    )
    top = max(view.counts) * 1.05
    for text, place, colour, dash in view.marks:
        line = {"color": colour, "width": 2, "dash": dash}
        figure.add_trace(go.Scatter(x=[place, place], y=[0, top], mode="lines", line=line, name=text, hoverinfo="name"))
    figure.update_xaxes(title_text=view.words.say("cost_axis", unit=view.scale.unit))
    figure.update_yaxes(title_text=view.words.say("draw_count"), rangemode="tozero")
    return figure


def _spans(view: _View) -> list[tuple[float, float]]:
    return list(zip(view.edges[:-1].tolist(), view.edges[1:].tolist(), strict=True))


def _matplotlib(view: _View) -> Any:
    words, dashes = view.words, {"dot": ":", "dash": "--", "solid": "-"}
    with style.matplotlib_style(words.lang, [view.title]):
        figure, (axes,) = style.matplotlib_figure(view.title, view.caption, height=3.4)
        middle, width = (view.edges[:-1] + view.edges[1:]) / 2, np.diff(view.edges) * 0.96
        colours = [style.RED if beyond else style.BLUE for beyond in view.beyond]
        axes.bar(middle, view.counts, width=width, color=colours, alpha=0.75)
        for text, place, colour, dash in view.marks:
            axes.axvline(place, color=colour, linestyle=dashes[dash], linewidth=1.5, label=text)
        axes.set_xlabel(words.say("cost_axis", unit=view.scale.unit))
        axes.set_ylabel(words.say("draw_count"))
        figure.legend(loc="outside lower center", ncols=3)
    return figure
