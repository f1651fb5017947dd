"""Prices of positions: of their legs, of their bands, and their means (rulebook parts 5, 6 and 9)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gridsim.core.settlement.arrays import NO_EDGE, OPEN_EDGE, BandTables
from gridsim.settlement.figures import Figure, Where, figure
from gridsim.settlement.monthly import MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.rules.expression import Expression
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.positions import Positions
    from gridsim.settlement.ways import Way

    Ints = NDArray[np.int64]

__all__ = [
    "PositionPlaces",
    "bands_of",
    "figures_by_way",
    "leg_prices",
    "mean_prices",
    "product_means",
    "rests_in_band",
    "sums_by_position",
    "under_price_of",
    "under_prices",
]


def sums_by_position(values: Ints, start: Ints) -> Ints:
    """The sum of the packed values of each position, which begin at ``start``."""
    total = np.concatenate([[0], np.cumsum(values)]).astype(np.int64)
    return total[start[1:]] - total[start[:-1]]


def mean_prices(money: Ints, energy: Ints) -> Figure:
    """Money per kWh, rounded half away from zero; not there without energy (then its value is 0)."""
    is_there = energy > 0
    divisor = np.where(is_there, energy, 1)
    whole, rest = np.divmod(np.abs(money), divisor)
    magnitude = whole + (rest >= divisor - rest)
    return Figure(np.where(is_there, np.where(money < 0, -magnitude, magnitude), 0), is_there)


def product_means(positions: Positions, legs: ContractBook, product: int) -> Figure:
    """(P,) the mean price of the legs of one product of each position's unit and month, as traded.

    Positions may stand by month and unit or by unit and month: the products of a unit and month stand together.
    """
    is_it = positions.product == product
    start, end = positions.leg_start[:-1][is_it], positions.leg_start[1:][is_it]
    of_it = np.cumsum(np.concatenate([[0], end - start])).astype(np.int64)
    leg = positions.leg[np.arange(of_it[-1]) + np.repeat(start - of_it[:-1], end - start)]  # no legs of other products
    energy = legs.energy[leg]
    means = mean_prices(sums_by_position(energy * legs.price[leg], of_it), sums_by_position(energy, of_it))
    is_of_before = (np.diff(positions.unit, prepend=-1) == 0) & (np.diff(positions.month, prepend=-1) == 0)
    unit_month = np.cumsum(~is_of_before) - 1
    place_of = np.full(len(positions), -1, dtype=np.int64)
    place_of[unit_month[is_it]] = np.arange(len(start))
    source = place_of[unit_month]
    if not len(start):
        return Figure(np.zeros(len(positions), dtype=np.int64), source >= 0)
    assert means.is_there is not None  # made by `mean_prices`
    return Figure(means.values[source], (source >= 0) & means.is_there[source])


def leg_prices(positions: Positions, legs: ContractBook, way: Ints, rules: MonthlyRules) -> Ints:
    """The price at which each packed leg settles [micro-yuan/kWh].

    Its own; but in some regimes one product makes the price of a unit's others: the mean price, weighted by energy, of
    the unit's legs of it in the month, if there are any with energy (rulebook part 6).
    """
    price = legs.price[positions.leg].copy()
    replaced_by: dict[int, list[int]] = {}
    for number, each in enumerate(rules.ways):
        if each.leg_price is not None:
            replaced_by.setdefault(each.regime, []).append(number)
    for ways in replaced_by.values():
        rule = rules.ways.ways[ways[0]].leg_price
        assert rule is not None  # or it would not stand there
        products = rules.shape.product_ids
        is_replaced = np.isin(way, ways) & ~np.isin(positions.product, [products.index(name) for name in rule.keeps])
        if not is_replaced.any():
            continue
        mean = product_means(positions, legs, products.index(rule.product))
        assert mean.is_there is not None  # made by `mean_prices`
        is_replaced &= mean.is_there
        position = positions.position_of_leg
        replaced = is_replaced[position]
        price[replaced] = mean.values[position[replaced]]
    return price


@dataclass(frozen=True, eq=False)
class PositionPlaces(Where):
    """Positions, or months, as what expressions are asked of.

    Attributes
    ----------
    rules : MonthlyRules
    month : (n,) int64 array
    around : callable or None
        Of a word and its arguments: what the positions have, of shape (n,); None where no position is asked.
    """

    rules: MonthlyRules
    month: Ints
    around: Callable[[str, tuple[str, ...]], Figure] | None = None

    def value(self, path: str) -> Ints:
        return self.rules.value(path)[self.month]

    def market(self, column: str) -> Figure:
        return self._of_month(self.rules.prices.market[column])

    def mean(self, kinds: tuple[str, ...]) -> Figure:
        return self._of_month(self.rules.prices.mean(kinds))

    def transfers(self) -> Figure:
        return self._of_month(self.rules.prices.transfers)

    def of_position(self, word: str, arguments: tuple[str, ...]) -> Figure:
        assert self.around is not None, word
        return self.around(word, arguments)

    def _of_month(self, price: Figure) -> Figure:
        return Figure(price.values[self.month], None if price.is_there is None else price.is_there[self.month])


def figures_by_way(
    pick: Callable[[Way], Expression | None],
    month: Ints,
    way: Ints,
    rules: MonthlyRules,
    around: Callable[[str, tuple[str, ...]], Figure] | None = None,
) -> Figure:
    """What an expression that each way has is worth in some months, or of some positions; 0 where a way has none."""
    values, is_there = np.zeros(len(month), dtype=np.int64), np.ones(len(month), dtype=bool)
    places = PositionPlaces(rules, month, around)
    for number, each in enumerate(rules.ways):
        expression = pick(each)
        is_of_it = way == number
        if expression is None or not is_of_it.any():
            continue
        for form, is_then in rules.by_month(expression):
            here = is_of_it & is_then[month]
            if here.any():
                found = figure(form, places)
                np.copyto(values, found.values, where=here)
                if found.is_there is not None:
                    np.copyto(is_there, found.is_there, where=here)
    return Figure(values, None if is_there.all() else is_there)


def rests_in_band(rules: MonthlyRules) -> bool:
    """Whether the price of a band rests on what the energy in band cost, which is known after settling alone."""
    prices = [band.price for way in rules.ways for band in way.over]
    prices += [band.price for way in rules.ways for band in way.under]
    return any(each.word == "in_band_mean" for price in prices for each in price.walk())


def bands_of(rules: MonthlyRules, month: Ints, way: Ints) -> BandTables:
    """A set of bands for each month and way, in the order of months; their prices and fees are 0.

    Parameters
    ----------
    rules : MonthlyRules
    month, way : (P,) int64 array
        Of each position; the way as `gridsim.settlement.ways.Ways.of` gives it.
    """
    ways = len(rules.ways)
    over_bands = max(len(each.over) for each in rules.ways)
    under_bands = max(1, *(len(each.under) for each in rules.ways))
    months, numbers = np.repeat(np.arange(MONTHS), ways), np.tile(np.arange(ways), MONTHS)
    sets = len(months)
    over = np.full((sets, over_bands), OPEN_EDGE, dtype=np.int64)
    under = np.full((sets, under_bands), NO_EDGE, dtype=np.int64)
    for b in range(over_bands):
        found = figures_by_way(partial(_over_edge, b), months, numbers, rules)
        has = np.array([_over_edge(b, each) is not None for each in rules.ways])[numbers]
        over[has, b] = found.values[has]
    for u in range(under_bands):
        under[:, u] = figures_by_way(partial(_under_edge, u), months, numbers, rules).values
    nothing = np.zeros((sets, under_bands), dtype=np.int64)
    return BandTables(
        of_position=month * ways + way,
        over_edge=over,
        over_fee=np.zeros((sets, over_bands), dtype=np.int64),
        under_edge=under,
        under_price=nothing,
        under_fee=nothing,
    )


def under_prices(
    rules: MonthlyRules,
    month: Ints,
    way: Ints,
    bands: int,
    around: Callable[[str, tuple[str, ...]], Figure] | None = None,
) -> list[Figure]:
    """By under band, what a missing kWh of each position brings the sellers of its legs, each of shape (P,)."""
    return [
        figures_by_way(
            partial(under_price_of, u),
            month,
            way,
            rules,
            around,
        )
        for u in range(bands)
    ]


def _over_edge(number: int, way: Way) -> Expression | None:
    return way.over[number].edge if number < len(way.over) else None


def _under_edge(number: int, way: Way) -> Expression | None:
    return way.under[number].edge if number < len(way.under) else None


def under_price_of(number: int, way: Way) -> Expression | None:
    """The price of an under band of a way; None where it has no such band."""
    return way.under[number].price if number < len(way.under) else None
