"""Marks drawn with plotly, for screens."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gridsim.analysis.charts.figure import ScreenFigure
from gridsim.analysis.charts.marks import (
    AreaMark,
    BandMark,
    BarMark,
    CellMark,
    Coordinate,
    Drawing,
    LineMark,
    Mark,
    Panel,
    PointMark,
    RuleMark,
    TextMark,
)
from gridsim.analysis.charts.style import GREY, GRID, INK, LIGHT, WHITE, ZERO, caption_lines, fitted_ticks, legend_rows
from gridsim.show.plain import printable

if TYPE_CHECKING:
    from gridsim.analysis.charts.marks import Numbers

    Trace = dict[str, Any]

__all__ = ["draw", "label"]

_SANS = (
    '"Inter", "Segoe UI", "Helvetica Neue", Arial, "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", '
    '"Microsoft YaHei", "Hiragino Sans GB", "WenQuanYi Micro Hei", sans-serif'
)
_TITLE, _LINE, _LEGEND, _PANEL_TITLE, _GAP, _BOTTOM = 34, 17, 26, 24, 16, 48  # pixels
_SIDES = {  # where a text stands, and what is put around it to keep it off its point
    "above": ("top center", "{}"),
    "below": ("bottom center", "{}"),
    "left": ("middle left", "{}\N{NO-BREAK SPACE}"),
    "right": ("middle right", "\N{NO-BREAK SPACE}{}"),
    "middle": ("middle center", "{}"),
}
_EDGED = 8  # from this size on points have a white edge [pixels]
_NUMBERS = {"exponentformat": "none", "separatethousands": True, "title_font_size": 12}


def label(text: str) -> str:
    """A text as plotly shows it as it is: plotly reads tags, entities and TeX in every text."""
    escaped = html.escape("\n".join(map(printable, text.split("\n"))), quote=False)
    return escaped.replace("$", "&#36;").replace("\n", "<br>")


def draw(drawing: Drawing) -> ScreenFigure:
    """A drawing as plotly's figure."""
    lines = caption_lines(drawing.caption)
    names = [name for name, _ in drawing.names()]
    head = _TITLE + _LINE * len(lines) + 12
    of_panel = _PANEL_TITLE - 4 if drawing.panels[0].title else 0
    above = head + _LEGEND * legend_rows(names) + 12 + of_panel
    domains, inside = _domains(drawing.panels)
    height = above + inside + _BOTTOM
    layout: dict[str, Any] = {
        "template": "none",
        "title": _head(drawing.title, lines),
        "font": {"family": _SANS, "size": 12, "color": INK},
        # What a page that gives it another width breaks into lines again (report/templates/charts.js).
        "meta": {
            "caption": drawing.caption,
            "names": names,
            "ticks": [text for _, text in drawing.panels[-1].x.ticks or ()],
            "above": of_panel,
        },
        "height": height,
        "margin": {"l": 64, "r": 24, "t": above, "b": _BOTTOM},
        "paper_bgcolor": WHITE,
        "plot_bgcolor": WHITE,
        "separators": ".,",
        "hoverlabel": {"align": "left", "font": {"family": _SANS}},
        "hovermode": "closest",
        "barmode": "overlay",
        "showlegend": bool(names),
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1 - head / height,
            "yref": "container",
            "yanchor": "top",
            "font": {"size": 12},
        },
    }
    traces: list[Trace] = []
    shapes: list[dict[str, Any]] = []
    titles: list[dict[str, Any]] = []
    listed: set[str] = set()
    for place, (panel, domain) in enumerate(zip(drawing.panels, domains, strict=True)):
        number = str(place + 1) if place else ""
        axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        is_last = place == len(drawing.panels) - 1
        layout[f"xaxis{number}"] = {
            **_axis(panel.x, is_horizontal=True),
            "anchor": axes["yaxis"],
            "showticklabels": is_last,
            **({"matches": "x"} if place else {}),
        }
        layout[f"yaxis{number}"] = {**_axis(panel.y, is_horizontal=False), "anchor": axes["xaxis"], "domain": domain}
        for mark in panel.marks:
            drawn = _DRAW[type(mark)](mark)
            name = getattr(mark, "name", "")
            if name:
                drawn |= {"name": label(name), "legendgroup": name, "showlegend": name not in listed}
                listed.add(name)
            else:
                drawn |= {"showlegend": False}
            if isinstance(mark, RuleMark | BandMark):
                shapes.append(_in_panel(drawn, axes))
            else:
                traces.append({**drawn, **axes})
        if panel.title:
            titles.append(_panel_title(panel.title, domain[1]))
    figure = ScreenFigure(data=traces, layout={**layout, "shapes": shapes, "annotations": titles})
    return figure.of(lang=drawing.lang, name=drawing.name, title=drawing.title)


