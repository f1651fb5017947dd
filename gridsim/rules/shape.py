"""The shape of a market: its lists of periods, products, modes, bands, charges and accounts, in one object (part 9).

What differs from market to market is its shape. Code that takes it from here names no period, product or mode, and
works for any number of them. It is read off a rule set's values and the models that they fill.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridsim.columns import PRODUCTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.schema import Band, RuleValues

__all__ = ["BandShape", "ChargeShape", "MarketShape", "ModeShape", "ProductShape", "shape_of", "unit_id"]


def unit_id(buyer: str, mode: str) -> str:
    """The id of a buyer's settlement unit of a mode: the one place that makes it (rulebook part 2)."""
    return f"{buyer}/{mode}"


class ProductShape(NamedTuple):
    """What is traded: energy of some periods."""

    id: str
    periods: tuple[str, ...]


class BandShape(NamedTuple):
    """How a mode settles in a month: ratios of the contract energy [10⁻⁴], prices [micro-yuan/kWh]."""

    upper: int
    lower: int
    overrun_catalogue: tuple[str, ...]
    """By period, the one whose catalogue price energy above the band pays."""
    shortfall_price: int
    transmission_by_coefficient: bool
    """Whether the price of T&D is multiplied by the period's coefficient."""
    exempts_off_tariff: bool
    """Whether users off the peak-valley tariff pay the catalogue price of `MarketShape.off_tariff_period` always."""


class ModeShape(NamedTuple):
    """How a settlement unit trades; a unit is a buyer in a mode."""

    id: str
    products: tuple[str, ...]
    """Together they cover every period once."""
    charges: tuple[str, ...]
    """Items of the ledger that its in-band energy pays beside its contracts."""


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
            dict.fromkeys(
                ("energy", "shortfall", "overrun", *(charge.item for charge in self.charges), *outside, "transfer")
            )
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
        found = []
        for mode in self.mode_ids:
            band: Band = getattr(values.settlement, mode)
            found.append(
                BandShape(
                    upper=band.upper,
                    lower=band.lower,
                    overrun_catalogue=tuple(getattr(band.overrun_catalogue, period) for period in self.periods),
                    shortfall_price=values.settlement.shortfall_price,
                    transmission_by_coefficient=band.transmission_by_coefficient,
                    exempts_off_tariff=band.exempts_off_tariff,
                )
            )
        return tuple(found)

    def coefficients(self, values: RuleValues) -> tuple[int, ...]:
        """The coefficient of each period by a month's values [10⁻⁴]."""
        return tuple(getattr(values.tariff.coefficient, period) for period in self.periods)


@cache
def shape_of(values: type[RuleValues]) -> MarketShape:
    """The shape of the rule sets whose values fill a model.

    Parameters
    ----------
    values : type
        `gridsim.rules.schema.RuleValues`. Lists stand in it until a rule set says them itself; so trading, which takes
        them from here, reads no value of settlement.
    """
    from gridsim.rules.schema import Band

    groups = {name: field.annotation for name, field in values.model_fields.items()}
    settlement: Any = groups["settlement"]
    fallback: Any = groups["fallback"]
    transition: Any = groups["transition"]
    hours: Any = groups["periods"]
    periods = tuple(hours.model_fields)
    models = {name: field.annotation for name, field in settlement.model_fields.items()}
    modes = tuple(
        ModeShape(name, model.products, model.charges)
        for name, model in models.items()
        if isinstance(model, type) and issubclass(model, Band)
    )
    payee = dict(settlement.payees)
    outside = (("left_market", fallback.charges), ("priority_purchase", settlement.priority_charges))
    return MarketShape(
        periods=periods,
        products=tuple(ProductShape(name, (name,) if name in periods else periods) for name in PRODUCTS),
        modes=modes,
        charges=tuple(
            ChargeShape(item, payee[item]) for item in dict.fromkeys(item for mode in modes for item in mode.charges)
        ),
        outside=tuple((why, tuple(ChargeShape(item, payee[item]) for item in items)) for why, items in outside),
        accounts=tuple(dict.fromkeys(payee.values())),
        off_tariff_period=transition.mean_product,
        mean_product=transition.mean_product,
    )
