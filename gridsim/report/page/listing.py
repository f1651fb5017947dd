"""Tables of the page: those of a document, some of which the page's script searches, sorts and opens rows of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gridsim.show.document import Grid, grid
from gridsim.words import Language, msg

__all__ = ["Listing", "deviation_columns", "listing", "number", "text"]

_STATIC_ROWS = 25  # of a searchable table stand in the page itself, for print and without JavaScript


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of the page.

    Attributes
    ----------
    grid : Grid
        Of plain texts.
    name : str
        Known to the page's script if the table can be searched and sorted; else empty.
    links : tuple of int
        The unit's page that each row opens, -1 for none; empty: no row does.
    """

    grid: Grid
    name: str = ""
    links: tuple[int, ...] = ()

    @property
    def first_rows(self) -> Sequence[Sequence[object]]:
        """What stands in the page before its script runs."""
        return self.grid.rows[:_STATIC_ROWS] if self.name else self.grid.rows

    def data(self) -> dict[str, Any]:
        """What the script needs."""
        return {
            "labels": self.grid.headings,
            "numbers": [side == ">" for side in self.grid.align],
            "rows": self.grid.rows,
            "links": self.links,
        }


def text(label: str) -> tuple[str, str]:
    """A column of texts."""
    return label, "<"


def number(label: str) -> tuple[str, str]:
    """A column of numbers."""
    return label, ">"


def deviation_columns(words: Language) -> tuple[tuple[str, str], ...]:
    """What is told of whatever has contracts, a unit or a month: energies, deviation, and what all of it costs."""
    heads = (
        msg("contracted, MWh"),
        msg("metered, MWh"),
        msg("deviation"),
        msg("overrun, MWh"),
        msg("shortfall, MWh"),
        msg("deviation, yuan"),
        msg("all costs, yuan"),
        msg("delivered, yuan/MWh"),
    )
    return tuple(number(words.say(head)) for head in heads)


def listing(
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[str]],
    *,
    foot: Sequence[str] = (),
    note: str = "",
    name: str = "",
    links: Sequence[int] = (),
) -> Listing:
    """A table of the page.

    Parameters
    ----------
    columns : sequence of (str, str)
        As `text` and `number` give them.
    rows, foot, note
        As a `Grid` has them.
    name, links
        As a `Listing` has them.
    """
    heads, sides = [label for label, _ in columns], "".join(side for _, side in columns)
    return Listing(grid(heads, rows, align=sides, foot=foot, note=note), name, tuple(links))
