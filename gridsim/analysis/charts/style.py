"""How charts look in every backend: colours, and what fits where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import cycle

from gridsim.show.plain import display_width, printable, wrapped

__all__ = [
    "AMBER",
    "BLUE",
    "BROWN",
    "GREEN",
    "GREY",
    "GRID",
    "INK",
    "LIGHT",
    "NEUTRAL",
    "ORANGE",
    "PALE",
    "PINK",
    "RED",
    "SERIES",
    "SLATE",
    "STEEL",
    "TEAL",
    "VIOLET",
    "WHITE",
    "ZERO",
    "caption_lines",
    "coloured",
    "fitted_ticks",
    "legend_rows",
    "shortened",
]

INK, GREY, ZERO, LIGHT, PALE, GRID, WHITE = "#1f2933", "#66727f", "#9aa5b1", "#d9dee4", "#dde2e7", "#eceff2", "#ffffff"
# Told apart by people who see colours otherwise, too; what is paid for deviation is red and amber in every chart.
BLUE, ORANGE, TEAL, RED, AMBER, GREEN = "#2f6db5", "#d9772b", "#1f9e97", "#c23b3b", "#d9a521", "#4f9a4a"
VIOLET, BROWN, PINK, SLATE, STEEL = "#8266b2", "#8c5a3c", "#b5698f", "#7d8b99", "#4a5a6a"
NEUTRAL = "#f7f7f5"  # where a scale of colours tells of nothing

SERIES = (BLUE, RED, GREEN, VIOLET, AMBER, TEAL, PINK, BROWN, ORANGE, SLATE)
"""One after the other, for what has no colour of its own: products and periods, kinds of session."""

_COLUMNS = 124  # of narrow letters, at the width of a page
_LEGEND_COLUMNS, _SWATCH_COLUMNS = 112, 8
_TICK_COLUMNS = 118


def coloured(names: Iterable[str], colours: Sequence[str]) -> dict[str, str]:
    """A colour for each name by its place in a list, so that it is the same in every chart of a market."""
    return dict(zip(names, cycle(colours), strict=False))


def caption_lines(caption: str) -> list[str]:
    """A caption as lines of the width of a page."""
    return [printable(line) for line in wrapped(caption, _COLUMNS)] if caption else []


def legend_rows(names: Sequence[str]) -> int:
    """How many lines a legend takes at the width of a page."""
    columns = sum(display_width(name) + _SWATCH_COLUMNS for name in names)
    return -(-columns // _LEGEND_COLUMNS)


def fitted_ticks(texts: Sequence[str]) -> tuple[list[str], bool]:
    """The texts beneath a horizontal axis, broken into lines if they fit only so, and whether they must be turned."""
    room = _TICK_COLUMNS // max(len(texts), 1) - 1
    if all(display_width(text) <= room for text in texts):
        return list(texts), False
    if all(display_width(word) <= room for text in texts for word in text.split(" ")):
        return ["\n".join(wrapped(text, room)) for text in texts], False
    return list(texts), True


def shortened(text: str, most: int = 36) -> str:
    """A name that leaves room for the chart."""
    return text if len(text) <= most else text[: most - 1] + "…"
