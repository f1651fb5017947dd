"""Contracted against metered energy with its band, by month, one panel for each product (rulebook part 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gridsim.analysis.plots import style
from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.display import Scale, energy_scale
from gridsim.analysis.plots.words import ChartWords
from gridsim.columns import PRODUCTS
from gridsim.rules.citations import clause_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["contract_and_metered"]

_BAND, _BAR = 0.92, 0.6  # widths, a month being 1
_COLOURS = {"in_band": style.BLUE, "overrun": style.RED, "shortfall": style.AMBER}


@dataclass(frozen=True)
class _View:
    title: str
    caption: str
    who: str
    words: ChartWords
    scale: Scale
    products: list[str]
    months: list[str]
    panels: dict[str, pd.DataFrame]  # one row a month, in the order of `months`
    without_band: frozenset[str]


def contract_and_metered(
    energies: pd.DataFrame,
    *,
    who: str | None = None,
    units: int = 1,
    months_without_band: Sequence[str] = (),
    clause: str = "",
    backend: Backend = "plotly",
    lang: Lang = "en",
) -> Chart:
    """Draw contracted and metered energy by month.

    Parameters
    ----------
    energies : DataFrame
        One row per `month` and `product`: `contract_kwh`, `metered_kwh`, `lower_kwh`, `upper_kwh`, `overrun_kwh`,
        `shortfall_kwh`.
    who : str, optional
        Whose, as the title names it; all units if left out.
    units : int
        How many settlement units are summed up in it.
    months_without_band : sequence of str
        Months of the older method, which has no band.
    clause : str
        By which clause they have none.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang)
    months = sorted(map(str, energies["month"].unique()))
    found = set(energies["product"])
    products = [product for product in PRODUCTS if product in found]
    columns = ["contract_kwh", "metered_kwh", "lower_kwh", "upper_kwh", "overrun_kwh", "shortfall_kwh"]
    panels = {}
    for product in products:
        rows = energies[energies["product"] == product].set_index("month")[columns]
        panels[product] = rows.reindex(months).fillna(0).astype("int64")
    largest = max(
        (int(panel[["contract_kwh", "metered_kwh"]].to_numpy().max()) for panel in panels.values()), default=0
    )
    whose = who or words.say("all_units")
    free = [month for month in months if month in set(months_without_band)]
    band = words.say("bands_summed", count=f"{units:,}") if units > 1 else words.say("bands")
    exception = words.say("no_band", months=words.months(free), clause=clause_text(clause, lang)) if free else ""
    title, caption = words.say("contract_and_metered", who=whose), words.sentences(band, exception)
    view = _View(title, caption, whose, words, energy_scale(largest, lang), products, months, panels, frozenset(free))
    draw: dict[Backend, Any] = {"plotly": partial(_plotly, view), "matplotlib": partial(_matplotlib, view)}
    return Chart(
        "contract_and_metered", {"energies": energies}, draw, title=title, caption=caption, backend=backend, lang=lang
    )


def _bands(view: _View, panel: pd.DataFrame) -> list[tuple[int, float, float]]:
    """Place of the month, lower and upper edge."""
    value = view.scale.value
    return [
        (i, value(lower), value(upper))
        for i, (month, lower, upper) in enumerate(zip(view.months, panel["lower_kwh"], panel["upper_kwh"], strict=True))
        if month not in view.without_band
    ]


def _stacks(view: _View, panel: pd.DataFrame) -> dict[str, tuple[list[float], list[float]]]:
    """Heights and feet of the bars: in band, overrun above it, shortfall above what was metered."""
    value = view.scale.value
    in_band = panel["metered_kwh"] - panel["overrun_kwh"]
    return {
        "in_band": ([value(kwh) for kwh in in_band], [0.0] * len(panel)),
        "overrun": ([value(kwh) for kwh in panel["overrun_kwh"]], [value(kwh) for kwh in in_band]),
        "shortfall": ([value(kwh) for kwh in panel["shortfall_kwh"]], [value(kwh) for kwh in panel["metered_kwh"]]),
    }


