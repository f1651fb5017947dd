"""What each cell is settled at: price expressions as few prices for many cells (rulebook parts 5, 6 and 9).

What a kWh costs depends on the user's rate, on whether it is on the peak-valley tariff, on the month, on the way its
position settles and on the period: few combinations, a table. Only a price that rests on its position, such as on the
mean price of its in-band energy, is computed cell by cell, from what of it stands in the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.rules.expression import Expression
from gridsim.settlement.cell_price import CellPrice, Resting
from gridsim.settlement.figures import Figure, Where, figure
from gridsim.settlement.monthly import MONTHS, MonthlyRules
from gridsim.settlement.parted import cuts
from gridsim.units import RATIO_ONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.settlement.meter import Meter
    from gridsim.settlement.positions import Positions
    from gridsim.settlement.tariffs import Tariffs
    from gridsim.settlement.ways import Way

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = [
    "Pairs",
    "PriceTables",
    "PricedCells",
    "kinds_shape",
    "pairs_of",
    "price_tables",
    "priced_cells",
    "state_kinds",
]


class Pairs(NamedTuple):
    """Which contract period meets which tariff period: the same one, but for units with periods of their own.

    Attributes
    ----------
    contract, tariff : (Q,) int64 array
    of_cell : (N,) integer array
        By row of the meter table.
    """

    contract: Ints
    tariff: Ints
    of_cell: NDArray[np.integer]


def pairs_of(meter: Meter, periods: int) -> Pairs:
    """The pairs of periods of a meter table.

    Parameters
    ----------
    meter : Meter
    periods : int
    """
    if meter.tariff_period is meter.period:
        every = np.arange(periods)
        return Pairs(every, every, meter.period)
    code, of_cell = np.unique(meter.period.astype(np.int64) * periods + meter.tariff_period, return_inverse=True)
    return Pairs(code // periods, code % periods, of_cell)


@dataclass(frozen=True, eq=False)
class PricedCells:
    """Packed cells with their prices: few prices for many cells, so each is told its place among them.

    Attributes
    ----------
    place : (N,) int32 array
        Of each packed cell in the table.
    over : tuple of CellPrice
        By over band.
    charges : tuple of CellPrice
        By item of `MarketShape.charge_items` that a mode has.
    """

    place: NDArray[np.int32]
    over: tuple[CellPrice, ...]
    charges: tuple[CellPrice, ...]


class PriceTables(NamedTuple):
    """Prices of every combination of rate, tariff, month, way and pair of periods; one for all that settle by it.

    Attributes
    ----------
    tariffs : Tariffs
    pairs : Pairs
    over, charges : tuple of CellPrice
        As `PricedCells` has them.
    """

    tariffs: Tariffs
    pairs: Pairs
    over: tuple[CellPrice, ...]
    charges: tuple[CellPrice, ...]


def price_tables(rules: MonthlyRules, tariffs: Tariffs, pairs: Pairs) -> PriceTables:
    """What a kWh costs, inside and outside the band, whoever takes it.

    Parameters
    ----------
    rules : MonthlyRules
    tariffs : Tariffs
    pairs : Pairs
    """
    table = _Table(rules, tariffs, pairs)
    bands = max(len(each.over) for each in rules.ways)
    over = tuple(table.prices(partial(_over, b), pairs.contract) for b in range(bands))
    charges = tuple(table.prices(partial(_charge, item), pairs.tariff) for item in rules.ways.items)
    return PriceTables(tariffs, pairs, over, charges)


def priced_cells(
    positions: Positions, meter: Meter, tables: PriceTables, is_peak_valley: Flags, rules: MonthlyRules, way: Ints
) -> PricedCells:
    """What a kWh of each packed cell costs, inside and outside the band.

    Parameters
    ----------
    positions : Positions
    meter : Meter
    tables : PriceTables
    is_peak_valley : (S,) bool array
        Whether each state of a user is on the peak-valley tariff.
    rules : MonthlyRules
    way : (P,) int64 array
        As `gridsim.settlement.ways.Ways.of` gives it.
    """
    pairs = tables.pairs
    of_state = state_kinds(tables.tariffs, is_peak_valley) * (MONTHS * len(rules.ways) * len(pairs.contract))
    of_position = (positions.month * len(rules.ways) + way) * len(pairs.contract)
    start = positions.cell_start
    place = np.empty(len(positions.cell), dtype=np.int32)
    for first, last in pairwise(cuts(start).tolist()):
        cells = slice(int(start[first]), int(start[last]))
        row = positions.cell[cells]
        of_cells = of_state[meter.state[row]]
        of_cells += pairs.of_cell[row]
        of_cells += np.repeat(of_position[first:last], np.diff(start[first : last + 1]))
        place[cells] = of_cells
    return PricedCells(place, tables.over, tables.charges)


class _Picked(NamedTuple):
    expression: Expression
    payee: str
    only_on_tariff: bool = False
    on_metered: bool = False


def _over(number: int, way: Way) -> _Picked | None:
    return _Picked(way.over[number].price, way.over[number].payee) if number < len(way.over) else None


def _charge(item: str, way: Way) -> _Picked | None:
    charge = way.charge(item)
    if charge is None:
        return None
    return _Picked(charge.price, charge.payee, charge.only_on_tariff, charge.base == "metered")


def kinds_shape(tariffs: Tariffs) -> tuple[int, int]:
    """How many kinds of users there could be: by rate, and by whether they are on the peak-valley tariff."""
    return tariffs.rates, 2


def state_kinds(tariffs: Tariffs, is_peak_valley: Flags) -> Ints:
    """What the prices of a user's cells depend on beside position and period: its place in an array of `kinds_shape`.

    Parameters
    ----------
    tariffs : Tariffs
    is_peak_valley : (S,) bool array
        Whether each state of a user is on the peak-valley tariff.

    Returns
    -------
    (S,) int64 array
    """
    rates, flags = kinds_shape(tariffs)
    return tariffs.rate_of_state % rates * flags + is_peak_valley  # the last rate is that of users without one, -1


@dataclass(frozen=True, eq=False)
class TariffPlaces(Where):
    """Rates, users on and off the peak-valley tariff, months and periods: what expressions of cells are asked of.

    All are arrays that are broadcast against each other.
    """

    rules: MonthlyRules
    tariffs: Tariffs
    rate: Ints
    is_peak_valley: Flags
    month: Ints
    period: Ints
    stands_for_all: int | None

    def value(self, path: str) -> Ints:
        return self.rules.value(path)[self.month]

    def tariff(self, item: str, mapping: tuple[tuple[str, object], ...] | None) -> Ints:
        prices = self.tariffs.of[item]
        if prices.ndim == 2:
            return prices[self.rate, self.month]
        period = self.period
        if mapping is not None:
            period = _mapped(self.rules, mapping)[self.month, period]
        if self.stands_for_all is not None:
            period = np.where(self.is_peak_valley, period, self.stands_for_all)
        return prices[self.rate, self.month, period]

    def market(self, column: str) -> Figure:
        return self._of_month(self.rules.prices.market[column])

    def mean(self, kinds: tuple[str, ...]) -> Figure:
        return self._of_month(self.rules.prices.mean(kinds))

    def transfers(self) -> Figure:
        return self._of_month(self.rules.prices.transfers)

    def coefficient(self) -> Ints:
        """None touches a user for whom one period stands for all."""
        found = self.rules.coefficients()[self.month, self.period]
        return found if self.stands_for_all is None else np.where(self.is_peak_valley, found, RATIO_ONE)

    def of_position(self, word: str, arguments: tuple[str, ...]) -> Figure:
        """Users without a unit have no position, so nothing of it is there."""
        return Figure(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=bool))

    def _of_month(self, price: Figure) -> Figure:
        is_there = None if price.is_there is None or price.is_there.all() else price.is_there[self.month]
        return Figure(price.values[self.month], is_there)


def _mapped(rules: MonthlyRules, mapping: tuple[tuple[str, object], ...]) -> Ints:
    """(12, periods) the period whose price is asked for in each period."""
    periods = rules.shape.periods
    found = np.tile(np.arange(len(periods)), (MONTHS, 1))
    for period, to in mapping:
        names = rules.texts(to.arguments[0]) if isinstance(to, Expression) else (to,) * MONTHS
        found[:, periods.index(period)] = [periods.index(str(name)) for name in names]
    return found


class _Table:
    """Prices of every combination of rate, tariff, month, way and pair of periods."""

    def __init__(self, rules: MonthlyRules, tariffs: Tariffs, pairs: Pairs) -> None:
        self._rules, self._tariffs = rules, tariffs
        self.shape = (*kinds_shape(tariffs), MONTHS, len(rules.ways), len(pairs.contract))

    def prices(self, pick: Callable[[Way], _Picked | None], period: Ints) -> CellPrice:
        """The price that `pick` names for each way."""
        values, is_there = np.zeros(self.shape, dtype=np.int64), np.ones(self.shape, dtype=bool)
        applies, on_metered = np.zeros(self.shape, dtype=bool), np.zeros(self.shape, dtype=bool)
        account = np.zeros(self.shape, dtype=np.int8)
        resting: dict[Expression, tuple[Flags, dict[Expression, Figure]]] = {}
        for number, way in enumerate(self._rules.ways):
            picked = pick(way)
            if picked is None:
                continue
            applies[:, int(picked.only_on_tariff) :, :, number] = True
            on_metered[:, :, :, number] = picked.on_metered
            account[:, :, :, number] = self._rules.shape.accounts.index(picked.payee)
            where = self._places(way, period)
            for form, is_then in self._rules.by_month(picked.expression):
                at = (slice(None), slice(None), is_then, number)
                if not form.rests_on_position:
                    values[at], is_there[at] = self._spread(figure(form, where), is_then)
                    continue
                is_here, columns = resting.setdefault(form, (np.zeros(self.shape, dtype=bool), {}))
                is_here[at] = True
                for part in _parts_apart(form):
                    found = figure(part, where)
                    column = columns.setdefault(
                        part,
                        Figure(np.zeros(self.shape, dtype=np.int64), np.ones(self.shape, dtype=bool), found.decimals),
                    )
                    assert column.is_there is not None  # made just now, or with the same
                    column.values[at], column.is_there[at] = self._spread(found, is_then)
        return CellPrice(
            values.ravel(),
            applies.ravel(),
            None if is_there.all() else is_there.ravel(),
            account.ravel(),
            on_metered.ravel() if on_metered.any() else None,
            tuple(
                Resting(form, is_here.ravel(), {part: _flat(column) for part, column in columns.items()})
                for form, (is_here, columns) in resting.items()
            ),
        )

    def _places(self, way: Way, period: Ints) -> TariffPlaces:
        rates, flags = kinds_shape(self._tariffs)
        rate, flag, month, pair = np.ogrid[:rates, :flags, :MONTHS, : len(period)]
        return TariffPlaces(self._rules, self._tariffs, rate, flag == 1, month, period[pair], way.stands_for_all)

    def _spread(self, found: Figure, is_then: Flags) -> tuple[Ints, Flags]:
        """A figure of all combinations in some months, and where it is there."""
        rates, flags, months, _, pairs = self.shape
        shape = (rates, flags, months, pairs)
        is_there = np.ones(1, dtype=bool) if found.is_there is None else found.is_there
        return np.broadcast_to(found.values, shape)[:, :, is_then], np.broadcast_to(is_there, shape)[:, :, is_then]


def _flat(column: Figure) -> Figure:
    assert column.is_there is not None  # made with one
    is_there = None if column.is_there.all() else column.is_there.ravel()
    return Figure(column.values.ravel(), is_there, column.decimals)


def _parts_apart(expression: Expression) -> list[Expression]:
    """What of an expression doesn't rest on the position: its largest such parts."""
    if not expression.rests_on_position:
        return [expression]
    return [found for part in expression.parts for found in _parts_apart(part)]
