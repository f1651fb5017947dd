"""How far each settlement unit was off its contracts, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.analysis.plots import style
from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.display import energy_scale, money_scale, percent, rows_of
from gridsim.analysis.plots.words import ChartWords

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["deviation_heat_map"]

_WIDEST, _NARROWEST = 50.0, 5.0  # where colours end at the latest and at the earliest [%]
_COLOURS = [(0.0, "#8a5a12"), (0.25, "#dcb45c"), (0.5, "#f7f7f5"), (0.75, "#e58b83"), (1.0, "#9c1f2e")]


@dataclass(frozen=True)
class _View:
    title: str
    caption: str
    words: ChartWords
    units: list[str]
    months: list[str]
    rates: NDArray[np.float64]  # per cent, units × months; NaN without a contract or a position
    signs: list[list[str]]
    hovers: list[list[str]]
    no_contract: list[tuple[int, int]]
    limit: float


def deviation_heat_map(
    deviations: pd.DataFrame, *, all_units: int | None = None, backend: Backend = "plotly", lang: Lang = "en"
) -> Chart:
    """Draw units × months.

    Parameters
    ----------
    deviations : DataFrame
        One row per `unit` and `month`: `contract_kwh`, `metered_kwh`, `overrun_kwh`, `shortfall_kwh`,
        `deviation_micro_yuan`. Units stand as they come.
    all_units : int, optional
        How many units there are, if not all are drawn.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang)
    units = list(dict.fromkeys(map(str, deviations["unit"])))
    months = sorted({str(month) for month in deviations["month"]})
    rates = np.full((len(units), len(months)), np.nan)
    signs = [[""] * len(months) for _ in units]
    hovers = [[""] * len(months) for _ in units]
    no_contract = []
    row_of, column_of = {unit: i for i, unit in enumerate(units)}, {month: i for i, month in enumerate(months)}
    for row in rows_of(deviations):
        at = row_of[str(row.unit)], column_of[str(row.month)]
        if row.contract_kwh:
            rates[at] = 100 * (int(row.metered_kwh) - int(row.contract_kwh)) / int(row.contract_kwh)
        elif row.metered_kwh:
            no_contract.append(at)
        signs[at[0]][at[1]] = "▲" * bool(row.overrun_kwh) + "▼" * bool(row.shortfall_kwh)
        hovers[at[0]][at[1]] = _hover(row, words)
    sizes = np.abs(rates[~np.isnan(rates)])
    largest = float(sizes.max()) if len(sizes) else _NARROWEST
    limit = min(_WIDEST, max(_NARROWEST, largest))
    top = ""
    if all_units is not None and all_units > len(units):
        top = words.say("heat_top", shown=f"{len(units):,}", all=f"{all_units:,}")
    clipped = words.say("heat_clipped", limit=f"{limit:g} %") if largest > limit else ""
    hatched = words.say("heat_nothing") + ("。" if lang == "zh" else ".") if no_contract else ""
    hatched = hatched[:1].upper() + hatched[1:]
    title = words.say("deviation_heat_map")
    caption = words.sentences(words.say("heat"), top, clipped, hatched)
    view = _View(title, caption, words, units, months, rates, signs, hovers, no_contract, limit)
    draw: dict[Backend, Any] = {"plotly": partial(_plotly, view), "matplotlib": partial(_matplotlib, view)}
    return Chart(
        "deviation_heat_map", {"deviations": deviations}, draw, title=title, caption=caption, backend=backend, lang=lang
    )


def _hover(row: Any, words: ChartWords) -> str:
    largest = max(int(row.contract_kwh), int(row.metered_kwh))
    energy = energy_scale(largest, words.lang)
    lines = [f"<b>{style.label(str(row.unit))}</b> {words.month(str(row.month))}"]
    for name in ("contract", "metered", "overrun", "shortfall"):
        lines.append(f"{words.say(name)}: {energy.text(getattr(row, f'{name}_kwh'))} {energy.unit}")
    lines.append(
        f"{words.say('deviation')}: {percent(int(row.metered_kwh) - int(row.contract_kwh), int(row.contract_kwh), 2)}"
    )
    money = money_scale(row.deviation_micro_yuan, words.lang)
    lines.append(f"{words.say('deviation_money')}: {money.text(row.deviation_micro_yuan)} {money.unit}")
    return "<br>".join(lines)


