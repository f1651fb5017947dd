"""What charts are made of: marks on panels. Each chart makes a list of them, and each backend draws any list.

Numbers are in the units of their axes; NaN breaks a line. Lengths and widths of lines, points and letters are pixels of
a screen. Texts are plain: a backend escapes what it reads as markup, and the first line of a ``hover`` is its head.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from gridsim.analysis.charts.style import GREY, INK
from gridsim.words import Lang

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = Sequence[float] | NDArray[np.float64]

__all__ = [
    "AreaMark",
    "BandMark",
    "BarMark",
    "CellMark",
    "Coordinate",
    "Dash",
    "Drawing",
    "LineMark",
    "Mark",
    "Panel",
    "PointMark",
    "RuleMark",
    "TextMark",
]

Dash = Literal["solid", "dash", "dot"]


@dataclass(frozen=True, kw_only=True)
class LineMark:
    """A line through points; NaN interrupts it."""

    x: Numbers
    y: Numbers
    colour: str
    width: float = 2
    dash: Dash = "solid"
    name: str = ""  # in the legend, with all marks of this name; none if empty


@dataclass(frozen=True, kw_only=True)
class AreaMark:
    """An area inside of a closed outline."""

    x: Numbers
    y: Numbers
    colour: str
    opacity: float = 1
    name: str = ""
    hover: str = ""


@dataclass(frozen=True, kw_only=True)
class BarMark:
    """Bars, standing or lying: each at its place, from its foot on; a length below zero points the other way."""

    at: Numbers
    length: Numbers
    foot: Numbers | None = None  # zero
    width: float | Numbers = 0.6  # along the axis that they stand on
    colour: str | Sequence[str] = GREY
    opacity: float = 1
    is_hatched: bool = False
    is_lying: bool = False
    name: str = ""
    hover: Sequence[str] = ()  # one for each bar, or none


@dataclass(frozen=True, kw_only=True)
class PointMark:
    """Points. Those that are not shown carry the texts that a pointer finds on a screen."""

    x: Numbers
    y: Numbers
    colour: str = GREY
    size: float = 8
    symbol: Literal["circle", "diamond"] = "circle"
    is_shown: bool = True
    name: str = ""
    hover: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class RuleMark:
    """A straight line through the whole panel, at a place of one of its axes."""

    at: float
    axis: Literal["x", "y"] = "x"
    colour: str = GREY
    width: float = 1
    dash: Dash = "solid"
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class BandMark:
    """Everything between two places of the horizontal axis."""

    start: float
    end: float
    colour: str
    opacity: float = 1
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class TextMark:
    """Texts at points, or on one side of them."""

    x: Numbers
    y: Numbers
    texts: Sequence[str]
    side: Literal["above", "below", "left", "right", "middle"] = "above"
    colour: str | Sequence[str] = INK
    size: float = 11


@dataclass(frozen=True, kw_only=True)
class CellMark:
    """Cells of a heat map, coloured by their values; row 0 stands at 0 and is one high."""

    values: NDArray[np.float64]  # (rows, columns); NaN has no colour
    low: float
    high: float
    colours: Sequence[tuple[float, str]]  # from 0, which is `low`, to 1
    title: str  # of the scale of colours
    unit: str = ""
    hover: Sequence[Sequence[str]] = ()


Mark: TypeAlias = LineMark | AreaMark | BarMark | PointMark | RuleMark | BandMark | TextMark | CellMark


@dataclass(frozen=True, kw_only=True)
class Coordinate:
    """One of the two axes of a panel."""

    title: str = ""
    ticks: Sequence[tuple[float, str]] | None = None  # numbers if left out
    limits: tuple[float, float] | None = None  # what is drawn if left out
    has_zero: bool = False
    is_log: bool = False  # numbers above zero, a decade as high as any other
    has_grid: bool = True
    has_line: bool = True
    is_reversed: bool = False
    is_shown: bool = True


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Marks on two axes; the later ones lie on top."""

    marks: Sequence[Mark]
    x: Coordinate
    y: Coordinate
    height: float  # pixels
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What is drawn: a head, and panels one above the other, which share their horizontal axis."""

    name: str
    title: str
    caption: str
    lang: Lang
    panels: Sequence[Panel]

    def names(self) -> list[tuple[str, Mark]]:
        """What the legend lists: each name, and the first mark that has it."""
        found: dict[str, Mark] = {}
        for panel in self.panels:
            for mark in panel.marks:
                if name := getattr(mark, "name", ""):
                    found.setdefault(name, mark)
        return list(found.items())

    def texts(self) -> Iterator[str]:
        """All texts that stand in the picture."""
        yield from (self.title, self.caption)
        yield from (name for name, _ in self.names())
        for panel in self.panels:
            yield panel.title
            for axis in (panel.x, panel.y):
                yield axis.title
                yield from (text for _, text in axis.ticks or ())
            for mark in panel.marks:
                if isinstance(mark, TextMark):
                    yield from mark.texts
                elif isinstance(mark, CellMark):
                    yield mark.title
