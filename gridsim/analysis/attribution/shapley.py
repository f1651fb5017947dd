"""Shapley's weights: what each user adds to a game, as the mean over the orders in which users can come.

Up to `MOST_EXACT` users all orders count. A user's gain depends on *who* came before, not in which order, so it is
enough to know the game of every set of users: 4,096 sets for twelve users, where there are 479,001,600 orders. Above,
`ORDERS_DRAWN` orders are drawn by the counter-based generator of batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from math import factorial, sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.attribution.games import Game, Members

__all__ = ["MOST_EXACT", "ORDERS_DRAWN", "Gains", "place_of", "shapley"]

MOST_EXACT = 12
"""Up to so many users all orders count."""
ORDERS_DRAWN = 2000
"""So many orders are drawn for more users."""

_WORD = (1 << 32) - 1
_SAFE = 1 << 51  # energies [kWh] whose sums over all sets of twelve users, and over all orders drawn, fit int64


class Gains(NamedTuple):
    """What each user adds to a game.

    Attributes
    ----------
    sums : list of int
        By user [kWh]: over so many orders that count.
    orders : int
    errors : list of float or None
        By user [kWh], the standard error of the mean; None: all orders count.
    """

    sums: list[int]
    orders: int
    errors: list[float] | None


def place_of(unit: str, month: str, product: str) -> int:
    """What the orders of a position are drawn for: 64 bits that no other position has, whatever its row is."""
    return int.from_bytes(blake2b(f"{unit}\t{month}\t{product}".encode(), digest_size=8).digest())


def shapley(members: Members, games: Sequence[Game], seed: int, place: int) -> list[Gains]:
    """Mean gains of the users of a position in each of its games.

    Parameters
    ----------
    members : Members
    games : sequence of Game
    seed : int
        The scenario's.
    place : int
        `place_of` the position.

    Returns
    -------
    list of Gains
        In each, ``sum(sums) == orders * (v(all) - v(none))``.
    """
    largest = sum(map(abs, (*members.metered, *members.plan, *(game.edge for game in games))))
    whole: Any = np.int64 if largest < _SAFE else object
    if len(members.gaps) <= MOST_EXACT:
        beyond_of = _sets(members, whole)
        return [_exact(beyond_of, game, len(members.gaps), whole) for game in games]
    return _drawn(members, games, seed, place, whole)


def _sets(members: Members, whole: Any) -> NDArray[Any]:
    """(2ⁿ,) the energy of the position when those users whose bits are set metered, and the others planned."""
    energies = np.array([members.all_planned], dtype=whole)
    for gap in members.gaps:
        energies = np.concatenate([energies, energies + gap])
    return energies


@cache
def _by_size(users: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The sets of some users, the smaller first, and where each size begins."""
    size = np.array([number.bit_count() for number in range(1 << users)])
    order = np.argsort(size, kind="stable")
    return order, np.searchsorted(size[order], np.arange(users + 1))


def _exact(energies: NDArray[Any], game: Game, users: int, whole: Any) -> Gains:
    """Over all orders: after a set of s users there are s! orders before, (n − s − 1)! behind."""
    if not users:
        return Gains([], 1, None)
    beyond = np.maximum(game.sign * (energies - game.edge), 0)
    order, start = _by_size(users - 1)
    orders = [factorial(size) * factorial(users - 1 - size) for size in range(users)]
    sums = []
    for user in range(users):
        pairs = beyond.reshape(-1, 2, 1 << user)
        gain = (pairs[:, 1] - pairs[:, 0]).reshape(-1)
        by_size = np.add.reduceat(gain[order], start, dtype=whole)
        sums.append(sum(int(part) * count for part, count in zip(by_size, orders, strict=True)))
    return Gains(sums, factorial(users), None)


def _drawn(members: Members, games: Sequence[Game], seed: int, place: int, whole: Any) -> list[Gains]:
    from gridsim.core.draws import orders as core  # loads numba, which few users of a position need

    users = len(members.gaps)
    walk = core.gains_in_orders if whole is np.int64 else core.gains_in_orders_of_any_size
    sums = np.zeros((len(games), users), dtype=whole)
    squares = np.zeros((len(games), users))
    walk(
        seed & _WORD, seed >> 32, place & _WORD, place >> 32, ORDERS_DRAWN,
        members.all_planned, np.array(members.gaps, dtype=whole),
        np.array([game.sign for game in games], dtype=whole), np.array([game.edge for game in games], dtype=whole),
        sums, squares, np.zeros(users, dtype=np.int64), np.zeros((4, core.blocks_of(users)), dtype=np.int64),
    )  # fmt: skip
    return [
        Gains(
            list(map(int, of_game)),
            ORDERS_DRAWN,
            [_error(int(total), float(square)) for total, square in zip(of_game, of_squares, strict=True)],
        )
        for of_game, of_squares in zip(sums, squares, strict=True)
    ]


def _error(total: int, square: float) -> float:
    """The standard error of a mean of `ORDERS_DRAWN` gains."""
    spread = max(0.0, square - float(total) * (float(total) / ORDERS_DRAWN))
    return sqrt(spread / (ORDERS_DRAWN - 1) / ORDERS_DRAWN)
