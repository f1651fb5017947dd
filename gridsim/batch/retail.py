"""Draws of markets with retail contracts (rulebook part 14), settled as a run settles.

What a user pays by contract rests on the cost of its unit, on its nomination and on what deviation cost its retailer
over the month: no kernel of draws knows of that. So each draw of such a market goes through the code of a run, after
trading, which makes it slower and the integers the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridsim.batch.ending import go_on
from gridsim.batch.settled_draws import SettledDraws
from gridsim.core.draws.arrays import ALL_MONEY, BUYER_MONEY, DEVIATION_MONEY, WITH_ANY, WITH_HIGH, WITH_LOW
from gridsim.retail.lines import retail_lines
from gridsim.rules.shape import ENERGY, FEE, OVERRUN, SHORTFALL, TAIL_ITEMS, WITHIN_UNITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.batch.bills import DrawnBills
    from gridsim.batch.margins import DrawnMargins
    from gridsim.batch.market import Traded
    from gridsim.batch.settled_draws import SettledDraw
    from gridsim.core.draws.arrays import PositionSums
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.outcome import Outcome

    Ints = NDArray[np.int64]

__all__ = ["DrawnSums", "settle_draws_of_retail"]


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
    bills: DrawnBills | None = None,
    margins: DrawnMargins | None = None,
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
        Output: of all positions of these units.
    bills : DrawnBills, optional
        Of users of these units.
    margins : DrawnMargins, optional
        Output: of retailers of these units.
    """
    if positions is not None:
        positions.money[...] = 0
        positions.money[ALL_MONEY:] = positions.transferred[:, None]  # what a buyer pays, too
    found = _Block(traded, rules, items, units, positions, bills, margins)
    sums = DrawnSums(
        np.zeros((len(draws), len(items)), dtype=np.int64),
        *(np.zeros((units.stop - units.start, len(draws)), dtype=np.int64) for _ in range(4)),
    )
    for number, draw in enumerate(draws):
        go_on()
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
        bills: DrawnBills | None,
        margins: DrawnMargins | None,
    ) -> None:
        self._traded, self._rules, self._item = traded, rules, {name: place for place, name in enumerate(items)}
        self._first, self._bills, self._margins = units.start, bills, margins
        inside = units.start + int(np.count_nonzero(~traded.is_outside[units]))
        start = traded.position_start
        positions = traded.positions.run(int(start[units.start]), int(start[inside]))
        self._unit = positions.unit - units.start
        self._of_positions = of_positions
        assert traded.retail is not None  # else the kernel settles
        self._retail = traded.retail
        self._draws = SettledDraws(traded, rules, positions, traded.meter, self._retail.prices.of_cells)
        self._outside = self._draws.unitless
        self._place = self._of_outside(inside, units.stop)
        fees = rules.shape.fees
        self._fee = FEE if fees is None else fees.item
        self._deviating = (SHORTFALL, OVERRUN, self._fee)

    def _of_outside(self, first: int, last: int) -> Ints:
        """Cells of users outside the market: the unit of each among those of the block, -1 for others."""
        traded, outcome = self._traded, self._outside
        place_of_user = np.full(len(traded.is_priority), -1, dtype=np.int64)
        place_of_user[traded.unit_number[first:last]] = np.arange(first, last) - self._first
        place = place_of_user[traded.meter.user[outcome.cell]]
        start, month = traded.position_start, traded.positions.month
        position_of = np.full((last - self._first, 12), -1, dtype=np.int64)
        every = np.arange(int(start[first]), int(start[last]))
        position_of[traded.positions.unit[every] - self._first, month[every]] = every - int(start[self._first])
        self._position_of_cell = position_of[place, traded.meter.month[outcome.cell]]  # of other blocks': any
        return place

    def add(self, energy: Ints, number: int, sums: DrawnSums) -> None:
        """Settle a draw, and write it down as that number."""
        draw = self._draws.of(energy)
        self._add_inside(draw, number, sums)
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

    def _add_inside(self, draw: SettledDraw, number: int, sums: DrawnSums) -> None:
        outcome, retail = draw.outcome, self._retail
        by_position = outcome.by_position
        for name in ("metered", "overrun", "shortfall"):
            np.add.at(getattr(sums, name)[:, number], self._unit, getattr(by_position, name))
        for item, money in self._money(outcome, draw.meter.energy):
            np.add.at(sums.cost[:, number], self._unit, money)
            sums.items[number, self._item[item]] += money.sum()
            if self._margins is not None and item in (ENERGY, *self._deviating):
                self._margins.pay(number, outcome.positions, money)
            if self._of_positions is not None:
                self._of_positions.money[ALL_MONEY, : len(money), number] += money
                if item in self._deviating:
                    self._of_positions.money[DEVIATION_MONEY, : len(money), number] += money
                if item in (ENERGY, *self._deviating):
                    self._of_positions.money[BUYER_MONEY:, : len(money), number] += money
        if self._of_positions is not None:
            for place, energies in enumerate((by_position.overrun, by_position.shortfall)):
                _add_energies(self._of_positions.energy[:, place], energies)
        lines = retail_lines(retail.book, retail.prices, outcome, draw.meter, retail.names, self._rules)
        for item in WITHIN_UNITS:
            sums.items[number, self._item[item]] += lines.amount[lines.item == TAIL_ITEMS.index(item)].sum()
        if self._margins is not None:
            self._margins.close(number, draw, lines)
        if self._bills is not None:
            money = self._bills.of(draw, lines)
            sums.cost[:, number] += money.sum(axis=1)
            for place, item in enumerate(self._bills.items):
                sums.items[number, self._item[item]] += money[:, place].sum()

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
