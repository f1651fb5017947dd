"""Marks drawn with matplotlib, for papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import NullFormatter

from gridsim.analysis.charts.fonts import families_for
from gridsim.analysis.charts.marks import (
    AreaMark,
    BandMark,
    BarMark,
    CellMark,
    Coordinate,
    Drawing,
    LineMark,
    Mark,
    PointMark,
    RuleMark,
    TextMark,
)
from gridsim.analysis.charts.style import GREY, GRID, INK, LIGHT, caption_lines, fitted_ticks, legend_rows
from gridsim.show.plain import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw"]

_WIDTH = 9.0  # inches
_PIXELS = 105  # of a screen, to an inch of paper: what is drawn for one fits the other
_POINTS = 0.75  # to a pixel
_TITLE, _CAPTION = 13.0, 9.0  # points
_AXIS, _GAP, _LEGEND = 0.55, 0.25, 0.24  # inches: beneath the last panel, between two, a line of the legend
_DASHES: dict[str, Any] = {"solid": "-", "dash": "--", "dot": ":"}
_HATCH = "////"
_EDGED = 8  # from this size on points have a white edge [pixels]
_SIDES: dict[str, dict[str, Any]] = {
    "above": {"xytext": (0, 3), "ha": "center", "va": "bottom"},
    "below": {"xytext": (0, -3), "ha": "center", "va": "top"},
    "left": {"xytext": (-3, 0), "ha": "right", "va": "center"},
    "right": {"xytext": (3, 0), "ha": "left", "va": "center"},
    "middle": {"xytext": (0, 0), "ha": "center", "va": "center"},
}
_SETTINGS: dict[str, Any] = {
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
    "grid.color": GRID,
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


def draw(drawing: Drawing) -> Figure:
    """A drawing as matplotlib's figure; matplotlib's own settings stay as they were.

    Raises
    ------
    MissingFontError
        The drawing is Chinese, and no font with Chinese characters was found.
    """
    settings: Any = {**_SETTINGS, "font.family": families_for(drawing.lang, drawing.texts())}
    with mpl.rc_context(settings):
        return _drawn(drawing)


def _drawn(drawing: Drawing) -> Figure:
    names = drawing.names()
    heights = [panel.height / _PIXELS for panel in drawing.panels]
    rows = legend_rows([name for name, _ in names])
    inside = sum(heights) + _GAP * (len(heights) - 1) + _LEGEND * rows
    inside += sum(0.2 for panel in drawing.panels if panel.title)
    figure = _headed(drawing, inside + (_AXIS if drawing.panels[-1].x.is_shown else 0))
    ratios = {"height_ratios": heights}
    axes = list(figure.subplots(len(heights), 1, squeeze=False, sharex=True, gridspec_kw=ratios).flat)
    for panel, each in zip(drawing.panels, axes, strict=True):
        if panel.title:
            each.set_title(printable(panel.title))
        for depth, mark in enumerate(panel.marks):
            _DRAW[type(mark)](each, mark, 2 + depth / 100)
        _set_axis(each, panel.x, "x")
        _set_axis(each, panel.y, "y")
        if not (panel.x.is_shown or panel.y.is_shown):
            each.set_axis_off()
    if names:
        handles = [_HANDLES[type(mark)](mark) for _, mark in names]
        columns = -(-len(names) // rows)
        texts = [printable(name) for name, _ in names]
        figure.legend(handles, texts, loc="outside lower center", ncols=columns)
    return figure


def _headed(drawing: Drawing, inside: float) -> Figure:
    """An empty figure with its title and caption, so high beneath them [inches]."""
    lines = caption_lines(drawing.caption)
    head = (1.9 * _TITLE + 1.45 * _CAPTION * len(lines) + 6) / 72
    full = inside + head
    figure = Figure(figsize=(_WIDTH, full), layout="constrained", facecolor="white")
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.005, 0.005, 0.985, 1 - head / full - 0.005), h_pad=0.05, w_pad=0.05)
    left, top = 0.012, 1 - 0.55 * _TITLE / 72 / full
    figure.text(left, top, printable(drawing.title), fontsize=_TITLE, fontweight="bold", va="top")
    if lines:
        below = top - 1.55 * _TITLE / 72 / full
        looks: Any = {"fontsize": _CAPTION, "color": GREY, "va": "top", "linespacing": 1.25}
        figure.text(left, below, "\n".join(lines), **looks)
    return figure


def _set_axis(axes: Axes, axis: Coordinate, name: str) -> None:
    own: Any = axes.xaxis if name == "x" else axes.yaxis
    set_limits: Any = axes.set_xlim if name == "x" else axes.set_ylim
    if axis.is_log:
        (axes.set_xscale if name == "x" else axes.set_yscale)("log")
        own.set_minor_formatter(NullFormatter())
    own.set_major_formatter("{x:,.10g}")
    own.set_label_text(printable(axis.title))
    if axis.limits:
        set_limits(*axis.limits)
    elif axis.has_zero:
        (low, high), (least, _) = own.get_view_interval(), own.get_data_interval()
        set_limits(low if least < 0 else 0, high)
    if axis.ticks is not None:
        texts, is_turned = [text for _, text in axis.ticks], False
        if name == "x":
            texts, is_turned = fitted_ticks(texts)
        turned: Any = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if is_turned else {}
        own.set_ticks([place for place, _ in axis.ticks], [_lines(text) for text in texts], **turned)
    if not axis.has_grid:
        own.grid(visible=False)
    if not axis.has_line:
        own.set_tick_params(length=0)
        axes.spines[["left"] if name == "y" else ["bottom"]].set_visible(False)
    if axis.is_reversed:
        own.set_inverted(True)


def _lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def _line(axes: Axes, mark: LineMark, order: float) -> None:
    looks: Any = {"color": mark.colour, "linewidth": mark.width * _POINTS, "linestyle": _DASHES[mark.dash]}
    axes.plot(np.asarray(mark.x, float), np.asarray(mark.y, float), zorder=order, **looks)


def _area(axes: Axes, mark: AreaMark, order: float) -> None:
    axes.fill(mark.x, mark.y, color=mark.colour, alpha=mark.opacity, linewidth=0, zorder=order)


def _bars(axes: Axes, mark: BarMark, order: float) -> None:
    looks = {**_hatched(mark), "alpha": mark.opacity, "zorder": order}
    foot: Any = 0 if mark.foot is None else mark.foot
    width: Any = mark.width
    if mark.is_lying:
        axes.barh(mark.at, mark.length, left=foot, height=width, **looks)
    else:
        axes.bar(mark.at, mark.length, bottom=foot, width=width, **looks)


def _hatched(mark: BarMark) -> dict[str, Any]:
    if mark.is_hatched:
        return {"facecolor": "white", "edgecolor": mark.colour, "hatch": _HATCH, "linewidth": 0}
    return {"color": mark.colour, "linewidth": 0}


def _points(axes: Axes, mark: PointMark, order: float) -> None:
    if mark.is_shown:
        axes.plot(np.asarray(mark.x, float), np.asarray(mark.y, float), zorder=order, **_point_looks(mark))


def _point_looks(mark: PointMark) -> dict[str, Any]:
    return {
        "linestyle": "",
        "marker": {"circle": "o", "diamond": "D"}[mark.symbol],
        "color": mark.colour,
        "markersize": mark.size * _POINTS,
        "markeredgecolor": "white",
        "markeredgewidth": 0.6 if mark.size >= _EDGED else 0,
    }


def _rule(axes: Axes, mark: RuleMark, order: float) -> None:
    line = axes.axvline if mark.axis == "x" else axes.axhline
    line(mark.at, color=mark.colour, linewidth=mark.width * _POINTS, linestyle=_DASHES[mark.dash], zorder=order)


def _band(axes: Axes, mark: BandMark, order: float) -> None:
    axes.axvspan(mark.start, mark.end, color=mark.colour, alpha=mark.opacity, linewidth=0, zorder=order - 1.9)


def _texts(axes: Axes, mark: TextMark, order: float) -> None:
    colours: Sequence[str] = [mark.colour] * len(mark.texts) if isinstance(mark.colour, str) else mark.colour
    where: Any = {"textcoords": "offset points", **_SIDES[mark.side]}
    for x, y, text, colour in zip(mark.x, mark.y, mark.texts, colours, strict=True):
        if text:
            size = mark.size * _POINTS
            axes.annotate(_lines(text), (x, y), fontsize=size, color=colour, zorder=order, **where)


def _cells(axes: Axes, mark: CellMark, order: float) -> None:
    rows, columns = mark.values.shape
    edges = np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5
    colours = LinearSegmentedColormap.from_list("cells", list(mark.colours))
    looks: Any = {"cmap": colours, "vmin": mark.low, "vmax": mark.high, "edgecolors": "white", "linewidth": 1.5}
    image = axes.pcolormesh(*edges, mark.values, zorder=order, **looks)
    figure: Any = axes.figure
    scale = figure.colorbar(image, ax=axes, fraction=0.03, pad=0.015, format=f"%g{mark.unit.replace('%', '%%')}")
    scale.outline.set_visible(False)
    scale.set_label(printable(mark.title))


_DRAW: dict[type[Mark], Callable[[Axes, Any, float], None]] = {
    LineMark: _line,
    AreaMark: _area,
    BarMark: _bars,
    PointMark: _points,
    RuleMark: _rule,
    BandMark: _band,
    TextMark: _texts,
    CellMark: _cells,
}


def _line_handle(mark: LineMark | RuleMark) -> Line2D:
    return Line2D([], [], color=mark.colour, linewidth=mark.width * _POINTS, linestyle=_DASHES[mark.dash])


def _patch_handle(mark: AreaMark | BandMark) -> Patch:
    return Patch(facecolor=mark.colour, alpha=mark.opacity, linewidth=0)


_HANDLES: dict[type[Mark], Callable[[Any], Any]] = {  # what stands before a name in the legend
    LineMark: _line_handle,
    RuleMark: _line_handle,
    AreaMark: _patch_handle,
    BandMark: _patch_handle,
    BarMark: lambda mark: Patch(**_hatched(mark)),
    PointMark: lambda mark: Line2D([], [], **_point_looks(mark)),
}
