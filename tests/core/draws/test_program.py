"""Programs of prices: what an expression is worth in each lane, against the same expression asked of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gridsim.batch.programs import ProgramBook
from gridsim.core.draws import program as compiled
from gridsim.core.draws.arrays import AVERAGE, DEEPEST, IN_BAND, MARK_BITS, PROGRAM, WORK_ROWS
from gridsim.errors import InputOverflowError
from gridsim.rules.expression import Expression
from gridsim.settlement.figures import Figure, Where, figure

MEAN = Expression("in_band_mean")
IN_BAND_KWH = np.array([10, 0, 7, 1, 3, 0])
MEANS = np.array([400_000, 0, -35, 1, 10**9, 0])


def price(value: int) -> Expression:
    return Expression("number", arguments=(value,))


def ratio(value: int) -> Expression:
    return Expression("number", arguments=(value,), is_ratio=True)


def absent(value: int) -> Expression:
    return Expression("market", arguments=(str(value),))


class Places(Where):
    """One place; a price of the market is never there."""

    def __init__(self, mean: Figure | None = None) -> None:
        self._mean = mean

    def market(self, column: str) -> Figure:
        return Figure(np.array([int(column)]), np.zeros(1, dtype=bool))

    def of_position(self, word: str, arguments: tuple[str, ...]) -> Figure:
        assert self._mean is not None
        return self._mean


def less(*parts: Expression) -> Expression:
    return Expression("less", parts, is_ratio=parts[0].is_ratio)


def steps(of: Expression, *, is_absent_named: bool) -> Expression:
    parts = (of, ratio(9_000), Expression("product", (ratio(9_500), ratio(10_100)), is_ratio=True), ratio(10_000))
    return Expression("steps", (*parts, *([ratio(12_345)] if is_absent_named else [])), (0, 500), is_ratio=True)


EXPRESSIONS = {
    "mean": MEAN,
    "sum": Expression("sum", (MEAN, price(7), MEAN)),
    "difference": less(price(7), MEAN),
    "product": Expression("product", (Expression("sum", (MEAN, price(13))), less(ratio(15_700), ratio(10_000)))),
    "two ratios": Expression("product", (ratio(3_333), MEAN, ratio(12_500))),
    "first": Expression("first", (MEAN, price(9))),
    "first that is there": Expression("first", (absent(3), MEAN, price(9))),
    "least": Expression("least", (MEAN, price(500), absent(-9))),
    "greatest": Expression("greatest", (absent(10**9), MEAN, price(0))),
    "steps": Expression("product", (steps(MEAN, is_absent_named=True), price(1_000_000))),
    "steps without a figure": Expression("product", (steps(MEAN, is_absent_named=False), MEAN)),
    "nested": Expression("least", (Expression("sum", (MEAN, Expression("first", (MEAN, price(1))))), price(10**6))),
}


@pytest.mark.parametrize("prefix", ["", "_"], ids=["compiled", "plain"])
@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_a_program_is_the_expression_in_each_lane(prefix: str, expression: Expression) -> None:
    book = ProgramBook((-(10**9), 10**9))
    book.marked(price(1), Places(), 1, always_there=False)  # programs and constants of others stand before
    _, marks = book.marked(expression, Places(), 2, always_there=False)
    run: Any = getattr(compiled, f"{prefix}run_program")
    work = np.zeros((WORK_ROWS, len(MEANS)), dtype=np.int64)
    work[AVERAGE], work[IN_BAND] = MEANS, IN_BAND_KWH
    expected = figure(expression, Places(Figure(MEANS, IN_BAND_KWH > 0)))
    is_there = np.broadcast_to(True if expected.is_there is None else expected.is_there, len(MEANS))
    for mark in marks:
        assert mark & ((1 << MARK_BITS) - 1) == PROGRAM
        stack, there = (np.full((DEEPEST, len(MEANS)), -5, dtype=np.int64) for _ in range(2))
        run(int(mark) >> MARK_BITS, book.programs(), work, stack, there, len(MEANS))
        assert (there[0] != 0).tolist() == is_there.tolist()
        assert stack[0][is_there].tolist() == np.broadcast_to(expected.values, len(MEANS))[is_there].tolist()


def test_a_product_that_could_leave_int64_is_told_before_any_draw() -> None:
    book = ProgramBook((0, 10**12))
    with pytest.raises(InputOverflowError, match="leave int64"):
        book.marked(Expression("product", (MEAN, ratio(10**8))), Places(), 1, always_there=False)
