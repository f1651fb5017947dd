"""What a result depends on most: its change for a low and a high value of each parameter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gridsim.analysis.plots import style
from gridsim.analysis.plots.chart import Backend, Chart, Lang
from gridsim.analysis.plots.display import Scale, money_scale
from gridsim.analysis.plots.words import ChartWords
from gridsim.errors import ResultError
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["tornado"]

_NEEDED = ("parameter", "low_micro_yuan", "high_micro_yuan")


@dataclass(frozen=True)
class _View:
    title: str
    caption: str
    words: ChartWords
    scale: Scale
    names: list[str]
    lows: list[int]
    highs: list[int]


def tornado(
    sensitivity: pd.DataFrame,
    *,
    base_micro_yuan: int,
    top: int = 15,
    backend: Backend = "plotly",
    lang: Lang = "en",
) -> Chart:
    """Draw the change of a result for each parameter, the widest first.

    Parameters
    ----------
    sensitivity : DataFrame
        One row per `parameter`: `low_micro_yuan` and `high_micro_yuan`, the result at the parameter's low and high
        value; and, if given, `low_value` and `high_value`, which stand beside its name.
    base_micro_yuan : int
        The result that the changes are held against.
    top : int
        How many parameters are drawn.
    backend : {"plotly", "matplotlib"}
    lang : {"en", "zh"}

    Raises
    ------
    ResultError
        A column is missing, or there is no row.
    """
    missing = [name for name in _NEEDED if name not in sensitivity]
    if missing or sensitivity.empty:
        raise ResultError(
            Sentence("a sensitivity table has the columns {names} and at least one row", names=named(_NEEDED))
        )
    words = ChartWords(lang)
    width = (sensitivity["high_micro_yuan"] - sensitivity["low_micro_yuan"]).abs()
    table = sensitivity.loc[width.sort_values(ascending=False, kind="stable").index].head(top).reset_index(drop=True)
    changes = {
        side: [int(value) - base_micro_yuan for value in table[f"{side}_micro_yuan"]] for side in ("low", "high")
    }
    scale = money_scale(max(map(abs, [*changes["low"], *changes["high"]])), lang)
    of_base = money_scale(base_micro_yuan, lang)
    base = words.say("tornado_base", base=of_base.text(base_micro_yuan), unit=of_base.unit)
    limit = ""
    if len(sensitivity) > len(table):
        limit = words.say("tornado_top", shown=f"{len(table):,}", all=f"{len(sensitivity):,}")
    title, caption = words.say("tornado"), words.sentences(base, limit)
    view = _View(
        title, caption, words, scale, [_name(row) for row in table.to_dict("records")], changes["low"], changes["high"]
    )
    draw: dict[Backend, Any] = {"plotly": partial(_plotly, view), "matplotlib": partial(_matplotlib, view)}
    return Chart("tornado", {"sensitivity": table}, draw, title=title, caption=caption, backend=backend, lang=lang)


def _name(row: dict[Any, Any]) -> str:
    name = str(row["parameter"])
    if "low_value" in row and "high_value" in row:
        name += f"  [{row['low_value']} … {row['high_value']}]"
    return name


def _plotly(view: _View) -> Any:
    import plotly.graph_objects as go

    words, scale = view.words, view.scale
    figure = style.plotly_figure(
        style.label(view.title), style.label(view.caption), height=110 + 30 * len(view.names), barmode="overlay"
    )
    places = list(range(len(view.names)))
    for side, changes, colour in (("low", view.lows, style.TEAL), ("high", view.highs, style.ORANGE)):
        figure.add_trace(
            go.Bar(
                y=places,
                x=[scale.value(change) for change in changes],
                orientation="h",
                width=0.62,
                marker={"color": colour, "line": {"width": 0}},
                name=words.say(side),
                customdata=[f"{scale.text(change, sign=True)} {scale.unit}" for change in changes],
                hovertemplate="%{customdata}<extra>" + words.say(side) + "</extra>",
            )
        )
    figure.update_xaxes(
        title_text=words.say("change_axis", unit=scale.unit), zeroline=True, zerolinecolor=style.INK, zerolinewidth=1
    )
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[style.label(name) for name in view.names],
        autorange="reversed",
        showgrid=False,
        zeroline=False,
    )
    return figure


def _matplotlib(view: _View) -> Any:
    words, scale = view.words, view.scale
    with style.matplotlib_style(words.lang, view.names):
        figure, (axes,) = style.matplotlib_figure(view.title, view.caption, height=1.2 + 0.3 * len(view.names))
        places = list(range(len(view.names)))
        for side, changes, colour in (("low", view.lows, style.TEAL), ("high", view.highs, style.ORANGE)):
            values = [scale.value(change) for change in changes]
            bars = axes.barh(places, values, height=0.62, color=colour, label=words.say(side))
            texts = [scale.text(change, sign=True) for change in changes]
            axes.bar_label(bars, texts, padding=3, fontsize=8)
        axes.axvline(0, color=style.INK, linewidth=0.8)
        axes.margins(x=0.12)
        axes.set_yticks(places, [style.printable_lines([name]) for name in view.names])
        axes.invert_yaxis()
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(words.say("change_axis", unit=scale.unit))
        figure.legend(loc="outside lower center", ncols=2)
    return figure
