"""A chart: the figure, and the exact table that it was drawn from."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gridsim.analysis.charts.display import shown
from gridsim.analysis.charts.marks import Drawing
from gridsim.errors import MissingExtraError, ResultError
from gridsim.io.safe_write import replace_file, writable_file
from gridsim.suggest import not_one_of
from gridsim.words import Lang, Sentence, listed, named
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.analysis.charts.marks import Panel

__all__ = ["BACKENDS", "Backend", "Chart", "Lang", "backend_of"]

Backend = Literal["plotly", "matplotlib"]
BACKENDS: tuple[Backend, ...] = ("plotly", "matplotlib")

_ENDINGS = {"plotly": (".html",), "matplotlib": (".png", ".svg", ".pdf")}
_SCREEN_DPI = 110
_PAPER_DPI = 200


@helpful
class Chart:
    """A chart with the table behind it. Notebooks show it; `save` writes it to a file.

    Nothing is drawn before it is asked for.

    Parameters
    ----------
    name : str
        Which chart.
    exact : mapping of str to DataFrame
        The tables behind it, in exact integers; the first is the chart's own.
    panels : callable
        What makes the marks, in panels one above the other.
    title, caption : str
        What stands over the figure; the caption says what was left out.
    backend : {"plotly", "matplotlib"}
        Plotly for screens, matplotlib for papers.
    lang : {"en", "zh"}

    Raises
    ------
    ResultError
        An unknown backend.
    MissingExtraError
        The backend's library is not installed.
    """

    def __init__(
        self,
        name: str,
        exact: Mapping[str, pd.DataFrame],
        panels: Callable[[], Sequence[Panel]],
        *,
        title: str,
        caption: str,
        backend: Backend,
        lang: Lang,
    ) -> None:
        _check(backend)
        self.name, self.title, self.caption = name, title, caption
        self.backend, self.lang = backend, lang
        self._exact = dict(exact)
        self._panels = panels
        self._figure: Any = None

    @property
    def exact(self) -> pd.DataFrame:
        """The table behind the chart as integers: kWh, micro-yuan, micro-yuan per kWh."""
        return next(iter(self._exact.values()))

    @property
    def table(self) -> pd.DataFrame:
        """The table behind the chart in MWh, yuan and yuan/MWh (float64, the nearest to the exact value)."""
        return shown(self.exact)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables behind the chart by name, in MWh, yuan and yuan/MWh."""
        return {name: shown(frame) for name, frame in self._exact.items()}

    @property
    def exact_tables(self) -> dict[str, pd.DataFrame]:
        """All tables behind the chart by name, as integers."""
        return dict(self._exact)

    @property
    def figure(self) -> Any:
        """The figure: a ``plotly.graph_objects.Figure`` or a ``matplotlib.figure.Figure``.

        Plotly's is shown and written with gridsim's configuration, which offers nothing that leaves the machine.
        """
        if self._figure is None:
            self._figure = import_module(f"gridsim.analysis.charts.{self.backend}").draw(self.drawing)
        return self._figure

    @property
    def drawing(self) -> Drawing:
        """What is drawn: the marks, whatever the backend."""
        head: Any = {"name": self.name, "title": self.title, "caption": self.caption, "lang": self.lang}
        return Drawing(panels=self._panels(), **head)

    def save(self, path: str | Path) -> Path:
        """Write the chart to a file, which is replaced whole.

        Parameters
        ----------
        path : str or Path
            ``.html`` for plotly: one file that needs nothing from outside. ``.png``, ``.svg`` or ``.pdf`` for
            matplotlib.

        Returns
        -------
        Path
            The same.

        Raises
        ------
        ResultError
            An ending that the backend does not write, or a path that cannot be written to.

        Examples
        --------
        >>> result.plot.cost_waterfall("R1/tou").save("cost.html").name
        'cost.html'
        >>> result.plot.cost_waterfall("R1/tou", backend="matplotlib").save("cost.svg").name
        'cost.svg'
        """
        path = Path(path)
        endings = _ENDINGS[self.backend]
        if path.suffix.lower() not in endings:
            other = next((name for name, ends in _ENDINGS.items() if path.suffix.lower() in ends), None)
            raise ResultError(
                listed(
                    Sentence(
                        "{path}: backend {backend!r} writes {endings}",
                        path=path,
                        backend=self.backend,
                        endings=named(endings),
                    ),
                    Sentence("{ending} is written with backend={backend!r}", ending=path.suffix, backend=other)
                    if other
                    else None,
                )
            )
        writable_file(path)
        replace_file(path, lambda target: self._write(target, path.suffix[1:].lower()))
        return path

    def _write(self, target: Path, ending: str) -> None:
        if self.backend == "plotly":
            target.write_text(self.figure.to_page(), encoding="utf-8", newline="\n")
        else:
            self.figure.savefig(target, dpi=_PAPER_DPI, format=ending)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """The figure as notebooks show it."""
        bundle: dict[str, Any] = {"text/plain": repr(self)}
        if self.backend == "plotly":
            bundle |= self.figure._repr_mimebundle_()
        else:
            image = io.BytesIO()
            self.figure.savefig(image, format="png", dpi=_SCREEN_DPI)
            bundle["image/png"] = base64.b64encode(image.getvalue()).decode("ascii")
        return bundle

    def __repr__(self) -> str:
        rows = len(self.exact)
        return f"Chart({self.name!r}, {self.title!r}, backend={self.backend!r}, lang={self.lang!r}, {rows} rows)"


def backend_of(path: str | Path) -> Backend:
    """The backend that writes files of such an ending, if one can be written there.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    ResultError
        No backend writes such files, or it cannot be written there.
    """
    target = Path(path)
    for backend in BACKENDS:
        if target.suffix.lower() in _ENDINGS[backend]:
            writable_file(target)
            return backend
    every = [ending for backend in BACKENDS for ending in _ENDINGS[backend]]
    raise ResultError(
        Sentence("{path}: a chart is named with one of {endings} at its end", path=target, endings=named(every))
    )


def _check(backend: str) -> None:
    if backend not in BACKENDS:
        raise ResultError(not_one_of("backend", backend, BACKENDS))
    if find_spec(backend) is None:
        raise MissingExtraError(Sentence("charts with backend={backend!r}", backend=backend), backend, "report")
