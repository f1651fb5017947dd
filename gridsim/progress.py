"""Progress of a long run, shown only when it is asked for: a bar in a terminal or a notebook, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from importlib import import_module
from typing import Any

from gridsim.stages import Stages

__all__ = ["shown_stages"]

# Shares of the time of a large run, for a bar that moves evenly; a stage not listed here counts as the smallest.
_WEIGHTS = {"trading": 10, "contracts": 1, "settlement": 10, "tables": 25, "ledger": 32, "compliance": 22}

Show = Callable[[str, float], None]


class _ShownStages(Stages):
    """A stopwatch whose laps move a bar."""

    def __init__(self, show: Show) -> None:
        super().__init__()
        self._show = show
        self._done = 0

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        self._show(name, min(1.0, self._done / sum(_WEIGHTS.values())))
        with super().__call__(name):
            yield
        self._done += _WEIGHTS.get(name, 1)


@contextmanager
def shown_stages() -> Iterator[Stages]:
    """Stages that show how far they are: by rich in a terminal, as HTML in a notebook, not at all elsewhere."""
    if _in_notebook():
        show = _notebook_bar()
        yield _ShownStages(show)
        show("done", 1.0)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Stages()
        return
    columns = (TextColumn("{task.description:<12}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield _ShownStages(lambda name, share: bar.update(task, description=name, completed=share))


def _in_notebook() -> bool:
    """Whether an IPython kernel runs this: it shows HTML, and a terminal does not."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


def _notebook_bar() -> Show:
    ipython: Any = import_module("IPython.display")  # it is there: this runs in its kernel

    def html(name: str, share: float) -> Any:
        return ipython.HTML(f'<progress value="{share:.3f}" max="1"></progress> {escape(name)}')

    handle = ipython.display(html("", 0.0), display_id=True)

    def show(name: str, share: float) -> None:
        handle.update(html(name, share))

    return show
