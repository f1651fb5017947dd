"""Tables of the page, and how their numbers are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gridsim.units import ENERGY_DECIMALS, PRICE_DECIMALS, format_fixed, round_fen, round_half_up

__all__ = ["Column", "Grid", "count", "energy", "mean_price", "money", "number", "price", "text"]

_FEN_DECIMALS = 2
_STATIC_ROWS = 25  # of a searchable table stand in the page itself, for print and without JavaScript


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and whether it holds numbers."""

    label: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts.

    Attributes
    ----------
    name : str
        Known to the page's script if the table can be searched and sorted; else empty.
    columns : tuple of Column
    rows : list of list of str
    foot : list of str
        Sums beneath; empty: none.
    note : str
        What is said under it.
    links : list of int
        The unit's page that each row opens, -1 for none; empty: no row does.
    """

    name: str
    columns: tuple[Column, ...]
    rows: list[list[str]]
    foot: list[str] = field(default_factory=list)
    note: str = ""
    links: list[int] = field(default_factory=list)

    @property
    def first_rows(self) -> list[list[str]]:
        """What stands in the page before its script runs."""
        return self.rows[:_STATIC_ROWS] if self.name else self.rows

    def data(self) -> dict[str, Any]:
        """What the script needs."""
        return {
            "labels": [column.label for column in self.columns],
            "numbers": [column.is_number for column in self.columns],
            "rows": self.rows,
            "links": self.links,
        }


def text(label: str) -> Column:
    """A column of texts."""
    return Column(label)


def number(label: str) -> Column:
    """A column of numbers."""
    return Column(label, is_number=True)


def energy(kwh: int) -> str:
    """MWh, to the kWh."""
    return format_fixed(int(kwh), ENERGY_DECIMALS, thousands=True)


def money(micro_yuan: int) -> str:
    """Yuan, rounded to the fen."""
    return format_fixed(round_fen(int(micro_yuan)), _FEN_DECIMALS, thousands=True)


def price(micro_yuan_per_kwh: int) -> str:
    """yuan/MWh."""
    return format_fixed(int(micro_yuan_per_kwh), PRICE_DECIMALS, thousands=True)


def mean_price(micro_yuan: int, kwh: int) -> str:
    """Money by energy in yuan/MWh, rounded half up; a dash without energy."""
    return price(round_half_up(int(micro_yuan), int(kwh))) if kwh else "–"


def count(value: int) -> str:
    """A whole number."""
    return f"{int(value):,}"
