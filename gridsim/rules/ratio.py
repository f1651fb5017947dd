"""Ratios of a rule set, and the percentages that people write in their place."""

from __future__ import annotations

from gridsim.errors import WrongValueError
from gridsim.rules.kinds import Quantity
from gridsim.units import HIGHEST_RATIO, RATIO_DECIMALS, RATIO_ONE, percentage_fault
from gridsim.words import Sentence, listed

__all__ = ["RatioKind"]


class RatioKind(Quantity):
    """A ratio [10⁻⁴], of which people write no more than 10: what lies above is taken for a percentage and refused.

    Parameters
    ----------
    most : int
        The highest that the program takes; manifests of earlier runs may have such ones.
    may_be_open : bool
        `most` itself may be written, for an edge so far off that it is as good as none.
    """

    def __init__(self, most: int = 100, *, may_be_open: bool = False) -> None:
        super().__init__("ratio", RATIO_DECIMALS, 0, most)
        self._likely = min(most, HIGHEST_RATIO)
        self._may_be_open = may_be_open
        self.allowed = listed(
            Sentence(
                "a number from {low} to {high}, at most {decimals} decimals",
                low=0,
                high=self._likely,
                decimals=RATIO_DECIMALS,
            ),
            Sentence("or {most}, as good as no edge", most=most) if may_be_open else None,
        )

    def parse(self, value: object) -> int:
        number = self.parse_again(value)
        if number > self._likely * RATIO_ONE and not (self._may_be_open and number == self.most):
            raise WrongValueError(self.beyond(number))
        return number

    def beyond(self, number: int) -> Sentence:
        return percentage_fault(number) or super().beyond(number)
