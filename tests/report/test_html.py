"""Every chart of a report's file is configured to offer nothing that leaves the machine."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from gridsim.analysis.charts.screen import plotly_script
from gridsim.report.html import write_report
from tests.analysis.charts.offline import is_offline
from tests.shared import fresh


def figures(text: str) -> list[dict[str, Any]]:
    """Every figure of a report, also those that its script unpacks when they are wanted."""
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    found = list(json.loads(data.group(1))["figures"].values())
    for name, packed in re.findall(r'<script type="text/plain" id="([a-z]+)-\d+">(.*?)</script>', text):
        block = json.loads(gzip.decompress(base64.b64decode(packed)))
        found += [block] if name == "book" else block["figures"].values()
    return found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_stands_in_every_figure(lang: Any, tmp_path: Path) -> None:
    text = write_report(fresh(), tmp_path / "report.html", lang=lang, units=2).read_text("utf-8")
    drawn = figures(text)
    assert len(drawn) > 2 * 2 + 5
    for figure in drawn:
        assert is_offline(figure["config"]), figure["layout"]["title"]
    # Nothing in the page draws a chart otherwise.
    own = text.replace(plotly_script(), "")
    assert re.findall(r"Plotly\.(?:newPlot|react|plot)\(([^;]*)\)", own) == [
        "element, shown.data, shown.layout, { ...state.figure.config, responsive: false }"
    ]
    assert "connect-src &#39;none&#39;" in own
