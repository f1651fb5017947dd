"""Drawn orders: every order as likely as another, nothing lost, the compiled kernel like the plain one."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from gridsim.core.draws import orders as core


def drawn(
    kernel: Any, gaps: list[int], games: list[tuple[int, int]], planned: int, orders: int, *, place: int = 7
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], list[int]]:
    """Sums and squares of gains, and the order that was drawn last."""
    whole: Any = object if kernel is core.gains_in_orders_of_any_size else np.int64
    sums = np.zeros((len(games), len(gaps)), dtype=whole)
    squares, order = np.zeros((len(games), len(gaps))), np.zeros(len(gaps), dtype=np.int64)
    kernel(
        11, 3, place, 0, orders, planned, np.array(gaps, dtype=whole),
        np.array([side for side, _ in games], dtype=whole), np.array([edge for _, edge in games], dtype=whole),
        sums, squares, order, np.zeros((4, core.blocks_of(len(gaps))), dtype=np.int64),
    )  # fmt: skip
    return sums, squares, order.tolist()


def test_every_order_is_as_likely_as_another() -> None:
    found = Counter(tuple(drawn(core.gains_in_orders, [0] * 4, [], 0, 1, place=place)[2]) for place in range(4800))
    assert set(found) == set(permutations(range(4)))
    assert sum((count - 200) ** 2 / 200 for count in found.values()) < 49.7  # chi², 23 degrees: one in a thousand


@pytest.mark.parametrize("users", [1, 2, 5, 6, 13])
def test_gains_of_an_order_add_up_and_each_is_that_of_who_came_before(users: int) -> None:
    gaps = [(-1) ** user * (user * user + 3) for user in range(users)]
    games = [(1, 20), (-1, 25), (1, -(10**6))]
    sums, squares, order = drawn(core.gains_in_orders, gaps, games, 22, 1)
    for number, (side, edge) in enumerate(games):
        energy, expected = 22, [0] * users
        for user in order:
            before = max(0, side * (energy - edge))
            energy += gaps[user]
            expected[user] = max(0, side * (energy - edge)) - before
        assert sums[number].tolist() == expected
        assert squares[number].tolist() == [float(gain) ** 2 for gain in expected]


def test_the_plain_kernel_and_numbers_of_any_size_say_the_same() -> None:
    gaps = [5, -7, 11, 0, -2, 40, 1]
    games = [(1, 100), (-1, 90)]
    sums, squares, order = drawn(core.gains_in_orders, gaps, games, 95, 50)
    plain = drawn(core._gains_in_orders, gaps, games, 95, 50)
    assert (sums.tolist(), squares.tolist(), order) == (plain[0].tolist(), plain[1].tolist(), plain[2])
    large = 10**18
    whole = drawn(
        core.gains_in_orders_of_any_size,
        [gap * large for gap in gaps],
        [(side, edge * large) for side, edge in games],
        95 * large,
        50,
    )
    assert whole[0].tolist() == [[gain * large for gain in row] for row in sums.tolist()]


def test_orders_that_were_drawn_once_are_drawn_for_ever() -> None:
    assert drawn(core.gains_in_orders, [0] * 9, [], 0, 1)[2] == PINNED


PINNED = [0, 1, 3, 7, 5, 6, 8, 2, 4]
