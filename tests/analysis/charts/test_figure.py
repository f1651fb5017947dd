"""However a figure is written, shown or copied, its configuration goes with it: nothing leaves the machine."""

from __future__ import annotations

import copy
import json
import pickle
import re
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.io as pio
import pytest

from gridsim.analysis.charts import Chart
from gridsim.analysis.charts.screen import plotly_script
from tests.analysis.charts.offline import configs, is_offline
from tests.shared import fresh


def test_each_way_in_which_plotly_writes_a_figure_has_it(tmp_path: Path) -> None:
    figure = fresh().plot.cost_waterfall().figure
    figure.write_html(tmp_path / "a.html")
    for html in (figure.to_html(), figure._repr_html_(), (tmp_path / "a.html").read_text("utf-8"), figure.to_page()):
        (config,) = configs(html)
        assert is_offline(config)
        assert not re.search(r"<(script|link)[^>]+(src|href)=", html.replace(plotly_script(), ""))
    assert configs(figure.to_html({"scrollZoom": True}))[0]["scrollZoom"] is True


@pytest.mark.parametrize("renderer", ["", "plotly_mimetype", "plotly_mimetype+notebook", "colab", "sphinx_gallery"])
def test_notebooks_show_it_with_it(renderer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = pio.renderers.default
    monkeypatch.setattr("IPython.display.display_html", lambda *_, **__: None)
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    try:
        pio.renderers.default = renderer
        chart = fresh().plot.money_flows()
        chart.figure.show()
        bundles = [chart._repr_mimebundle_(), chart.figure._repr_mimebundle_(), *shown]
    finally:
        pio.renderers.default = before
    for bundle in bundles:
        if "application/vnd.plotly.v1+json" in bundle:
            assert is_offline(bundle["application/vnd.plotly.v1+json"]["config"])
            json.dumps(bundle)
        if "text/html" in bundle:
            assert all(map(is_offline, configs(bundle["text/html"])))
            assert "cdnjs" not in bundle["text/html"].replace(plotly_script(), "")  # plotly asks for MathJax
    assert "application/vnd.plotly.v1+json" in bundles[0]
    assert ("text/html" in bundles[0]) == (not renderer.endswith("mimetype") and renderer != "")


def test_a_browser_is_shown_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses: list[str] = []

    class Browser:
        def open(self, address: str) -> None:
            addresses.append(address)

    monkeypatch.setattr("webbrowser.get", lambda _: Browser())
    figure = fresh().plot.tornado(_sensitivity(), lang="zh").figure
    figure.show("firefox")
    path = Path(addresses[0].removeprefix("file://"))
    assert path.name == "tornado.html"
    assert path.read_text("utf-8") == figure.to_page()


def _sensitivity() -> Any:
    return pd.DataFrame({"parameter": ["a"], "low_micro_yuan": [10**12], "high_micro_yuan": [3 * 10**12]})


def test_copies_keep_it() -> None:
    figure = fresh().plot.cost_waterfall(lang="zh").figure
    for made in (copy.deepcopy(figure), pickle.loads(pickle.dumps(figure))):
        assert is_offline(made.config)
        assert made.to_plotly_json()["layout"]["title"] == figure.to_plotly_json()["layout"]["title"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_title_of_a_page_is_the_charts(lang: Any) -> None:
    chart: Chart = fresh().plot.cost_waterfall(lang=lang)
    assert f"<title>{chart.title}</title>" in chart.figure.to_page()
