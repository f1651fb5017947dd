"""Units of a point made ready for their draws: arrays for the kernel, with prices and bands laid over a layout."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.batch.layout import Layout, lay_out
from gridsim.batch.market import TradedPoint, starts_of, trade_point
from gridsim.batch.priced import Means, group_prices, is_alike, is_plain, needs_mean, outside_plan, position_prices
from gridsim.batch.programs import ProgramBook
from gridsim.core.draws.arrays import FIRST_ITEM, NO_PRICE, Groups, Plans, Portfolio, PositionPrices, Terms
from gridsim.core.settlement.arrays import OPEN_EDGE
from gridsim.rules.shape import ENERGY, FEE, OVERRUN, SHORTFALL, TAIL_OF_TABLE, TRANSFER
from gridsim.settlement.fees import exempt_energy
from gridsim.settlement.monthly import monthly_rules
from gridsim.settlement.position_prices import bands_of, leg_prices
from gridsim.settlement.prices import kinds_shape
from gridsim.units import times_ratio

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from numpy.typing import NDArray

    from gridsim.batch.drawn_load import LoadModel, LoadTables
    from gridsim.batch.market import Traded
    from gridsim.rules import RuleSet
    from gridsim.rules.schema import Billing
    from gridsim.rules.shape import MarketShape
    from gridsim.scenario import Scenario
    from gridsim.settlement.monthly import MonthlyRules

    Ints = NDArray[np.int64]
    Scale = str | int | float | Decimal

__all__ = ["Packed", "Prepared", "items_of", "items_together", "pack_market", "prepare", "prepare_units"]

_TABLES = ("retail_contracts", "billing")
"""Of those that ask for lines behind all others, those whose lines are in a batch."""
_MARKS = 2**18  # groups that could be: what is looked up in them stays in the cache


def items_of(shape: MarketShape) -> tuple[str, ...]:
    """The items of the ledger that a batch has money of, in its order.

    What sellers settle among themselves, and fees that are returned, stand outside the units of a batch. No draw
    changes the last, and no kernel knows of it.
    """
    fees = [FEE if shape.fees is None else shape.fees.item]
    over = [band.fee for mode in shape.modes for band in mode.over]
    over += [band.fee for regime in shape.regimes for band in regime.over]
    under = [band.fee for mode in shape.modes for band in mode.under]
    under += [band.fee for regime in shape.regimes for band in regime.under]
    has_fee = any(fee is not None for fee in (*over, *under))
    return tuple(dict.fromkeys((ENERGY, SHORTFALL, OVERRUN, *shape.charge_items, *(fees if has_fee else []), TRANSFER)))


def items_together(shapes: Iterable[MarketShape], tables: Container[str] = ()) -> tuple[str, ...]:
    """The items of several markets, those of the first in front; those that tables ask for, and transfers, last."""
    found = dict.fromkeys(item for shape in shapes for item in items_of(shape) if item != TRANSFER)
    return (*found, *_items_of_tables(tables), TRANSFER)


def _items_of_tables(tables: Container[str]) -> tuple[str, ...]:
    """What stands behind the items of a market where these tables have rows."""
    return tuple(item for table in _TABLES if table in tables for item in TAIL_OF_TABLE[table])


class AsRuns(NamedTuple):
    """What draws are settled from, as runs are, where the kernel doesn't know all that is settled."""

    traded: Traded
    rules: MonthlyRules
    billing: Billing
    """Values of the rule set."""


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


