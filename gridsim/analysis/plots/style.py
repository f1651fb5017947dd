"""How charts look: colours, letters, heads; one appearance for both backends."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gridsim.analysis.plots.fonts import families_for
from gridsim.show.plain import printable, wrapped
from gridsim.words import Lang

if TYPE_CHECKING:
    import plotly.graph_objects as go
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "AMBER",
    "BLUE",
    "GREEN",
    "GREY",
    "INK",
    "ITEM_COLOURS",
    "LIGHT",
    "ORANGE",
    "PRODUCT_COLOURS",
    "RED",
    "TEAL",
    "label",
    "matplotlib_figure",
    "matplotlib_style",
    "plotly_figure",
    "translucent",
]

INK, GREY, LIGHT = "#1f2933", "#66727f", "#d9dee4"
BLUE, ORANGE, TEAL, RED, AMBER, GREEN = "#2f6db5", "#d9772b", "#1f9e97", "#c23b3b", "#d9a521", "#4f9a4a"
# Told apart by people who see colours otherwise, too; what is paid for deviation is red and amber in every chart.
ITEM_COLOURS = {
    "energy": BLUE,
    "transmission": TEAL,
    "tou_adjustment": "#8266b2",
    "overrun": RED,
    "shortfall": AMBER,
    "funds": "#7d8b99",
    "fallback": "#8c5a3c",
    "catalogue": "#b5698f",
}
PRODUCT_COLOURS = {"total": BLUE, "peak": RED, "flat": GREEN, "valley": "#6b5bb3"}

_SANS = (
    '"Inter", "Segoe UI", "Helvetica Neue", Arial, "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", '
    '"Microsoft YaHei", "Hiragino Sans GB", "WenQuanYi Micro Hei", sans-serif'
)
_CAPTION_COLUMNS = 124  # of narrow letters, at the width of a page
_TITLE_POINTS, _CAPTION_POINTS = 13.0, 9.0
_PIXELS_OF_TITLE, _PIXELS_OF_LINE, _PIXELS_OF_LEGEND = 34, 17, 28
_WIDTH_INCHES = 9.0


def label(text: str) -> str:
    """A name from the scenario as plotly shows it as it is: plotly reads tags, entities and TeX in every text."""
    return html.escape(printable(text), quote=False).replace("$", "&#36;")


def translucent(colour: str, opacity: float) -> str:
    """A colour ``#rrggbb`` that lets through what lies behind it."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def plotly_figure(
    title: str, caption: str, *, height: int, figure: go.Figure | None = None, **layout: Any
) -> go.Figure:
    """A plotly figure with its head: the title, and beneath it the caption.

    Parameters
    ----------
    title, caption : str
        As plotly shall show them: what comes from a scenario went through `label`.
    height : int
        Of the plot without its head [pixels].
    figure : Figure, optional
        One with subplots.
    **layout
        More of plotly's layout.
    """
    import plotly.graph_objects as go

    lines = wrapped(caption, _CAPTION_COLUMNS) if caption else []
    head = _PIXELS_OF_TITLE + _PIXELS_OF_LINE * len(lines) + 12
    above = head + _PIXELS_OF_LEGEND if layout.get("showlegend", True) else head
    figure = go.Figure() if figure is None else figure
    figure.update_layout(
        template="none",
        title={
            "text": f"<b>{title}</b>",
            "subtitle": {"text": "<br>".join(lines), "font": {"size": 12, "color": GREY}},
            "x": 0.0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 10, "l": 8},
            "font": {"size": 17, "color": INK},
        },
        font={"family": _SANS, "size": 12, "color": INK},
        height=height + above,
        margin={"l": 64, "r": 24, "t": above + 12, "b": 48},
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
        separators=".,",
        hoverlabel={"align": "left", "font": {"family": _SANS}},
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1 - head / (height + above),
            "yref": "container",
            "yanchor": "top",
            "font": {"size": 12},
        },
    )
    numbers = {"exponentformat": "none", "separatethousands": True, "title_font_size": 12, "automargin": True}
    figure.update_xaxes(
        gridcolor="#eceff2", linecolor=LIGHT, ticks="outside", tickcolor=LIGHT, zeroline=False, **numbers
    )
    figure.update_yaxes(gridcolor="#eceff2", zerolinecolor="#9aa5b1", linecolor=LIGHT, ticks="", **numbers)
    figure.update_layout(**layout)
    return figure


@contextmanager
def matplotlib_style(lang: Lang, texts: Iterable[str]) -> Iterator[None]:
    """Letters and lines for all that is made inside; matplotlib's own settings stay as they were.

    Parameters
    ----------
    lang : {"en", "zh"}
    texts : iterable of str
        Names that the chart shows.
    """
    import matplotlib as mpl

    settings: Any = {
        "font.family": families_for(lang, texts),
        "font.size": 9,
        "text.color": INK,
        "text.parse_math": False,  # a dollar sign in a name is a dollar sign
        "axes.edgecolor": LIGHT,
        "axes.labelcolor": INK,
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": False,
        "axes.titlesize": 10,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "grid.color": "#eceff2",
        "grid.linewidth": 0.8,
        "xtick.color": LIGHT,
        "ytick.color": LIGHT,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "hatch.linewidth": 0.6,
        "svg.hashsalt": "gridsim",  # the same chart, the same bytes
        "pdf.fonttype": 42,
    }
    with mpl.rc_context(settings):
        yield


def matplotlib_figure(
    title: str, caption: str, *, height: float, rows: int = 1, columns: int = 1, **subplots: Any
) -> tuple[Figure, list[Axes]]:
    """A matplotlib figure with its head, and its axes row by row.

    Parameters
    ----------
    title, caption : str
    height : float
        Of the plot without its head [inches].
    rows, columns : int
    **subplots
        More of ``Figure.subplots``.
    """
    from matplotlib.figure import Figure

    lines = wrapped(caption, _CAPTION_COLUMNS) if caption else []
    head = (1.9 * _TITLE_POINTS + 1.45 * _CAPTION_POINTS * len(lines) + 6) / 72
    full = height + head
    figure = Figure(figsize=(_WIDTH_INCHES, full), layout="constrained", facecolor="white")
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.005, 0.005, 0.985, 1 - head / full - 0.005), h_pad=0.05, w_pad=0.05)
    left, top = 0.012, 1 - 0.55 * _TITLE_POINTS / 72 / full
    figure.text(left, top, printable(title), fontsize=_TITLE_POINTS, fontweight="bold", va="top")
    if lines:
        below = top - 1.55 * _TITLE_POINTS / 72 / full
        text = printable_lines(lines)
        figure.text(left, below, text, fontsize=_CAPTION_POINTS, color=GREY, va="top", linespacing=1.25)
    axes = list(figure.subplots(rows, columns, squeeze=False, **subplots).flat)
    for each in axes:
        each.xaxis.set_major_formatter("{x:,.10g}")
        each.yaxis.set_major_formatter("{x:,.10g}")
    return figure, axes


def printable_lines(lines: Iterable[str]) -> str:
    """Lines of text without control characters."""
    return "\n".join(map(printable, lines))
