"""Which ledger items a value of the rule set, or a column of the tariffs, can move: read off the market's shape.

A band's edge moves how much energy is in band, so all that is paid on it; a price moves the item that it is of. Each
set may be too large but not too small.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from gridsim.analysis.items import inside_items, outside_items
from gridsim.rules.shape import CORRECTION, OVERRUN, SHORTFALL, TAIL_OF_TABLE

if TYPE_CHECKING:
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import OverBand, SellerShape, UnderBand

__all__ = ["Reach"]

_OF_UNITS = ("matching.", "bilateral.", "decomposition.")
_NOTHING = ("compliance.",)
_OF_BILLS = ("billing.",)
_OF_RETAIL = ("retail.",)
_OWN_PRICE = "in_band_mean"  # for which the price of a retail contract stands
_CAPACITY, _DEMAND, _POWER_FACTOR = TAIL_OF_TABLE["billing"]
_BILLED = {"capacity_yuan_per_kva": _CAPACITY, "demand_yuan_per_kw": _DEMAND}


class Reach:
    """What can move which items in a market.

    Parameters
    ----------
    shape : MarketShape
    tables : container of str
        The input tables that there are: bills follow from all that is settled.

    Attributes
    ----------
    everything, of_units, of_tariffs : frozenset of str
        All items that follow from others; those of users of units and of contracts; those with a price that rests on
        the table of tariffs.
    of_contracts, of_nominations : frozenset of str
        What retail contracts, and nominations, can move.
    """

    def __init__(self, shape: MarketShape, tables: Container[str] = ()) -> None:
        self._shape = shape
        self.everything = frozenset(shape.items_with(tables)) - {CORRECTION}  # which follows from nothing
        self._behind = self.everything - frozenset(shape.items)
        self.of_units = self.everything - (frozenset(outside_items(shape)) - frozenset(inside_items(shape)))
        fees = () if shape.fees is None else (shape.fees.item, shape.fees.returned_item)
        self._fees = self.everything.intersection(fees)
        self._of_sellers = frozenset() if shape.sellers is None else _sold(shape.sellers)
        self._values: dict[str, frozenset[str]] = {}
        self._tariffs: dict[str, frozenset[str]] = {}
        self._read()
        self.of_tariffs = frozenset().union(*self._tariffs.values())
        rests = (items for items, price in self._priced() if any(each.word == _OWN_PRICE for each in price.walk()))
        self.of_nominations = self._behind
        self.of_contracts = self._behind.union(*rests)

    def of_value(self, path: str) -> frozenset[str]:
        """The items that a value of the rule set can move; all of them if nothing tells."""
        if path in self._values:
            return self._values[path]
        if path.startswith(_NOTHING):
            return frozenset()
        if path.startswith(_OF_BILLS):
            return self._behind.intersection((_POWER_FACTOR,))
        if path.startswith(_OF_RETAIL):
            return self._behind
        return self.of_units if path.startswith(_OF_UNITS) else self.everything

    def of_list(self, place: str) -> frozenset[str]:
        """The items that a place in the lists of the market can move, such as ``modes.tou.under[1].price``."""
        section, *inner = re.split(r"[.\[]", place)
        key = inner[1] if section in ("modes", "regimes") and len(inner) > 1 else ""
        if section == "checks":
            return frozenset()
        if key == "under":
            return frozenset((SHORTFALL,)) | self._fees | self._of_sellers | self._behind
        if key == "over":
            return (self.of_units - {SHORTFALL}) | self._fees | self._of_sellers | self._behind
        if key == "charges" and section == "modes":
            of_mode = (charge.item for mode in self._shape.modes if mode.id == inner[0] for charge in mode.charges)
            return frozenset(of_mode) | self._behind
        return self.everything

    def of_tariff(self, column: str) -> frozenset[str] | None:
        """The items that a column of the tariffs can move; None if it is no price."""
        if column in _BILLED:
            return self._behind.intersection((_BILLED[column], _POWER_FACTOR))
        by_period = {f"{item.id}_{period}": item.id for item in self._shape.tariff for period in self._shape.periods}
        item = by_period.get(column, column)
        known = {each.id for each in self._shape.tariff}
        return self._tariffs.get(item, frozenset()) if item in known else None

    def _read(self) -> None:
        for items, expression in self._priced():
            for path in expression.paths():
                self._add(self._values, path, items)
            for each in expression.walk():
                if each.word == "tariff":
                    self._add(self._tariffs, each.arguments[0], items)
                if each.word == "coefficient":
                    for coefficient in self._shape.coefficients:
                        for path in coefficient.paths():
                            self._add(self._values, path, items)
        for regime in self._shape.regimes:
            if isinstance(regime.months, str):
                self._add(self._values, regime.months, self.of_units)

    def _add(self, found: dict[str, frozenset[str]], name: str, items: frozenset[str]) -> None:
        found[name] = found.get(name, frozenset()) | items | (self._behind if items else frozenset())

    def _priced(self) -> Iterator[tuple[frozenset[str], Expression]]:
        """Every expression of bands and charges with the items that it can move."""
        shape = self._shape
        for mode in shape.modes:
            yield from self._of_bands(mode.over, mode.under)
        for regime in shape.regimes:
            yield from self._of_bands(regime.over, regime.under)
        charges = [charge for mode in shape.modes for charge in mode.charges]
        for charge in (*charges, *(charge for _, outside in shape.outside for charge in outside)):
            yield frozenset((charge.item,)), charge.price

    def _of_bands(
        self, over: tuple[OverBand, ...], under: tuple[UnderBand, ...]
    ) -> Iterator[tuple[frozenset[str], Expression]]:
        fees, sellers = self._fees, self._of_sellers
        for upper in over:
            if upper.edge is not None:
                yield (self.of_units - {SHORTFALL}) | fees | sellers, upper.edge
            yield frozenset((OVERRUN,)) | sellers, upper.price
            if upper.fee is not None:
                yield fees, upper.fee
        for lower in under:
            yield frozenset((SHORTFALL,)) | fees | sellers, lower.edge
            yield frozenset((SHORTFALL,)) | sellers, lower.price
            if lower.fee is not None:
                yield fees, lower.fee


def _sold(sellers: SellerShape) -> frozenset[str]:
    """Items of the sellers' own settlement, which may rest on all other money."""
    parts = (sellers.structural, sellers.over, sellers.under, sellers.fee, sellers.balance)
    return frozenset(part.item for part in parts if part is not None)
