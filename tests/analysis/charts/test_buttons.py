"""The buttons of charts that were saved or stand in a notebook: each is pressed, and nothing leaves the machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from gridsim.analysis.charts import Chart
from gridsim.analysis.charts.screen import ALLOWED_BUTTONS, plotly_script
from tests.analysis.charts.drawn import every_chart
from tests.report.buttons import press_every_button
from tests.report.page import Opened, needs_browser
from tests.shared import IS_FULL, fresh

pytestmark = [needs_browser, pytest.mark.slow]  # a browser draws every chart


@pytest.fixture
def opened(process: Any) -> Iterator[Opened]:
    context = process.new_context(viewport={"width": 1000, "height": 900})
    yield Opened(context.new_page())
    context.close()


def show(opened: Opened, path: Path) -> None:
    opened.page.goto(path.as_uri())
    opened.page.wait_for_selector(".main-svg")


PRESSED = ("supply_demand", "money_flows", "deviation_heat_map")
"""Charts whose buttons are pressed in the short form: with lines, without axes, with a field of colours."""


@pytest.mark.parametrize("lang", ["en", "zh"] if IS_FULL else ["zh"])
def test_saved_charts_offer_nothing_that_leaves_the_machine(opened: Opened, lang: Any, tmp_path: Path) -> None:
    words = {"en": "Save as a picture", "zh": "保存为图片"}[lang]
    charts = every_chart("plotly", lang)
    pressed_ones = [chart for chart in charts if IS_FULL or chart.name in PRESSED]
    for chart in pressed_ones:
        path = chart.save(tmp_path / f"{chart.name}.html")
        show(opened, path)
        pressed = press_every_button(opened)
        assert f"toImage: {words}" in pressed, chart.name
        has_axes = chart.name != "money_flows"
        assert len(pressed) == (len(ALLOWED_BUTTONS) if has_axes else 1), (chart.name, pressed)
        assert {url for url in opened.requests if not url.startswith(("blob:", "data:"))} == {path.as_uri()}
        assert not opened.complaints, opened.complaints
        opened.requests.clear()
    # What plotly is asked for in all the others is what it was asked for in these.
    assert {asked_of(chart) for chart in charts} == {asked_of(chart) for chart in pressed_ones}


def asked_of(chart: Chart) -> str:
    """The settings that a chart is drawn with, but for the name of its picture."""
    config = chart._repr_mimebundle_()["application/vnd.plotly.v1+json"]["config"]
    return json.dumps(config | {"toImageButtonOptions": config["toImageButtonOptions"] | {"filename": ""}})


def test_what_a_notebook_shows_offers_nothing_either(opened: Opened, tmp_path: Path) -> None:
    chart = every_chart("plotly", "zh")[0]
    bundle = chart._repr_mimebundle_()["application/vnd.plotly.v1+json"]
    drawn = json.dumps({name: bundle[name] for name in ("data", "layout", "config")}).replace("<", "\\u003c")
    page = f'<div id="c"></div><script>{plotly_script()}</script><script>Plotly.newPlot("c", {drawn})</script>'
    path = tmp_path / "notebook.html"
    path.write_text(f'<!doctype html><meta charset="utf-8">{page}', encoding="utf-8")
    show(opened, path)
    assert len(press_every_button(opened)) == len(ALLOWED_BUTTONS)


def test_plotlys_own_buttons_are_found(opened: Opened, tmp_path: Path) -> None:
    """What plotly would offer by itself does not pass: the test sees what it is to see."""
    path = tmp_path / "own.html"
    go.Figure(every_chart("plotly", "en")[0].figure).write_html(path)
    show(opened, path)
    with pytest.raises(AssertionError, match="sendChartToCloud"):
        press_every_button(opened)
    go.Figure(every_chart("plotly", "en")[0].figure).write_html(path, config={"modeBarButtons": [["toImage"]]})
    show(opened, path)
    with pytest.raises(AssertionError, match="link out of the chart"):
        press_every_button(opened)  # the logo


HOVER = "() => [...document.querySelectorAll('.hoverlayer text')].map((text) => text.textContent).join(' ')"


@pytest.mark.parametrize(
    ("name", "place", "told"),
    [
        ("cost_waterfall", ".bars .point path", "100.0 %"),
        ("money_flows", ".scatterlayer .js-fill", "grid company"),
        ("deviation_heat_map", ".heatmaplayer image", "contracted"),
        ("contract_and_metered", ".bars .point path", "metered"),
    ],
)
def test_a_pointer_is_told_what_lies_there(opened: Opened, name: str, place: str, told: str, tmp_path: Path) -> None:
    show(opened, getattr(fresh().plot, name)().save(tmp_path / "chart.html"))
    boxes = [box for mark in opened.page.locator(place).all() if (box := mark.bounding_box())]
    box = max(boxes, key=lambda box: box["width"] * box["height"])
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    opened.page.mouse.move(x - 5, y - 5)
    opened.page.mouse.move(x, y)
    opened.page.wait_for_function(f"told => ({HOVER})().includes(told)", arg=told)
