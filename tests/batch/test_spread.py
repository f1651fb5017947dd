"""Means, deviations, quantiles and tails: against plain Python integers, and by classes within the stated error."""

from __future__ import annotations

import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.analysis.tail import tail_mean, tail_of
from gridsim.batch.spread import (
    RELATIVE_ERROR,
    class_of,
    halves,
    mean_of_halves,
    middle_of,
    spread_columns,
    spread_of,
    spread_of_classes,
)

QUANTILES, TAIL = (1, 500, 5000, 9500, 9999), 9500
COSTS = st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=60)


def half_up(value: Fraction) -> int:
    rounded = int(abs(value) + Fraction(1, 2))
    return rounded if value >= 0 else -rounded


def cvar(costs: list[int], level: int) -> Fraction:
    """By Rockafellar and Uryasev: the least over c of c + E[(cost − c)⁺] / (1 − level); it is taken at a cost."""
    parts = Fraction(10**4 - level, 10**4) * len(costs)
    return min(c + sum(max(cost - c, 0) for cost in costs) / parts for c in costs)


@given(COSTS, st.integers(1, 9999))
def test_the_tail_is_that_of_its_definition(costs: list[int], level: int) -> None:
    expected = half_up(cvar(costs, level))
    assert tail_mean(np.sort(np.array(costs)), level) == expected
    assert spread_of(np.array([costs, costs]), (), level)[:, -1].tolist() == [expected, expected]
    number, count = np.unique(class_of(small := np.array(costs) % 2048), return_counts=True)  # classes of one cost
    by_class = spread_of_classes(number, count, 0, (int(small.min()), int(small.max())), (), level)
    assert by_class[-1] == half_up(cvar(small.tolist(), level))


def test_a_tail_needs_draws_and_a_level_below_one() -> None:
    for level, draws in ((10**4, 5), (-1, 5), (9500, 0)):
        with pytest.raises(ValueError, match="no tail"):
            tail_of(level, draws)


@given(COSTS)
def test_the_spread_is_that_of_plain_integers(costs: list[int]) -> None:
    found = dict(
        zip(spread_columns(QUANTILES, TAIL), spread_of(np.array([costs]), QUANTILES, TAIL)[0].tolist(), strict=True)
    )
    ordered, count = sorted(costs), len(costs)
    mean = half_up(Fraction(sum(costs), count))
    assert found["mean"] == mean
    assert (found["min"], found["max"]) == (ordered[0], ordered[-1])
    for level, name in zip(QUANTILES, ("q0001", "q05", "q50", "q95", "q9999"), strict=True):
        # the smallest cost that at least the share of the draws does not exceed
        expected = next(cost for cost in ordered if sum(c <= cost for c in costs) * 10000 >= level * count)
        assert found[name] == expected
    assert found["cvar95"] == half_up(cvar(costs, TAIL))
    squares = sum((cost - mean) ** 2 for cost in costs)
    if count == 1:
        assert found["std"] == 0
    else:
        std = Fraction(found["std"])
        assert (2 * std - 1) ** 2 * (count - 1) <= 4 * squares < (2 * std + 1) ** 2 * (count - 1) or found["std"] == 0


@pytest.mark.parametrize("far", [1, 3, 7, 2**20 + 1, 2**31 + 1, 2**43 + 1, 2**47 + 1, 2**52 + 1, 2**60 + 1])
@pytest.mark.parametrize("more", [0, 1])
def test_a_deviation_at_a_half_is_rounded_up_and_one_beside_it_as_it_is(far: int, more: int) -> None:
    costs = np.array([far, -far, more, -more, 0, 0, 0, 0, 0], dtype=np.int64)  # mean 0; squares / 8: far² / 4 and more
    squares = 2 * far**2 + 2 * more**2
    std = int(spread_of(costs[None], (), TAIL)[0, 1])
    assert (2 * std - 1) ** 2 * 8 <= 4 * squares < (2 * std + 1) ** 2 * 8
    assert std == (far + 1) // 2 or (more and far == 1)


def test_the_deviation_is_the_usual_one() -> None:
    costs = np.random.default_rng(3).integers(10**12, 2 * 10**12, 500)
    std = spread_of(costs[None], (), TAIL)[0, 1]
    assert abs(std - statistics.stdev(costs.tolist())) < 1


@given(COSTS)
def test_sums_in_halves_are_exact_and_add_up(costs: list[int]) -> None:
    values = np.array(costs)
    cut = len(costs) // 2
    parts = halves(values[:cut]) + halves(values[cut:])
    assert (int(parts[0]) << 32) + int(parts[1]) == sum(costs)
    assert int(mean_of_halves(parts, len(costs))) == half_up(Fraction(sum(costs), len(costs)))


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1), min_size=2, max_size=50))
def test_classes_are_narrow_and_in_order(costs: list[int]) -> None:
    values = np.array(sorted(costs))
    number = class_of(values)
    assert (np.diff(number) >= 0).all()
    for cost, middle in zip(values.tolist(), middle_of(number).tolist(), strict=True):
        assert abs(cost - middle) <= RELATIVE_ERROR * abs(cost)
        assert abs(cost) >= 2048 or cost == middle


def test_class_edges() -> None:
    edges = np.array([0, 1, 1023, 1024, 2047, 2048, 2049, 2**53 - 1, 2**53, 2**53 + 1, 2**62, 2**63 - 1])
    assert class_of(edges).tolist()[:6] == [0, 1, 1023, 1024, 2047, 2048]
    assert class_of(edges)[5] == class_of(edges)[6]
    assert class_of(np.array([2**53 - 1]))[0] + 1 == class_of(np.array([2**53]))[0]  # where a float would round
    assert (class_of(-edges) == -class_of(edges)).all()


def test_the_spread_by_classes_is_within_its_error() -> None:
    costs = np.random.default_rng(5).lognormal(30, 0.2, 20_000).astype(np.int64)
    exact = spread_of(costs[None], QUANTILES, TAIL)[0]
    number, count = np.unique(class_of(costs), return_counts=True)
    ends = (int(costs.min()), int(costs.max()))
    found = spread_of_classes(number, count, int(exact[0]), ends, QUANTILES, TAIL)
    assert found[0] == exact[0] and found[2] == exact[2] and found[-2] == exact[-2]
    for place in (*range(3, 8), len(exact) - 1):
        assert abs(int(found[place]) - int(exact[place])) <= RELATIVE_ERROR * int(exact[place]) + 1
    assert abs(int(found[1]) - int(exact[1])) < exact[1] / 100
