"""What a cost is made of, item by item (rulebook part 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any

import pandas as pd

from gridsim.analysis.plots import style
from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.display import Scale, energy_scale, money_scale, percent, price_scale, rows_of
from gridsim.analysis.plots.words import ChartWords
from gridsim.units import round_half_up

__all__ = ["ORDER", "cost_waterfall"]

ORDER = ("energy", "transmission", "tou_adjustment", "overrun", "shortfall", "funds", "fallback", "catalogue")
_ALWAYS = ORDER[:5]  # these are shown even where they are zero
_TOTAL = "total"


@dataclass(frozen=True)
class _View:
    title: str
    caption: str
    words: ChartWords
    scale: Scale
    names: list[str]
    colours: list[str]
    feet: list[float]
    heights: list[float]
    labels: list[str]
    ends: list[float]


def cost_waterfall(
    amounts: Mapping[str, int],
    *,
    metered_kwh: int,
    who: str | None = None,
    backend: Backend = "plotly",
    lang: Lang = "en",
) -> Chart:
    """Draw the items of a cost, each on top of those before it.

    Parameters
    ----------
    amounts : mapping of str to int
        Money by item of the ledger [micro-yuan]; an item that is left out is zero.
    metered_kwh : int
        The energy that the cost is for, for the average price.
    who : str, optional
        Whose cost, as the title names it; everybody's if left out.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}
    """
    words = ChartWords(lang)
    table = _table({item: int(amounts.get(item, 0)) for item in ORDER})
    total = int(table["amount_micro_yuan"].iloc[-1])
    scale = money_scale(int(table[["start_micro_yuan", "end_micro_yuan"]].abs().to_numpy().max()), lang)
    energy, price = energy_scale(metered_kwh, lang), price_scale(lang)
    deviation = int(amounts.get("overrun", 0)) + int(amounts.get("shortfall", 0))
    average = price.text(round_half_up(total, metered_kwh)) if metered_kwh else "–"
    title = words.say("cost_waterfall", who=who or words.say("whole_market"))
    caption = words.say(
        "waterfall",
        total=scale.text(total),
        unit=scale.unit,
        average=average,
        price_unit=price.unit,
        energy=energy.text(metered_kwh),
        energy_unit=energy.unit,
        share=percent(deviation, total, 2),
    )
    rows = list(rows_of(table))
    view = _View(
        title,
        caption,
        words,
        scale,
        names=[words.say("sum") if row.item == _TOTAL else words.name(str(row.item)) for row in rows],
        colours=[style.INK if row.item == _TOTAL else style.ITEM_COLOURS[str(row.item)] for row in rows],
        feet=[scale.value(min(row.start_micro_yuan, row.end_micro_yuan)) for row in rows],
        heights=[abs(scale.value(row.amount_micro_yuan)) for row in rows],
        labels=[_label(scale, row.amount_micro_yuan, total) for row in rows],
        ends=[scale.value(row.end_micro_yuan) for row in rows],
    )
    draw: dict[Backend, Any] = {"plotly": partial(_plotly, view), "matplotlib": partial(_matplotlib, view)}
    return Chart("cost_waterfall", {"items": table}, draw, title=title, caption=caption, backend=backend, lang=lang)


def _table(amounts: Mapping[str, int]) -> pd.DataFrame:
    """Each item with where it starts and ends, and the total."""
    items = [item for item in ORDER if amounts[item] or item in _ALWAYS]
    ends = list(accumulate(amounts[item] for item in items))
    total = ends[-1]
    return pd.DataFrame(
        {
            "item": [*items, _TOTAL],
            "amount_micro_yuan": [*(amounts[item] for item in items), total],
            "start_micro_yuan": [0, *ends[:-1], 0],
            "end_micro_yuan": [*ends, total],
        }
    )


def _label(scale: Scale, amount: int, total: int) -> str:
    return f"{scale.text(amount)}\n{percent(amount, total)}"


def _plotly(view: _View) -> Any:
    import plotly.graph_objects as go

    figure = style.plotly_figure(style.label(view.title), style.label(view.caption), height=360, showlegend=False)
    places = list(range(len(view.names)))
    figure.add_trace(
        go.Bar(
            x=places,
            y=view.heights,
            base=view.feet,
            width=0.62,
            marker={"color": view.colours, "line": {"width": 0}},
            hovertext=[f"<b>{name}</b><br>{text.replace(chr(10), '<br>')}" for name, text in _said(view)],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    links = [point for i, end in enumerate(view.ends[:-1]) for point in ((i, end), (i + 1, end), (None, None))]
    figure.add_trace(
        go.Scatter(
            x=[x for x, _ in links],
            y=[y for _, y in links],
            mode="lines",
            line={"color": style.GREY, "width": 1, "dash": "dot"},
            hoverinfo="skip",
        )
    )
    for place, foot, height, text in zip(places, view.feet, view.heights, view.labels, strict=True):
        figure.add_annotation(
            x=place, y=foot + height, text=text.replace("\n", "<br>"), showarrow=False, yanchor="bottom", yshift=2
        )
    figure.update_xaxes(tickmode="array", tickvals=places, ticktext=view.names, showgrid=False)
    figure.update_yaxes(title_text=view.words.say("money_axis", unit=view.scale.unit), range=_range(view))
    return figure


def _said(view: _View) -> list[tuple[str, str]]:
    unit = view.scale.unit
    return [(name, text.replace("\n", f" {unit}\n")) for name, text in zip(view.names, view.labels, strict=True)]


def _range(view: _View) -> list[float]:
    """From the lowest foot to the highest head, with room for two lines above it."""
    low = min(0.0, *view.feet)
    high = max(foot + height for foot, height in zip(view.feet, view.heights, strict=True))
    return [low, high + 0.16 * (high - low or 1.0)]


def _matplotlib(view: _View) -> Any:
    words = view.words
    with style.matplotlib_style(words.lang, [view.title]):
        figure, (axes,) = style.matplotlib_figure(view.title, view.caption, height=3.8)
        places = list(range(len(view.names)))
        axes.bar(places, view.heights, bottom=view.feet, width=0.62, color=view.colours)
        for i, end in enumerate(view.ends[:-1]):
            axes.plot([i, i + 1], [end, end], color=style.GREY, linewidth=0.8, linestyle=":", zorder=0)
        for place, foot, height, text in zip(places, view.feet, view.heights, view.labels, strict=True):
            where: Any = {"xytext": (0, 3), "textcoords": "offset points", "ha": "center", "va": "bottom"}
            axes.annotate(text, (place, foot + height), fontsize=8, **where)
        axes.set_xticks(places, [name.replace(" ", "\n") for name in view.names])
        axes.grid(visible=False, axis="x")
        axes.set_ylim(*_range(view))
        axes.set_ylabel(words.say("money_axis", unit=view.scale.unit))
    return figure
