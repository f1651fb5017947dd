"""What a price expression is worth: arrays of prices or ratios, and where they are there at all (rulebook part 9).

An expression is asked of many places at once, such as all rates, months and periods; `Where` says what stands there. A
word that is added is a function here with an entry in `FIGURES`, and one that reads it (`gridsim.rules.expression`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridsim.core.settlement.arrays import LIMIT
from gridsim.errors import InputOverflowError
from gridsim.extensions import needed
from gridsim.settlement.extended_prices import computed
from gridsim.units import RATIO_DECIMALS
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.expression import Expression

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

__all__ = ["FIGURES", "Figure", "Where", "figure", "half_away_from_zero", "larger_than_int64", "largest"]


class Figure(NamedTuple):
    """Prices [micro-yuan/kWh] or ratios, of as many places as were asked for."""

    values: Ints
    is_there: Flags | None = None
    """Where it is there; None: everywhere. A value that is not there is any number."""
    decimals: int = 0
    """Of a ratio: 4, or more after products, which round prices alone."""


class Where:
    """What expressions are asked of. Each word that stands there has its answer; the rule set's checks see to it."""

    def known(self, expression: Expression) -> Figure | None:
        """What was computed before."""
        return None

    def value(self, path: str) -> Ints:
        """A value of the rule set."""
        raise AssertionError(path)

    def tariff(self, item: str, mapping: tuple[tuple[str, object], ...] | None) -> Ints:
        """A price of the table of tariffs, of the place's user and period; `mapping` tells of another period."""
        raise AssertionError(f"{item} is asked of cells")

    def market(self, column: str) -> Figure:
        """A price of the month."""
        raise AssertionError(column)

    def mean(self, kinds: tuple[str, ...]) -> Figure:
        """The mean price of a month's trades in sessions of these kinds."""
        raise AssertionError(kinds)

    def transfers(self) -> Figure:
        """The mean price of a month's transfers of sellers."""
        raise AssertionError("transfers")

    def coefficient(self) -> Ints:
        """The coefficient of the period."""
        raise AssertionError("a coefficient is asked of cells")

    def of_position(self, word: str, arguments: tuple[str, ...]) -> Figure:
        """A mean price of a position or of a unit's month."""
        raise AssertionError(f"{word} is asked of positions")


def figure(expression: Expression, where: Where) -> Figure:
    """What an expression is worth.

    Parameters
    ----------
    expression : Expression
    where : Where

    Returns
    -------
    Figure
        Of the places of `where`; a figure that is the same in all of them may be shorter.

    Raises
    ------
    InputOverflowError
        A product leaves int64.
    """
    found = where.known(expression)
    return FIGURES.get(expression.word, _of_extension)(expression, where) if found is None else found


def half_away_from_zero(values: Ints, denominator: int) -> Ints:
    """Divide, and round half away from zero (rulebook part 1)."""
    half = denominator // 2
    is_even = 1 - denominator % 2  # of an odd one nothing lies half way
    rounded: Ints = (values + half - (values < 0) * is_even) // denominator  # towards minus infinity: fewer passes
    return rounded


def larger_than_int64(one: Ints, other: Ints) -> bool:
    """Whether a product of two arrays could leave int64."""
    return largest(one) * largest(other) > int(LIMIT)


def largest(values: Ints) -> int:
    """The largest magnitude; 0 of none."""
    return max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0))))


def _both(one: Flags | None, other: Flags | None) -> Flags | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _number(expression: Expression, where: Where) -> Figure:
    values = np.array(expression.arguments[0], dtype=np.int64)
    return Figure(values, None, RATIO_DECIMALS if expression.is_ratio else 0)


def _value(expression: Expression, where: Where) -> Figure:
    return Figure(where.value(expression.arguments[0]), None, RATIO_DECIMALS if expression.is_ratio else 0)


def _tariff(expression: Expression, where: Where) -> Figure:
    return Figure(where.tariff(*expression.arguments))


def _market(expression: Expression, where: Where) -> Figure:
    return where.market(expression.arguments[0])


def _mean(expression: Expression, where: Where) -> Figure:
    return where.mean(expression.arguments)


def _transfers(expression: Expression, where: Where) -> Figure:
    return where.transfers()


def _coefficient(expression: Expression, where: Where) -> Figure:
    return Figure(where.coefficient(), None, RATIO_DECIMALS)


def _of_position(expression: Expression, where: Where) -> Figure:
    return where.of_position(expression.word, expression.arguments)


