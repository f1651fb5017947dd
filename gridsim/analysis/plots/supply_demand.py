"""Supply and demand of one book, with the pairs that matched (rulebook part 3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.analysis.plots import style
from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.display import energy_scale, price_scale
from gridsim.analysis.plots.words import ChartWords
from gridsim.units import round_half_up

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["supply_demand"]

_MOST_STEPS = 2000  # of one curve: more than a screen has columns
_NAMED_STEPS = 400  # so many orders are shown with who gave them


@dataclass(frozen=True)
class _Curve:
    """A staircase: its corners, and what is said of each step at its middle."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    middle: NDArray[np.float64]
    price: NDArray[np.float64]
    names: list[str]
    levels: int
    shown: int


@dataclass(frozen=True)
class _View:
    title: str
    caption: str
    words: ChartWords
    supply: _Curve
    demand: _Curve
    pairs: _Curve
    cleared: float
    x_axis: str
    y_axis: str


def supply_demand(
    orders: pd.DataFrame,
    pairs: pd.DataFrame,
    *,
    session: str,
    delivery: str,
    product: str,
    segment: str = "",
    backend: Backend = "plotly",
    lang: Lang = "en",
) -> Chart:
    """Draw the two curves of one book and the price of its pairs.

    Parameters
    ----------
    orders : DataFrame
        Both sides in the order of matching: `side` (``sell``/``buy``), `participant`, `price_micro_yuan_per_kwh`,
        `energy_kwh`.
    pairs : DataFrame
        In the order of matching: `energy_kwh`, `price_micro_yuan_per_kwh`.
    session, delivery, product, segment : str
        Which book.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words, energy, price = ChartWords(lang), _scale(orders, lang), price_scale(lang)
    curves = {side: _curve(orders[orders["side"] == side], energy.divisor) for side in ("sell", "buy")}
    matched = _curve(pairs, energy.divisor)
    traded = int(pairs["energy_kwh"].sum())
    about = words.say(
        "book",
        delivery=words.delivery(delivery),
        product=words.name(product),
        segment=words.say("book_segment", segment=words.name(segment)) if segment else "",
        sells=f"{int((orders['side'] == 'sell').sum()):,}",
        buys=f"{int((orders['side'] == 'buy').sum()):,}",
    )
    outcome = words.say("traded_nothing")
    if traded:
        money = sum(map(int, _products(pairs)))
        outcome = words.say(
            "traded",
            energy=energy.text(traded),
            unit=energy.unit,
            pairs=f"{len(pairs):,}",
            price=price.text(round_half_up(money, traded)),
            price_unit=price.unit,
        )
    levels, shown = (sum(getattr(c, name) for c in curves.values()) for name in ("levels", "shown"))
    limit = words.say("levels", shown=f"{shown:,}", all=f"{levels:,}") if shown < levels else ""
    title, caption = words.say("supply_demand", session=session), words.sentences(about, outcome, limit)
    view = _View(
        title,
        caption,
        words,
        curves["sell"],
        curves["buy"],
        matched,
        energy.value(traded),
        words.say("cumulated", unit=energy.unit),
        words.say("price_axis", unit=price.unit),
    )
    draw: dict[Backend, Any] = {"plotly": partial(_plotly, view), "matplotlib": partial(_matplotlib, view)}
    tables = {"orders": orders, "pairs": pairs}
    return Chart("supply_demand", tables, draw, title=title, caption=caption, backend=backend, lang=lang)


def _scale(orders: pd.DataFrame, lang: Lang) -> Any:
    return energy_scale(int(orders.groupby("side")["energy_kwh"].sum().max()), lang)


def _products(pairs: pd.DataFrame) -> list[int]:
    columns = (pairs["energy_kwh"].tolist(), pairs["price_micro_yuan_per_kwh"].tolist())
    return [energy * price for energy, price in zip(*columns, strict=True)]


def _curve(orders: pd.DataFrame, divisor: int) -> _Curve:
    """The staircase of one side: an order a step, or a price a step where there are many."""
    price = orders["price_micro_yuan_per_kwh"].to_numpy()
    end = np.cumsum(orders["energy_kwh"].to_numpy())
    names = orders["participant"].astype(object).tolist() if "participant" in orders else [""] * len(orders)
    levels = len(price)
    if levels > _NAMED_STEPS:
        last = np.flatnonzero(np.append(price[1:] != price[:-1], True))
        levels = len(last)
        if levels > _MOST_STEPS:
            last = last[np.unique(np.linspace(0, levels - 1, _MOST_STEPS).round().astype(np.int64))]
        price, end, names = price[last], end[last], [""] * len(last)
    start = np.append(0, end[:-1]) if len(end) else end
    x = np.column_stack([start, end]).ravel() / divisor
    return _Curve(x, np.repeat(price, 2) / 1000, (start + end) / 2 / divisor, price / 1000, names, levels, len(price))


def _area(view: _View) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The outline of what lies between demand and supply up to the traded energy."""
    sides = []
    for curve in (view.supply, view.demand):
        inside = curve.x <= view.cleared
        x, y = curve.x[inside], curve.y[inside]
        if inside.sum() < len(curve.x) and len(x) and x[-1] < view.cleared:  # the step that is cut
            x, y = np.append(x, view.cleared), np.append(y, curve.y[inside.sum()])
        sides.append((x, y))
    (x_supply, y_supply), (x_demand, y_demand) = sides
    return np.concatenate([x_supply, x_demand[::-1]]), np.concatenate([y_supply, y_demand[::-1]])


