"""Which columns of the table of market prices the price expressions of a market take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import OverBand, UnderBand

__all__ = ["market_prices_of"]

_FLOOR, _CAP = "floor", "cap"
"""The prices that trades are held to, where a kind of session says so."""
_DO_WITHOUT = ("first", "least", "greatest", "steps")
"""Words of an expression that pass over a price that a month lacks."""


def market_prices_of(shape: MarketShape) -> dict[str, bool]:
    """The columns that ``market_prices`` has in this market, by name, and whether each may be left out.

    What a band or a charge of a mode takes is needed in every month, unless it is one of several that may be absent.
    """
    found: dict[str, bool] = {}
    if any(kind.clamp for kind in shape.sessions):
        found |= {_FLOOR: True, _CAP: True}
    of_modes = tuple(_of_modes(shape))
    for expression in (*of_modes, *_elsewhere(shape)):
        for name in _markets(expression):
            found.setdefault(name, True)
    found.update((name, False) for expression in of_modes for name in _needed(expression))
    return found


def _of_modes(shape: MarketShape) -> Iterator[Expression]:
    for mode in shape.modes:
        yield from _of_bands(mode.over, mode.under)
    for regime in shape.regimes:
        yield from _of_bands(regime.over, regime.under)
    for mode in shape.modes:
        yield from (charge.price for charge in mode.charges)


def _of_bands(over: tuple[OverBand, ...], under: tuple[UnderBand, ...]) -> Iterator[Expression]:
    for band in over:
        exempt = None if band.exempt is None else band.exempt.price_at_least
        yield from (each for each in (band.edge, band.price, band.fee, exempt) if each is not None)
    for low in under:
        yield from (each for each in (low.edge, low.price, low.fee) if each is not None)


def _elsewhere(shape: MarketShape) -> Iterator[Expression]:
    for _, charges in shape.outside:
        yield from (charge.price for charge in charges)
    sellers = shape.sellers
    if sellers is not None:
        sold = (sellers.structural, sellers.over, sellers.under, sellers.fee, sellers.balance)
        yield from (item.price for item in sold if item is not None and item.price is not None)
    for kind in shape.sessions:
        yield from (each for each in (kind.k, kind.price_floor, kind.price_cap) if each is not None)


def _needed(expression: Expression) -> Iterator[str]:
    """Those without which it is worth nothing."""
    if expression.word == "market":
        yield expression.arguments[0]
    elif expression.word not in _DO_WITHOUT:
        for part in expression.parts:
            yield from _needed(part)


def _markets(expression: Expression) -> Iterator[str]:
    """The columns of ``market_prices`` that an expression takes."""
    return (each.arguments[0] for each in expression.walk() if each.word == "market")
