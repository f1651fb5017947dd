"""Draws of markets with retail contracts (rulebook part 14), settled as a run settles.

What a user pays by contract rests on the cost of its unit, on its nomination and on what deviation cost its retailer
over the month: no kernel of draws knows of that. So each draw of such a market goes through the code of a run, after
trading, which makes it slower and the integers the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gridsim.core.draws.arrays import ALL_MONEY, BUYER_MONEY, DEVIATION_MONEY, WITH_ANY, WITH_HIGH, WITH_LOW
from gridsim.retail.lines import retail_lines
from gridsim.rules.shape import ENERGY, FEE, OVERRUN, SHORTFALL, TAIL_ITEMS, WITHIN_UNITS
from gridsim.settlement.driver import settle_within_bounds
from gridsim.settlement.prices import price_tables
from gridsim.settlement.settle import settle
from gridsim.settlement.unitless import settle_unitless

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from numpy.typing import NDArray

    from gridsim.batch.market import Traded
    from gridsim.core.draws.arrays import PositionSums
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.outcome import Outcome, UnitlessOutcome
    from gridsim.settlement.positions import Positions

    Ints = NDArray[np.int64]

__all__ = ["DrawnSums", "retail_items", "settle_draws_of_retail"]

_TABLE = "retail_contracts"


def retail_items(tables: Container[str]) -> tuple[str, ...]:
    """The items that a batch over a scenario with these tables has beside those of its market."""
    return WITHIN_UNITS if _TABLE in tables else ()


@dataclass(frozen=True, eq=False)
class DrawnSums:
    """Sums of some units over some draws, exact.

    Attributes
    ----------
    items : (draws, items) int64 array
        [micro-yuan]
    cost : (units, draws) int64 array
        What the unit and its users pay in all, without transfers [micro-yuan].
    metered, overrun, shortfall : (units, draws) int64 array
        [kWh]
    """

    items: Ints
    cost: Ints
    metered: Ints
    overrun: Ints
    shortfall: Ints


def settle_draws_of_retail(
    traded: Traded,
    rules: MonthlyRules,
    items: tuple[str, ...],
    units: slice,
    draws: range,
    drawn: Callable[[int], Ints],
    positions: PositionSums | None = None,
) -> DrawnSums:
    """Settle some units of a traded market in some draws.

    Parameters
    ----------
    traded : Traded
        With retail contracts.
    rules : MonthlyRules
    items : tuple of str
        Of the columns of money.
    units : slice
        Among those of `traded`.
    draws : range
    drawn : callable
        Of a draw, the energy of each row of the meter table [kWh].
    positions : PositionSums, optional
        Of all positions of these units; what each draw makes of them is added.
    """
    found = _Block(traded, rules, items, units, positions)
    sums = DrawnSums(
        np.zeros((len(draws), len(items)), dtype=np.int64),
        *(np.zeros((units.stop - units.start, len(draws)), dtype=np.int64) for _ in range(4)),
    )
    for number, draw in enumerate(draws):
        found.add(drawn(draw), number, sums)
    return sums


def _add_energies(sums: Ints, energy: Ints) -> None:
    """Add a draw's energy of the first positions to their sums over draws [kWh]."""
    first = sums[: len(energy)]
    first[:, WITH_ANY] += energy > 0
    first[:, WITH_HIGH] += energy >> 32
    first[:, WITH_LOW] += energy & 0xFFFFFFFF


