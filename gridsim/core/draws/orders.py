"""Orders of users drawn from a counter, and what each user adds to some games along them (rulebook part 14).

A game is the energy beyond an edge: ``max(0, side × (A − edge))``. Those who came before a user metered what they
metered, those who come after it keep their plan; what the user adds is the game with it less the game without it.
The words of `gridsim.core.draws.draw.philox_rows` shuffle: of the ``k + 1`` users in front the one that stands at
``word × (k + 1) >> 32`` goes to place ``k``, from the last place down. Order number `m` of a place has the counters
from ``m × blocks`` on, ``blocks = ⌈(users − 1) / 4⌉``, so it depends on nothing but key, place, number and users.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gridsim.core.draws.draw import philox_rows
from gridsim.core.jit import njit

__all__ = ["ORDERS", "blocks_of", "gains_in_orders", "gains_in_orders_of_any_size"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ORDERS = 1 << 16
"""The last word of a counter: an order of users is drawn. (Those of draws of load stay far below.)"""
_WORDS = 4


def _blocks_of(users: int) -> int:
    """How many counters the order of so many users takes: at least one."""
    return max(1, (users + _WORDS - 2) // _WORDS)


blocks_of = njit(_blocks_of)


def _gains_in_orders(
    key_low: int, key_high: int, place_low: int, place_high: int, orders: int, planned: int, gaps: Ints, sides: Ints,
    edges: Ints, gains: Ints, squares: Floats, order: Ints, words: Ints,
) -> None:  # fmt: skip
    """Add up what each user adds to each game, over so many drawn orders.

    Parameters
    ----------
    key_low, key_high : int64
        The seed, 32 bits each.
    place_low, place_high : int64
        What the orders are drawn for, 32 bits each.
    orders : int64
        ``orders × blocks_of(users)`` stays below 2³².
    planned : int64
        Energy when every user keeps its plan [kWh].
    gaps : int64 array, shape (N,)
        Metered energy less plan [kWh].
    sides, edges : int64 array, shape (G,)
        Of the games: 1 beyond an upper edge, −1 below a lower one; the edge [kWh]. No sum of gains leaves int64.
    gains : int64 array, shape (G, N)
        Output [kWh]: sums over all orders.
    squares : float64 array, shape (G, N)
        Output [kWh²]: sums of squares, added in the sequence of the orders.
    order : int64 array, shape (N,)
        Scratch.
    words : int64 array, shape (4, ≥ blocks_of(N))
        Scratch.
    """
    users = len(gaps)
    games = len(edges)
    blocks = blocks_of(users)
    gains[:, :] = 0
    squares[:, :] = 0.0
    for number in range(orders):
        philox_rows(key_low, key_high, number * blocks, place_low, place_high, ORDERS, words, 0, blocks)
        for user in range(users):
            order[user] = user
        drawn = 0
        for last in range(users - 1, 0, -1):
            chosen = (words[drawn % _WORDS, drawn // _WORDS] * (last + 1)) >> 32
            drawn += 1
            user = order[chosen]
            order[chosen] = order[last]
            order[last] = user
        for game in range(games):
            side = sides[game]
            beyond = side * (planned - edges[game])
            before = max(0, beyond)
            for place in range(users):
                user = order[place]
                beyond += side * gaps[user]
                after = max(0, beyond)
                gain = after - before
                gains[game, user] += gain
                squares[game, user] += float(gain) * float(gain)
                before = after


gains_in_orders = njit(_gains_in_orders)

gains_in_orders_of_any_size = _gains_in_orders
"""The same for arrays of Python's own whole numbers, where sums could leave int64."""
