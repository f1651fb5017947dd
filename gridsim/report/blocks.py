"""What an HTML page is put together from: its templates, blocks of data, and figures as plotly's script takes them."""

from __future__ import annotations

import base64
import gzip
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gridsim.analysis.charts.screen import inline_json

if TYPE_CHECKING:
    from gridsim.analysis.charts import Chart

__all__ = ["bulk_block", "data_block", "figure_data", "own_file", "template"]


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
