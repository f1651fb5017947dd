"""Which months of a year settle by a regime (rulebook part 6)."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from gridsim.calendar import months_of

if TYPE_CHECKING:
    from gridsim.rules.ruleset import RuleSet
    from gridsim.rules.shape_lists import ChargeShape

__all__ = ["NO_REGIME", "charges_of_month", "regime_of_months"]

NO_REGIME = -1


def regime_of_months(rules: RuleSet, year: int) -> list[int]:
    """The regime of each month of a year, the first that names it; `NO_REGIME`: none does.

    Parameters
    ----------
    rules : RuleSet
    year : int
    """
    found = [NO_REGIME] * 12
    for number, regime in reversed(list(enumerate(rules.shape.regimes))):
        named = attrgetter(regime.months)(rules.values) if isinstance(regime.months, str) else regime.months
        for place, month in enumerate(months_of(year)):
            if month in named:
                found[place] = number
    return found


def charges_of_month(rules: RuleSet, mode: str, regime: int) -> tuple[ChargeShape, ...]:
    """The charges of a mode's users, as the mode has them or as the regime says.

    Parameters
    ----------
    rules : RuleSet
    mode : str
    regime : int
        One of `regime_of_months`.
    """
    shape = rules.shape
    as_other = {} if regime == NO_REGIME else dict(shape.regimes[regime].charges)
    return next(each.charges for each in shape.modes if each.id == as_other.get(mode, mode))
