"""The ways in which positions settle: one for each mode, and others in a regime (rulebook parts 6 and 9)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gridsim.rules.expression import Expression
from gridsim.rules.regimes import NO_REGIME, charges_of_month, regime_of_months

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridsim.rules import RuleSet
    from gridsim.rules.shape import MarketShape
    from gridsim.rules.shape_lists import ChargeShape, LegPrice, OverBand, UnderBand
    from gridsim.settlement.positions import Positions

__all__ = ["NO_REGIME", "Way", "Ways", "resolved", "ways_of"]


@dataclass(frozen=True)
class Way:
    """What a position settles by.

    Attributes
    ----------
    name : str
        The mode, or the regime.
    mode : int
    regime : int
        `NO_REGIME`: none.
    over, under, charges : tuple
        Bands and charges.
    stands_for_all : int or None
        The period whose tariffs users off the peak-valley tariff pay in every period.
    leg_price : LegPrice or None
    """

    name: str
    mode: int
    regime: int
    over: tuple[OverBand, ...]
    under: tuple[UnderBand, ...]
    charges: tuple[ChargeShape, ...]
    stands_for_all: int | None
    leg_price: LegPrice | None

    def charge(self, item: str) -> ChargeShape | None:
        """Its charge of an item."""
        return next((charge for charge in self.charges if charge.item == item), None)


@dataclass(frozen=True, eq=False)
class Ways:
    """All ways of a rule set in a year, the modes first, then each regime with each mode.

    Attributes
    ----------
    shape : MarketShape
    ways : tuple of Way
    regime_of_month : (12,) int64 array
        `NO_REGIME`: none.
    has_trial : (12,) bool array
        Whether a trial settlement stands beside the regime.
    """

    shape: MarketShape
    ways: tuple[Way, ...]
    regime_of_month: NDArray[np.int64]
    has_trial: NDArray[np.bool_]

    @cached_property
    def items(self) -> tuple[str, ...]:
        """Items of the charges of units, in the order of the ledger."""
        return tuple(dict.fromkeys(charge.item for way in self.ways for charge in way.charges))

    def __len__(self) -> int:
        return len(self.ways)

    def __iter__(self) -> Iterator[Way]:
        return iter(self.ways)

    def of(self, positions: Positions, *, trial: bool) -> NDArray[np.int64]:
        """(P,) how each position settles. A trial settles the months of a regime as if there were none."""
        mode: NDArray[np.int64] = self.shape.mode_of_product[positions.product]
        if trial or not self.shape.regimes:
            return mode
        regime = self.regime_of_month[positions.month]
        modes = len(self.shape.modes)
        return np.where(regime == NO_REGIME, mode, modes + regime * modes + mode)


def ways_of(rules: RuleSet, year: int) -> Ways:
    """The ways of a rule set.

    Parameters
    ----------
    rules : RuleSet
    year : int
    """
    shape = rules.shape
    regime_of_month = np.array(regime_of_months(rules, year), dtype=np.int64)
    trials = np.array([False, *(regime.trial for regime in shape.regimes)])  # the first: NO_REGIME
    ways = [
        Way(mode.id, number, NO_REGIME, mode.over, mode.under, mode.charges, shape.stands_for_all(mode.id), None)
        for number, mode in enumerate(shape.modes)
    ]
    for regime_number, regime in enumerate(shape.regimes):
        for number, mode in enumerate(shape.modes):
            in_mode = shape.stands_for_all(mode.id)
            ways.append(
                Way(
                    name=regime.id,
                    mode=number,
                    regime=regime_number,
                    over=regime.over,
                    under=regime.under,
                    charges=charges_of_month(rules, mode.id, regime_number),
                    stands_for_all=shape.stands_for_all("regimes") if in_mode is None else in_mode,
                    leg_price=regime.leg_price,
                )
            )
    return Ways(shape, tuple(ways), regime_of_month, trials[regime_of_month + 1])


def resolved(expression: Expression, options: dict[str, str], month: str) -> Expression:
    """An expression in one month: of ``choose`` what the option says, of ``dated`` what holds then.

    Parameters
    ----------
    expression : Expression
    options : dict of str to str
        By path, what each option of the rule set is in the month.
    month : str
        YYYY-MM
    """
    if expression.word == "choose":
        path, names = expression.arguments
        return resolved(expression.parts[names.index(options[path])], options, month)
    if expression.word == "dated":
        since = [number for number, start in enumerate(expression.arguments) if start <= month]
        return resolved(expression.parts[since[-1] if since else 0], options, month)
    if not expression.parts:
        return expression
    parts = tuple(resolved(part, options, month) for part in expression.parts)
    return (
        expression
        if parts == expression.parts
        else Expression(expression.word, parts, expression.arguments, expression.is_ratio)
    )
