"""Units of a point made ready for their draws: arrays for the kernel, with prices and bands laid over a layout."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gridsim.analysis.cover.terms import adjustment_of
from gridsim.batch.market import Layout, TradedPoint, lay_out, trade_point
from gridsim.columns import ITEMS
from gridsim.core.draws.arrays import FIXED_ADJUSTMENT, Groups, Portfolio
from gridsim.core.settlement.arrays import NO_ADJUSTMENT, OPEN_EDGE
from gridsim.settlement.monthly import monthly_rules
from gridsim.settlement.position_prices import bands_of, leg_prices, under_prices
from gridsim.settlement.positions import Meter
from gridsim.settlement.prices import kinds_shape, pairs_of, priced_cells
from gridsim.settlement.unitless import settle_unitless
from gridsim.units import times_ratio

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridsim.batch.drawn_load import LoadModel, LoadTables
    from gridsim.rules import RuleSet
    from gridsim.scenario import Scenario
    from gridsim.settlement.monthly import MonthlyRules

    Ints = NDArray[np.int64]
    Scale = str | int | float | Decimal

__all__ = ["Prepared", "pack_market", "prepare", "prepare_units"]

_CHARGE = ITEMS.index("transmission")
_FALLBACK, _CATALOGUE = ITEMS.index("fallback"), ITEMS.index("catalogue")
# The kernel's rows of money are the ledger's items in their order; no draw changes the last, and no kernel knows of it.
assert (
    *("energy", "shortfall", "overrun", "transmission", "tou_adjustment", "funds", "fallback", "catalogue"),
    "transfer",
) == ITEMS

_MARKS = 2**18  # groups that could be: what is looked up in them stays in the cache


def pack_market(layout: Layout, rules: RuleSet, year: int) -> tuple[Portfolio, Groups]:
    """Lay a rule set's prices and bands over what is to be settled.

    Parameters
    ----------
    layout : Layout
        Of rules that agree with `rules` in all that trading and layout read.
    rules : RuleSet
    year : int
    """
    monthly = monthly_rules(rules, year)
    positions, traded, contract = layout.positions, layout.traded, layout.contract
    is_inside = np.arange(len(positions)) < layout.inside
    way = monthly.ways.of(positions, trial=False)
    # Outside the market each period has its price.
    by_period = ~is_inside | np.array([each.stands_for_all is None for each in monthly.ways])[way]
    start, cell_group, example = _groups(layout, by_period)
    inside_groups = int(start[layout.inside])
    prices = [
        np.concatenate(pair)
        for pair in zip(
            _prices_inside(layout, way, start[: layout.inside + 1], example[:inside_groups], monthly),
            _prices_outside(layout, example[inside_groups:], monthly),
            strict=True,
        )
    ]
    user = traded.unit_number[positions.unit[layout.inside :]]
    charge_item = np.full(len(positions), _CHARGE, dtype=np.int64)
    charge_item[layout.inside :] = np.where(traded.is_priority[user], _CATALOGUE, _FALLBACK)

    bands = bands_of(monthly, positions.month, way)
    over, under = (table[bands.of_position, 0] for table in (bands.over_edge, bands.under_edge))
    (shortfall_price,) = (price.values for price in under_prices(monthly, positions.month, way, 1))
    is_open = (over == OPEN_EDGE) | ~is_inside
    all_in_band = np.where(is_inside & (contract == 0), 0, OPEN_EDGE)
    market = Portfolio(
        user_start=layout.user_start,
        user=layout.user,
        user_class=layout.user_class,
        position_start=layout.position_start,
        month=positions.month,
        contract=contract,
        upper=np.where(is_open, all_in_band, times_ratio(contract, np.where(is_open, 0, over))),
        lower=np.where(is_inside, times_ratio(contract, under), 0),
        shortfall_price=np.where(is_inside, shortfall_price, 0),
        charge_item=charge_item,
        leg_start=positions.leg_start,
        leg_energy=layout.leg_energy,
        leg_price=leg_prices(positions, traded.legs, way, monthly),
        cell_start=positions.cell_start,
        cell_energy=layout.cell_energy,
        cell_factor=layout.cell_factor,
        cell_group=cell_group,
    )
    return market, Groups(start, *prices)


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
    shape = (*kinds_shape(tariffs), layout.traded.periods)
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


def _prices_inside(
    layout: Layout, way: Ints, start: Ints, example: Ints, rules: MonthlyRules
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Overrun, charge, funds, adjustment's base and ratio of each group of settlement units."""
    traded, inside = layout.traded, layout.positions.run(0, layout.inside)
    one_each = replace(inside, cell=inside.cell[example], cell_start=start)
    pairs = pairs_of(traded.meter, traded.periods)
    found = priced_cells(
        one_each, traded.meter, pairs, traded.tariffs, traded.is_peak_valley, rules, way[: layout.inside]
    )
    place = found.place.astype(np.intp)
    charges = dict(zip(rules.ways.items, found.charges, strict=True))
    base, ratio, rests_on_average = adjustment_of(charges["tou_adjustment"], place)
    has_adjustment = charges["tou_adjustment"].applies.take(place)
    ratio = np.where(rests_on_average, ratio, np.where(has_adjustment, FIXED_ADJUSTMENT, NO_ADJUSTMENT))
    transmission, funds = (charges[item].values.take(place) for item in ("transmission", "funds"))
    return found.over[0].values.take(place), transmission, funds, base, ratio


