"""Positions settled again in whole columns (rulebook parts 4 to 6), without the kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.contracts.book import ContractBook, delivered_months
from gridsim.contracts.transfers import with_moves
from gridsim.core.settlement.arrays import OPEN_EDGE
from gridsim.settlement.position_prices import mean_prices, sums_by_position
from gridsim.trading.trades import NEW_ENERGY
from gridsim.units import times_ratio

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.core.settlement.arrays import BandTables, Cells, Legs, SettledArrays
    from gridsim.rules import RuleValues
    from gridsim.trading.buyers import Buyers
    from gridsim.trading.sessions import Sessions
    from gridsim.trading.trades import YearTrades
    from gridsim.words import Sentence

    Ints = NDArray[np.int64]

__all__ = ["legs_again", "new_legs_again", "settle_in_columns", "split_groups"]

_SAFE = 2.0**62


def legs_again(trades: YearTrades, buyers: Buyers, rules: RuleValues, year: int, sessions: Sessions) -> ContractBook:
    """The contract legs of trades, as `gridsim.contracts.concluded.concluded` makes them.

    Parameters
    ----------
    trades : YearTrades
    buyers : Buyers
    rules : RuleValues
    year : int
    sessions : Sessions
    """
    return with_moves(new_legs_again(trades, rules, year, sessions), trades, buyers, sessions, split_groups)


def new_legs_again(trades: YearTrades, rules: RuleValues, year: int, sessions: Sessions) -> ContractBook:
    """The contract legs of trades of new energy.

    Parameters
    ----------
    trades, rules, year, sessions
        As for `legs_again`.
    """
    is_new = trades.transfer == NEW_ENERGY
    months = delivered_months(trades.month[is_new], rules, year)
    return ContractBook.of(trades, months, split_groups(trades.energy[is_new], months.weights, months.start), sessions)


def settle_in_columns(
    legs: Legs,
    cells: Cells,
    bands: BandTables,
    prices: None,
    into: SettledArrays,
    tell: Callable[[int, int | None], Sentence],
) -> None:
    """Settle arrays in whole columns, as `gridsim.settlement.driver.settle_within_bounds` does with kernels.

    Parameters
    ----------
    legs, cells, bands, prices, into, tell
        As there; of a checked scenario, so that no product leaves int64.
    """
    contract, metered = sums_by_position(legs.energy, legs.start), sums_by_position(cells.energy, cells.start)
    over_edge, under_edge = bands.over_edge[bands.of_position], bands.under_edge[bands.of_position]
    is_open = over_edge[:, 0] == OPEN_EDGE
    upper = np.where(
        is_open, np.where(contract > 0, metered, 0), times_ratio(contract, np.where(is_open, 0, over_edge[:, 0]))
    )
    in_band = np.minimum(metered, upper)
    totals, leg_shares, cell_shares = into.positions, into.legs, into.cells
    totals.contract[:], totals.metered[:], totals.upper[:], totals.in_band[:] = contract, metered, upper, in_band
    totals.lower[:] = times_ratio(contract, under_edge[:, 0])
    totals.overrun[:], totals.shortfall[:] = metered - in_band, np.maximum(0, totals.lower - metered)
    totals.fee_money[:] = 0

    leg_shares.in_band[:] = filled(in_band, legs)
    leg_shares.energy_money[:] = leg_shares.in_band * legs.price
    totals.energy_money[:] = sums_by_position(leg_shares.energy_money, legs.start)
    totals.average_price[:] = mean_prices(totals.energy_money, in_band).values
    leg_shares.shortfall_money[:] = 0
    left = legs.energy.copy()
    for band in range(under_edge.shape[1]):
        edge = times_ratio(contract, under_edge[:, band])
        below = times_ratio(contract, under_edge[:, band + 1]) if band + 1 < under_edge.shape[1] else 0
        missing = np.maximum(0, edge - np.maximum(metered, below))
        leg_shares.shortfall[band] = taken(missing, legs, left)
        price = bands.under_price[bands.of_position, band]
        leg_shares.shortfall_money[:] += leg_shares.shortfall[band] * np.repeat(price, np.diff(legs.start))
    totals.shortfall_money[:] = sums_by_position(leg_shares.shortfall_money, legs.start)

    cell_shares.in_band[:] = split_groups(in_band, cells.energy, cells.start)
    rest = cells.energy - cell_shares.in_band
    cell_shares.over_money[:] = 0
    for band in range(over_edge.shape[1]):
        is_last = band + 1 == over_edge.shape[1]
        next_edge = np.full(len(contract), OPEN_EDGE) if is_last else over_edge[:, band + 1]
        is_top = next_edge == OPEN_EDGE
        end = np.where(is_top, metered, np.minimum(metered, times_ratio(contract, np.where(is_top, 0, next_edge))))
        above = sums_by_position(rest, cells.start)
        held = np.where(is_top, above, end - (metered - above))
        cell_shares.over[band] = split_groups(held, rest, cells.start)
        rest = rest - cell_shares.over[band]
        cell_shares.over_money[:] += cell_shares.over[band] * cells.over_price[band]
    totals.overrun_money[:] = sums_by_position(cell_shares.over_money, cells.start)


def filled(total: Ints, legs: Legs) -> Ints:
    """What each leg has of the total of its position: in proportion, or one leg after the other.

    Parameters
    ----------
    total : (P,) int64 array
    legs : Legs
    """
    if not len(legs.order):
        return split_groups(total, legs.energy, legs.start)
    return _in_order(total, legs.energy, legs, legs.order)


def taken(missing: Ints, legs: Legs, left: Ints) -> Ints:
    """What each leg lacks: in proportion, or on the last leg first; `left` is what earlier bands left of each."""
    if not len(legs.order):
        return split_groups(missing, legs.energy, legs.start)
    position = np.repeat(np.arange(len(missing)), np.diff(legs.start))
    backwards = legs.order[legs.start[position] + legs.start[position + 1] - 1 - np.arange(len(position))]
    shares = _in_order(missing, left, legs, backwards)
    left[:] = np.maximum(0, left - shares)
    return shares


def _in_order(total: Ints, energy: Ints, legs: Legs, order: Ints) -> Ints:
    """Each leg up to its energy, in the order given; what none holds is split over all legs."""
    in_order = energy[order]
    before = np.concatenate([[0], np.cumsum(in_order)])
    position = np.repeat(np.arange(len(total)), np.diff(legs.start))
    used = before[:-1] - before[legs.start[position]]
    shares = np.empty(len(order), dtype=np.int64)
    shares[order] = np.clip(total[position] - used, 0, in_order)
    rest = total - sums_by_position(shares, legs.start)
    return shares + split_groups(rest, legs.energy, legs.start) if rest.any() else shares


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
