"""Prices laid over a layout: what the kernel of batches pays by, for each group of cells and each position."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.batch.programs import ProgramBook, marked, rests_on_draws
from gridsim.core.draws.arrays import FIXED, KIND, LACKING, LINEAR, NO_PRICE, PositionPrices
from gridsim.core.settlement.arrays import OPEN_EDGE
from gridsim.settlement.cell_price import OfCells
from gridsim.settlement.fees import fee_of
from gridsim.settlement.figures import Figure, figure
from gridsim.settlement.position_prices import (
    PositionPlaces,
    mean_prices,
    product_means,
    sums_by_position,
    under_price_of,
)
from gridsim.settlement.prices import price_tables, priced_cells
from gridsim.settlement.unitless import PRIORITY_PURCHASE, settle_unitless

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.batch.layout import Layout
    from gridsim.rules.expression import Expression
    from gridsim.settlement.cell_price import CellPrice
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.prices import PricedCells
    from gridsim.settlement.ways import Way

    Ints = NDArray[np.int64]

__all__ = [
    "GroupPrices",
    "Means",
    "group_prices",
    "is_alike",
    "is_plain",
    "needs_mean",
    "outside_plan",
    "position_prices",
]


class Means:
    """Mean prices of positions that no draw changes.

    Parameters
    ----------
    layout : Layout
    leg_price : (L,) int64 array
        At which each packed leg settles.
    rules : MonthlyRules
    """

    def __init__(self, layout: Layout, leg_price: Ints, rules: MonthlyRules) -> None:
        self._layout, self._leg_price, self._rules = layout, leg_price, rules
        self._of_product: dict[str, Figure] = {}

    @cached_property
    def _contract(self) -> Figure:
        layout = self._layout
        money = sums_by_position(layout.leg_energy * self._leg_price, layout.positions.leg_start)
        return mean_prices(money, layout.contract)

    def of(self, word: str, arguments: tuple[str, ...]) -> Figure:
        """Of a word and its arguments: a figure by position."""
        if word == "contract_mean":
            return self._contract
        (product,) = arguments
        if product not in self._of_product:
            number = self._rules.shape.product_ids.index(product)
            self._of_product[product] = product_means(self._layout.positions, self._layout.traded.legs, number)
        return self._of_product[product]

    def at(self, place: Ints) -> Callable[[str, tuple[str, ...]], Figure]:
        """The same for some positions."""

        def around(word: str, arguments: tuple[str, ...]) -> Figure:
            values, is_there, _ = self.of(word, arguments)
            return Figure(values[place], None if is_there is None else is_there[place])

        return around


class GroupPrices(NamedTuple):
    """Values and marks by group: of over bands (B, G), and of the charges of the position's plan (C, G)."""

    over: Ints
    over_mark: Ints
    charge: Ints
    charge_mark: Ints


def group_prices(
    layout: Layout,
    way: Ints,
    groups: tuple[Ints, Ints, Ints],
    means: Means,
    book: ProgramBook,
    rules: MonthlyRules,
) -> GroupPrices:
    """The prices of all groups of cells.

    Parameters
    ----------
    layout : Layout
    way : (P,) int64 array
    groups : three int64 arrays
        Where the groups of each position begin, (P + 1,); of each cell its group, (N,); a cell of each group, (G,).
    means : Means
    book : ProgramBook
        Takes up what rests on the draws.
    rules : MonthlyRules
    """
    start, _, example = groups
    inside = int(start[layout.inside])
    over_bands = max(len(each.over) for each in rules.ways)
    most = max([len(each.charges) for each in rules.ways] + [len(charges) for _, charges in rules.shape.outside])
    over, charge = (np.zeros((rows, len(example)), dtype=np.int64) for rows in (over_bands, most))
    over_mark, charge_mark = (np.full(rows.shape, NO_PRICE, dtype=np.int64) for rows in (over, charge))
    position = np.repeat(np.arange(layout.inside), np.diff(start[: layout.inside + 1]))
    found = _cells(layout, way, start, example[:inside], rules)
    place, around = found.place.astype(np.intp), means.at(position)
    of_group = way[: layout.inside][position]
    for band, price in enumerate(found.over):
        over[band, :inside], over_mark[band, :inside] = _of_cells(price, place, around, book, in_band=None)
    items = rules.ways.items
    priced = [
        _of_cells(price, place, around, book, in_band=price.on_metered is None or ~price.on_metered.take(place))
        for price in found.charges
    ]
    for number, each in enumerate(rules.ways):
        here = np.flatnonzero(of_group == number)
        for slot, listed in enumerate(each.charges):
            values, marks = priced[items.index(listed.item)]
            charge[slot, here], charge_mark[slot, here] = values[here], marks[here]
    _lay_outside(layout, groups, rules, charge, charge_mark)
    return GroupPrices(over, over_mark, charge, charge_mark)


