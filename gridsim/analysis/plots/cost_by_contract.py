"""What every contract energy would cost: the curve of a sized position, its break points and its least."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gridsim.analysis.plots import style
from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.display import Scale, energy_scale, money_scale
from gridsim.analysis.plots.words import ChartWords

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.cover.result import PositionCover

__all__ = ["cost_by_contract"]

_MOST_BREAK_POINTS = 60  # more would be a thick line


@dataclass(frozen=True)
class _View:
    title: str
    caption: str
    words: ChartWords
    energy: Scale
    money: Scale
    curve: tuple[list[float], list[float]]
    break_points: tuple[list[float], list[float]]
    optimum: tuple[float, float]
    label: str
    level: tuple[float, float] | None


def cost_by_contract(cover: PositionCover, *, backend: Backend = "plotly", lang: Lang = "en") -> Chart:
    """Draw expected cost (with the CVaR in it, if risk counts) against contract energy.

    Parameters
    ----------
    cover : PositionCover
        A position that `gridsim.analysis.optimal_cover` has sized.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words, terms, optimum = ChartWords(lang), cover.terms, cover.optimum
    curve, break_points = cover.exact_curve(), cover.exact_break_points()
    energy = energy_scale(int(curve["contract_kwh"].iloc[-1]), lang)
    money = money_scale(int(curve["cost_micro_yuan"].abs().max()), lang)
    least = int(curve.loc[curve["contract_kwh"] == optimum.contract, "cost_micro_yuan"].iloc[0])
    limit = ""
    if len(break_points) > _MOST_BREAK_POINTS:
        limit = words.say("break_points_many", count=f"{len(break_points):,}")
    position = {"unit": terms.unit, "month": words.month(terms.month), "product": words.name(terms.product)}
    title = words.say("cost_by_contract", **position)
    caption = words.sentences(
        words.say("cost_weighted" if cover.is_weighted else "cost_expected", draws=f"{len(cover.hinges.energy):,}"),
        limit,
    )
    label = words.say("optimum", energy=energy.text(optimum.contract), unit=energy.unit)
    view = _View(
        title,
        caption,
        words,
        energy,
        money,
        _points(curve, energy, money),
        ([], []) if limit else _points(_within(break_points, curve), energy, money),
        (energy.value(optimum.contract), money.value(least)),
        label,
        (energy.value(optimum.contract), energy.value(optimum.up_to)) if optimum.up_to > optimum.contract else None,
    )
    draw: dict[Backend, Any] = {"plotly": partial(_plotly, view), "matplotlib": partial(_matplotlib, view)}
    tables = {"curve": curve, "break_points": break_points}
    return Chart("cost_by_contract", tables, draw, title=title, caption=caption, backend=backend, lang=lang)


def _within(points: pd.DataFrame, curve: pd.DataFrame) -> pd.DataFrame:
    drawn: pd.DataFrame = points[points["contract_kwh"] <= curve["contract_kwh"].iloc[-1]]
    return drawn


def _points(frame: pd.DataFrame, energy: Scale, money: Scale) -> tuple[list[float], list[float]]:
    x, y = frame["contract_kwh"].tolist(), frame["cost_micro_yuan"].tolist()
    return [energy.value(value) for value in x], [money.value(value) for value in y]


def _plotly(view: _View) -> Any:
    import plotly.graph_objects as go

    words = view.words
    figure = style.plotly_figure(style.label(view.title), style.label(view.caption), height=340)
    if view.level:
        figure.add_vrect(x0=view.level[0], x1=view.level[1], fillcolor=style.LIGHT, opacity=0.6, line_width=0)
    line = {"color": style.BLUE, "width": 2}
    figure.add_trace(go.Scatter(x=view.curve[0], y=view.curve[1], mode="lines", line=line, name=words.say("cost")))
    if view.break_points[0]:
        x, y = view.break_points
        marker = {"color": style.GREY, "size": 5}
        figure.add_trace(go.Scatter(x=x, y=y, mode="markers", marker=marker, name=words.say("break_points")))
    x_least, y_least = view.optimum
    marker = {"color": style.RED, "size": 11, "symbol": "diamond"}
    figure.add_trace(go.Scatter(x=[x_least], y=[y_least], mode="markers", marker=marker, name=view.label))
    figure.update_xaxes(title_text=words.say("contract_axis", unit=view.energy.unit))
    figure.update_yaxes(title_text=words.say("cost_axis", unit=view.money.unit))
    return figure


def _matplotlib(view: _View) -> Any:
    words = view.words
    with style.matplotlib_style(words.lang, [view.title]):
        figure, (axes,) = style.matplotlib_figure(view.title, view.caption, height=3.4)
        if view.level:
            axes.axvspan(*view.level, color=style.LIGHT, alpha=0.6, linewidth=0)
        axes.plot(*view.curve, color=style.BLUE, label=words.say("cost"))
        if view.break_points[0]:
            axes.plot(*view.break_points, "o", color=style.GREY, markersize=3, label=words.say("break_points"))
        axes.plot(*view.optimum, "D", color=style.RED, markersize=7, label=view.label)
        axes.set_xlabel(words.say("contract_axis", unit=view.energy.unit))
        axes.set_ylabel(words.say("cost_axis", unit=view.money.unit))
        figure.legend(loc="outside lower center", ncols=3)
    return figure