class _Block:
    """Units of a traded market, settled draw by draw."""

    def __init__(
        self,
        traded: Traded,
        rules: MonthlyRules,
        items: tuple[str, ...],
        units: slice,
        of_positions: PositionSums | None,
    ) -> None:
        self._traded, self._rules, self._item = traded, rules, {name: place for place, name in enumerate(items)}
        self._first, self._tables = units.start, price_tables(rules, traded.tariffs, traded.pairs)
        inside = units.start + int(np.count_nonzero(~traded.is_outside[units]))
        start = traded.position_start
        positions = traded.positions.run(int(start[units.start]), int(start[inside]))
        self._unit = positions.unit - units.start
        self._of_positions = of_positions
        self._positions: Positions = replace(positions, unit=traded.unit_number[positions.unit])
        self._order = self._positions.in_order(traded.leg_rank)
        self._outside, self._place = self._of_outside(inside, units.stop)
        fees = rules.shape.fees
        self._fee = FEE if fees is None else fees.item
        self._deviating = (SHORTFALL, OVERRUN, self._fee)

    def _of_outside(self, first: int, last: int) -> tuple[UnitlessOutcome, Ints]:
        """Users outside the market: their cells, and the unit of each among those of the block, -1 for others."""
        traded = self._traded
        outcome = settle_unitless(traded.meter, traded.tariffs, traded.is_peak_valley, traded.is_priority, self._rules)
        place_of_user = np.full(len(traded.is_priority), -1, dtype=np.int64)
        place_of_user[traded.unit_number[first:last]] = np.arange(first, last) - self._first
        place = place_of_user[traded.meter.user[outcome.cell]]
        start, month = traded.position_start, traded.positions.month
        position_of = np.full((last - self._first, 12), -1, dtype=np.int64)
        every = np.arange(int(start[first]), int(start[last]))
        position_of[traded.positions.unit[every] - self._first, month[every]] = every - int(start[self._first])
        self._position_of_cell = position_of[place, traded.meter.month[outcome.cell]]  # of other blocks': any
        return outcome, place

    def add(self, energy: Ints, number: int, sums: DrawnSums) -> None:
        """Settle a draw, and write it down as that number."""
        if len(self._positions):
            self._add_inside(energy, number, sums)
        is_ours = self._place >= 0
        of_cell = energy[self._outside.cell]
        np.add.at(sums.metered[:, number], self._place[is_ours], of_cell[is_ours])
        for charge in self._outside.charges:
            place = self._place[charge.row]
            money = (of_cell[charge.row] * charge.price)[place >= 0]
            np.add.at(sums.cost[:, number], place[place >= 0], money)
            sums.items[number, self._item[charge.item]] += money.sum()
            if self._of_positions is not None:
                of_cells = self._of_positions.money[ALL_MONEY, :, number]
                np.add.at(of_cells, self._position_of_cell[charge.row][place >= 0], money)

    def _add_inside(self, energy: Ints, number: int, sums: DrawnSums) -> None:
        traded, positions, retail = self._traded, self._positions, self._traded.retail
        assert retail is not None  # else the kernel settles
        meter = replace(traded.meter, energy=energy)
        outcome = settle(
            positions,
            traded.legs,
            meter,
            self._tables,
            traded.is_peak_valley,
            self._rules,
            trial=False,
            settler=settle_within_bounds,
            order_of_legs=self._order,
            threads=1,
            own_prices=retail.prices.of_cells,
        )
        by_position = outcome.by_position
        for name in ("metered", "overrun", "shortfall"):
            np.add.at(getattr(sums, name)[:, number], self._unit, getattr(by_position, name))
        for item, money in self._money(outcome, energy):
            np.add.at(sums.cost[:, number], self._unit, money)
            sums.items[number, self._item[item]] += money.sum()
            if self._of_positions is not None:
                self._of_positions.money[ALL_MONEY, : len(money), number] += money
                if item in self._deviating:
                    self._of_positions.money[DEVIATION_MONEY, : len(money), number] += money
                if item in (ENERGY, *self._deviating):
                    self._of_positions.money[BUYER_MONEY:, : len(money), number] += money
        if self._of_positions is not None:
            for place, energies in enumerate((by_position.overrun, by_position.shortfall)):
                _add_energies(self._of_positions.energy[:, place], energies)
        lines = retail_lines(retail.book, retail.prices, outcome, meter, retail.names, self._rules)
        for place, item in enumerate(TAIL_ITEMS):
            if item in self._item:
                sums.items[number, self._item[item]] += lines.amount[lines.item == place].sum()

    def _money(self, outcome: Outcome, energy: Ints) -> list[tuple[str, Ints]]:
        """The money of each item, by position."""
        positions, by_position, by_cell = outcome.positions, outcome.by_position, outcome.by_cell
        found = [
            (ENERGY, by_position.energy_money),
            (SHORTFALL, by_position.shortfall_money),
            (OVERRUN, by_position.overrun_money),
        ]
        every, metered = slice(None), energy[positions.cell]
        for number, item in enumerate(outcome.ways.items):
            money = np.zeros(len(positions), dtype=np.int64)
            of_cell = by_cell.energy_of_charge(number, every, metered) * by_cell.price_of_charge(number, every)
            np.add.at(money, positions.position_of_cell, of_cell)
            found.append((item, money))
        found += [(self._fee, fee.energy * fee.price) for fee in outcome.fees]
        return found
