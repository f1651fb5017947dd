"""One position settled again on plain integers (rulebook parts 5, 6 and 9), so that each step can be shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import Quotient, split
from gridsim.explain.derivation import BandPart, CellPart, Derivation, FeePart, LegPart, needed
from gridsim.explain.leg_order import filling_order
from gridsim.explain.month_prices import mean_price
from gridsim.explain.places import Place, price_at, ratio_at, way_of
from gridsim.explain.shares import filled, over_bands, taken
from gridsim.rules.shape import FEE, OVERRUN, SHORTFALL
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridsim.explain.cells import Cell
    from gridsim.explain.facts import UnitMonth
    from gridsim.explain.legs import Leg
    from gridsim.explain.retail_facts import RetailMonth
    from gridsim.rules import RuleSet
    from gridsim.rules.shape_lists import ChargeShape, OverBand, UnderBand
    from gridsim.settlement.ways import Way

__all__ = ["derive"]


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
