"""Positions settled again in whole columns (rulebook parts 4 to 6), without the kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.contracts.book import ContractBook, delivered_months
from gridsim.contracts.transfers import with_moves
from gridsim.settlement.outcome import CellOutcome, LegOutcome, Outcome, PositionOutcome
from gridsim.settlement.prices import (
    leg_prices,
    priced_cells,
    regime_of,
    sums_by_position,
)
from gridsim.trading.deals import NEW_ENERGY
from gridsim.units import RATIO_ONE, times_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules import RuleValues
    from gridsim.settlement.positions import Meter, Positions
    from gridsim.settlement.prices import MonthlyRules
    from gridsim.settlement.tariffs import Tariffs
    from gridsim.trading.deals import Deals

    Ints = NDArray[np.int64]

__all__ = ["legs_again", "new_legs_again", "settle_again", "split_groups"]

_SAFE = 2.0**62


def legs_again(deals: Deals, rules: RuleValues, year: int) -> ContractBook:
    """The contract legs of trades, as `gridsim.contracts.concluded.concluded` makes them.

    Parameters
    ----------
    deals : Deals
    rules : RuleValues
    year : int
    """
    return with_moves(new_legs_again(deals, rules, year), deals, split_groups)


def new_legs_again(deals: Deals, rules: RuleValues, year: int) -> ContractBook:
    """The contract legs of trades of new energy.

    Parameters
    ----------
    deals, rules, year
        As for `legs_again`.
    """
    is_new = deals.transfer == NEW_ENERGY
    months = delivered_months(deals.month[is_new], rules, year)
    return ContractBook.of(deals, months, split_groups(deals.energy[is_new], months.weights, months.start))


def settle_again(
    positions: Positions,
    legs: ContractBook,
    meter: Meter,
    tariffs: Tariffs,
    is_peak_valley: NDArray[np.bool_],
    rules: MonthlyRules,
    *,
    trial: bool,
) -> Outcome:
    """The outcome of `gridsim.settlement.settle.settle`.

    Parameters
    ----------
    positions, legs, meter, tariffs, is_peak_valley, rules, trial
        As there; of a checked scenario, so that no product leaves int64.
    """
    regime = regime_of(positions, rules, trial=trial)
    prices = priced_cells(positions, meter, tariffs, is_peak_valley, rules, regime)
    leg_price, leg_energy = leg_prices(positions, legs, regime, rules), legs.energy[positions.leg]
    cell_energy = meter.energy[positions.cell]

    contract = sums_by_position(leg_energy, positions.leg_start)
    metered = sums_by_position(cell_energy, positions.cell_start)
    is_open = regime == rules.transition
    mode = np.where(is_open, 0, regime)
    upper = np.where(
        is_open, np.where(contract > 0, metered, 0), times_ratio(contract, rules.upper[positions.month, mode])
    )
    lower = np.where(is_open, 0, times_ratio(contract, rules.lower[positions.month, mode]))
    in_band = np.minimum(metered, upper)
    shortfall = np.maximum(0, lower - metered)

    leg_in_band = split_groups(in_band, leg_energy, positions.leg_start)
    leg_shortfall = split_groups(shortfall, leg_energy, positions.leg_start)
    shortfall_price = rules.shortfall_price[positions.month][positions.position_of_leg]
    energy_money = sums_by_position(leg_in_band * leg_price, positions.leg_start)
    average = _mean(energy_money, in_band)

    cell_in_band = split_groups(in_band, cell_energy, positions.cell_start)
    overrun = cell_energy - cell_in_band
    at = prices.of(slice(None))
    adjusted = (average * rules.adjusts_average[positions.month])[positions.position_of_cell]
    adjustment = times_ratio(adjusted + at.adjustment_base, at.adjustment_ratio - RATIO_ONE)
    return Outcome(
        positions=positions,
        regime=regime,
        by_position=PositionOutcome(
            contract=contract,
            metered=metered,
            upper=upper,
            lower=lower,
            in_band=in_band,
            overrun=metered - in_band,
            shortfall=shortfall,
            energy_money=energy_money,
            average_price=average,
            overrun_money=sums_by_position(overrun * at.overrun, positions.cell_start),
            shortfall_money=sums_by_position(leg_shortfall * shortfall_price, positions.leg_start),
        ),
        by_leg=LegOutcome(
            in_band=leg_in_band,
            price=leg_price,
            energy_money=leg_in_band * leg_price,
            shortfall=leg_shortfall,
            shortfall_price=shortfall_price,
            shortfall_money=leg_shortfall * shortfall_price,
        ),
        by_cell=CellOutcome(in_band=cell_in_band, overrun=overrun, adjustment_price=adjustment, prices=prices),
        trial=trial,
    )


def split_groups(total: Ints, weight: Ints, start: Ints) -> Ints:
    """Split each total over its weights by largest remainder (rulebook part 4).

    Parameters
    ----------
    total : (n,) int64 array
        Not negative.
    weight : (m,) int64 array
        Not negative; those of total i are ``start[i]`` up to ``start[i + 1]``.
    start : (n + 1,) int64 array

    Returns
    -------
    (m,) int64 array
        Where all weights of a total are zero, zeros.
    """
    group = np.repeat(np.arange(len(total)), np.diff(start))
    whole = sums_by_position(weight, start)
    share = np.where(total[group] == whole[group], weight, 0)
    others = np.flatnonzero((total[group] != whole[group]) & (whole[group] > 0))
    if not len(others):
        return share
    of = group[others]
    totals, weights, wholes = total[of], weight[others], whole[of]
    if float(totals.max()) * float(weights.max()) >= _SAFE:  # no energy that people trade, but a checked one
        totals, weights, wholes = (values.astype(object) for values in (totals, weights, wholes))
    floor, rest = np.divmod(totals * weights, wholes)
    share[others] = floor.astype(np.int64)
    left = total - sums_by_position(share, start)
    order = np.lexsort((-rest.astype(np.int64), of))  # of equal remainders the earlier first
    place = np.arange(len(others)) - np.searchsorted(of, of[order])
    share[others[order[place < left[of[order]]]]] += 1
    return share


def _mean(money: Ints, energy: Ints) -> Ints:
    """Money per kWh, rounded half away from zero; 0 without energy."""
    divisor = np.where(energy > 0, energy, 1)
    whole, rest = np.divmod(np.abs(money), divisor)
    magnitude = whole + (rest >= divisor - rest)
    mean: Ints = np.where(energy > 0, np.where(money < 0, -magnitude, magnitude), 0)
    return mean
