"""What an HTML page is put together from: its templates, blocks of data, and figures as plotly's script takes them."""

from __future__ import annotations

import base64
import gzip
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gridsim.analysis.charts.screen import inline_json, policy
from gridsim.version import __version__

if TYPE_CHECKING:
    from gridsim.analysis.charts import Chart
    from gridsim.report.page.words import PageWords
    from gridsim.result import Result

__all__ = ["bulk_block", "data_block", "figure_data", "head_of", "html_lang", "own_file", "template"]


def html_lang(words: PageWords) -> str:
    """A language as HTML names it."""
    return {"en": "en", "zh": "zh-CN"}[words.lang]


def head_of(result: Result, words: PageWords, title: str, style: str, scripts: tuple[str, ...]) -> dict[str, Any]:
    """What every page says above its own parts: who, under which rules, in which colours, and what may run.

    Parameters
    ----------
    result : Result
    words : PageWords
    title : str
        Of the window.
    style : str
        Of the page by day.
    scripts : tuple of str
        All that it runs.
    """
    scenario, rules = result.manifest["scenario"], result.manifest["rules"]
    return {
        "t": words.say,
        "lang": html_lang(words),
        "title": title,
        "scenario": scenario,
        "rules": words.say("Rules: {title} ({id})", title=rules["title"][words.lang], id=rules["id"]),
        "version": f"gridsim {__version__}",
        "style": style,
        "night": own_file("night.css"),
        "policy": policy(*scripts),
    }


def figure_data(chart: Chart) -> dict[str, Any]:
    """A chart as plotly's script takes it."""
    figure: dict[str, Any] = json.loads(chart.figure.to_json())
    figure["layout"].pop("template", None)
    return {**figure, "config": chart.figure.config}


def data_block(name: str, text: str, kind: str) -> str:
    """A block that the browser does not run; nothing in it can end it."""
    return f'<script type="{kind}" id="{name}">{inline_json(text)}</script>\n'


def bulk_block(name: str, text: str) -> str:
    """A large block, compressed: the page's script opens it when it is wanted."""
    packed = base64.b64encode(gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0)).decode("ascii")
    return f'<script type="text/plain" id="{name}">{packed}</script>\n'


def own_file(name: str) -> str:
    """A file of ours: a template, a style or a script."""
    text = files("gridsim.report").joinpath("templates", name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


@cache
def _environment() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(own_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment


def template(name: str) -> Any:
    """A template of jinja's."""
    return _environment().get_template(name)
