"""Which ledger items a batch has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.rules.shape import ENERGY, FEE, OVERRUN, SHORTFALL, TAIL_OF_TABLE, TRANSFER

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from gridsim.rules.shape import MarketShape

__all__ = ["TABLES", "items_of", "items_of_tables", "items_together"]

TABLES = ("retail_contracts", "billing")
"""Of those that ask for lines behind all others, those whose lines are in a batch."""


def items_of(shape: MarketShape) -> tuple[str, ...]:
    """The items of the ledger that a batch has money of, in its order.

    What sellers settle among themselves, and fees that are returned, stand outside the units of a batch. No draw
    changes the last, and no kernel knows of it.
    """
    fees = [FEE if shape.fees is None else shape.fees.item]
    over = [band.fee for mode in shape.modes for band in mode.over]
    over += [band.fee for regime in shape.regimes for band in regime.over]
    under = [band.fee for mode in shape.modes for band in mode.under]
    under += [band.fee for regime in shape.regimes for band in regime.under]
    has_fee = any(fee is not None for fee in (*over, *under))
    return tuple(dict.fromkeys((ENERGY, SHORTFALL, OVERRUN, *shape.charge_items, *(fees if has_fee else []), TRANSFER)))


def items_together(shapes: Iterable[MarketShape], tables: Container[str] = ()) -> tuple[str, ...]:
    """The items of several markets, those of the first in front; those that tables ask for, and transfers, last."""
    found = dict.fromkeys(item for shape in shapes for item in items_of(shape) if item != TRANSFER)
    return (*found, *items_of_tables(tables), TRANSFER)


def items_of_tables(tables: Container[str]) -> tuple[str, ...]:
    """What stands behind the items of a market where these tables have rows."""
    return tuple(item for table in TABLES if table in tables for item in TAIL_OF_TABLE[table])
