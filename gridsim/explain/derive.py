"""One position settled again on plain integers (rulebook parts 5, 6 and 9), so that each step can be shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gridsim.errors import ResultError
from gridsim.explain.arithmetic import Quotient, Share, split
from gridsim.explain.cited import line_clause
from gridsim.explain.leg_order import filling_order
from gridsim.explain.month_prices import mean_price
from gridsim.explain.places import Place, price_at, ratio_at, way_of
from gridsim.explain.shares import filled, over_bands, taken
from gridsim.rules.citations import clauses_together
from gridsim.rules.shape import FEE, OVERRUN, SHORTFALL
from gridsim.units import RATIO_ONE
from gridsim.words import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gridsim.explain.cells import Cell
    from gridsim.explain.facts import UnitMonth
    from gridsim.explain.legs import Leg
    from gridsim.explain.retail_facts import RetailMonth
    from gridsim.rules import RuleSet
    from gridsim.rules.expression import Expression
    from gridsim.rules.shape_lists import ChargeShape, OverBand, UnderBand
    from gridsim.settlement.ways import Way

__all__ = ["NO_PRICE", "BandPart", "CellPart", "Derivation", "FeePart", "LegPart", "derive", "needed"]

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


def derive(facts: UnitMonth, rules: RuleSet, product: str, *, trial: bool) -> Derivation:
    """Settle one position of a unit's month.

    Parameters
    ----------
    facts : UnitMonth
    rules : RuleSet
    product : str
    trial : bool
        As if the month had no regime.

    Raises
    ------
    ResultError
        A line needs a price that the month lacks.
    """
    shape, month = rules.shape, facts.month
    way = way_of(rules, facts.mode, month, trial=trial)
    legs, cells = facts.legs_of(product), facts.cells.get(product, ())
    contract, metered = sum(leg.energy for leg in legs), sum(cell.metered for cell in cells)
    mean_legs = _mean_legs(facts, way, product)
    mean = _mean_price(mean_legs) if mean_legs else None
    prices = [leg.price if mean is None else mean.rounded for leg in legs]
    energies = [leg.energy for leg in legs]
    means = {"contract_mean": mean_price(zip(energies, prices, strict=True)), "in_band_mean": None}

    def around(word: str, arguments: tuple[str, ...]) -> int | None:
        if word == "mean_of_product":
            return mean_price((leg.energy, leg.price) for leg in facts.legs_of(arguments[0]))
        return means[word]

    place = Place(shape, rules.at(month), month, facts.month_prices, around)
    over, under = _over(way, place, contract, metered), _under(way, place, contract, metered)
    in_band = min(metered, over[0].edge)
    order = filling_order(legs, facts.keys, shape, month)
    shares = filled(in_band, energies, order)
    money = sum(share.value * price for share, price in zip(shares, prices, strict=True))
    average = Quotient(money, in_band) if in_band else None
    means["in_band_mean"] = None if average is None else average.rounded
    short = taken([band.energy for band in under], energies, order)
    return Derivation(
        facts=facts,
        rules=rules,
        product=product,
        trial=trial,
        way=way,
        place=place,
        contract=contract,
        metered=metered,
        in_band=in_band,
        over=tuple(replace(band, fee=_fee(band, place, facts, product)) for band in over),
        under=tuple(
            replace(band, price=_under_price(band, place), fee=_fee(band, place, facts, product)) for band in under
        ),
        order=None if order is None else tuple(order),
        mean_legs=mean_legs,
        mean_leg_price=mean,
        legs=tuple(
            LegPart(leg, price, share, tuple(band[number] for band in short))
            for number, (leg, price, share) in enumerate(zip(legs, prices, shares, strict=True))
        ),
        average_price=average,
        cells=_cells(cells, way, place, in_band, over, facts.retail),
    )


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


def _mean_legs(facts: UnitMonth, way: Way, product: str) -> tuple[Leg, ...]:
    """The legs whose mean price is that of the product's legs in the regime."""
    rule = way.leg_price
    if rule is None or product in rule.keeps:
        return ()
    return tuple(leg for leg in facts.legs_of(rule.product) if leg.energy > 0)