def _head(title: str, lines: Sequence[str]) -> dict[str, Any]:
    return {
        "text": f"<b>{label(title)}</b>",
        "subtitle": {"text": "<br>".join(map(label, lines)), "font": {"size": 12, "color": GREY}},
        "x": 0.0,
        "xref": "container",
        "xanchor": "left",
        "y": 1,
        "yref": "container",
        "yanchor": "top",
        "pad": {"t": 10, "l": 8},
        "font": {"size": 17, "color": INK},
    }


def _domains(panels: Sequence[Panel]) -> tuple[list[list[float]], float]:
    """Where each panel stands between 0 and 1, and the height of them all with what lies between them [pixels]."""
    gaps = [_GAP + (_PANEL_TITLE if panel.title else 0) for panel in panels[1:]]
    whole = sum(panel.height for panel in panels) + sum(gaps)
    tops, top = [], whole
    for panel, gap in zip(panels, [*gaps, 0], strict=True):
        tops.append([(top - panel.height) / whole, top / whole])
        top -= panel.height + gap
    return tops, whole


def _axis(axis: Coordinate, *, is_horizontal: bool) -> dict[str, Any]:
    limits: Sequence[float] | None = axis.limits[::-1] if axis.limits and axis.is_reversed else axis.limits
    made: dict[str, Any] = {
        **_NUMBERS,
        "visible": axis.is_shown,
        "title_text": label(axis.title),
        "showgrid": axis.has_grid,
        "gridcolor": GRID,
        "showline": axis.has_line,
        "linecolor": LIGHT,
        "tickcolor": LIGHT,
        "ticks": "outside" if is_horizontal and axis.has_line else "",
        "zeroline": not is_horizontal and axis.has_line and axis.ticks is None,
        "zerolinecolor": ZERO,
        "fixedrange": not axis.is_shown,
        "automargin": "bottom" if is_horizontal else "left",  # names at the ends of an axis move no margin
    }
    if axis.is_log:
        made |= {"type": "log", "dtick": 1}
        limits = [math.log10(end) for end in limits] if limits else None
    if limits:
        made["range"] = list(limits)
    elif axis.is_reversed:
        made["autorange"] = "reversed"
    if axis.has_zero:
        made["rangemode"] = "tozero"
    if axis.ticks is not None:
        texts, is_turned = [text for _, text in axis.ticks], False
        if is_horizontal:
            texts, is_turned = fitted_ticks(texts)
        made |= {
            "tickmode": "array",
            "tickvals": [place for place, _ in axis.ticks],
            "ticktext": list(map(label, texts)),
            "tickangle": -45 if is_turned else 0,
        }
    return made


def _panel_title(title: str, top: float) -> dict[str, Any]:
    at = {"x": 0, "xref": "paper", "xanchor": "left", "y": top, "yref": "paper", "yanchor": "bottom", "yshift": 3}
    return {"text": label(title), "showarrow": False, "font": {"size": 13, "color": INK}, **at}


def _in_panel(shape: dict[str, Any], axes: dict[str, str]) -> dict[str, Any]:
    """A shape that runs through its panel: from one of its ends to the other."""
    other = "y" if "x0" in shape else "x"
    ends = {f"{other}0": 0, f"{other}1": 1, f"{other}ref": f"{axes[f'{other}axis']} domain"}
    own = "x" if other == "y" else "y"
    return {**shape, **ends, f"{own}ref": axes[f"{own}axis"]}


def _hover(texts: Sequence[str]) -> Trace:
    """What a pointer is told, its first line as a head."""
    if not texts:
        return {"hoverinfo": "skip"}
    return {"hovertext": list(map(_hover_text, texts)), "hoverinfo": "text"}