def _prices_outside(layout: Layout, example: Ints, rules: MonthlyRules) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """The same outside the market: all in band, the price of a kWh as its charge."""
    traded, row = layout.traded, layout.positions.cell[example]
    meter = Meter(**{name: values[row] for name, values in vars(traded.meter).items()})
    found = settle_unitless(meter, traded.tariffs, traded.is_peak_valley, traded.is_priority, rules)
    none = np.zeros(len(row), dtype=np.int64)
    price, funds = np.zeros(len(row), dtype=np.int64), np.zeros(len(row), dtype=np.int64)
    for charge in found.charges:
        (funds if charge.item == "funds" else price)[charge.row] = charge.price
    return none, price, funds, none, np.full(len(row), NO_ADJUSTMENT, dtype=np.int64)


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
    market, groups : Portfolio, Groups
        The kernel's arrays.
    classes : int
    load : LoadTables
    transferred : (U,) int64 array
        Money of transfers, the same in every draw [micro-yuan].
    unit_first : int
        Number of its first unit among all units of the point.
    """

    unit_ids: NDArray[np.object_]
    is_outside: NDArray[np.bool_]
    contract_kwh: Ints
    cell_start: Ints
    market: Portfolio
    groups: Groups
    classes: int
    load: LoadTables
    transferred: Ints
    unit_first: int = 0

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides the numbers: points that agree in it, in seed and draw, have the same results."""
        digest = hashlib.sha256(self.load.digest.encode())
        digest.update("\0".join(self.unit_ids).encode())
        moved = (self.transferred,) if self.transferred.any() else ()
        for array in (*self.market, *self.groups, *moved):
            digest.update(np.array(len(array), dtype="<i8").tobytes() + array.astype("<i8", copy=False).tobytes())
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
    market, groups = pack_market(layout, point.rules, point.year)
    total = np.concatenate([[0], np.cumsum(market.contract)]).astype(np.int64)
    return Prepared(
        unit_ids=point.market.unit_ids[first:last],
        is_outside=point.market.is_outside[first:last],
        contract_kwh=total[market.position_start[1:]] - total[market.position_start[:-1]],
        cell_start=market.cell_start[market.position_start],
        market=market,
        groups=groups,
        classes=point.market.classes,
        load=point.load,
        transferred=point.market.transferred[first:last],
        unit_first=first,
    )
