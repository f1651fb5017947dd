"""The items of a ledger in charts: their order on top of each other, and their colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gridsim.analysis.charts import style
from gridsim.analysis.items import on_energy
from gridsim.rules.shape import ENERGY, OVERRUN, SHORTFALL

if TYPE_CHECKING:
    from gridsim.rules.shape import MarketShape

__all__ = ["DEVIATION", "item_colours", "stacked"]

DEVIATION = (OVERRUN, SHORTFALL)
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


def item_colours(shape: MarketShape | None, items: Iterable[str] = ()) -> dict[str, str]:
    """A colour for each item by its place in the ledger, the same in every chart of a market; then for those beside.

    Parameters
    ----------
    shape : MarketShape or None
        Of the rule set, if it is known.
    items : iterable of str
        Those that are drawn.
    """
    return style.coloured(dict.fromkeys([*_ledger(shape), *items]), _COLOURS)


def built_up(shape: MarketShape | None) -> list[str]:
    """The items that a cost is first of all made of: energy, what stands on its price, deviation."""
    return [ENERGY, *(() if shape is None else on_energy(shape)), *DEVIATION]


def stacked(shape: MarketShape | None, items: Iterable[str]) -> list[str]:
    """All items as a cost is built up: energy, its charges, deviation, then the others in the order of the ledger."""
    return list(dict.fromkeys([*built_up(shape), *_ledger(shape), *items]))


def _ledger(shape: MarketShape | None) -> tuple[str, ...]:
    return (ENERGY, SHORTFALL, OVERRUN) if shape is None else shape.items
