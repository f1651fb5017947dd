"""What each user of a position had planned: its nomination, or its share of the contract that is left (part 14)."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Literal, NamedTuple

from gridsim.explain.arithmetic import Quotient
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
    means : tuple of Quotient or None
        By user, the mean of its years, or of the others, before it is rounded [kWh]; None: nothing is split by it.
    rest : int
        What nominations leave of the contract [kWh].
    """

    energy: tuple[int, ...]
    origin: tuple[Origin, ...]
    means: tuple[Quotient | None, ...]
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
    means: list[Quotient | None] = [None] * len(energy)
    sharing = [user for user, each in enumerate(nominated) if each is None]
    known = {user: mean for user in sharing if (mean := history[user]) is not None}
    if not any(mean.energy for mean in known.values()):
        known = {}
    # Whole numbers in proportion to the means: of so many years, and of the mean over so many users.
    years = lcm(*(mean.years for mean in known.values()))
    weights = {user: mean.energy * (years // mean.years) * len(known) for user, mean in known.items()}
    of_others = sum(weights.values()) // len(known) if known else 1
    for user in sharing:
        origin[user] = "history" if user in known else "mean_of_others" if known else "equal"
        if known:
            means[user] = Quotient(weights.get(user, of_others), years * len(known))
    if sharing:
        for user, share in zip(sharing, shares(rest, [weights.get(user, of_others) for user in sharing]), strict=True):
            energy[user] = share
    return Plan(tuple(energy), tuple(origin), tuple(means), rest)
