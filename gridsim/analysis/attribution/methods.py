"""The four ways to share what lies beyond an edge over the users of a position (rulebook part 14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from gridsim.analysis.attribution.shapley import shapley
from gridsim.shares import shares
from gridsim.units import round_half_up

if TYPE_CHECKING:
    from gridsim.analysis.attribution.games import Game, Members

__all__ = ["METHODS", "Method", "Weights", "own_kwh", "parted", "weights_of"]

Method = Literal["own_deviation", "pro_rata", "marginal", "shapley"]
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True)
class Weights:
    """What the users of a position are weighed by in a game.

    Attributes
    ----------
    values : tuple of int
        By user.
    scale : int
        So many of them are a kWh: 1, or how many orders they were added up over.
    errors : tuple of float or None
        By user [kWh], of orders that were drawn.
    is_stand_in : bool
        Whether the method itself gave every user a weight of 0.
    """

    values: tuple[int, ...]
    scale: int = 1
    errors: tuple[float, ...] | None = None
    is_stand_in: bool = False

    def in_kwh(self) -> list[int]:
        """By user, to the kWh, half up."""
        return [round_half_up(value, self.scale) for value in self.values]


def weights_of(method: Method, members: Members, games: Sequence[Game], seed: int, place: int) -> list[Weights]:
    """The weights of the users in each game of a position.

    Parameters
    ----------
    method : {"own_deviation", "pro_rata", "marginal", "shapley"}
    members : Members
    games : sequence of Game
    seed, place : int
        What orders are drawn by (`gridsim.analysis.attribution.shapley`).

    Returns
    -------
    list of Weights
        All 0 by the method: the metered energy; else the plan; else equal weights.
    """
    if method == "shapley":
        found = [
            Weights(tuple(each.sums), each.orders, None if each.errors is None else tuple(each.errors))
            for each in shapley(members, games, seed, place)
        ]
    else:
        found = [Weights(tuple(_WAYS[method](members, game))) for game in games]
    return [each if any(each.values) else _otherwise(members) for each in found]


def _pro_rata(members: Members, game: Game) -> Sequence[int]:
    return members.metered


def _own_deviation(members: Members, game: Game) -> Sequence[int]:
    return [max(0, game.sign * gap) for gap in members.gaps]


def _marginal(members: Members, game: Game) -> Sequence[int]:
    whole = game.beyond(members.all_metered)
    return [max(0, whole - game.beyond(members.all_metered - gap)) for gap in members.gaps]


_WAYS: dict[Method, Callable[[Members, Game], Sequence[int]]] = {
    "pro_rata": _pro_rata,
    "own_deviation": _own_deviation,
    "marginal": _marginal,
}


def _otherwise(members: Members) -> Weights:
    """Where a method gives every user a weight of 0."""
    for values in (members.metered, members.plan):
        if any(values):
            return Weights(values, is_stand_in=True)
    return Weights((1,) * len(members.metered), is_stand_in=True)


def own_kwh(members: Members, game: Game) -> tuple[int, int]:
    """What of the energy beyond an edge is there when every user keeps its plan, and all of it [kWh]."""
    whole = game.beyond(members.all_metered)
    return min(whole, game.beyond(members.all_planned)), whole


def parted(amount: int, members: Members, game: Game, weights: Weights) -> tuple[int, list[int]]:
    """The buyer's own part of an amount, and that of each user.

    Parameters
    ----------
    amount : int
        Energy [kWh] or money [micro-yuan] of what lies beyond the edge.
    members : Members
    game : Game
    weights : Weights

    Returns
    -------
    own : int
    users : list of int
        They add up to `amount` with it.
    """
    own, whole = own_kwh(members, game)
    of_buyer = shares(amount, [own, whole - own])[0] if weights.values else amount
    return of_buyer, shares(amount - of_buyer, weights.values)
