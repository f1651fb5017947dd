"""The configuration of charts: buttons one by one, in the language of the chart, and in every file that is saved."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gridsim.analysis.charts.screen import ALLOWED_BUTTONS, inline_json, plotly_config, plotly_script, policy
from tests.analysis.charts.drawn import every_chart
from tests.analysis.charts.offline import configs, is_offline

languages = pytest.mark.parametrize("lang", ["en", "zh"])


def test_buttons_are_allowed_one_by_one() -> None:
    config = plotly_config("zh", name="cost", can_zoom=False)
    assert config["modeBarButtons"] == [["toImage"]]
    assert config["toImageButtonOptions"]["filename"] == "cost"
    assert is_offline(config) and is_offline(plotly_config("en"))
    assert not [name for name in ALLOWED_BUTTONS if re.search("cloud|send|share|edit|json", name, re.IGNORECASE)]


@languages
def test_buttons_speak_the_language_of_the_chart(lang: Any) -> None:
    config = plotly_config(lang)
    words = config["locales"][config["locale"]]["dictionary"]
    assert len(words) == 10
    assert all(("\u4e00" <= text[0] <= "\u9fff") == (lang == "zh") for text in words.values())


@pytest.mark.slow
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


def test_a_policy_lets_only_the_pages_own_scripts_run() -> None:
    assert policy("a", "b").count("'sha256-") == 2
    assert "'unsafe-inline'" not in policy("a").split("style-src")[0]
    assert policy("").startswith("default-src 'none'; script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='")


def test_nothing_in_json_ends_a_script() -> None:
    text = json.dumps({"a": "</script><!-- & -->"})
    assert json.loads(inline_json(text)) == json.loads(text)
    assert not set("<>&") & set(inline_json(text))
