"""The charges among the items of a ledger: which users of units pay, and which users without a unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridsim.rules.shape import MarketShape

__all__ = ["head_items", "inside_items", "on_energy", "outside_items"]


def inside_items(shape: MarketShape) -> tuple[str, ...]:
    """The charges that users of units pay on their energy."""
    return tuple(dict.fromkeys(charge.item for mode in shape.modes for charge in mode.charges))


def outside_items(shape: MarketShape) -> tuple[str, ...]:
    """What users without a unit pay: first what they alone pay, then what users of units pay too."""
    items = dict.fromkeys(charge.item for _, charges in shape.outside for charge in charges)
    inside = inside_items(shape)
    return (*(item for item in items if item not in inside), *(item for item in items if item in inside))


def head_items(shape: MarketShape) -> frozenset[str]:
    """The first item of each list of charges outside: the others of a list stand beside it, on the same energy."""
    return frozenset(charges[0].item for _, charges in shape.outside if charges)


def on_energy(shape: MarketShape) -> tuple[str, ...]:
    """The charges of users of units that go to who is paid for overrun: they make up the price of delivered energy."""
    payees = {band.payee for mode in shape.modes for band in mode.over}
    charges = (charge for mode in shape.modes for charge in mode.charges)
    return tuple(dict.fromkeys(charge.item for charge in charges if charge.payee in payees))
