"""The items of a ledger in charts: their order on top of each other, and their colours."""

from __future__ import annotations

from collections.abc import Iterable

from gridsim.analysis.charts import style
from gridsim.columns import ITEMS

__all__ = ["DEVIATION", "item_colours", "stacked"]

DEVIATION = ("overrun", "shortfall")
"""What is paid for deviation."""

_COLOURS = (
    style.BLUE,
    style.AMBER,
    style.RED,
    style.TEAL,
    style.VIOLET,
    style.SLATE,
    style.BROWN,
    style.PINK,
    style.GREEN,
    style.ORANGE,
    style.INK,
)
_CHARGES = ("transmission", "tou_adjustment")  # what stands on the energy, before deviation


def item_colours() -> dict[str, str]:
    """A colour for each item by its place in the ledger: the same in every chart."""
    return style.coloured(ITEMS, _COLOURS)


def stacked(items: Iterable[str]) -> list[str]:
    """All items as a cost is built up: energy, its charges, deviation, then the others in the order of the ledger."""
    first = [ITEMS[0], *_CHARGES, *DEVIATION]
    return list(dict.fromkeys([*first, *ITEMS, *items]))
