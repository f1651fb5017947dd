"""Rulebook 14: whose deviation was it. Written from the text alone; every order of the users is walked through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

from .exact import round_half_up


@dataclass
class Member:
    """A user of a position: what it metered and planned [kWh]."""

    metered: int
    plan: int


@dataclass
class Part:
    """What a band, a fee or a shortfall of a position comes to, and the edge that it lies beyond [kWh]."""

    side: str  # "over" or "under"
    edge: int
    energy: int
    money: int


Game = Callable[[frozenset[int]], int]


def edge_of(contract: int, ratio: Fraction | None) -> int | None:
    """A band edge to the kWh; open: all is in band while there is a contract, and the edge is 0 without one."""
    if ratio is None:
        return None if contract > 0 else 0
    return round_half_up(contract * ratio)


def game_of(members: Sequence[Member], part: Part) -> Game:
    """v(S): the kWh beyond the edge when the users of S metered what they metered and the others their plan."""

    def v(those: frozenset[int]) -> int:
        total = sum(m.metered if i in those else m.plan for i, m in enumerate(members))
        return max(0, total - part.edge if part.side == "over" else part.edge - total)

    return v


def floor_split(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """Rulebook 4 with weights of either sign: the floor of each share, what is left to the largest fractions."""
    whole = sum(map(Fraction, weights))
    due = [Fraction(total) * weight / whole for weight in weights]
    shares = [part.numerator // part.denominator for part in due]
    fractions = [part - share for part, share in zip(due, shares, strict=True)]
    for i in sorted(range(len(shares)), key=lambda i: (-fractions[i], i))[: total - sum(shares)]:
        shares[i] += 1
    return shares


def weights_of(method: str, members: Sequence[Member], part: Part) -> list[Fraction]:
    """What a method weighs each user by [kWh]."""
    v, everyone = game_of(members, part), frozenset(range(len(members)))
    if method == "pro_rata":
        found = [Fraction(m.metered) for m in members]
    elif method == "own_deviation":
        gaps = [m.metered - m.plan for m in members]
        found = [Fraction(max(0, gap if part.side == "over" else -gap)) for gap in gaps]
    elif method == "marginal":
        found = [Fraction(max(0, v(everyone) - v(everyone - {i}))) for i in range(len(members))]
    else:
        found = [Fraction(0)] * len(members)
        orders = list(permutations(range(len(members))))
        for order in orders:
            before: frozenset[int] = frozenset()
            for i in order:
                found[i] += v(before | {i}) - v(before)
                before |= {i}
        found = [gain / len(orders) for gain in found]
    if any(found):
        return found
    for other in ([m.metered for m in members], [m.plan for m in members], [1] * len(members)):
        if any(other):
            return [Fraction(weight) for weight in other]
    return []


def attributed(method: str, members: Sequence[Member], part: Part, amount: int) -> tuple[int, list[int]]:
    """The buyer's own part of an amount, and what each user bears of it."""
    if amount == 0 or not members:
        return amount, [0] * len(members)
    v, everyone = game_of(members, part), frozenset(range(len(members)))
    whole = v(everyone)
    own = min(whole, v(frozenset()))
    of_buyer = floor_split(amount, [own, whole - own])[0]
    rest = amount - of_buyer
    return of_buyer, [0] * len(members) if rest == 0 else floor_split(rest, weights_of(method, members, part))


def plans_of(
    contract: int, nominated: Sequence[int | None], history: Sequence[Sequence[int]]
) -> tuple[list[int], list[str]]:
    """The plan of each user of a position, and where it is from.

    `history` has the energies of the years given, at the level that all users of the unit have; none: no history.
    """
    rest = max(0, contract - sum(energy for energy in nominated if energy is not None))
    sharing = [i for i, energy in enumerate(nominated) if energy is None]
    means = {i: Fraction(sum(history[i]), len(history[i])) for i in sharing if history[i]}
    plans = [0 if energy is None else energy for energy in nominated]
    origins = ["nomination"] * len(plans)
    weights = [means.get(i, sum(means.values(), Fraction(0)) / len(means) if means else Fraction(1)) for i in sharing]
    if sharing and not any(weights):
        means, weights = {}, [Fraction(1)] * len(sharing)
    for i, share in zip(sharing, floor_split(rest, weights) if sharing else [], strict=True):
        plans[i] = share
        origins[i] = "history" if i in means else "mean_of_others" if means else "equal"
    return plans, origins


def netting_of(
    members: Sequence[Member], over_edge: Fraction | None, under_edge: Fraction | None, overrun: int, shortfall: int
) -> tuple[int, int]:
    """What the users would overrun and fall short alone, with their plans as contracts, less the unit's [kWh]."""
    over = under = 0
    for m in members:
        upper = edge_of(m.plan, over_edge)
        over += 0 if upper is None else max(0, m.metered - upper)
        under += 0 if under_edge is None else max(0, round_half_up(m.plan * under_edge) - m.metered)
    return over - overrun, under - shortfall