@dataclass(frozen=True, eq=False)
class Prepared:
    """Units of a point with trading and contracts done: what is left is to draw and to settle.

    Attributes
    ----------
    unit_ids : (U,) object array
        Ids of settlement units, then of the users outside the market: those who left it have a row of their own
        beside the unit that they were in.
    is_outside : (U,) bool array
    contract_kwh : (U,) int64 array
        The year's contracts, the same in every draw.
    cell_start : (U + 1,) int64 array
        Meter cells by unit, added up.
    packed : Packed
        The kernel's arrays.
    periods : int
        How many the market has.
    classes : int
    load : LoadTables
    transferred : (U,) int64 array
        Money of transfers, the same in every draw [micro-yuan].
    party, party_ids, is_retailer : (U,) array
        Whose the units are, as `gridsim.batch.market.Traded` has it.
    product : (P,) int64 array
        Of each position, among `products`.
    transferred_at : (P,) int64 array
        Money of transfers by position [micro-yuan].
    products : tuple of str
    unit_first : int
        Number of its first unit among all units of the point.
    as_runs : AsRuns or None
        Of a market with retail contracts or bills.
    """

    unit_ids: NDArray[np.object_]
    is_outside: NDArray[np.bool_]
    contract_kwh: Ints
    cell_start: Ints
    packed: Packed
    periods: int
    classes: int
    load: LoadTables
    transferred: Ints
    party: Ints
    party_ids: NDArray[np.object_]
    is_retailer: NDArray[np.bool_]
    product: Ints
    transferred_at: Ints
    products: tuple[str, ...]
    unit_first: int = 0
    as_runs: AsRuns | None = None

    @property
    def market(self) -> Portfolio:
        """Units, positions, legs and cells."""
        return self.packed.market

    @property
    def items(self) -> tuple[str, ...]:
        """The items of the ledger, as the rows of money have them."""
        if self.as_runs is None:
            return self.packed.items
        *items, transfer = self.packed.items
        asked = (self.as_runs.traded.retail, self.as_runs.traded.bills)
        return (*items, *_items_of_tables([name for name, of in zip(_TABLES, asked, strict=True) if of]), transfer)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides the numbers: points that agree in it, in seed and draw, have the same results."""
        digest = hashlib.sha256(self.load.digest.encode())
        digest.update("\0".join(self.unit_ids).encode())
        moved = (self.transferred,) if self.transferred.any() else ()
        digest.update("\0".join(self.items).encode())
        if self.as_runs is not None:
            traded, rules, billing = self.as_runs
            if traded.retail is not None:
                digest.update(traded.retail.digest.encode())
                digest.update(repr(rules.texts("retail.overrun_delivery")).encode())
            if traded.bills is not None:
                digest.update(traded.bills.digest.encode())
                digest.update(repr(billing).encode())
        terms = self.packed.terms
        arrays = (*self.market, *self.packed.groups, *terms.plans, *terms.prices, *terms.programs, terms.fee_row)
        for array in (*arrays, *moved):
            digest.update(np.array(array.shape, dtype="<i8").tobytes() + array.astype("<i8", copy=False).tobytes())
        return digest.hexdigest()

    @property
    def cells(self) -> int:
        """How many meter cells there are."""
        return int(self.cell_start[-1])

    @property
    def work(self) -> Ints:
        """(U + 1,) what a draw of all units before takes: a cell, a leg or half a position each counts as one."""
        position = self.market.position_start
        return self.cell_start + self.market.leg_start[position] + 2 * position

    @property
    def party_start(self) -> Ints:
        """(parties + 1,) where the units of each party begin."""
        return starts_of(self.party)


def prepare(
    scenario: Scenario,
    load: LoadModel,
    *,
    contract_scale: Scale = 1,
    load_scale: Scale = 1,
    price_scale: Scale = 1,
    rules: RuleSet | None = None,
) -> Prepared:
    """Make all units of a point ready: `trade_point` and `prepare_units` in one."""
    point = trade_point(
        scenario, load, contract_scale=contract_scale, load_scale=load_scale, price_scale=price_scale, rules=rules
    )
    return prepare_units(point, 0, len(point.market.unit_ids))


def prepare_units(
    point: TradedPoint, first: int, last: int, layouts: Callable[[Callable[[], Layout]], Layout] | None = None
) -> Prepared:
    """Make units `first` up to, not including, `last` of a point ready for their draws.

    Parameters
    ----------
    point : TradedPoint
    first, last : int
    layouts : callable, optional
        Is given how to lay the units out, and returns the layout of another point that trades alike if it has one.
    """

    def make() -> Layout:
        return lay_out(point.market, first, last, has_period=len(point.load.factors.period) > 0)

    layout = make() if layouts is None else layouts(make)
    packed = pack_market(layout, point.rules, point.year)
    market = packed.market
    total = np.concatenate([[0], np.cumsum(market.contract)]).astype(np.int64)
    return Prepared(
        unit_ids=point.market.unit_ids[first:last],
        is_outside=point.market.is_outside[first:last],
        contract_kwh=total[market.position_start[1:]] - total[market.position_start[:-1]],
        cell_start=market.cell_start[market.position_start],
        packed=packed,
        periods=len(point.rules.shape.periods),
        classes=point.market.classes,
        load=point.load,
        transferred=point.market.transferred[first:last],
        party=point.market.party[first:last],
        party_ids=point.market.party_ids[first:last],
        is_retailer=point.market.is_retailer[first:last],
        product=layout.positions.product,
        transferred_at=point.market.transferred_at[slice(*point.market.position_start[[first, last]])],
        products=tuple(point.rules.shape.product_ids),
        unit_first=first,
        as_runs=_as_runs(point),
    )


def _as_runs(point: TradedPoint) -> AsRuns | None:
    if point.market.retail is None and point.market.bills is None:
        return None
    rules = monthly_rules(point.rules, point.year, point.market.prices)
    return AsRuns(point.market, rules, point.rules.values.billing)
