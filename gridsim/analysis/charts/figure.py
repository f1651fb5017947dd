"""Plotly's figure as gridsim hands it out: wherever it is shown, nothing is offered that leaves the machine."""

from __future__ import annotations

import json
import tempfile
import webbrowser
from copy import copy
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import plotly.graph_objects as go
import plotly.io as pio

from gridsim.analysis.charts.screen import chart_page, plotly_config
from gridsim.words import Lang

__all__ = ["ScreenFigure"]

_MIME = "application/vnd.plotly.v1+json"


class ScreenFigure(go.Figure):  # type: ignore[misc]
    """A ``plotly.graph_objects.Figure`` that is shown with gridsim's configuration.

    ``config`` of its methods adds to it. Nothing that shows it loads anything from the internet, save where plotly
    itself is loaded from there (``pio.renderers.default = "colab"`` and the like).
    """

    _lang: Lang = "en"
    _name: str = "chart"
    _chart_title: str = "chart"

    def of(self, *, lang: Lang, name: str, title: str) -> Self:
        """Set the language, the file name and the title that it is shown with."""
        self._lang, self._name, self._chart_title = lang, name, title
        return self

    @property
    def config(self) -> dict[str, Any]:
        """The configuration that plotly's script draws it with."""
        can_zoom = self.layout.xaxis.visible is not False
        return plotly_config(self._lang, name=self._name, can_zoom=can_zoom)

    def to_page(self, config: dict[str, Any] | None = None) -> str:
        """One HTML page that needs nothing from outside."""
        return chart_page(self, {**self.config, **(config or {})}, title=self._chart_title, lang=self._lang)

    def to_html(self, config: dict[str, Any] | None = None, *args: Any, **options: Any) -> str:
        """As plotly's."""
        text: str = super().to_html({**self.config, **(config or {})}, *args, **options)
        return text

    def write_html(self, file: Any, config: dict[str, Any] | None = None, *args: Any, **options: Any) -> None:
        """As plotly's."""
        super().write_html(file, {**self.config, **(config or {})}, *args, **options)

    def show(self, renderer: str | None = None, *args: Any, **options: Any) -> None:
        """As plotly's; a browser is shown the page of `to_page`."""
        options["config"] = {**self.config, **(options.get("config") or {})}
        for name in (renderer or pio.renderers.default or "").split("+"):
            if not name:
                continue
            chosen = pio.renderers[name]
            if hasattr(chosen, "using"):
                self._open(chosen.using, options["config"])
            elif hasattr(chosen, "to_mimebundle"):
                ipython: Any = import_module("IPython.display")  # it is there: this renderer is a notebook's
                ipython.display(self._bundle(renderer and name, options["config"]), raw=True)
            else:
                super().show(name, *args, **options)

    def _open(self, using: Any, config: dict[str, Any]) -> None:
        folder = Path(tempfile.mkdtemp(prefix="gridsim-chart-"))  # the browser reads it when it likes
        path = folder / f"{self._name}.html"
        path.write_text(self.to_page(config), encoding="utf-8")
        names = (using,) if isinstance(using, str) or using is None else tuple(using)
        for name in names:
            try:
                webbrowser.get(name).open(path.as_uri())
            except webbrowser.Error:
                continue
            return
        raise ValueError(f"no browser was found: {using}")

    def _bundle(self, renderer: str | None, config: dict[str, Any]) -> dict[str, Any]:
        """What notebooks show; plotly's own HTML would load a script for formulas from the internet."""
        if renderer is None:
            bundle: dict[str, Any] = super()._repr_mimebundle_(config=config) or {}
            renderers = [pio.renderers[name] for name in (pio.renderers.default or "").split("+") if name]
        else:
            chosen = copy(pio.renderers[renderer])
            chosen.activate()
            if hasattr(chosen, "config"):
                chosen.config = config
            bundle, renderers = chosen.to_mimebundle(self.to_dict()), [chosen]
        if "text/html" in bundle:
            scripts = [each.include_plotlyjs for each in renderers if hasattr(each, "include_plotlyjs")]
            bundle["text/html"] = self.to_html(config, include_plotlyjs=scripts[-1], full_html=False)
        if renderer is None and _MIME not in bundle:
            bundle[_MIME] = {**json.loads(self.to_json()), "config": config}
        return bundle

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **options: Any) -> dict[str, Any]:
        return self._bundle(None, self.config)

    def _repr_html_(self) -> str:
        return self.to_html(include_plotlyjs=True, full_html=False)

    def _ipython_display_(self) -> None:
        if pio.renderers.render_on_display and pio.renderers.default:
            self.show()
        else:
            super()._ipython_display_()
