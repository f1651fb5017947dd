"""Settle positions: hand legs, cells, bands and prices to the kernels (rulebook parts 5 and 6)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from gridsim.core.settlement import arrays as core
from gridsim.settlement.driver import SettledArrays, settle_within_bounds
from gridsim.settlement.outcome import CellOutcome, LegOutcome, Outcome, PositionOutcome
from gridsim.settlement.prices import leg_prices, priced_cells, regime_of
from gridsim.settlement.ranges import over_ranges
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import ContractBook
    from gridsim.settlement.positions import Meter, Positions
    from gridsim.settlement.prices import MonthlyRules
    from gridsim.settlement.tariffs import Tariffs

__all__ = ["bands_of", "settle"]


def settle(
    positions: Positions,
    legs: ContractBook,
    meter: Meter,
    tariffs: Tariffs,
    is_peak_valley: NDArray[np.bool_],
    rules: MonthlyRules,
    *,
    trial: bool,
    threads: int | None = None,
) -> Outcome:
    """Settle all `positions`, by the rules that count or, if `trial`, by the new rules of the first quarter.

    Parameters
    ----------
    positions : Positions
    legs : ContractBook
    meter : Meter
    tariffs : Tariffs
    is_peak_valley : (U,) bool array
        Whether each user is on the peak-valley tariff.
    rules : MonthlyRules
    trial : bool
    threads : int, optional
        How many share the positions out among themselves; the processors that there are if left out. The
        outcome does not depend on it: no position is shared.

    Raises
    ------
    InputOverflowError
        Energies and prices whose products leave int64 (a checked scenario has none).
    KernelError
        A kernel refused inputs that the checks let through: a defect of gridsim.
    """
    regime = regime_of(positions, rules, trial=trial)
    prices = priced_cells(positions, meter, tariffs, is_peak_valley, rules, regime)
    price_of_leg = leg_prices(positions, legs, regime, rules)
    totals, leg_shares, _ = core.allocate(len(positions), len(positions.leg), 0)
    in_band, overrun, adjustment_price = (np.empty(len(positions.cell), dtype=np.int64) for _ in range(3))
    bands = bands_of(positions, regime, rules)
    adjusts_average = None if rules.adjusts_average.all() else rules.adjusts_average[positions.month]

    def settle_range(first: int, last: int) -> None:
        # What cells are settled with is made for these positions alone: of all of them at once it is more memory than
        # anything that is kept.
        of_legs, leg_start = _run(positions.leg_start, first, last)
        of_cells, cell_start = _run(positions.cell_start, first, last)
        at = prices.of(of_cells)
        own_legs = core.Legs(leg_start, legs.energy[positions.leg[of_legs]], price_of_leg[of_legs])
        own_cells = core.Cells(cell_start, meter.energy[positions.cell[of_cells]], at.overrun.reshape(1, -1))
        own_bands = bands._replace(of_position=bands.of_position[first:last])
        own_totals = core.PositionTotals(*(values[first:last] for values in totals))
        own_leg_shares = core.LegShares(*(values[..., of_legs] for values in leg_shares))
        shares = core.CellShares(in_band[of_cells], overrun[of_cells].reshape(1, -1), np.empty_like(at.overrun))
        charge_prices = core.ChargePrices(
            np.stack([at.transmission, at.funds]), at.adjustment_base, at.adjustment_ratio
        )
        charges = core.allocate_charges(len(shares.in_band), len(charge_prices.price))
        into = SettledArrays(own_totals, own_leg_shares, shares, charges)

        def tell(position: int, cell: int | None) -> Sentence:
            return _too_large(first + position, None if cell is None else of_cells.start + cell)

        adjusts = None if adjusts_average is None else adjusts_average[first:last]
        settle_within_bounds(own_legs, own_cells, own_bands, charge_prices, into, tell, adjusts_average=adjusts)
        adjustment_price[of_cells] = charges.adjustment_price

    over_ranges(positions.leg_start, positions.cell_start, settle_range, threads or os.cpu_count() or 1)
    shortfall_price = rules.shortfall_price[positions.month][positions.position_of_leg]
    return Outcome(
        positions=positions,
        regime=regime,
        by_position=PositionOutcome(**{name: getattr(totals, name) for name in PositionOutcome.__dataclass_fields__}),
        by_leg=LegOutcome(
            in_band=leg_shares.in_band,
            price=price_of_leg,
            energy_money=leg_shares.energy_money,
            shortfall=leg_shares.shortfall[0],
            shortfall_price=shortfall_price,
            shortfall_money=leg_shares.shortfall_money,
        ),
        by_cell=CellOutcome(in_band=in_band, overrun=overrun, adjustment_price=adjustment_price, prices=prices),
        trial=trial,
    )


def _run(start: NDArray[np.int64], first: int, last: int) -> tuple[slice, NDArray[np.int64]]:
    """The packed legs or cells of a run of positions, and where those of each begin among them."""
    return slice(int(start[first]), int(start[last])), start[first : last + 1] - start[first]


def bands_of(positions: Positions, regime: NDArray[np.int64], rules: MonthlyRules) -> core.BandTables:
    """A set of bands for each month and regime: one band above, one below; in transition none (part 6).

    Parameters
    ----------
    positions : Positions
    regime : (P,) int64 array
        As `gridsim.settlement.prices.regime_of` gives it.
    rules : MonthlyRules
    """
    modes = rules.transition
    regimes, sets = modes + 1, 12 * (modes + 1)
    over = np.full((12, regimes), core.OPEN_EDGE, dtype=np.int64)
    under = np.full((12, regimes), core.NO_EDGE, dtype=np.int64)
    over[:, :modes] = rules.upper
    under[:, :modes] = rules.lower
    no_fee = np.zeros((sets, 1), dtype=np.int64)
    return core.BandTables(
        of_position=positions.month * regimes + regime,
        over_edge=over.reshape(sets, 1),
        over_fee=no_fee,
        under_edge=under.reshape(sets, 1),
        under_price=np.repeat(rules.shortfall_price, regimes).reshape(sets, 1),
        under_fee=no_fee,
    )


def _too_large(position: int, cell: int | None) -> Sentence:
    if cell is not None:
        return Sentence("cell {number}: its energies and prices have products that leave int64", number=cell + 1)
    return Sentence("position {number}: its energies and prices have products that leave int64", number=position + 1)