def _plotly(view: _View) -> Any:
    import plotly.graph_objects as go

    words = view.words
    figure = style.plotly_figure(
        style.label(view.title), style.label(view.caption), height=max(220, 60 + 24 * len(view.units)), showlegend=False
    )
    figure.add_trace(
        go.Heatmap(
            z=view.rates,
            x=list(range(len(view.months))),
            y=list(range(len(view.units))),
            zmin=-view.limit,
            zmax=view.limit,
            colorscale=[list(stop) for stop in _COLOURS],
            xgap=2,
            ygap=2,
            text=view.signs,
            texttemplate="%{text}",
            textfont={"size": 10},
            customdata=view.hovers,
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            colorbar={
                "title": {"text": words.say("deviation"), "side": "right"},
                "ticksuffix": " %",
                "thickness": 12,
                "outlinewidth": 0,
            },
        )
    )
    if view.no_contract:
        figure.add_trace(
            go.Scatter(
                x=[month for _, month in view.no_contract],
                y=[unit for unit, _ in view.no_contract],
                mode="markers",
                marker={"symbol": "x-thin", "size": 9, "line": {"width": 1.4, "color": style.GREY}},
                customdata=[view.hovers[unit][month] for unit, month in view.no_contract],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
    figure.update_xaxes(
        tickmode="array",
        tickvals=list(range(len(view.months))),
        ticktext=[words.short_month(month) for month in view.months],
        showgrid=False,
        zeroline=False,
        ticks="",
    )
    figure.update_yaxes(
        tickmode="array",
        tickvals=list(range(len(view.units))),
        ticktext=[style.label(_short(unit)) for unit in view.units],
        autorange="reversed",
        showgrid=False,
        zeroline=False,
    )
    return figure


def _short(unit: str, most: int = 36) -> str:
    """An id that leaves room for the chart."""
    return unit if len(unit) <= most else unit[: most - 1] + "…"


def _matplotlib(view: _View) -> Any:
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    words = view.words
    with style.matplotlib_style(words.lang, view.units):
        figure, (axes,) = style.matplotlib_figure(
            view.title, view.caption, height=max(1.8, 0.7 + 0.23 * len(view.units))
        )
        colours = LinearSegmentedColormap.from_list("deviation", _COLOURS)
        image = axes.pcolormesh(
            view.rates, cmap=colours, vmin=-view.limit, vmax=view.limit, edgecolors="white", linewidth=1.5
        )
        for unit, month in view.no_contract:
            hatch: Any = {"hatch": "////", "edgecolor": style.GREY, "facecolor": "white", "linewidth": 0}
            axes.add_patch(Rectangle((month + 0.06, unit + 0.06), 0.88, 0.88, **hatch))
        for unit, signs in enumerate(view.signs):
            for month, sign in enumerate(signs):
                if sign:
                    dark = abs(view.rates[unit, month]) > 0.75 * view.limit
                    colour = "white" if dark else style.INK
                    axes.text(month + 0.5, unit + 0.5, sign, ha="center", va="center", fontsize=7, color=colour)
        axes.set_xticks([i + 0.5 for i in range(len(view.months))], [words.short_month(month) for month in view.months])
        names = [style.printable_lines([_short(unit)]) for unit in view.units]
        axes.set_yticks([i + 0.5 for i in range(len(view.units))], names)
        axes.tick_params(length=0)
        axes.invert_yaxis()
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        bar = figure.colorbar(image, ax=axes, fraction=0.03, pad=0.015, format="%g %%")
        bar.outline.set_visible(False)
        bar.set_label(words.say("deviation"))
    return figure
