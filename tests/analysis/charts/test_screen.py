"""The configuration of charts stands in everything that is written or shown: no button sends a chart anywhere."""

from __future__ import annotations

import copy
import json
import pickle
import re
from pathlib import Path
from typing import Any

import plotly.io as pio
import pytest

from gridsim.analysis.charts import Chart
from gridsim.analysis.charts.screen import ALLOWED_BUTTONS, inline_json, plotly_config, plotly_script, policy
from tests.analysis.charts.drawn import every_chart
from tests.analysis.runs import fresh

languages = pytest.mark.parametrize("lang", ["en", "zh"])


def is_offline(config: dict[str, Any]) -> bool:
    buttons = [name for group in config["modeBarButtons"] for name in group]
    return (
        config["showSendToCloud"] is False
        and config["displaylogo"] is False
        and not config.get("plotlyServerURL")
        and buttons != []
        and set(buttons) <= set(ALLOWED_BUTTONS)
        and "modeBarButtonsToAdd" not in config
    )


def configs(html: str) -> list[dict[str, Any]]:
    """What each call of plotly's script is configured with: its fourth argument, and a `config` of a figure's JSON."""
    decoder, found, value = json.JSONDecoder(), [], None
    calls = [match.end() for match in re.finditer(r'Plotly\.(?:newPlot|react)\(\s*"[^"]+",\s*', html)]
    for at in calls:
        for _ in range(3):
            value, at = decoder.raw_decode(html, at)
            at += len(re.match(r"[,\s]*", html[at:]).group())  # type: ignore[union-attr]
        found.append(value)
    return found


def test_buttons_are_allowed_one_by_one() -> None:
    config = plotly_config("zh", name="cost", can_zoom=False)
    assert config["modeBarButtons"] == [["toImage"]]
    assert config["toImageButtonOptions"]["filename"] == "cost"
    assert is_offline(config) and is_offline(plotly_config())
    assert not [name for name in ALLOWED_BUTTONS if re.search("cloud|send|share|edit|json", name, re.IGNORECASE)]


@languages
def test_buttons_speak_the_language_of_the_chart(lang: Any) -> None:
    config = plotly_config(lang)
    words = config["locales"][config["locale"]]["dictionary"]
    assert len(words) == 10
    assert all(("\u4e00" <= text[0] <= "\u9fff") == (lang == "zh") for text in words.values())


@languages
def test_every_saved_chart_is_written_with_it(lang: Any, tmp_path: Path) -> None:
    for chart in every_chart("plotly", lang):
        html = chart.save(tmp_path / "chart.html").read_text("utf-8")
        (config,) = configs(html)
        assert is_offline(config), chart.name
        own = html.replace(plotly_script(), "")
        assert "://" not in own, chart.name
        head = own[: own.index("</head>")]
        assert "default-src 'none'" in head.replace("&#x27;", "'") and "connect-src 'none'" in head.replace(
            "&#x27;", "'"
        )


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
    import pandas as pd

    return pd.DataFrame({"parameter": ["a"], "low_micro_yuan": [10**12], "high_micro_yuan": [3 * 10**12]})


def test_copies_keep_it() -> None:
    figure = fresh().plot.cost_waterfall(lang="zh").figure
    for made in (copy.deepcopy(figure), pickle.loads(pickle.dumps(figure))):
        assert is_offline(made.config)
        assert made.to_plotly_json()["layout"]["title"] == figure.to_plotly_json()["layout"]["title"]


def test_a_policy_lets_only_the_pages_own_scripts_run() -> None:
    assert policy("a", "b").count("'sha256-") == 2
    assert "'unsafe-inline'" not in policy("a").split("style-src")[0]
    assert policy("").startswith("default-src 'none'; script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='")


def test_nothing_in_json_ends_a_script() -> None:
    text = json.dumps({"a": "</script><!-- & -->"})
    assert json.loads(inline_json(text)) == json.loads(text)
    assert not set("<>&") & set(inline_json(text))


@languages
def test_the_title_of_a_page_is_the_charts(lang: Any) -> None:
    chart: Chart = fresh().plot.cost_waterfall(lang=lang)
    assert f"<title>{chart.title}</title>" in chart.figure.to_page()
