"""What energy was traded for, session by session."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gridsim.analysis.plots import style
from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.display import Scale, energy_scale, price_scale, rows_of
from gridsim.analysis.plots.words import ChartWords
from gridsim.columns import PRODUCTS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["market_prices"]


@dataclass(frozen=True)
class _View:
    title: str
    caption: str
    words: ChartWords
    energy: Scale
    price: Scale
    sessions: list[str]
    rows: dict[str, list[Any]]  # by product


def market_prices(
    prices: pd.DataFrame, *, all_sessions: int | None = None, backend: Backend = "plotly", lang: Lang = "en"
) -> Chart:
    """Draw the price and the energy of each session and product.

    Parameters
    ----------
    prices : DataFrame
        One row per `session` and `product`, sessions in order of time: `energy_kwh`, `trades`, and
        `average_micro_yuan_per_kwh`, `lowest_micro_yuan_per_kwh`, `highest_micro_yuan_per_kwh`.
    all_sessions : int, optional
        How many sessions traded, if not all are drawn.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang)
    sessions = list(dict.fromkeys(map(str, prices["session"])))
    rows: dict[str, list[Any]] = {product: [] for product in PRODUCTS}
    for row in rows_of(prices):
        rows[str(row.product)].append(row)
    by_session = prices.groupby("session", observed=True)["energy_kwh"].sum()
    energy = energy_scale(int(by_session.max()) if len(by_session) else 0, lang)
    top = ""
    if all_sessions is not None and all_sessions > len(sessions):
        top = words.say("prices_top", shown=f"{len(sessions):,}", all=f"{all_sessions:,}")
    title, caption = words.say("market_prices"), words.sentences(words.say("prices"), top)
    view = _View(
        title,
        caption,
        words,
        energy,
        price_scale(lang),
        sessions,
        {product: found for product, found in rows.items() if found},
    )
    draw: dict[Backend, Any] = {"plotly": partial(_plotly, view), "matplotlib": partial(_matplotlib, view)}
    return Chart("market_prices", {"prices": prices}, draw, title=title, caption=caption, backend=backend, lang=lang)


def _places(view: _View) -> dict[str, dict[str, float]]:
    """Where each product's points stand: beside each other within their session."""
    count = len(view.rows)
    offsets = {product: (i - (count - 1) / 2) * 0.7 / max(count, 1) for i, product in enumerate(view.rows)}
    at = {session: i for i, session in enumerate(view.sessions)}
    return {
        product: {str(row.session): at[str(row.session)] + offsets[product] for row in rows}
        for product, rows in view.rows.items()
    }


def _feet(view: _View) -> dict[str, list[int]]:
    """Where each product's bar starts on those below it [kWh]."""
    reached = dict.fromkeys(view.sessions, 0)
    feet: dict[str, list[int]] = {}
    for product, rows in view.rows.items():
        feet[product] = []
        for row in rows:
            feet[product].append(reached[str(row.session)])
            reached[str(row.session)] += int(row.energy_kwh)
    return feet


