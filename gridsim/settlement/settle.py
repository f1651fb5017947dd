"""Settle positions: hand legs, cells, bands and prices to the kernels (rulebook parts 5 and 6)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from gridsim.core import positions as core
from gridsim.core.bounds import check_charges, check_positions
from gridsim.core.charge import charge_cells
from gridsim.core.settle import settle_positions
from gridsim.core.split import scratch_size
from gridsim.core.status import OK, OVERFLOW
from gridsim.errors import InputOverflowError, KernelError
from gridsim.settlement.outcome import CellOutcome, LegOutcome, Outcome, PositionOutcome
from gridsim.settlement.prices import TRANSITION, cell_prices, leg_prices, regime_of
from gridsim.settlement.ranges import over_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.contracts.book import Legs
    from gridsim.settlement.positions import Meter, Positions
    from gridsim.settlement.prices import MonthlyRules
    from gridsim.settlement.tariffs import Tariffs

__all__ = ["settle"]


def settle(
    positions: Positions,
    legs: Legs,
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
    legs : Legs
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
    prices = cell_prices(positions, meter, tariffs, is_peak_valley, rules, regime)
    packed_legs = core.Legs(positions.leg_start, legs.energy[positions.leg], leg_prices(positions, legs, regime))
    metered = meter.energy[positions.cell]
    cells = core.Cells(positions.cell_start, metered, prices.overrun.reshape(1, -1))

    totals, leg_shares, cell_shares = core.allocate(len(positions), len(positions.leg), len(positions.cell))
    longest = max(_longest(positions.leg_start), _longest(positions.cell_start))
    bands = _bands(positions, regime, rules)
    charge_prices = core.ChargePrices(
        price=np.stack([prices.transmission, prices.funds]),
        adjustment_base=prices.transmission_base,
        adjustment_ratio=prices.coefficient,
    )
    charges = core.allocate_charges(len(positions.cell), len(charge_prices.price))

    def settle_range(first: int, last: int) -> None:
        # Kernels wrap without a word, so what they multiply is bounded here, whatever the scenario checks let through.
        _expect_ok(*check_positions(first, last, packed_legs, cells, bands), "position")
        scratch = np.empty(scratch_size(longest), dtype=np.int64)
        done = settle_positions(first, last, packed_legs, cells, bands, totals, leg_shares, cell_shares, scratch)
        _expect_ok(done, first, "position")
        average, in_band = totals.average_price, cell_shares.in_band
        _expect_ok(*check_charges(first, last, cells.start, average, in_band, charge_prices), "cell")
        _expect_ok(charge_cells(first, last, cells.start, average, in_band, charge_prices, charges), first, "position")

    over_ranges(positions.leg_start, positions.cell_start, settle_range, threads or os.cpu_count() or 1)
    shortfall_price = rules.shortfall_price[positions.month][positions.position_of_leg]
    return Outcome(
        positions=positions,
        regime=regime,
        by_position=PositionOutcome(**{name: getattr(totals, name) for name in PositionOutcome.__dataclass_fields__}),
        by_leg=LegOutcome(
            in_band=leg_shares.in_band,
            price=packed_legs.price,
            energy_money=leg_shares.energy_money,
            shortfall=leg_shares.shortfall[0],
            shortfall_price=shortfall_price,
            shortfall_money=leg_shares.shortfall_money,
        ),
        by_cell=CellOutcome(
            metered=metered,
            in_band=cell_shares.in_band,
            overrun=cell_shares.over[0],
            overrun_price=prices.overrun,
            overrun_money=cell_shares.over_money,
            transmission_price=prices.transmission,
            transmission_money=charges.money[0],
            has_adjustment=prices.has_adjustment,
            adjustment_price=charges.adjustment_price,
            adjustment_money=charges.adjustment_money,
            funds_price=prices.funds,
            funds_money=charges.money[1],
        ),
        trial=trial,
    )


def _bands(positions: Positions, regime: NDArray[np.int64], rules: MonthlyRules) -> core.BandTables:
    """A set of bands for each month and regime: one band above, one below; in transition none (part 6)."""
    over = np.full((12, 3), core.OPEN_EDGE, dtype=np.int64)
    under = np.full((12, 3), core.NO_EDGE, dtype=np.int64)
    over[:, :TRANSITION] = rules.upper
    under[:, :TRANSITION] = rules.lower
    no_fee = np.zeros((36, 1), dtype=np.int64)
    return core.BandTables(
        of_position=positions.month * 3 + regime,
        over_edge=over.reshape(36, 1),
        over_fee=no_fee,
        under_edge=under.reshape(36, 1),
        under_price=np.repeat(rules.shortfall_price, 3).reshape(36, 1),
        under_fee=no_fee,
    )


def _longest(start: NDArray[np.int64]) -> int:
    return int(np.diff(start).max(initial=0))


def _expect_ok(status: int, number: int, what: str) -> None:
    if status == OVERFLOW:
        raise InputOverflowError(f"{what} {number + 1}: its energies and prices have products that leave int64")
    if status != OK:
        raise KernelError(f"{what} {number + 1}: a settlement kernel refused checked inputs with status {status}")
