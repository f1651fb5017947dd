"""Prices that move in a straight line with a mean price: ``(mean + base) × swing / 10⁴`` (rulebook part 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridsim.settlement.figures import Where, figure
from gridsim.units import RATIO_DECIMALS

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from gridsim.rules.expression import Expression

    Ints = NDArray[np.int64]

__all__ = ["linear", "rests_on"]


def rests_on(expression: Expression, words: Collection[str]) -> bool:
    """Whether any of these words is in an expression."""
    return any(each.word in words for each in expression.walk())


def linear(expression: Expression, where: Where, words: Collection[str]) -> tuple[Ints, Ints] | None:
    """Base and swing [10⁻⁴] of a price that is their product with one of some means; None if it is no such price.

    Parameters
    ----------
    expression : Expression
    where : Where
        Without those means.
    words : collection of str
        The means, such as ``in_band_mean``.
    """
    if expression.word != "product" or expression.is_ratio:
        return None
    moving = [part for part in expression.parts if rests_on(part, words)]
    factors = [figure(part, where) for part in expression.parts if not rests_on(part, words)]
    if len(moving) != 1 or sum(factor.decimals for factor in factors) != RATIO_DECIMALS:
        return None
    price = moving[0]
    added = price.parts if price.word == "sum" else (price,)
    if sum(each.word in words for each in added) != 1 or sum(rests_on(each, words) for each in added) != 1:
        return None
    bases = [figure(each, where) for each in added if each.word not in words]
    if any(each.is_there is not None for each in (*factors, *bases)):
        return None
    swing = np.ones(1, dtype=np.int64)
    for factor in factors:
        swing = swing * factor.values
    return sum((base.values for base in bases), np.zeros(1, dtype=np.int64)), swing