def _cells(layout: Layout, way: Ints, start: Ints, example: Ints, rules: MonthlyRules) -> PricedCells:
    traded, inside = layout.traded, layout.positions.run(0, layout.inside)
    one_each = replace(inside, cell=inside.cell[example], cell_start=start[: layout.inside + 1])
    tables = price_tables(rules, traded.tariffs, traded.pairs)
    return priced_cells(one_each, traded.meter, tables, traded.is_peak_valley, rules, way[: layout.inside])


def _of_cells(
    price: CellPrice,
    place: NDArray[np.intp],
    around: Callable[[str, tuple[str, ...]], Figure],
    book: ProgramBook,
    in_band: NDArray[np.bool_] | bool | None,
) -> tuple[Ints, Ints]:
    """Values and marks of a price of groups; `in_band`: where it is paid on energy in band alone."""
    is_there = None if price.is_there is None else price.is_there.take(place)
    values, marks = marked(Figure(price.values.take(place), is_there), len(place))
    always_there = np.zeros(len(place), dtype=bool) if in_band is None else np.broadcast_to(in_band, len(place))
    for expression, is_here, columns in price.resting:
        here = is_here.take(place)
        for is_always in (False, True):
            some = np.flatnonzero(here & (always_there == is_always))
            if not len(some):
                continue

            def around_some(word: str, arguments: tuple[str, ...], some: Ints = some) -> Figure:
                found, is_there, _ = around(word, arguments)
                return Figure(found[some], None if is_there is None else is_there[some])

            where = OfCells(place[some], columns, around_some)
            if rests_on_draws(expression):
                values[some], marks[some] = book.marked(expression, where, len(some), always_there=is_always)
            else:
                values[some], marks[some] = marked(figure(expression, where), len(some))
    marks[~price.applies.take(place)] = NO_PRICE
    return values, marks


def _lay_outside(
    layout: Layout, groups: tuple[Ints, Ints, Ints], rules: MonthlyRules, charge: Ints, charge_mark: Ints
) -> None:
    """The charges of users outside the market."""
    start, cell_group, example = groups
    traded, first = layout.traded, int(start[layout.inside])
    if first == len(example):
        return
    row = layout.positions.cell[example[first:]]
    group = np.repeat(start[:-1], np.diff(layout.positions.cell_start)) + cell_group
    has_energy = np.bincount(group, layout.cell_energy > 0, minlength=int(start[-1]))[first:] > 0
    meter = replace(traded.meter.take(row), energy=has_energy.astype(np.int64))  # a price that nobody pays may lack
    found = iter(settle_unitless(meter, traded.tariffs, traded.is_peak_valley, traded.is_priority, rules).charges)
    for _, listed in rules.shape.outside:
        for slot in range(len(listed)):
            each = next(found)
            charge[slot, first + each.row], charge_mark[slot, first + each.row] = each.price, FIXED


def outside_plan(is_priority: bool, rules: MonthlyRules) -> int:
    """The plan of users outside the market, behind those of the ways."""
    reasons = [why for why, _ in rules.shape.outside]
    number = next((n for n, why in enumerate(reasons) if (why == PRIORITY_PURCHASE) == is_priority), 0)
    return len(rules.ways) + number