def _plotly(view: _View) -> Any:
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    words, scale = view.words, view.scale
    names = [words.name(product) for product in view.products]
    rows = max(len(names), 1)
    titles = names if rows > 1 else None
    figure = make_subplots(rows=rows, cols=1, shared_xaxes=True, subplot_titles=titles, vertical_spacing=0.24 / rows)
    ticks = list(range(len(view.months)))
    for place, product in enumerate(view.products):
        panel, first = view.panels[product], place == 0
        bands, shared = _bands(view, panel), {"row": place + 1, "col": 1}
        figure.add_trace(
            go.Bar(
                x=[i for i, _, _ in bands],
                base=[lower for _, lower, _ in bands],
                y=[upper - lower for _, lower, upper in bands],
                width=_BAND,
                marker={"color": "#dde2e7", "line": {"width": 0}},
                name=words.say("band"),
                hoverinfo="skip",
                legendgroup="band",
                showlegend=first,
            ),
            **shared,
        )
        for name, (heights, feet) in _stacks(view, panel).items():
            pattern = {"shape": "/", "size": 5, "solidity": 0.35} if name == "shortfall" else None
            figure.add_trace(
                go.Bar(
                    x=ticks,
                    y=heights,
                    base=feet,
                    width=_BAR,
                    marker={"color": _COLOURS[name], "pattern": pattern, "line": {"width": 0}},
                    name=words.say(name),
                    hoverinfo="skip",
                    legendgroup=name,
                    showlegend=first,
                ),
                **shared,
            )
        x = [point for i in ticks for point in (i - _BAND / 2, i + _BAND / 2, None)]
        y = [point for kwh in panel["contract_kwh"] for point in (scale.value(kwh), scale.value(kwh), None)]
        line = {"color": style.INK, "width": 2}
        contract = {"name": words.say("contract"), "legendgroup": "contract", "showlegend": first}
        figure.add_trace(go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", **contract), **shared)
        figure.add_trace(
            go.Scatter(
                x=ticks,
                y=[scale.value(kwh) for kwh in panel[["metered_kwh", "contract_kwh"]].max(axis=1)],
                mode="markers",
                marker={"opacity": 0, "size": 16},
                text=[_hover(view, month, row) for month, row in panel.iterrows()],
                hovertemplate="%{text}<extra></extra>",
                showlegend=False,
            ),
            **shared,
        )
    figure.update_xaxes(
        tickmode="array", tickvals=ticks, ticktext=[words.short_month(m) for m in view.months], showgrid=False
    )
    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(title_text=words.say("energy_axis", unit=scale.unit))
    head = {"title": style.label(view.title), "caption": style.label(view.caption)}
    height = 330 if rows == 1 else 80 + 170 * rows
    figure = style.plotly_figure(**head, height=height, figure=figure, barmode="overlay")
    if titles:
        figure.update_layout(margin_t=figure.layout.margin.t + 20)
    figure.update_annotations(font={"size": 13, "color": style.INK}, x=0, xanchor="left")
    return figure


def _hover(view: _View, month: object, row: pd.Series) -> str:
    words, scale = view.words, view.scale
    lines = [f"<b>{words.month(str(month))}</b>"]
    for name in ("contract", "metered", "overrun", "shortfall"):
        lines.append(f"{words.say(name)}: {scale.text(row[f'{name}_kwh'])} {scale.unit}")
    if month not in view.without_band:
        lines.append(
            f"{words.say('band')}: {scale.text(row['lower_kwh'])} – {scale.text(row['upper_kwh'])} {scale.unit}"
        )
    return "<br>".join(lines)


def _matplotlib(view: _View) -> Any:
    words, scale = view.words, view.scale
    rows = max(len(view.products), 1)
    with style.matplotlib_style(words.lang, [view.title]):
        height = 3.6 if rows == 1 else 0.6 + 1.75 * rows
        figure, axes = style.matplotlib_figure(view.title, view.caption, height=height, rows=rows, sharex=True)
        ticks = range(len(view.months))
        handles: dict[str, Any] = {}
        for panel_axes, product in zip(axes, view.products, strict=False):
            panel = view.panels[product]
            bands = _bands(view, panel)
            handles["band"] = panel_axes.bar(
                [i for i, _, _ in bands],
                [upper - lower for _, lower, upper in bands],
                bottom=[lower for _, lower, _ in bands],
                width=_BAND,
                color="#dde2e7",
            )
            for name, (heights, feet) in _stacks(view, panel).items():
                looks: Any = {"color": _COLOURS[name]}
                if name == "shortfall":
                    looks = {"facecolor": "white", "edgecolor": _COLOURS[name], "hatch": "////", "linewidth": 0}
                handles[name] = panel_axes.bar(ticks, heights, bottom=feet, width=_BAR, **looks)
            level = [scale.value(kwh) for kwh in panel["contract_kwh"]]
            left, right = [i - _BAND / 2 for i in ticks], [i + _BAND / 2 for i in ticks]
            handles["contract"] = panel_axes.hlines(level, left, right, color=style.INK, linewidth=1.6)
            panel_axes.set_xticks(list(ticks), [words.short_month(month) for month in view.months])
            panel_axes.grid(visible=False, axis="x")
            panel_axes.set_ylim(bottom=0)
            if rows > 1:
                panel_axes.set_title(words.name(product))
            panel_axes.set_ylabel(words.say("energy_axis", unit=scale.unit))
        names = [words.say(name) for name in handles]
        figure.legend(handles.values(), names, loc="outside lower center", ncols=len(names))
    return figure
