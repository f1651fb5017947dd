"""The shape of a market: its lists of periods, products, modes, bands, charges and accounts, in one object (part 9).

What differs from market to market is its shape. Code that takes it from here names no period, product or mode, and
works for any number of them. It is read off a rule set's values and the models that they fill.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.columns import PRODUCTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.schema import Band, RuleValues

__all__ = ["BandShape", "ChargeShape", "MarketShape", "ModeShape", "ProductShape", "shape_of"]


class ProductShape(NamedTuple):
    """What is traded: energy of some periods."""

    id: str
    periods: tuple[str, ...]


class BandShape(NamedTuple):
    """The bands of a mode: ratios of the contract energy [10⁻⁴], prices [micro-yuan/kWh]."""

    upper: int
    lower: int
    overrun_catalogue: tuple[str, ...]
    """By period, the one whose catalogue price energy above the band pays."""
    shortfall_price: int


class ModeShape(NamedTuple):
    """How a settlement unit trades and settles; a unit is a buyer in a mode."""

    id: str
    products: tuple[str, ...]
    """Together they cover every period once."""
    charges: tuple[str, ...]
    """Items of the ledger that its in-band energy pays beside its contracts."""
    by_coefficient: tuple[str, ...]
    """Those of them whose price is multiplied by the period's coefficient."""
    exempts_off_tariff: bool
    """Whether users off the peak-valley tariff pay the catalogue price of `MarketShape.off_tariff_period` always."""


class ChargeShape(NamedTuple):
    """An item of the ledger that users pay, and the account that is paid."""

    item: str
    payee: str


@dataclass(frozen=True)
class MarketShape:
    """The lists of a market.

    Attributes
    ----------
    periods : tuple of str
        In display order.
    products : tuple of ProductShape
    modes : tuple of ModeShape
    charges : tuple of ChargeShape
        Of in-band energy, in the order of the ledger.
    outside : mapping-like tuple of (str, tuple of ChargeShape)
        What users without a unit pay, by why they have none.
    accounts : tuple of str
        Parties that are no participant.
    off_tariff_period : str
        Whose price holds in every period for users off the peak-valley tariff.
    mean_product : str
        Whose legs' mean price replaces the prices of the other products of its mode in months of transition.
    """

    periods: tuple[str, ...]
    products: tuple[ProductShape, ...]
    modes: tuple[ModeShape, ...]
    charges: tuple[ChargeShape, ...]
    outside: tuple[tuple[str, tuple[ChargeShape, ...]], ...]
    accounts: tuple[str, ...]
    off_tariff_period: str
    mean_product: str

    @property
    def product_ids(self) -> tuple[str, ...]:
        """Ids of the products."""
        return tuple(product.id for product in self.products)

    @property
    def mode_ids(self) -> tuple[str, ...]:
        """Ids of the modes."""
        return tuple(mode.id for mode in self.modes)

    @property
    def items(self) -> tuple[str, ...]:
        """What a line of the ledger can be, in the order of the lines of a position."""
        outside = (charge.item for _, charges in self.outside for charge in charges)
        return tuple(
            dict.fromkeys(("energy", "shortfall", "overrun", *(charge.item for charge in self.charges), *outside))
        )

    @cached_property
    def mode_of_product(self) -> NDArray[np.int64]:
        """(products,) the mode that trades each product."""
        owner = {product: number for number, mode in enumerate(self.modes) for product in mode.products}
        return np.array([owner[product] for product in self.product_ids], dtype=np.int64)

    @cached_property
    def product_of_cell(self) -> NDArray[np.int64]:
        """(modes, periods) the product that the energy of a mode's user in a period belongs to."""
        found = np.empty((len(self.modes), len(self.periods)), dtype=np.int64)
        for number, product in enumerate(self.products):
            for period in product.periods:
                found[self.mode_of_product[number], self.periods.index(period)] = number
        return found

    def products_of(self, mode: int) -> NDArray[np.int64]:
        """The products of a mode, in order."""
        return np.flatnonzero(self.mode_of_product == mode)

    def bands(self, values: RuleValues) -> tuple[BandShape, ...]:
        """The bands of each mode by a month's values."""
        return tuple(self._bands(getattr(values.settlement, mode), values) for mode in self.mode_ids)

    def _bands(self, band: Band, values: RuleValues) -> BandShape:
        pays = tuple(str(getattr(band.overrun_catalogue, period)) for period in self.periods)
        return BandShape(band.upper, band.lower, pays, values.settlement.shortfall_price)

    def coefficients(self, values: RuleValues) -> tuple[int, ...]:
        """The coefficient of each period by a month's values [10⁻⁴]."""
        return tuple(getattr(values.tariff.coefficient, period) for period in self.periods)


def shape_of(values: RuleValues) -> MarketShape:
    """The shape that a rule set's values have."""
    from gridsim.rules.schema import ConventionalSettlement, TouSettlement

    settlement = values.settlement
    periods = tuple(type(values.periods).model_fields)
    values_of_modes = {name: getattr(settlement, name) for name in type(settlement).model_fields}
    modes = tuple(
        ModeShape(
            id=name,
            products=band.products,
            charges=band.charges,
            by_coefficient=band.charges[:1] if band.transmission == "times_coefficient" else (),
            exempts_off_tariff=band.off_peak_valley_tariff != "as_all_others",
        )
        for name, band in values_of_modes.items()
        if isinstance(band, (ConventionalSettlement, TouSettlement))
    )
    payee = dict(settlement.payees)
    outside = (("left_market", values.fallback.charges), ("priority_purchase", settlement.priority_charges))
    return MarketShape(
        periods=periods,
        products=tuple(ProductShape(name, (name,) if name in periods else periods) for name in PRODUCTS),
        modes=modes,
        charges=tuple(
            ChargeShape(item, payee[item]) for item in dict.fromkeys(item for mode in modes for item in mode.charges)
        ),
        outside=tuple((why, tuple(ChargeShape(item, payee[item]) for item in items)) for why, items in outside),
        accounts=tuple(dict.fromkeys(payee.values())),
        off_tariff_period=values.transition.mean_product,
        mean_product=values.transition.mean_product,
    )