def _steps(expression: Expression, where: Where) -> Figure:
    """By a figure of the month: the first step that lies above it; exactly at an edge is not below it."""
    edges = expression.arguments
    of, *below = (figure(part, where) for part in expression.parts[: len(edges) + 1])
    otherwise, *absent = (figure(part, where) for part in expression.parts[len(edges) + 1 :])
    steps = _alike([*below, otherwise, *absent])
    found = steps[len(edges)].values
    for edge, step in zip(reversed(edges), reversed(steps[: len(edges)]), strict=True):
        found = np.where(of.values < edge, step.values, found)
    if of.is_there is None or not absent:
        return Figure(found, of.is_there, steps[0].decimals)
    return Figure(np.where(of.is_there, found, steps[-1].values), None, steps[0].decimals)


def _product(expression: Expression, where: Where) -> Figure:
    """A price is rounded once, after the product; a ratio never."""
    parts = [figure(part, where) for part in expression.parts]
    values, is_there, decimals = parts[0]
    for part in parts[1:]:
        if larger_than_int64(values, part.values):
            raise InputOverflowError(Sentence("the rules have prices and ratios with products that leave int64"))
        values = values * part.values
        is_there, decimals = _both(is_there, part.is_there), decimals + part.decimals
    if expression.is_ratio:
        return Figure(values, is_there, decimals)
    return Figure(half_away_from_zero(values, 10**decimals), is_there)


def _alike(parts: list[Figure]) -> list[Figure]:
    """Ratios with the same number of decimals."""
    most = max(part.decimals for part in parts)
    return [Figure(part.values * 10 ** (most - part.decimals), part.is_there, most) for part in parts]


def _sum(expression: Expression, where: Where) -> Figure:
    first, *others = _alike([figure(part, where) for part in expression.parts])
    values, is_there = first.values, first.is_there
    for part in others:
        values, is_there = values + part.values, _both(is_there, part.is_there)
    return Figure(values, is_there, first.decimals)


def _less(expression: Expression, where: Where) -> Figure:
    one, other = _alike([figure(part, where) for part in expression.parts])
    return Figure(one.values - other.values, _both(one.is_there, other.is_there), one.decimals)


def _chosen(take_other: Callable[[Ints, Ints], Flags]) -> Callable[[Expression, Where], Figure]:
    """A word that takes one of its parts, of those that are there."""

    def chosen(expression: Expression, where: Where) -> Figure:
        first, *others = _alike([figure(part, where) for part in expression.parts])
        values, is_there = first.values, first.is_there
        for part in others:
            is_other = take_other(values, part.values)
            if is_there is not None:
                is_other = is_other | ~is_there
            if part.is_there is not None:
                is_other = is_other & part.is_there
            values = np.where(is_other, part.values, values)
            if is_there is not None:
                is_there = None if part.is_there is None else is_there | part.is_there
        return Figure(values, is_there, first.decimals)

    return chosen


def _of_extension(expression: Expression, where: Where) -> Figure:
    """A word that gridsim does not have; ratios come to it with four decimals."""
    extension = needed("price", expression.word)
    parts, is_there = [], None
    for part in expression.parts:
        found = figure(part, where)
        is_long = part.is_ratio and found.decimals > RATIO_DECIMALS
        scale = 10 ** (found.decimals - RATIO_DECIMALS) if is_long else 1
        parts.append(half_away_from_zero(found.values, scale) if is_long else found.values)
        is_there = _both(is_there, found.is_there)
    values = computed(extension, parts, is_there)
    return Figure(values, is_there, RATIO_DECIMALS if expression.is_ratio else 0)


def _never(one: Ints, other: Ints) -> Flags:
    return np.zeros(np.broadcast_shapes(one.shape, other.shape), dtype=bool)


FIGURES: Mapping[str, Callable[[Expression, Where], Figure]] = MappingProxyType(
    {
        "number": _number,
        "value": _value,
        "tariff": _tariff,
        "market": _market,
        "mean": _mean,
        "transfers": _transfers,
        "coefficient": _coefficient,
        "contract_mean": _of_position,
        "in_band_mean": _of_position,
        "mean_of_product": _of_position,
        "steps": _steps,
        "product": _product,
        "sum": _sum,
        "less": _less,
        "first": _chosen(_never),
        "least": _chosen(lambda one, other: other < one),
        "greatest": _chosen(lambda one, other: other > one),
    }
)
"""What computes each word; `choose` and ``dated`` are resolved before (`gridsim.settlement.ways`)."""
