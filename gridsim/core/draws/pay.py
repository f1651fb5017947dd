"""What energy costs in all lanes: a fixed price, one that moves with the mean price in band, or a program's."""

from __future__ import annotations

from gridsim.core.draws.arrays import (
    AVERAGE,
    FIXED,
    IN_BAND,
    KIND,
    LACKING,
    LEFT,
    LINEAR,
    MARK_BITS,
    MONEY,
    NO_PRICE,
    PICKED,
    PROGRAM,
    RANK,
    Ints,
    Programs,
    Scratch,
)
from gridsim.core.draws.lanes import (
    HIGH,
    add_adjustment,
    add_product,
    find_thresholds,
    floor_leg,
    rank_row,
    serve_ranked,
    serve_row,
)
from gridsim.core.draws.program import run_program
from gridsim.core.jit import njit

__all__ = ["pay", "pay_legs", "pay_legs_in_order"]

_RANKED = 12  # up to so many remainders are ranked by comparing each with each


def _note_lacking(
    energy: Ints, row: int, there: Ints, is_program: bool, lacking: Ints, item: int, month: int, asked: int
) -> None:
    """Note an item and month if a lane that was asked for has energy whose price isn't there."""
    for lane in range(asked):
        if energy[row, lane] != 0 and not (is_program and there[0, lane] != 0):
            lacking[item, month] = 1


_note_lacking_jit = njit(_note_lacking)


def _pay(
    energy: Ints, row: int, value: int, mark: int, item: int, month: int, programs: Programs, scratch: Scratch,
    lacking: Ints, asked: int, lanes: int,
) -> None:  # fmt: skip
    """Add energy × price to an item.

    Parameters
    ----------
    energy : int64 array
    row : int64
    value, mark : int64
        The price, as `gridsim.core.draws.arrays` has it.
    item : int64
        The row of sums.
    month : int64
    programs : Programs
    scratch : Scratch
        With the mean price in band in its place, if the price rests on it.
    lacking : int64 array, shape (rows of sums, 12)
        Output: 1 where a price that is needed isn't there.
    asked, lanes : int64
        Lanes beyond those that were asked for may lack what they like.
    """
    kind = mark & KIND
    if kind == NO_PRICE:
        return
    if kind == FIXED:
        add_product(scratch.sums, item, energy, row, value, lanes)
    elif kind == LINEAR:
        swing = mark >> MARK_BITS
        add_adjustment(scratch.work[AVERAGE], value, swing, energy, row, scratch.sums, item, lanes)
    elif kind == PROGRAM:
        stack, sums = scratch.stack, scratch.sums
        run_program(mark >> MARK_BITS, programs, scratch.work, stack, scratch.there, lanes)
        for lane in range(lanes):
            sums[item, lane] += energy[row, lane] * stack[0, lane]
        _note_lacking_jit(energy, row, scratch.there, True, lacking, item, month, asked)
    elif kind == LACKING:
        _note_lacking_jit(energy, row, scratch.there, False, lacking, item, month, asked)


pay = njit(_pay)


def _share_over_legs(
    first: int, last: int, contract: int, leg_energy: Ints, leg_price: Ints, total: Ints, work: Ints, rest: Ints,
    search: Ints, lanes: int,
) -> None:  # fmt: skip
    """Add what `total` costs in proportion to the legs; ``work[LEFT]`` holds the same as `total`, and is used up."""
    money, left, rank = work[MONEY], work[LEFT], work[RANK]
    count = last - first
    for i in range(count):
        floor_leg(total, leg_energy[first + i], contract, leg_price[first + i], left, money, rest, i, lanes)
    if count <= _RANKED:
        for i in range(count):
            rank_row(rest, i, count, rank, lanes)
            serve_ranked(rank, left, leg_price[first + i], work, MONEY, lanes)
        return
    for lane in range(lanes):
        search[HIGH, lane] = contract
    find_thresholds(rest, count, left, search, lanes)
    for i in range(count):
        serve_row(rest, i, search, leg_price[first + i], work, MONEY, lanes)


_share_over_legs_jit = njit(_share_over_legs)


def _pay_legs(
    first: int, last: int, contract: int, leg_energy: Ints, leg_price: Ints, work: Ints, rest: Ints, search: Ints,
    lanes: int,
) -> None:  # fmt: skip
    """What the in-band energy of a position costs at the prices of its legs, shared out in proportion."""
    in_band, money, left = work[IN_BAND], work[MONEY], work[LEFT]
    if last - first == 1:
        for lane in range(lanes):
            money[lane] = in_band[lane] * leg_price[first]
        return
    for lane in range(lanes):
        left[lane] = in_band[lane]
        money[lane] = 0
    _share_over_legs_jit(first, last, contract, leg_energy, leg_price, in_band, work, rest, search, lanes)


pay_legs = njit(_pay_legs)


def _pay_legs_in_order(
    first: int, last: int, contract: int, leg_energy: Ints, leg_price: Ints, leg_order: Ints, work: Ints, rest: Ints,
    search: Ints, lanes: int,
) -> None:  # fmt: skip
    """The same with legs filled one after the other; what they don't hold is shared out over all of them."""
    in_band, money, left, beyond = work[IN_BAND], work[MONEY], work[LEFT], work[PICKED]
    for lane in range(lanes):
        left[lane] = in_band[lane]
        money[lane] = 0
    for i in range(first, last):
        leg = leg_order[i]
        held, price = leg_energy[leg], leg_price[leg]
        for lane in range(lanes):
            part = min(held, left[lane])
            left[lane] -= part
            money[lane] += part * price
    is_more = False
    for lane in range(lanes):
        beyond[lane] = left[lane]
        is_more = is_more or left[lane] > 0
    if is_more:
        _share_over_legs_jit(first, last, contract, leg_energy, leg_price, beyond, work, rest, search, lanes)


pay_legs_in_order = njit(_pay_legs_in_order)
