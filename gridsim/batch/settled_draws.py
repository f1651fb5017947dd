"""Positions of a traded market, settled draw by draw by the code of a run.

What rests on more than a unit's own sums, such as bills and retail contracts, no kernel of draws knows of: such draws
go through settlement itself, after trading, which makes them slower and the integers the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.io.table_sets import MadeTables
from gridsim.result import Result
from gridsim.settlement.band_table import position_bands_table
from gridsim.settlement.driver import settle_within_bounds
from gridsim.settlement.prices import pairs_of, price_tables
from gridsim.settlement.settle import settle
from gridsim.settlement.tables import cell_settlement_table, positions_table
from gridsim.settlement.unitless import settle_unitless

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.market import Traded
    from gridsim.rules import RuleSet
    from gridsim.settlement.meter import Meter
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.names import PartyNames
    from gridsim.settlement.outcome import Outcome, UnitlessOutcome
    from gridsim.settlement.positions import Positions
    from gridsim.settlement.settle import OwnPrices

    Ints = NDArray[np.int64]

__all__ = ["SettledDraw", "SettledDraws", "result_of"]


class SettledDraw(NamedTuple):
    """A draw of some positions, settled."""

    meter: Meter
    outcome: Outcome
    unitless: UnitlessOutcome


class SettledDraws:
    """Settles positions in one draw after the other.

    Parameters
    ----------
    traded : Traded
    rules : MonthlyRules
    positions : Positions
        Of settlement units, which are counted as in the whole market, with their cells among the rows of `meter`.
    meter : Meter
        Of all users outside the market in it, each cell is settled.
    own_prices : callable, optional
        As `gridsim.settlement.settle.settle` takes it.
    """

    def __init__(
        self,
        traded: Traded,
        rules: MonthlyRules,
        positions: Positions,
        meter: Meter,
        own_prices: OwnPrices | None = None,
    ) -> None:
        self._traded, self._rules, self._meter, self._own_prices = traded, rules, meter, own_prices
        self.positions = replace(positions, unit=traded.unit_number[positions.unit])
        self._order = self.positions.in_order(traded.leg_rank)
        self._tables = price_tables(rules, traded.tariffs, pairs_of(meter, traded.periods))
        self.unitless = settle_unitless(meter, traded.tariffs, traded.is_peak_valley, traded.is_priority, rules)

    @classmethod
    def of_some(cls, traded: Traded, rules: MonthlyRules, rows: Ints) -> tuple[SettledDraws, Meter]:
        """Of some positions alone, and the meter of their cells; some may be of users outside the market.

        Parameters
        ----------
        traded : Traded
        rules : MonthlyRules
        rows : int64 array
            Ascending, among the positions of `traded`.
        """
        inside = rows[~traded.is_outside[traded.positions.unit[rows]]]
        cells = np.sort(traded.positions.take(rows).cell)
        meter, positions = traded.meter.take(cells), traded.positions.take(inside)
        positions = replace(positions, cell=np.searchsorted(cells, positions.cell))
        own_prices = None if traded.retail is None else traded.retail.prices.of_cells
        return cls(traded, rules, positions, meter, own_prices), meter

    def of(self, energy: Ints) -> SettledDraw:
        """A draw, by the energy of each row of the meter [kWh]."""
        traded, meter = self._traded, replace(self._meter, energy=energy)
        outcome = settle(
            self.positions,
            traded.legs,
            meter,
            self._tables,
            traded.is_peak_valley,
            self._rules,
            trial=False,
            settler=settle_within_bounds,
            order_of_legs=self._order,
            threads=1,
            own_prices=self._own_prices,
        )
        return SettledDraw(meter, outcome, replace(self.unitless, energy=energy[self.unitless.cell]))


def result_of(
    draw: SettledDraw, names: PartyNames, inputs: MadeTables, rules: RuleSet, seed: int | None = None
) -> Result:
    """What positions, bands and cells of a draw are, as a result holds them.

    Parameters
    ----------
    draw : SettledDraw
    names : PartyNames
    inputs : mapping of str to Arrow table
    rules : RuleSet
    seed : int, optional
        Of the scenario.
    """
    outcomes = [draw.outcome]
    tables = {
        "positions": positions_table(outcomes, names),
        "position_bands": position_bands_table(outcomes, names),
        "cell_settlement": cell_settlement_table(outcomes, draw.unitless, draw.meter, names),
    }
    return Result(MadeTables(tables), inputs, {"scenario": {"seed": seed}}, rules)
