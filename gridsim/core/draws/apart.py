"""What each position adds to the sums of its unit, draw by draw: costs as they are, energies as sums over the draws."""

from __future__ import annotations

from gridsim.core.draws.arrays import (
    ALL_MONEY,
    BUYER_MONEY,
    DEVIATION_MONEY,
    ENERGY,
    FIRST_ITEM,
    MISSING,
    OVER,
    OVERRUN,
    PART,
    SHORTFALL,
    WITH_ANY,
    WITH_HIGH,
    WITH_LOW,
    Ints,
    PositionSums,
    Scratch,
)
from gridsim.core.draws.lanes import add_row
from gridsim.core.jit import njit

__all__ = ["take_position"]

_HALF = 32
_MASK = (1 << _HALF) - 1
_COST, _DEVIATION, _OVER, _MISSING, _BUYER = range(5)  # rows of what stood in the sums before


def _since(
    now: Ints, row: int, before: Ints, kept: int, base: int, money: Ints, of: int, at: int, offset: int, asked: int
) -> None:
    """Write down `base` and what a row has gained in each lane since it was last asked."""
    for lane in range(asked):
        money[of, at, offset + lane] = base + now[row, lane] - before[kept, lane]
        before[kept, lane] = now[row, lane]


_since_jit = njit(_since)


def _count(now: Ints, row: int, before: Ints, kept: int, energy: Ints, of: int, at: int, asked: int) -> None:
    """Add what a row has gained in each lane to its sum in halves, and the lanes that gained anything."""
    any_, high, low = 0, 0, 0
    for lane in range(asked):
        gained = now[row, lane] - before[kept, lane]
        before[kept, lane] = now[row, lane]
        any_ += 1 if gained > 0 else 0
        high += gained >> _HALF
        low += gained & _MASK
    energy[at, of, WITH_ANY] += any_
    energy[at, of, WITH_HIGH] += high
    energy[at, of, WITH_LOW] += low


_count_jit = njit(_count)


def _take_position(
    at: int, items: int, fee_row: int, scratch: Scratch, found: PositionSums, offset: int, asked: int, lanes: int
) -> None:
    """Write down what a position that has just been settled costs, and how far it is off its contract.

    Parameters
    ----------
    at : int64
        Its row in `found`.
    items : int64
        Of the ledger.
    fee_row : int64
        The row of sums that fees go to; that of energy stands for none.
    scratch : Scratch
        ``sums`` with this position and those of its unit before it, ``before`` with these alone, which gets the same.
    found : PositionSums
        Output: the money of these lanes, and energies added to what is there.
    offset : int64
        The column of the first lane.
    asked, lanes : int64
    """
    sums, work, before, base = scratch.sums, scratch.work, scratch.before, found.transferred[at]
    for lane in range(lanes):
        work[PART, lane] = 0
    for item in range(items):
        add_row(work, PART, sums, FIRST_ITEM + item, lanes)
    _since_jit(work, PART, before, _COST, base, found.money, ALL_MONEY, at, offset, asked)
    for lane in range(lanes):
        work[PART, lane] = sums[SHORTFALL, lane] + sums[OVERRUN, lane]
    if fee_row > OVERRUN:
        add_row(work, PART, sums, fee_row, lanes)
    _since_jit(work, PART, before, _DEVIATION, 0, found.money, DEVIATION_MONEY, at, offset, asked)
    if found.money.shape[0] > BUYER_MONEY:
        add_row(work, PART, sums, ENERGY, lanes)
        _since_jit(work, PART, before, _BUYER, base, found.money, BUYER_MONEY, at, offset, asked)
    _count_jit(sums, OVER, before, _OVER, found.energy, 0, at, asked)
    _count_jit(sums, MISSING, before, _MISSING, found.energy, 1, at, asked)


take_position = njit(_take_position)
