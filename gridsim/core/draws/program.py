"""Prices that rest on what a draw costs, computed for all lanes at once: a list of operations on a stack of rows.

A price expression (rulebook part 9) of which a part rests on the mean price of the energy in band differs from draw to
draw. What of it doesn't rest there is a constant of the group of cells or of the position. Each operation works on
whole rows, so what it costs to find out which operation is next is spread over all lanes. Beside each row of numbers
stands one that says where the number is there at all; the rules for both are those of `gridsim.settlement.figures`.
"""

from __future__ import annotations

from gridsim.core.draws.arrays import AVERAGE, IN_BAND, Ints, Programs
from gridsim.core.jit import njit

__all__ = [
    "ADD",
    "CONSTANT",
    "END_OR_ABSENT",
    "END_STEPS",
    "FIRST",
    "GREATEST",
    "LEAST",
    "LESS",
    "MEAN",
    "ROUND",
    "SCALE",
    "STEP",
    "TIMES",
    "run_program",
]

MEAN, CONSTANT, SCALE, TIMES, ADD, LESS, FIRST, LEAST, GREATEST, ROUND, STEP, END_STEPS, END_OR_ABSENT = range(13)
"""The operations. `STEP` finds, upward on the stack, the figure, what holds so far, and what holds below its argument;
the two that end steps find the figure, what holds and, the last of them, what holds without the figure."""


def _put_row(values: Ints, row: int, value: int, lanes: int) -> None:
    for lane in range(lanes):
        values[row, lane] = value


_put_row_jit = njit(_put_row)


def _choose_rows(code: int, stack: Ints, there: Ints, top: int, lanes: int) -> None:
    """The first, least or greatest of the two uppermost figures, of those that are there."""
    for lane in range(lanes):
        one, other = stack[top - 1, lane], stack[top, lane]
        is_better = (code == LEAST and other < one) or (code == GREATEST and other > one)
        is_other = (is_better or there[top - 1, lane] == 0) and there[top, lane] != 0
        stack[top - 1, lane] = other if is_other else one
        there[top - 1, lane] |= there[top, lane]


_choose_rows_jit = njit(_choose_rows)


def _round_row(stack: Ints, top: int, divisor: int, lanes: int) -> None:
    """Divide, and round half away from zero."""
    half = divisor // 2
    for lane in range(lanes):
        value = stack[top, lane]
        magnitude = (abs(value) + half) // divisor
        stack[top, lane] = -magnitude if value < 0 else magnitude


_round_row_jit = njit(_round_row)


def _combine_rows(code: int, stack: Ints, there: Ints, top: int, lanes: int) -> None:
    """The product, sum or difference of the two uppermost figures, there where both are."""
    if code == TIMES:
        for lane in range(lanes):
            stack[top - 1, lane] *= stack[top, lane]
    elif code == ADD:
        for lane in range(lanes):
            stack[top - 1, lane] += stack[top, lane]
    else:
        for lane in range(lanes):
            stack[top - 1, lane] -= stack[top, lane]
    for lane in range(lanes):
        there[top - 1, lane] &= there[top, lane]


_combine_rows_jit = njit(_combine_rows)


def _run_program(pointer: int, programs: Programs, work: Ints, stack: Ints, there: Ints, lanes: int) -> None:
    """Compute a price; it stands in row 0 of `stack`, and where it is there in row 0 of `there`.

    Parameters
    ----------
    pointer : int64
        Where the block of constants begins.
    programs : Programs
    work : int64 array
        The position's figures: its energy in band and the mean price of it.
    stack, there : int64 array, shape (DEEPEST, ≥ lanes)
    lanes : int64
    """
    number = programs.constant[pointer]
    top = -1
    for place in range(programs.start[number], programs.start[number + 1]):
        code, argument = programs.code[place], programs.argument[place]
        if code == MEAN:
            top += 1
            for lane in range(lanes):
                stack[top, lane] = work[AVERAGE, lane]
                there[top, lane] = 1 if work[IN_BAND, lane] > 0 else 0
        elif code == CONSTANT:
            top += 1
            _put_row_jit(stack, top, programs.constant[pointer + argument], lanes)
            _put_row_jit(there, top, programs.is_there[pointer + argument], lanes)
        elif code == SCALE:
            for lane in range(lanes):
                stack[top, lane] *= argument
        elif code == ROUND:
            _round_row_jit(stack, top, argument, lanes)
        elif code == STEP:
            for lane in range(lanes):
                is_below = stack[top - 2, lane] < argument
                stack[top - 1, lane] = stack[top, lane] if is_below else stack[top - 1, lane]
            top -= 1
        elif code == END_STEPS:
            for lane in range(lanes):
                stack[top - 1, lane] = stack[top, lane]
            top -= 1
        elif code == END_OR_ABSENT:
            for lane in range(lanes):
                is_there = there[top - 2, lane] != 0
                stack[top - 2, lane] = stack[top - 1, lane] if is_there else stack[top, lane]
                there[top - 2, lane] = 1
            top -= 2
        elif code in (FIRST, LEAST, GREATEST):
            _choose_rows_jit(code, stack, there, top, lanes)
            top -= 1
        else:
            _combine_rows_jit(code, stack, there, top, lanes)
            top -= 1


run_program = njit(_run_program)
