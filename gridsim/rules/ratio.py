"""Ratios of a rule set, and the percentages that people write in their place."""

from __future__ import annotations

from gridsim.errors import WrongValueError
from gridsim.rules.kinds import Quantity, trimmed
from gridsim.sentences import Sentence, listed
from gridsim.units import RATIO_DECIMALS

__all__ = ["RatioKind"]

# Henan's edges lie between 0.92 and 1.08, Jiangsu's at 0.97 and 1.03, coefficients below 2: ten leaves room for any
# study, and no percentage that somebody means lies below it.
_LIKELY = 10
_LIKELY_PERCENTAGE = 1_000


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
        self._likely = min(most, _LIKELY)
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
        if number > self._likely * 10**RATIO_DECIMALS and not (self._may_be_open and number == self.most):
            raise WrongValueError(self.beyond(number))
        return number

    def beyond(self, number: int) -> Sentence:
        if _LIKELY < number / 10**RATIO_DECIMALS <= _LIKELY_PERCENTAGE:
            percent, ratio = trimmed(number, RATIO_DECIMALS), trimmed(number, RATIO_DECIMALS + 2)
            return Sentence("probably a percentage: {percent} % is {ratio}", percent=percent, ratio=ratio)
        return super().beyond(number)
