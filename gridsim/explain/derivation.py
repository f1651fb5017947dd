"""A settled position as it is explained: its bands, legs and cells, with what falls on each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gridsim.errors import ResultError
from gridsim.explain.arithmetic import Quotient, Share
from gridsim.explain.cited import line_clause
from gridsim.explain.places import Place, price_at
from gridsim.rules.citations import clauses_together
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridsim.explain.cells import Cell
    from gridsim.explain.facts import UnitMonth
    from gridsim.explain.legs import Leg
    from gridsim.rules import RuleSet
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape_lists import ChargeShape, OverBand, UnderBand
    from gridsim.settlement.ways import Way

__all__ = ["NO_PRICE", "BandPart", "CellPart", "Derivation", "FeePart", "LegPart", "needed"]

NO_PRICE = Quotient(0, 1)
"""Of what has no energy, and so needs no price."""


@dataclass(frozen=True, slots=True)
class FeePart:
    """The fee of a band: on what exemptions leave of its energy [kWh], at a price before it is rounded."""

    energy: int
    exempt: int
    price: Quotient


@dataclass(frozen=True, slots=True)
class BandPart:
    """A band with its edge, and what it holds [kWh].

    Attributes
    ----------
    band : OverBand or UnderBand
    ratio : int or None
        The edge in 10⁻⁴ of the contract; None: open.
    exact : Quotient or None
        The edge before it is rounded [kWh].
    edge, energy : int
    price : Quotient
        Of an under band, before it is rounded; of an over band each cell has its own.
    fee : FeePart or None
    """

    band: OverBand | UnderBand
    ratio: int | None
    exact: Quotient | None
    edge: int
    energy: int
    price: Quotient = NO_PRICE
    fee: FeePart | None = None


@dataclass(frozen=True, slots=True)
class LegPart:
    """What falls on a leg: energies as shares [kWh], of shortfall by band; the price it settles at [micro-yuan/kWh]."""

    leg: Leg
    price: int
    in_band: Share
    shortfall: tuple[Share, ...]

    @property
    def energy_money(self) -> int:
        """Money of in-band energy [micro-yuan]."""
        return self.in_band.value * self.price


@dataclass(frozen=True, slots=True)
class CellPart:
    """What falls on a cell: energies as shares [kWh], of overrun by band; and its prices before they are rounded.

    Attributes
    ----------
    place : Place
        Where its prices are asked for.
    over_prices : tuple of Quotient
        By band.
    charge_prices : tuple of (Quotient or None)
        By charge of its way of settling; None: the user does not pay it.
    """

    cell: Cell
    place: Place
    in_band: Share
    over: tuple[Share, ...]
    over_prices: tuple[Quotient, ...]
    charge_prices: tuple[Quotient | None, ...]
    own_price: int | None = None
    """What energy costs its user by its retail contract [micro-yuan/kWh]."""

    @property
    def overrun(self) -> int:
        """Over all bands [kWh]."""
        return sum(share.value for share in self.over)

    @property
    def overrun_money(self) -> int:
        """[micro-yuan]."""
        return sum(share.value * price.rounded for share, price in zip(self.over, self.over_prices, strict=True))

    def charged(self, charge: ChargeShape) -> int:
        """The energy that a charge is on [kWh]."""
        return self.cell.metered if charge.base == "metered" else self.in_band.value

    @property
    def by_tariff(self) -> Place:
        """Where charges are asked for: in the tariff period, and with the price of its retail contract."""
        if self.cell.by_tariff is self.cell and self.own_price is None:
            return self.place
        return replace(self.place, cell=self.cell.by_tariff, own_price=self.own_price)

    def price_of(self, charge: ChargeShape) -> Quotient:
        """The price of a charge, also where it is on no energy of the cell."""
        return needed(charge.price, self.by_tariff, charge.item, 1)


@dataclass(frozen=True)
class Derivation:
    """A settled position.

    Attributes
    ----------
    facts : UnitMonth
    rules : RuleSet
    product : str
    trial : bool
    way : Way
        What it settles by.
    place : Place
        Where prices of the position are asked for.
    contract, metered, in_band : int
        [kWh]
    over, under : tuple of BandPart
    order : tuple of int or None
        The places of its legs in the order in which they are filled; None: in proportion.
    mean_legs : tuple of Leg
        In a regime, the legs whose mean price replaces that of `legs`; empty: each leg has its own price.
    mean_leg_price : Quotient or None
        That price before it is rounded.
    legs : tuple of LegPart
    average_price : Quotient or None
        None without in-band energy.
    cells : tuple of CellPart
    """

    facts: UnitMonth
    rules: RuleSet
    product: str
    trial: bool
    way: Way
    place: Place
    contract: int
    metered: int
    in_band: int
    over: tuple[BandPart, ...]
    under: tuple[BandPart, ...]
    order: tuple[int, ...] | None
    mean_legs: tuple[Leg, ...]
    mean_leg_price: Quotient | None
    legs: tuple[LegPart, ...]
    average_price: Quotient | None
    cells: tuple[CellPart, ...]

    @property
    def upper(self) -> int:
        """The first edge above [kWh]."""
        return self.over[0].edge

    @property
    def lower(self) -> int:
        """The first edge below [kWh]."""
        return self.under[0].edge if self.under else 0

    @property
    def overrun(self) -> int:
        """[kWh]."""
        return self.metered - self.in_band

    @property
    def shortfall(self) -> int:
        """[kWh]."""
        return max(0, self.lower - self.metered)

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods of the product."""
        return next(each.periods for each in self.rules.shape.products if each.id == self.product)

    @property
    def has_periods(self) -> bool:
        """Whether its cells are of several periods, or of several pairs of them."""
        return len(self.periods) > 1 or any(part.cell.by_tariff is not part.cell for part in self.cells)

    def clause(self, item: str, period: str | None = None) -> str:
        """The clauses that its lines of an item cite, in one period or in all."""
        return line_clause(self.rules, item, self.way.name, period)

    def cited(self, item: str, periods: Iterable[str] = ()) -> str:
        """The clauses that its lines of an item cite, in these periods together; in all of them if none is given."""
        return clauses_together(self.clause(item, period) for period in periods or self.rules.shape.periods)

    @property
    def energy_money(self) -> int:
        """Money of in-band energy [micro-yuan]."""
        return sum(part.energy_money for part in self.legs)

    @property
    def overrun_money(self) -> int:
        """Money of overrun [micro-yuan]."""
        return sum(part.overrun_money for part in self.cells)

    @property
    def shortfall_money(self) -> int:
        """Money of shortfall [micro-yuan]."""
        return sum(self.shortfall_money_of(part) for part in self.legs)

    def shortfall_money_of(self, part: LegPart) -> int:
        """Of one leg [micro-yuan]."""
        return sum(share.value * band.price.rounded for share, band in zip(part.shortfall, self.under, strict=True))


def needed(expression: Expression, place: Place, item: str, energy: int) -> Quotient:
    """The price of a line before it is rounded.

    Raises
    ------
    ResultError
        There is energy, but no price.
    """
    found = price_at(expression, place) if energy else NO_PRICE
    if found is None:
        raise ResultError(Sentence("{month} has no price for {item}", month=place.month, item=item))
    return found
