"""Orders that are drawn, against all of them; numbers of any size; what orders depend on."""

from __future__ import annotations

import random
from math import factorial

import pytest

from gridsim.analysis.attribution import shapley as module
from gridsim.analysis.attribution.games import Game, Members
from gridsim.analysis.attribution.shapley import Gains, place_of, shapley


def members_of(users: int, size: int = 10**6) -> Members:
    draw = random.Random(users)
    return Members(*(tuple(draw.randrange(size) for _ in range(users)) for _ in range(2)))


def total(gains: Gains) -> int:
    return sum(gains.sums)


@pytest.mark.parametrize("users", [1, 7, 12, 13, 40])
def test_gains_add_up_to_what_all_users_change(users: int) -> None:
    members = members_of(users)
    games = [Game("over", members.all_planned - 5), Game("under", members.all_planned + 10**5), Game("over", 0)]
    for game, gains in zip(games, shapley(members, games, 5, 6), strict=True):
        assert gains.orders == (factorial(users) if users <= 12 else 2000)
        assert total(gains) == gains.orders * (game.beyond(members.all_metered) - game.beyond(members.all_planned))
        assert (gains.errors is None) == (users <= 12)


def test_what_is_drawn_lies_around_what_is_exact_as_its_error_says(monkeypatch: pytest.MonkeyPatch) -> None:
    members = members_of(12)
    games = [Game("over", (members.all_metered + members.all_planned) // 2)]
    (exact,) = shapley(members, games, 1, 2)
    monkeypatch.setattr(module, "MOST_EXACT", 11)
    (drawn,) = shapley(members, games, 1, 2)
    assert drawn.errors is not None
    off = [
        (gain / drawn.orders - true / exact.orders) / error
        for gain, true, error in zip(drawn.sums, exact.sums, drawn.errors, strict=True)
    ]
    assert max(map(abs, off)) < 3.5
    assert sum(each**2 for each in off) > 2  # and no error is said to be larger than it is


@pytest.mark.parametrize("users", [3, 13])
def test_numbers_of_any_size(users: int) -> None:
    small = members_of(users)
    times = 10**20
    large = Members(tuple(each * times for each in small.metered), tuple(each * times for each in small.plan))
    edge = small.all_planned
    (one,), (other,) = (
        shapley(small, [Game("over", edge)], 3, 4),
        shapley(large, [Game("over", edge * times)], 3, 4),
    )
    assert other.sums == [gain * times for gain in one.sums]


def test_orders_depend_on_seed_and_position_alone() -> None:
    members, games = members_of(20), [Game("over", members_of(20).all_planned)]
    here = place_of("R/conventional", "2021-05", "total")
    assert here == 5_946_789_276_548_177_536  # for ever: orders of results that were printed rest on it
    assert shapley(members, games, 1, here) == shapley(members, games, 1, here)
    assert shapley(members, games, 1, here) != shapley(members, games, 2, here)
    assert shapley(members, games, 1, here) != shapley(
        members, games, 1, place_of("R/conventional", "2021-06", "total")
    )
    # A game has the same orders whatever other games are asked with it.
    assert shapley(members, [Game("under", 7), *games], 1, here)[1] == shapley(members, games, 1, here)[0]
