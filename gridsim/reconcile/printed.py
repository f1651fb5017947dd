"""Figures as a statement prints them: whole steps of so many kWh or micro-yuan, and cells that are empty."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Printed"]

_MOST_DECIMALS = 9
_DIGITS = 18
"""So many fit into int64."""


@dataclass(frozen=True, eq=False)
class Printed:
    """A column of figures.

    Attributes
    ----------
    steps : (n,) int64 array
        Each figure in steps; 0 where there is none.
    is_there : (n,) bool array
    step : Fraction
        Of the last decimal that is printed [kWh, micro-yuan/kWh or micro-yuan].
    """

    steps: NDArray[np.int64]
    is_there: NDArray[np.bool_]
    step: Fraction

    @classmethod
    def of(cls, figures: Sequence[Decimal | None], unit: Fraction | int) -> Printed:
        """Figures with as many decimals as the longest of them has, at most nine and as many as int64 holds.

        What is finer no statement prints: it is what a formula of a workbook left there.

        Parameters
        ----------
        figures : sequence of Decimal or None
        unit : Fraction or int
            What 1 of the column is in gridsim's own unit.
        """
        exponents = [each.normalize().as_tuple().exponent for each in figures if each is not None and each]
        largest = max((abs(each) for each in figures if each is not None), default=Decimal())
        room = _DIGITS - max(largest.adjusted() + 1, 0)
        decimals = min(max([0, *(-each for each in exponents if isinstance(each, int))]), _MOST_DECIMALS, room)
        step = Fraction(unit) / 10**decimals
        steps = [0 if each is None else int(each.scaleb(decimals).to_integral_value(ROUND_HALF_UP)) for each in figures]
        is_there = np.array([each is not None for each in figures], dtype=bool)
        return cls(np.array(steps, dtype=np.int64), is_there, step)

    @classmethod
    def none(cls, count: int) -> Printed:
        """A column that the statement lacks."""
        return cls(np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool), Fraction(1))

    def of_ours(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Exact figures in steps, rounded half up, half away from zero."""
        return rounded(values, self.step)

    @property
    def exact(self) -> NDArray[np.int64]:
        """What is printed, in gridsim's own unit; to the nearest where a step is finer."""
        return rounded(self.steps, 1 / self.step)


def rounded(values: NDArray[np.int64], step: Fraction) -> NDArray[np.int64]:
    """Values over a step, rounded half up, half away from zero; what int64 can't hold is the largest that it can."""
    if step == 1:
        return values
    above, below = step.denominator, step.numerator  # in whole numbers of any size where int64 could be left
    big = values.astype(object) if len(values) and int(np.abs(values).max()) > 2**61 // max(2 * above, 1) else values
    size = (2 * np.abs(big) * above + below) // (2 * below)
    size = np.minimum(size, np.iinfo(np.int64).max)
    found: NDArray[np.int64] = np.where(values < 0, -size, size).astype(np.int64)
    return found
