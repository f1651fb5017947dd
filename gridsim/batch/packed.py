"""A market as the arrays that draws settle by: bands, edges, plans and groups of cells of each position."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gridsim.batch.items import items_of
from gridsim.batch.layout import Layout
from gridsim.batch.priced import Means, group_prices, is_alike, is_plain, needs_mean, outside_plan, position_prices
from gridsim.batch.programs import ProgramBook
from gridsim.core.draws.arrays import FIRST_ITEM, NO_PRICE, Groups, Plans, Portfolio, PositionPrices, Terms
from gridsim.core.settlement.arrays import OPEN_EDGE
from gridsim.rules.shape import FEE
from gridsim.settlement.fees import exempt_energy
from gridsim.settlement.monthly import monthly_rules
from gridsim.settlement.position_prices import bands_of, leg_prices
from gridsim.settlement.prices import kinds_shape
from gridsim.units import times_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridsim.rules import RuleSet
    from gridsim.settlement.monthly import MonthlyRules

    Ints = NDArray[np.int64]

__all__ = ["Packed", "pack_by", "pack_market"]

_MARKS = 2**18  # groups that could be: what is looked up in them stays in the cache


@dataclass(frozen=True, eq=False)
class Packed:
    """A market as the kernel takes it.

    Attributes
    ----------
    market, groups, terms : Portfolio, Groups, Terms
    items : tuple of str
        Of the rows of money.
    months : tuple of str
    """

    market: Portfolio
    groups: Groups
    terms: Terms
    items: tuple[str, ...]
    months: tuple[str, ...]


def pack_market(layout: Layout, rules: RuleSet, year: int) -> Packed:
    """Lay a rule set's prices and bands over what is to be settled.

    Parameters
    ----------
    layout : Layout
        Of rules that agree with `rules` in all that trading and layout read.
    rules : RuleSet
    year : int
    """
    return pack_by(layout, monthly_rules(rules, year, layout.traded.prices))


def pack_by(layout: Layout, monthly: MonthlyRules) -> Packed:
    """The same by the rules of a year."""
    positions, traded, contract = layout.positions, layout.traded, layout.contract
    is_inside = np.arange(len(positions)) < layout.inside
    items = items_of(monthly.shape)
    way = monthly.ways.of(positions, trial=False)
    # Outside the market each period has its price.
    by_period = ~is_inside | np.array([each.stands_for_all is None for each in monthly.ways])[way]
    start, cell_group, _ = of_cells = _groups(layout, by_period)
    leg_price = leg_prices(positions, traded.legs, way, monthly)
    means = Means(layout, leg_price, monthly)
    book = ProgramBook((int(leg_price.min(initial=0)), int(leg_price.max(initial=0))))
    of_groups = group_prices(layout, way, of_cells, means, book, monthly)
    by_position = position_prices(positions.month, way, means, book, monthly)
    for marks in (by_position.under_mark, by_position.over_fee_mark, by_position.under_fee_mark):
        marks[:, ~is_inside] = NO_PRICE
    plans = _plans(monthly, items)
    plan = np.where(is_inside, way, 0)
    user = traded.unit_number[positions.unit[layout.inside :]]
    for is_priority in (False, True) if len(user) else ():
        plan[layout.inside :][traded.is_priority[user] == is_priority] = outside_plan(is_priority, monthly)
    over_edge, under_edge = _edges(layout, way, is_inside, monthly)
    market = Portfolio(
        user_start=layout.user_start,
        user=layout.user,
        user_class=layout.user_class,
        position_start=layout.position_start,
        month=positions.month,
        contract=contract,
        plan=plan,
        over_edge=over_edge,
        under_edge=under_edge,
        exempt=_exempt(layout, way, monthly) if len(by_position.over_fee) else np.zeros((0, len(way)), np.int64),
        is_alike=is_alike(start, of_groups, _on_metered(plans, plan, start, len(of_groups.charge))),
        is_plain=is_plain(start, over_edge, of_groups),
        needs_mean=needs_mean(start, of_groups, by_position),
        leg_start=positions.leg_start,
        leg_energy=layout.leg_energy,
        leg_price=leg_price,
        leg_order=layout.leg_order,
        cell_start=positions.cell_start,
        cell_energy=layout.cell_energy,
        cell_factor=layout.cell_factor,
        cell_group=cell_group,
        cell_parts_after=layout.cell_parts_after,
        cell_weight=layout.cell_weight,
    )
    fee_item = FEE if monthly.shape.fees is None else monthly.shape.fees.item
    fee_row = FIRST_ITEM + (items.index(fee_item) if fee_item in items else 0)
    terms = Terms(plans, PositionPrices(*by_position), book.programs(), np.array([fee_row], dtype=np.int64))
    return Packed(market, Groups(start, *of_groups), terms, items, monthly.months)


def _edges(layout: Layout, way: Ints, is_inside: NDArray[np.bool_], monthly: MonthlyRules) -> tuple[Ints, Ints]:
    """(B, P) and (D, P) the edges of over and under bands [kWh]; outside the market all is in band."""
    contract = layout.contract
    bands = bands_of(monthly, layout.positions.month, way)
    ratio = np.ascontiguousarray(bands.over_edge[bands.of_position].T)
    is_open = (ratio == OPEN_EDGE) | ~is_inside
    over = np.where(is_open, OPEN_EDGE, times_ratio(contract, np.where(is_open, 0, ratio)))
    over[0, is_inside & (contract == 0)] = 0
    under = times_ratio(contract, np.ascontiguousarray(bands.under_edge[bands.of_position].T))
    return over, np.where(is_inside, under, 0)


def _plans(monthly: MonthlyRules, items: tuple[str, ...]) -> Plans:
    lists = [each.charges for each in monthly.ways] + [charges for _, charges in monthly.shape.outside]
    inside = len(monthly.ways)
    charges = [(charge, number < inside) for number, each in enumerate(lists) for charge in each]
    return Plans(
        start=np.cumsum([0, *map(len, lists)]).astype(np.int64),
        row=np.array([FIRST_ITEM + items.index(charge.item) for charge, _ in charges], dtype=np.int64),
        on_metered=np.array([charge.base == "metered" and is_way for charge, is_way in charges], dtype=np.int64),
    )


def _on_metered(plans: Plans, plan: Ints, start: Ints, slots: int) -> NDArray[np.bool_]:
    """(slots, G) whether the charge of a slot is on metered energy."""
    table = np.zeros((len(plans.start) - 1, slots), dtype=bool)
    for number, (first, last) in enumerate(zip(plans.start[:-1], plans.start[1:], strict=True)):
        table[number, : last - first] = plans.on_metered[first:last]
    if not table.any():
        return np.zeros((slots, int(start[-1])), dtype=bool)
    return np.ascontiguousarray(table[np.repeat(plan, np.diff(start))].T)


def _exempt(layout: Layout, way: Ints, monthly: MonthlyRules) -> Ints:
    """(B, P) what of the over bands bears no fee; (0, P) where nothing is exempt."""
    bands = max(len(each.over) for each in monthly.ways)
    found = np.zeros((bands, len(way)), dtype=np.int64)
    positions = layout.positions.run(0, layout.inside)
    positions = replace(positions, unit=layout.traded.unit_number[positions.unit])
    has_any = False
    for number, each in enumerate(monthly.ways):
        for band, over in enumerate(each.over):
            if over.exempt is not None:
                has_any = True
                energy = exempt_energy(over.exempt, positions, monthly)
                here = way[: layout.inside] == number
                found[band, : layout.inside][here] = energy[here]
    return found if has_any else found[:0]


def _groups(layout: Layout, by_period: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Cells that agree in all prices, position by position: those of one rate, and of one period where that counts.

    Parameters
    ----------
    layout : Layout
    by_period : (P,) bool array
        Whether a period has a price of its own for users off the peak-valley tariff, too.

    Returns
    -------
    start : (P + 1,) array
        Where the groups of each position begin.
    group : (N,) array
        Of each cell, among those of its position.
    example : (G,) array
        A cell of each group.
    """
    tariffs, cell_start = layout.traded.tariffs, layout.positions.cell_start
    shape = (*kinds_shape(tariffs), len(layout.traded.pairs.contract))
    kinds = int(np.prod(shape))
    _, is_peak_valley, period = np.unravel_index(np.arange(kinds), shape)
    plain = np.arange(kinds) - np.where(is_peak_valley, 0, period)  # one for all periods
    start = np.zeros(len(by_period) + 1, dtype=np.int64)
    group = np.empty(len(layout.cell_kind), dtype=np.int64)
    examples = [np.empty(0, dtype=np.int64)]
    for positions, cells in _runs(cell_start, max(_MARKS // kinds, 1)):
        count = positions.stop - positions.start
        length = np.diff(cell_start[positions.start : positions.stop + 1])
        of_cell = layout.cell_kind[cells]
        key = np.where(np.repeat(by_period[positions], length), of_cell, plain[of_cell])
        key += np.repeat(np.arange(count) * kinds, length)
        is_there = np.zeros(count * kinds, dtype=bool)
        is_there[key] = True
        found = np.flatnonzero(is_there)
        begin = np.searchsorted(found, np.arange(count + 1) * kinds)
        number = np.empty(len(is_there), dtype=np.int64)
        number[found] = np.arange(len(found))
        of_cell = number[key]
        example = np.empty(len(found), dtype=np.int64)
        example[of_cell] = np.arange(cells.start, cells.stop)  # any cell of the group: they agree
        examples.append(example)
        group[cells] = of_cell - np.repeat(begin[:-1], length)
        start[positions.start + 1 : positions.stop + 1] = start[positions.start] + begin[1:]
    return start, group, np.concatenate(examples)


def _runs(start: Ints, most: int) -> Iterator[tuple[slice, slice]]:
    """Runs of at most so many positions, with the run of their cells."""
    last = len(start) - 1
    for first in range(0, last, most):
        end = min(first + most, last)
        yield slice(first, end), slice(int(start[first]), int(start[end]))
