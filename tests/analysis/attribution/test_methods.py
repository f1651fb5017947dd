"""Each method's weights and shares against the oracle, which walks through every order of the users."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsim.analysis.attribution.games import Game, Members
from gridsim.analysis.attribution.methods import METHODS, Method, own_kwh, parted, weights_of
from tests.oracle import attribution as oracle

ENERGY = st.one_of(st.integers(0, 12), st.integers(0, 10**6), st.just(0))
USERS = st.lists(st.tuples(ENERGY, ENERGY), max_size=5)


@settings(max_examples=40)
@given(USERS, st.sampled_from(["over", "under"]), st.integers(0, 40), st.integers(-(10**9), 10**9))
def test_every_method_shares_as_the_oracle_does(
    users: list[tuple[int, int]], side: str, edge: int, amount: int
) -> None:
    members = Members(tuple(metered for metered, _ in users), tuple(plan for _, plan in users))
    game = Game("over" if side == "over" else "under", edge)
    if game.beyond(members.all_metered) == 0:
        amount = 0  # nothing lies beyond the edge, so nothing is paid
    plain = [oracle.Member(metered, plan) for metered, plan in users]
    part = oracle.Part(side, edge, 0, 0)
    for method in METHODS:
        (weights,) = weights_of(method, members, [game], 1, 2)
        assert [Fraction(value, weights.scale) for value in weights.values] == oracle.weights_of(method, plain, part)
        own, of_users = parted(amount, members, game, weights)
        assert (own, of_users) == oracle.attributed(method, plain, part, amount)
        assert own + sum(of_users) == amount


@pytest.mark.parametrize(
    ("metered", "plan", "expected"),
    [((3, 1), (3, 1), (3, 1)), ((0, 0), (2, 4), (2, 4)), ((0, 0), (0, 0), (1, 1))],
)
def test_without_any_weight_metered_energy_counts_then_plan_then_heads(
    metered: tuple[int, ...], plan: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    members = Members(metered, plan)
    never = Game("over", 100)
    for method in METHODS:
        (weights,) = weights_of(method, members, [never], 0, 0)
        assert weights.values == expected
        assert weights.is_stand_in or method == "pro_rata"


def test_more_on_plan_than_in_fact_is_the_buyers_own_to_the_last() -> None:
    members = Members((50, 60), (100, 80))
    assert own_kwh(members, Game("over", 90)) == (20, 20)
    assert own_kwh(members, Game("over", 170)) == (0, 0)


@pytest.mark.parametrize("method", METHODS)
def test_weights_in_kwh_are_rounded_half_up(method: Method) -> None:
    (weights,) = weights_of(method, Members((300, 390, 190), (360, 400, 240)), [Game("under", 950)], 0, 0)
    assert weights.in_kwh() == {
        "own_deviation": [60, 10, 50], "pro_rata": [300, 390, 190], "marginal": [60, 10, 50], "shapley": [37, 7, 27],
    }[method]  # fmt: skip