def _mean_price(legs: Sequence[Leg]) -> Quotient:
    return Quotient(sum(leg.energy * leg.price for leg in legs), sum(leg.energy for leg in legs))


def _edge(band: OverBand | UnderBand, place: Place, contract: int) -> tuple[int, Quotient]:
    assert band.edge is not None, "an open edge has no ratio"
    ratio = ratio_at(band.edge, place)
    return ratio, Quotient(contract * ratio, RATIO_ONE)


def _over(way: Way, place: Place, contract: int, metered: int) -> list[BandPart]:
    """Over bands, each from its edge up to the next one, the last without end."""
    edges: list[tuple[int | None, Quotient | None, int]] = []
    for band in way.over:
        if band.edge is None:
            edges.append((None, None, metered if contract else 0))
        else:
            ratio, exact = _edge(band, place, contract)
            edges.append((ratio, exact, exact.rounded))
    ends = [min(metered, edge) for _, _, edge in edges[1:]] + [metered]
    return [
        BandPart(band, ratio, exact, edge, max(0, end - edge))
        for band, (ratio, exact, edge), end in zip(way.over, edges, ends, strict=True)
    ]


def _under(way: Way, place: Place, contract: int, metered: int) -> list[BandPart]:
    """Under bands, each from its edge down to the next one, the last down to nothing."""
    edges = [_edge(band, place, contract) for band in way.under]
    ends = [*(max(metered, exact.rounded) for _, exact in edges[1:]), metered][: len(edges)]
    return [
        BandPart(band, ratio, exact, exact.rounded, max(0, exact.rounded - end))
        for band, (ratio, exact), end in zip(way.under, edges, ends, strict=True)
    ]


def _under_price(band: BandPart, place: Place) -> Quotient:
    return needed(band.band.price, place, SHORTFALL, band.energy)


def _fee(band: BandPart, place: Place, facts: UnitMonth, product: str) -> FeePart | None:
    if band.band.fee is None:
        return None
    exemption, exempt = getattr(band.band, "exempt", None), 0
    if exemption is not None and band.energy:
        least = price_at(exemption.price_at_least, place)
        if least is not None:
            exempt = facts.month_prices.unfilled(exemption.kind, least.rounded, facts.unit, product)
    energy = max(0, band.energy - exempt)
    return FeePart(energy, exempt, needed(band.band.fee, place, FEE, energy))


def _cells(
    cells: Sequence[Cell],
    way: Way,
    place: Place,
    in_band: int,
    over: Sequence[BandPart],
    retail: RetailMonth | None,
) -> tuple[CellPart, ...]:
    energies = [cell.metered for cell in cells]
    shares = split(in_band, energies)
    by_band = over_bands([band.energy for band in over], shares, energies)
    stands_for_all = None if way.stands_for_all is None else place.shape.periods[way.stands_for_all]
    cost = place.of_position("in_band_mean", ()) or 0
    found = []
    for number, cell in enumerate(cells):
        own = None if retail is None else retail.price(cell, cost)
        here = replace(place, cell=cell, instead=None if cell.user.is_peak_valley else stands_for_all)
        part = CellPart(cell, here, shares[number], tuple(band[number] for band in by_band), (), (), own)
        over_prices = tuple(
            needed(band.price, here, OVERRUN, share.value) for band, share in zip(way.over, part.over, strict=True)
        )
        found.append(
            replace(part, over_prices=over_prices, charge_prices=tuple(_charge(part, each) for each in way.charges))
        )
    return tuple(found)


def _charge(part: CellPart, charge: ChargeShape) -> Quotient | None:
    """The price of a charge, None if the user doesn't pay it."""
    if charge.only_on_tariff and not part.cell.user.is_peak_valley:
        return None
    return needed(charge.price, part.by_tariff, charge.item, part.charged(charge))
