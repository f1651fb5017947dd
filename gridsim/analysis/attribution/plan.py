"""What each user of a position had planned: its nomination, or its share of the contract that is left (part 14)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Literal, NamedTuple

from gridsim.shares import shares

__all__ = ["Mean", "Origin", "Plan", "planned"]

Origin = Literal["nomination", "history", "mean_of_others", "equal"]


class Mean(NamedTuple):
    """A user's history: the energy of so many years [kWh]."""

    energy: int
    years: int


class Plan(NamedTuple):
    """What the users of a position had planned.

    Attributes
    ----------
    energy : tuple of int
        By user [kWh].
    origin : tuple of str
        By user, where it is from.
    weights : tuple of Fraction or None
        By user, the yearly mean that the rest of the contract is split by; None: it has a nomination.
    rest : int
        What nominations leave of the contract [kWh].
    """

    energy: tuple[int, ...]
    origin: tuple[Origin, ...]
    weights: tuple[Fraction | None, ...]
    rest: int


def planned(contract: int, nominated: Sequence[int | None], history: Sequence[Mean | None]) -> Plan:
    """The plan of each user of a position.

    Parameters
    ----------
    contract : int
        Of the position [kWh].
    nominated : sequence of int or None
        By user, its nomination there [kWh], if it has one.
    history : sequence of Mean or None
        By user, at the level that all users of the unit have, if it has one.

    Returns
    -------
    Plan
    """
    energy = [0 if each is None else each for each in nominated]
    rest = max(0, contract - sum(energy))
    origin: list[Origin] = ["nomination"] * len(energy)
    weights: list[Fraction | None] = [None] * len(energy)
    sharing = [user for user, each in enumerate(nominated) if each is None]
    known = {user: Fraction(mean.energy, mean.years) for user in sharing if (mean := history[user]) is not None}
    if not any(known.values()):
        known = {}
    of_others = sum(known.values(), Fraction(0)) / len(known) if known else Fraction(1)
    for user in sharing:
        weights[user] = known.get(user, of_others)
        origin[user] = "history" if user in known else "mean_of_others" if known else "equal"
    if sharing:
        by = [weight for weight in weights if weight is not None]
        scale = lcm(*(weight.denominator for weight in by))
        for user, share in zip(sharing, shares(rest, [int(weight * scale) for weight in by]), strict=True):
            energy[user] = share
    return Plan(tuple(energy), tuple(origin), tuple(weights), rest)