def _plotly(view: _View) -> Any:
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    words, price, energy = view.words, view.price, view.energy
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.7, 0.3], vertical_spacing=0.04)
    places, feet = _places(view), _feet(view)
    at = {session: i for i, session in enumerate(view.sessions)}
    for product, rows in view.rows.items():
        colour, name = style.PRODUCT_COLOURS[product], words.name(product)
        x = [places[product][str(row.session)] for row in rows]
        line_x = [point for place in x for point in (place, place, None)]
        line_y = [
            point
            for row in rows
            for point in (
                price.value(row.lowest_micro_yuan_per_kwh),
                price.value(row.highest_micro_yuan_per_kwh),
                None,
            )
        ]
        figure.add_trace(
            go.Scatter(
                x=line_x,
                y=line_y,
                mode="lines",
                line={"color": colour, "width": 2},
                hoverinfo="skip",
                showlegend=False,
                legendgroup=product,
            ),
            row=1,
            col=1,
        )
        group = {"legendgroup": product, "hovertemplate": "%{customdata}<extra></extra>"}
        said = [_hover(row, view) for row in rows]
        y = [price.value(row.average_micro_yuan_per_kwh) for row in rows]
        marker = {"color": colour, "size": 8, "line": {"color": "white", "width": 1}}
        figure.add_trace(
            go.Scatter(x=x, y=y, mode="markers", marker=marker, name=name, customdata=said, **group), row=1, col=1
        )
        figure.add_trace(
            go.Bar(
                x=[at[str(row.session)] for row in rows],
                y=[energy.value(row.energy_kwh) for row in rows],
                base=[energy.value(kwh) for kwh in feet[product]],
                width=0.7,
                marker={"color": colour, "line": {"width": 0}},
                customdata=said,
                showlegend=False,
                **group,
            ),
            row=2,
            col=1,
        )
    head = {"title": style.label(view.title), "caption": style.label(view.caption)}
    figure = style.plotly_figure(**head, height=460, figure=figure, barmode="overlay")
    figure.update_xaxes(
        tickmode="array",
        tickvals=list(range(len(view.sessions))),
        ticktext=[style.label(session) for session in view.sessions],
        tickangle=-45 if len(view.sessions) > 6 else 0,
        showgrid=False,
        range=[-0.6, len(view.sessions) - 0.4],
    )
    figure.update_yaxes(title_text=words.say("price_axis", unit=price.unit), row=1)
    figure.update_yaxes(title_text=words.say("energy_axis", unit=energy.unit), row=2, rangemode="tozero")
    return figure


def _hover(row: Any, view: _View) -> str:
    words, price, energy = view.words, view.price, view.energy
    lines = [f"<b>{style.label(str(row.session))}</b>  {words.name(str(row.product))}"]
    for name in ("average", "lowest", "highest"):
        lines.append(f"{words.say(name)}: {price.text(getattr(row, f'{name}_micro_yuan_per_kwh'))} {price.unit}")
    lines.append(f"{energy.text(row.energy_kwh)} {energy.unit}")
    lines.append(f"{words.say('trades')}: {row.trades:,}")
    return "<br>".join(lines)


def _matplotlib(view: _View) -> Any:
    words, price, energy = view.words, view.price, view.energy
    with style.matplotlib_style(words.lang, view.sessions):
        figure, (above, below) = style.matplotlib_figure(
            view.title, view.caption, height=5.0, rows=2, sharex=True, gridspec_kw={"height_ratios": [7, 3]}
        )
        places, feet = _places(view), _feet(view)
        at = {session: i for i, session in enumerate(view.sessions)}
        for product, rows in view.rows.items():
            colour = style.PRODUCT_COLOURS[product]
            x = [places[product][str(row.session)] for row in rows]
            low = [price.value(row.lowest_micro_yuan_per_kwh) for row in rows]
            high = [price.value(row.highest_micro_yuan_per_kwh) for row in rows]
            y = [price.value(row.average_micro_yuan_per_kwh) for row in rows]
            above.vlines(x, low, high, color=colour, linewidth=1.6)
            above.plot(x, y, "o", color=colour, markersize=5, markeredgecolor="white", label=words.name(product))
            below.bar(
                [at[str(row.session)] for row in rows],
                [energy.value(row.energy_kwh) for row in rows],
                bottom=[energy.value(kwh) for kwh in feet[product]],
                width=0.7,
                color=colour,
            )
        above.set_ylabel(words.say("price_axis", unit=price.unit))
        below.set_ylabel(words.say("energy_axis", unit=energy.unit))
        names = [style.printable_lines([session]) for session in view.sessions]
        turned: Any = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if len(names) > 6 else {}
        below.set_xticks(range(len(names)), names, **turned)
        for axes in (above, below):
            axes.grid(visible=False, axis="x")
        figure.legend(loc="outside lower center", ncols=max(len(view.rows), 1))
    return figure