def _plotly(view: _View) -> Any:
    import plotly.graph_objects as go

    words = view.words
    figure = style.plotly_figure(style.label(view.title), style.label(view.caption), height=400)
    if view.cleared:
        x, y = _area(view)
        fill = {"fill": "toself", "fillcolor": style.translucent(style.GREEN, 0.14), "hoverinfo": "skip"}
        figure.add_trace(go.Scatter(x=x, y=y, mode="none", name=words.say("matched"), **fill))
    for name, curve, colour in (("supply", view.supply, style.BLUE), ("demand", view.demand, style.ORANGE)):
        line = {"color": colour, "width": 2}
        steps = {"mode": "lines", "line": line, "hoverinfo": "skip", "legendgroup": name}
        figure.add_trace(go.Scatter(x=curve.x, y=curve.y, name=words.say(name), **steps))
        said = "%{customdata}<br>%{y:,.3f}<extra>" + words.say(name) + "</extra>"
        figure.add_trace(
            go.Scatter(
                x=curve.middle,
                y=curve.price,
                customdata=[style.label(text) for text in curve.names],
                mode="markers",
                marker={"size": 7, "color": colour, "opacity": 0},
                hovertemplate=said,
                legendgroup=name,
                showlegend=False,
            )
        )
    if view.cleared:
        steps = {"mode": "lines", "line": {"color": style.GREEN, "width": 2, "dash": "dot"}}
        said = "%{y:,.3f}<extra>" + words.say("pairs") + "</extra>"
        figure.add_trace(
            go.Scatter(x=view.pairs.x, y=view.pairs.y, name=words.say("pairs"), hovertemplate=said, **steps)
        )
        figure.add_vline(x=view.cleared, line={"color": style.GREY, "width": 1, "dash": "dash"})
    figure.update_xaxes(title_text=view.x_axis, rangemode="tozero")
    figure.update_yaxes(title_text=view.y_axis)
    return figure


def _matplotlib(view: _View) -> Any:
    words = view.words
    with style.matplotlib_style(words.lang, [view.title]):
        figure, (axes,) = style.matplotlib_figure(view.title, view.caption, height=4.2)
        if view.cleared:
            axes.fill(*_area(view), color=style.GREEN, alpha=0.14, linewidth=0, label=words.say("matched"))
        axes.plot(view.supply.x, view.supply.y, color=style.BLUE, linewidth=1.8, label=words.say("supply"))
        axes.plot(view.demand.x, view.demand.y, color=style.ORANGE, linewidth=1.8, label=words.say("demand"))
        if view.cleared:
            line: Any = {"color": style.GREEN, "linewidth": 1.6, "linestyle": ":"}
            axes.plot(view.pairs.x, view.pairs.y, label=words.say("pairs"), **line)
            axes.axvline(view.cleared, color=style.GREY, linewidth=0.8, linestyle="--")
        axes.set_xlim(left=0)
        axes.set_xlabel(view.x_axis)
        axes.set_ylabel(view.y_axis)
        axes.legend(loc="best")
    return figure