def _hover_text(text: str) -> str:
    head, *lines = label(text).split("<br>")
    return "<br>".join([f"<b>{head}</b>", *lines]) if head else ""


def _array(values: Numbers) -> Any:
    return np.asarray(values, dtype=np.float64)


def _line(mark: LineMark) -> Trace:
    line = {"color": mark.colour, "width": mark.width, "dash": mark.dash}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _array(mark.x),
        "y": _array(mark.y),
        "line": line,
        "connectgaps": False,
        "hoverinfo": "skip",
    }


def _area(mark: AreaMark) -> Trace:
    red, green, blue = (int(mark.colour[i : i + 2], 16) for i in (1, 3, 5))
    hover = {"hoveron": "fills", "hoverinfo": "text", "text": _hover_text(mark.hover)} if mark.hover else _hover(())
    return {
        "type": "scatter",
        "mode": "none",
        "x": _array(mark.x),
        "y": _array(mark.y),
        "fill": "toself",
        "fillcolor": f"rgba({red},{green},{blue},{mark.opacity})",
        **hover,
    }


def _bars(mark: BarMark) -> Trace:
    along, across = ("y", "x") if mark.is_lying else ("x", "y")
    colour: Any = mark.colour if isinstance(mark.colour, str) else list(mark.colour)
    marker: dict[str, Any] = {"color": colour, "opacity": mark.opacity, "line": {"width": 0}}
    if mark.is_hatched:
        marker["pattern"] = {"shape": "/", "size": 5, "solidity": 0.35}
    return {
        "type": "bar",
        "orientation": "h" if mark.is_lying else "v",
        along: _array(mark.at),
        across: _array(mark.length),
        "base": None if mark.foot is None else _array(mark.foot),
        "width": mark.width if isinstance(mark.width, float | int) else _array(mark.width),
        "marker": marker,
        **_hover(mark.hover),
    }


def _points(mark: PointMark) -> Trace:
    edge = {"color": WHITE, "width": 1 if mark.size >= _EDGED else 0}
    marker = {"color": mark.colour, "size": mark.size, "symbol": mark.symbol, "line": edge}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": _array(mark.x),
        "y": _array(mark.y),
        "marker": marker if mark.is_shown else {"color": mark.colour, "size": 16, "opacity": 0},
        **_hover(mark.hover),
    }


def _rule(mark: RuleMark) -> Trace:
    line = {"color": mark.colour, "width": mark.width, "dash": mark.dash}
    return {"type": "line", f"{mark.axis}0": mark.at, f"{mark.axis}1": mark.at, "line": line}


def _band(mark: BandMark) -> Trace:
    looks = {"fillcolor": mark.colour, "opacity": mark.opacity, "line": {"width": 0}, "layer": "below"}
    return {"type": "rect", "x0": mark.start, "x1": mark.end, **looks}


def _texts(mark: TextMark) -> Trace:
    colour = mark.colour if isinstance(mark.colour, str) else list(mark.colour)
    position, spaced = _SIDES[mark.side]
    return {
        "type": "scatter",
        "mode": "text",
        "x": _array(mark.x),
        "y": _array(mark.y),
        "text": [spaced.format(label(text)) for text in mark.texts],
        "textposition": position,
        "textfont": {"size": mark.size, "color": colour},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _cells(mark: CellMark) -> Trace:
    rows, columns = mark.values.shape
    scale = {"title": {"text": label(mark.title), "side": "right", "font": {"size": 12}}, "ticksuffix": mark.unit}
    hover = {"hovertext": [list(map(_hover_text, row)) for row in mark.hover], "hoverinfo": "text"}
    return {
        "type": "heatmap",
        "z": mark.values,
        "x": list(range(columns)),
        "y": list(range(rows)),
        "zmin": mark.low,
        "zmax": mark.high,
        "colorscale": [list(stop) for stop in mark.colours],
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "colorbar": {**scale, "thickness": 12, "outlinewidth": 0},
        **(hover if mark.hover else _hover(())),
    }


_DRAW: dict[type[Mark], Callable[[Any], Trace]] = {
    LineMark: _line,
    AreaMark: _area,
    BarMark: _bars,
    PointMark: _points,
    RuleMark: _rule,
    BandMark: _band,
    TextMark: _texts,
    CellMark: _cells,
}
