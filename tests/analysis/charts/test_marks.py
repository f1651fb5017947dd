"""Every kind of mark is drawn by both backends, with the numbers, the texts and the colours that it was given."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any, get_args

import numpy as np
import pytest

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

EVIL = "<b>a</b> & $x^2$ \x1b"
AS_IT_IS = "<b>a</b> & $x^2$ \ufffd"
backends = pytest.mark.parametrize("backend", ["plotly", "matplotlib"])


def drawn(backend: str, *marks: Mark, x: Coordinate | None = None, y: Coordinate | None = None) -> Any:
    panel = Panel(marks=marks, x=x or Coordinate(), y=y or Coordinate(), height=200)
    drawing = Drawing(name="chart", title="Title", caption="", lang="en", panels=[panel])
    return import_module(f"gridsim.analysis.charts.{backend}").draw(drawing)


# What a backend drew of one mark, as (x, y) or what the mark has instead of it.


def of_plotly(figure: Any) -> Any:
    if figure.layout.shapes:
        (shape,) = figure.layout.shapes
        return [shape.x0, shape.x1, shape.y0, shape.y1]
    (trace,) = figure.data
    if trace.type == "heatmap":
        return np.asarray(trace.z).tolist()
    if trace.type == "bar":
        along, across = (trace.y, trace.x) if trace.orientation == "h" else (trace.x, trace.y)
        feet = [0.0] * len(along) if trace.base is None else trace.base
        return [*map(list, (along, across, feet))]
    return [list(trace.x), list(trace.y)]


def of_matplotlib(figure: Any, mark: Mark) -> Any:
    axes = figure.axes[0]
    if isinstance(mark, CellMark):
        return np.asarray(axes.collections[0].get_array()).tolist()
    if isinstance(mark, BarMark):
        bars = [(bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()) for bar in axes.patches]
        if mark.is_lying:
            return [[y + h / 2 for _, y, _, h in bars], [w for *_, w, _ in bars], [x for x, *_ in bars]]
        return [[x + w / 2 for x, _, w, _ in bars], [h for *_, h in bars], [y for _, y, *_ in bars]]
    if isinstance(mark, AreaMark):
        corners = axes.patches[0].get_xy()[:-1]  # the last is the first again
        return [corners[:, 0].tolist(), corners[:, 1].tolist()]
    if isinstance(mark, BandMark):
        (patch,) = axes.patches
        return [patch.get_x(), patch.get_x() + patch.get_width(), 0, 1]
    if isinstance(mark, TextMark):
        return [[text.xy[0] for text in axes.texts], [text.xy[1] for text in axes.texts]]
    x, y = axes.lines[0].get_data()
    return [x[0], x[1], y[0], y[1]] if isinstance(mark, RuleMark) else [list(x), list(y)]


LINE: Any = {"x": [1.0, 2.0, 3.0], "y": [4.0, 5.0, -6.0]}
BARS: Any = {"at": [0.0, 1.0], "length": [3.0, 4.0], "foot": [1.0, 2.0], "width": 0.5}
CASES: list[tuple[Mark, Any]] = [
    (LineMark(**LINE, colour="#123456"), [LINE["x"], LINE["y"]]),
    (AreaMark(**LINE, colour="#123456"), [LINE["x"], LINE["y"]]),
    (PointMark(**LINE), [LINE["x"], LINE["y"]]),
    (TextMark(**LINE, texts=["a", "b", "c"]), [LINE["x"], LINE["y"]]),
    (BarMark(**BARS), [BARS["at"], BARS["length"], BARS["foot"]]),
    (BarMark(**BARS, is_lying=True), [BARS["at"], BARS["length"], BARS["foot"]]),
    (BarMark(at=[0.0], length=[2.0]), [[0.0], [2.0], [0.0]]),
    (RuleMark(at=3.0), [3.0, 3.0, 0, 1]),
    (RuleMark(at=3.0, axis="y"), [0, 1, 3.0, 3.0]),
    (BandMark(start=1.0, end=2.0, colour="#123456"), [1.0, 2.0, 0, 1]),
    (
        CellMark(
            values=np.array([[1.0, 2.0], [3.0, 4.0]]),
            low=0,
            high=4,
            colours=[(0, "#ffffff"), (1, "#000000")],
            title="t",
        ),
        [[1.0, 2.0], [3.0, 4.0]],
    ),
]


def test_every_kind_is_tried() -> None:
    assert {type(mark) for mark, _ in CASES} == set(get_args(Mark))


@pytest.mark.parametrize(("mark", "expected"), CASES, ids=[type(mark).__name__ for mark, _ in CASES])
def test_both_backends_draw_the_numbers(mark: Mark, expected: Any) -> None:
    assert of_plotly(drawn("plotly", mark)) == expected
    found = of_matplotlib(drawn("matplotlib", mark), mark)
    assert np.shape(found) == np.shape(expected)
    assert np.ravel(found) == pytest.approx(np.ravel(expected), abs=0)


def test_lines_have_gaps() -> None:
    mark = LineMark(x=[1, 2, math.nan, 3], y=[1, 2, math.nan, 3], colour="#123456")
    assert np.isnan(drawn("plotly", mark).data[0].x[2]) and drawn("plotly", mark).data[0].connectgaps is False
    assert np.isnan(drawn("matplotlib", mark).axes[0].lines[0].get_xdata()[2])


@backends
def test_texts_are_shown_as_they_are(backend: str) -> None:
    marks = [
        TextMark(x=[0], y=[0], texts=[f"{EVIL}\nb"]),
        BarMark(at=[0], length=[1], name=EVIL, hover=[f"{EVIL}\n{EVIL}"]),
    ]
    axis = Coordinate(title=EVIL, ticks=[(0, EVIL)])
    figure = drawn(backend, *marks, x=axis, y=axis)
    if backend == "plotly":
        escaped = "&lt;b&gt;a&lt;/b&gt; &amp; &#36;x^2&#36; \ufffd"
        text, bars = figure.data
        assert (text.text[0], bars.name, bars.hovertext[0]) == (
            f"{escaped}<br>b",
            escaped,
            f"<b>{escaped}</b><br>{escaped}",
        )
        for each in (figure.layout.xaxis, figure.layout.yaxis):
            assert (each.title.text, each.ticktext[0]) == (escaped, escaped)
        return
    axes = figure.axes[0]
    texts = [axes.xaxis.label, axes.yaxis.label, axes.get_yticklabels()[0], figure.legends[0].get_texts()[0]]
    assert {text.get_text() for text in texts} == {AS_IT_IS}
    assert axes.texts[0].get_text() == f"{AS_IT_IS}\nb"
    assert not any(text.get_parse_math() for text in [*texts, *axes.texts])


@backends
def test_axes_are_as_they_are_asked_for(backend: str) -> None:
    bars = BarMark(at=[1, 2], length=[3, 4], width=0.5)
    x, y = Coordinate(ticks=[(1, "a"), (2, "b")], has_grid=False), Coordinate(limits=(0.0, 9.0), is_reversed=True)
    figure = drawn(backend, bars, x=x, y=y)
    if backend == "plotly":
        assert list(figure.layout.yaxis.range) == [9.0, 0.0]
        assert (list(figure.layout.xaxis.tickvals), list(figure.layout.xaxis.ticktext)) == ([1, 2], ["a", "b"])
        assert figure.layout.xaxis.showgrid is False and figure.layout.yaxis.showgrid is True
        return
    axes = figure.axes[0]
    assert axes.get_ylim() == (9.0, 0.0)
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["a", "b"]


@pytest.mark.parametrize("low", [2.0, -2.0])
def test_an_axis_with_zero_begins_there_and_cuts_nothing_off(low: float) -> None:
    line = LineMark(x=[1, 2], y=[low, 4], colour="#123456")
    axes = drawn("matplotlib", line, y=Coordinate(has_zero=True)).axes[0]
    assert axes.get_ylim()[0] == 0 if low > 0 else axes.get_ylim()[0] <= low
    assert drawn("plotly", line, y=Coordinate(has_zero=True)).layout.yaxis.rangemode == "tozero"


@backends
def test_panels_share_their_horizontal_axis_and_the_legend_names_each_once(backend: str) -> None:
    def panel(title: str, height: float) -> Panel:
        marks = [LineMark(x=[0, 1], y=[0, 1], colour="#123456", name="a"), PointMark(x=[0], y=[0], name=title)]
        return Panel(marks=marks, x=Coordinate(), y=Coordinate(), height=height, title=title)

    drawing = Drawing(name="c", title="T", caption="", lang="en", panels=[panel("one", 300), panel("two", 100)])
    assert [name for name, _ in drawing.names()] == ["a", "one", "two"]
    figure = import_module(f"gridsim.analysis.charts.{backend}").draw(drawing)
    if backend == "plotly":
        assert [trace.name for trace in figure.data if trace.showlegend] == ["a", "one", "two"]
        above, below = figure.layout.yaxis.domain, figure.layout.yaxis2.domain
        assert (above[1], below[0]) == (1, 0)
        assert (above[1] - above[0]) / (below[1] - below[0]) == pytest.approx(3)
        assert figure.layout.xaxis2.matches == "x"
        assert [note.text for note in figure.layout.annotations] == ["one", "two"]
        return
    above, below = figure.axes
    assert above.get_shared_x_axes().joined(above, below)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "one", "two"]
    assert [axes.get_title("left") for axes in (above, below)] == ["one", "two"]


def test_matplotlibs_own_settings_stay_as_they_were() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    drawn("matplotlib", LineMark(x=[0], y=[0], colour="#123456"))
    assert dict(mpl.rcParams) == before


def test_points_that_are_not_shown_are_found_by_a_pointer_only() -> None:
    mark = PointMark(x=[1], y=[2], is_shown=False, hover=["a"])
    assert drawn("plotly", mark).data[0].marker.opacity == 0
    assert drawn("matplotlib", mark).axes[0].lines[:] == []


def test_hatched_bars_are_hatched() -> None:
    mark = BarMark(at=[1], length=[2], is_hatched=True, colour="#123456")
    assert drawn("plotly", mark).data[0].marker.pattern.shape == "/"
    assert drawn("matplotlib", mark).axes[0].patches[0].get_hatch()