def position_prices(month: Ints, way: Ints, means: Means, book: ProgramBook, rules: MonthlyRules) -> PositionPrices:
    """The prices of under bands and the fees of all bands, by position.

    Parameters
    ----------
    month, way : (P,) int64 array
        The way of a position outside the market is any.
    means : Means
    book : ProgramBook
    rules : MonthlyRules
    """
    over_bands = max(len(each.over) for each in rules.ways)
    under_bands = max(1, *(len(each.under) for each in rules.ways))

    def rows(count: int, pick: Callable[[int], Callable[[Way], Expression | None]]) -> tuple[Ints, Ints]:
        found = [_of_positions(pick(band), month, way, means, book, rules) for band in range(count)]
        empty = np.zeros((0, len(month)), dtype=np.int64)
        values = np.stack([each[0] for each in found]) if found else empty
        return values, np.stack([each[1] for each in found]) if found else empty

    def fees(side: str, count: int) -> tuple[Ints, Ints]:
        has_any = any(fee_of(side, band, each) is not None for band in range(count) for each in rules.ways)
        return rows(count if has_any else 0, lambda band: partial(fee_of, side, band))

    under = rows(under_bands, lambda band: partial(under_price_of, band))
    return PositionPrices(*under, *fees("over", over_bands), *fees("under", under_bands))


def _of_positions(
    pick: Callable[[Way], Expression | None],
    month: Ints,
    way: Ints,
    means: Means,
    book: ProgramBook,
    rules: MonthlyRules,
) -> tuple[Ints, Ints]:
    values, marks = np.zeros(len(month), dtype=np.int64), np.full(len(month), NO_PRICE, dtype=np.int64)
    for number, each in enumerate(rules.ways):
        expression = pick(each)
        if expression is None:
            continue
        for form, is_then in rules.by_month(expression):
            here = np.flatnonzero((way == number) & is_then[month])
            if not len(here):
                continue
            where = PositionPlaces(rules, month[here], means.at(here))
            if rests_on_draws(form):
                values[here], marks[here] = book.marked(form, where, len(here), always_there=False)
            else:
                values[here], marks[here] = marked(figure(form, where), len(here))
    return values, marks


def is_alike(start: Ints, prices: GroupPrices, on_metered: NDArray[np.bool_]) -> Ints:
    """(P,) 1 where all groups of a position have the same prices in band and over it.

    Parameters
    ----------
    start : (P + 1,) int64 array
    prices : GroupPrices
    on_metered : (C, G) bool array
        Charges that do not matter here.
    """
    groups = int(start[-1])
    differs = np.zeros(groups + 1, dtype=bool)
    for values, matters in (
        (prices.over, None), (prices.over_mark, None), (prices.charge, ~on_metered), (prices.charge_mark, ~on_metered),
    ):  # fmt: skip
        step = values[:, 1:] != values[:, :-1]
        differs[1:-1] |= (step if matters is None else step & matters[:, 1:]).any(axis=0)
    total = np.concatenate([[0], np.cumsum(differs[:-1])])
    first, last = start[:-1], start[1:]
    inner = total[last] - total[np.minimum(first + 1, groups)]
    found: Ints = (((last - first) <= 1) | (inner == 0)).astype(np.int64)
    return found


def is_plain(start: Ints, over_edge: Ints, prices: GroupPrices) -> Ints:
    """(P,) 1 where there is one over band, and its prices are fixed."""
    total = np.concatenate([[0], np.cumsum(prices.over_mark[0] != FIXED)])
    is_fixed = total[start[1:]] == total[start[:-1]]
    found: Ints = (is_fixed & (over_edge[1:] == OPEN_EDGE).all(axis=0)).astype(np.int64)
    return found


def needs_mean(start: Ints, prices: GroupPrices, by_position: PositionPrices) -> Ints:
    """(P,) 1 where a price rests on the mean price in band."""

    def rests(marks: Ints) -> NDArray[np.bool_]:
        kind = marks & KIND
        found: NDArray[np.bool_] = ((kind >= LINEAR) & (kind != LACKING)).any(axis=0)
        return found

    of_group = rests(prices.over_mark) | rests(prices.charge_mark)
    total = np.concatenate([[0], np.cumsum(of_group)])
    found = total[start[1:]] > total[start[:-1]]
    for marks in (by_position.under_mark, by_position.over_fee_mark, by_position.under_fee_mark):
        found = found | rests(marks)
    return found.astype(np.int64)
