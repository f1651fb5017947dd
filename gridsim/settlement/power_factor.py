"""The power factor of a month and what it adjusts a bill by (rulebook part 13), in whole numbers of any size."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, NamedTuple

from gridsim.units import RATIO_ONE, round_half_up

if TYPE_CHECKING:
    from gridsim.rules.schema import Billing

__all__ = ["HUNDREDTHS", "FactorSteps", "adjustment", "adjustment_ratio", "power_factor", "steps_of"]

HUNDREDTHS = 100
"""A power factor counts in steps of 0.01."""

_TO_STANDARD = {"0.90": "090", "0.85": "085", "0.80": "080"}


class FactorSteps(NamedTuple):
    """What each 0.01 off a standard is of the base: steps outwards from the standard.

    Attributes
    ----------
    standard : int
        [0.01]
    above, below : tuple of (int, int)
        Up (down) to a power factor [0.01], and the ratio of each 0.01 on the way [10⁻⁴], negative above.
    """

    standard: int
    above: tuple[tuple[int, int], ...]
    below: tuple[tuple[int, int], ...]


def power_factor(active_kwh: int, reactive_kvarh: int) -> int | None:
    """A / √(A² + R²) of a month, rounded half up to 0.01.

    Parameters
    ----------
    active_kwh, reactive_kvarh : int
        Not negative.

    Returns
    -------
    int or None
        [0.01] The largest k of 0 … 100 with 40,000 A² ≥ (2k − 1)² (A² + R²). None without active energy.

    Examples
    --------
    >>> power_factor(3, 4)
    60
    """
    active, reactive = int(active_kwh) ** 2, int(reactive_kvarh) ** 2
    if not active:
        return None
    return (isqrt(40_000 * active // (active + reactive)) + 1) // 2


def steps_of(standard: str, values: Billing) -> FactorSteps:
    """The steps of a standard, as the rule set has them.

    Parameters
    ----------
    standard : {"0.90", "0.85", "0.80"}
    values : Billing
        Of the rule set.
    """
    named = _TO_STANDARD[standard]

    def edge(name: str) -> int:
        hundredths: int = getattr(values, name) * HUNDREDTHS // RATIO_ONE
        return hundredths

    return FactorSteps(
        int(named),
        (
            (edge("discount_near_to"), -values.discount_near),
            (edge(f"discount_to_{named}"), -values.discount_far),
        ),
        (
            (edge(f"surcharge_near_to_{named}"), values.surcharge_near),
            (edge(f"surcharge_middle_to_{named}"), values.surcharge_middle),
            (0, values.surcharge_far),
        ),
    )


def adjustment_ratio(factor: int, steps: FactorSteps) -> int:
    """What the adjustment is of its base.

    Parameters
    ----------
    factor : int
        [0.01]
    steps : FactorSteps

    Returns
    -------
    int
        [10⁻⁴] Negative where the bill falls.
    """
    ratio, reached = 0, steps.standard
    for edge, each in steps.above if factor > steps.standard else steps.below:
        towards = min(factor, edge) if factor > steps.standard else max(factor, edge)
        if (towards - reached) * (factor - steps.standard) > 0:
            ratio += each * abs(towards - reached)
            reached = towards
    return ratio


def adjustment(base: int, ratio: int) -> int:
    """Money of the adjustment: a percentage on money, half up to 10⁻⁶ yuan (rulebook part 1).

    Parameters
    ----------
    base : int
        [micro-yuan]
    ratio : int
        [10⁻⁴]
    """
    return round_half_up(base * ratio, RATIO_ONE)
