"""Draw, settle, reduce: many draws of a year's meters through settlement in one pass, keeping sums alone.

Units are outermost, draws inside, months within. A unit's edges, prices and legs stay in the cache while its draws go
by, side by side in lanes (`gridsim.core.draws.lanes`), and nothing of draws × users is ever stored. How a position is
settled in lanes: `gridsim.core.draws.position`.

Users outside the market come as units of their own: a position without legs, all of whose energy is in band, with
charges of their own.
"""

from __future__ import annotations

from gridsim.core.draws.apart import take_position
from gridsim.core.draws.arrays import (
    FIRST_ITEM,
    METERED,
    MISSING,
    OVER,
    Groups,
    Ints,
    Portfolio,
    PositionSums,
    Scratch,
    Terms,
    UnitSums,
)
from gridsim.core.draws.draw import TERM, CommonDraws, FactorTables, draw_factors
from gridsim.core.draws.lanes import clear_rows
from gridsim.core.draws.position import settle_position
from gridsim.core.jit import njit

__all__ = ["settle_draws"]


def _settle_draws(
    first_unit: int, last_unit: int, first: int, last: int, key_low: int, key_high: int, lanes: int, market: Portfolio,
    groups: Groups, terms: Terms, tables: FactorTables, shared: CommonDraws, periods: int, scratch: Scratch,
    items: Ints, units: UnitSums, positions: PositionSums, lacking: Ints,
) -> None:  # fmt: skip
    """Draw and settle units ``first_unit`` up to, not including, ``last_unit`` in draws ``first`` up to ``last``.

    Parameters
    ----------
    first_unit, last_unit : int64
    first, last : int64
        ``last + lanes`` is at most 2³².
    key_low, key_high : int64
        The seed, 32 bits each.
    lanes : int64
        How many draws go side by side; the results do not depend on it.
    market, groups, terms : Portfolio, Groups, Terms
        Such that no energy × factor, no money of a draw and no product leaves int64 at the largest factors that the
        tables hold, and no position holds more than 10¹⁵ kWh; nothing is checked here.
    tables : FactorTables
    shared : CommonDraws
        From draw `first` on, with columns up to a multiple of `lanes`.
    periods : int64
        How many the market has.
    scratch : Scratch
        Overwritten.
    items : int64 array, shape (items of the ledger, last − first)
        Output: the money of all these units by item [micro-yuan]; added to what is there.
    units : UnitSums
        Output, its row 0 for `first_unit`.
    positions : PositionSums
        Output, its row 0 for the first position of `first_unit`; without rows: not asked for.
    lacking : int64 array, shape (FIRST_ITEM + items, 12)
        Output: 1 where an item's price isn't there in a month in which it is needed.
    """
    sums = scratch.sums
    is_by_position = len(positions.energy) > 0
    first_position = market.position_start[first_unit]
    for unit in range(first_unit, last_unit):
        first_user = market.user_start[unit]
        last_user = market.user_start[unit + 1]
        end = market.position_start[unit + 1]
        row = unit - first_unit
        for draw in range(first, last, lanes):
            offset = draw - first
            asked = min(lanes, last - draw)
            clear_rows(sums, len(sums), lanes)
            clear_rows(scratch.before, len(scratch.before), lanes)
            p = market.position_start[unit]
            while p < end:
                term = market.month[p] // TERM
                draw_factors(
                    key_low, key_high, draw, term, market.user, first_user, last_user, market.user_class,
                    tables, shared, offset, periods, scratch.factor, scratch.draw, lanes,
                )  # fmt: skip
                while p < end and market.month[p] // TERM == term:
                    settle_position(p, market, groups, terms, scratch, lacking, asked, lanes)
                    if is_by_position:
                        take_position(
                            p - first_position, len(items), terms.fee_row[0], scratch, positions, offset, asked, lanes
                        )
                    p += 1
            # Lanes beyond the last draw were settled too; nobody asked for them.
            for lane in range(asked):
                cost = 0
                for item in range(len(items)):
                    items[item, offset + lane] += sums[FIRST_ITEM + item, lane]
                    cost += sums[FIRST_ITEM + item, lane]
                units.cost[row, offset + lane] = cost
                units.metered[row, offset + lane] = sums[METERED, lane]
                units.overrun[row, offset + lane] = sums[OVER, lane]
                units.shortfall[row, offset + lane] = sums[MISSING, lane]


settle_draws = njit(_settle_draws)
