"""What a chart offers on a screen, in one place for reports, saved files and notebooks: nothing leaves the machine.

Plotly's own toolbar sends a chart to its maker's cloud; here its buttons are a list of those that are allowed, so that
what a later plotly adds is not offered either.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from typing import TYPE_CHECKING, Any

from gridsim.analysis.charts.words import ChartWords
from gridsim.words import msg

if TYPE_CHECKING:
    from gridsim.words import Lang

__all__ = ["ALLOWED_BUTTONS", "chart_page", "digest", "inline_json", "plotly_config", "plotly_script", "policy"]

_PICTURE = ("toImage",)
_ZOOM = (("zoom2d", "pan2d"), ("zoomIn2d", "zoomOut2d", "resetScale2d"))
ALLOWED_BUTTONS = (*_PICTURE, *(name for group in _ZOOM for name in group))
"""The buttons of a chart by plotly's names: save a picture, zoom, pan, reset. No other is ever shown."""

_LOCALE = "gridsim"  # the words of the buttons, handed over with each chart
# What plotly's script says, and our words for it; each language has its own.
_BUTTON_WORDS = {
    "Download plot as a PNG": msg("Save as a picture"),
    "Download plot as a png": msg("Save as a picture"),
    "Download plot": msg("Save as a picture"),
    "Preparing image - this may take a few seconds": msg("The picture is made; this may take a few seconds"),
    "Image download succeeded": msg("The picture is saved"),
    "Zoom": msg("Zoom to a frame"),
    "Pan": msg("Move"),
    "Zoom in": msg("Zoom in"),
    "Zoom out": msg("Zoom out"),
    "Reset axes": msg("Reset"),
}


def plotly_config(lang: Lang, *, name: str = "chart", can_zoom: bool = True) -> dict[str, Any]:
    """The configuration with which plotly's script draws a chart of gridsim, wherever it does.

    Parameters
    ----------
    lang : {"en", "zh"}
        Of the buttons' words.
    name : str
        Of the picture's file.
    can_zoom : bool
        Whether the chart has axes; without them only the picture can be saved.
    """
    words = ChartWords(lang)
    return {
        "responsive": True,
        "displaylogo": False,  # it leads to the maker's pages
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "modeBarButtons": [list(_PICTURE), *(map(list, _ZOOM) if can_zoom else ())],
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": name},
        "doubleClick": "Reset",
        "locale": _LOCALE,
        "locales": {_LOCALE: {"dictionary": {theirs: words.say(ours) for theirs, ours in _BUTTON_WORDS.items()}}},
    }


def policy(*scripts: str) -> str:
    """The content security policy of a page: only these scripts run, and they reach nothing outside of the page."""
    hashes = " ".join(f"'sha256-{digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def digest(script: str) -> str:
    """What lets this script run, and no other, under a page's content security policy."""
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def plotly_script() -> str:
    """The whole of plotly's script, to stand in a page."""
    from plotly.offline import get_plotlyjs

    # Browsers read a carriage return as a line feed, and the digest is of what they read.
    script: str = get_plotlyjs().replace("\r\n", "\n").replace("\r", "\n")
    return script


def inline_json(text: str) -> str:
    """JSON that can stand in a page's script: nothing in it can end the script."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>html, body {{ height: 100%; margin: 0; }} #chart {{ height: 100%; }}</style>
</head>
<body>
<div id="chart"></div>
<script>{library}</script>
<script>{draw}</script>
</body>
</html>
"""


def chart_page(figure: Any, config: dict[str, Any], *, title: str, lang: Lang) -> str:
    """A chart as one HTML page that needs nothing from outside and sends nothing there.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
    config : dict
        Of `plotly_config`.
    title : str
        Of the page.
    lang : {"en", "zh"}
    """
    library = plotly_script()
    drawn = json.loads(figure.to_json())
    arguments = ", ".join(
        inline_json(json.dumps(part, separators=(",", ":"))) for part in (drawn["data"], drawn["layout"], config)
    )
    draw = f'Plotly.newPlot("chart", {arguments});'
    return _PAGE.format(
        lang={"en": "en", "zh": "zh-CN"}[lang],
        policy=html.escape(policy(library, draw)),
        title=html.escape(title),
        library=library,
        draw=draw,
    )
