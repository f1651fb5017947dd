"""Splits and roundings in lanes: the same integers as the plain rule, whatever stands in the other lanes."""

from __future__ import annotations

import os
from fractions import Fraction

import numpy as np
import pytest

from gridsim.core.draws import lanes as compiled
from tests.core.naive import round_half_away, share_out

LANES = 24
HUGE = 10**15


class Kernels:
    """The compiled functions, or their plain twins."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __getattr__(self, name: str) -> object:
        return getattr(compiled, self._prefix + name)


@pytest.fixture(params=["", "_"], ids=["compiled", "plain"])
def kernels(request: pytest.FixtureRequest) -> Kernels:
    if request.param == "_" and os.environ.get("NUMBA_DISABLE_JIT") == "1":
        pytest.skip("they are one and the same")
    return Kernels(request.param)


def served(kernels: Kernels, rest: np.ndarray, left: np.ndarray, bound: np.ndarray, *, ranked: bool) -> np.ndarray:
    """(count, lanes) one where a remainder gets one more."""
    count, lanes = rest.shape
    found = np.zeros_like(rest)
    if ranked:
        rank = np.zeros(lanes, dtype=np.int64)
        for row in range(count):
            kernels.rank_row(rest, row, count, rank, lanes)
            kernels.serve_ranked(rank, left, 1, found, row, lanes)
        return found
    search = np.zeros((compiled.SEARCH_ROWS, lanes), dtype=np.int64)
    search[compiled.HIGH] = bound
    kernels.find_thresholds(rest, count, left, search, lanes)
    for row in range(count):
        kernels.serve_row(rest, row, search, 1, found, row, lanes)
    return found


def over_legs(kernels: Kernels, totals: np.ndarray, weights: list[int], *, ranked: bool) -> np.ndarray:
    """Shares by leg and lane; the money at a price of 1, 1000, … is checked on the way."""
    lanes, weight_sum = len(totals), sum(weights)
    left, money = totals.copy(), np.zeros(lanes, dtype=np.int64)
    rest, shares = np.zeros((len(weights), lanes), dtype=np.int64), []
    with np.errstate(over="ignore"):
        for row, weight in enumerate(weights):
            before = left.copy()
            kernels.floor_leg(totals, weight, weight_sum, 3, left, money, rest, row, lanes)
            shares.append(before - left)
    assert (money == 3 * (totals - left)).all()
    return np.array(shares) + served(kernels, rest, left, np.full(lanes, weight_sum), ranked=ranked)


def over_cells(kernels: Kernels, total: int, weights: np.ndarray, *, ranked: bool) -> np.ndarray:
    lanes = weights.shape[1]
    weight_sum, shares, rest = weights.sum(axis=0), weights.copy(), np.zeros_like(weights)
    with np.errstate(over="ignore"):
        for row in range(len(weights)):
            kernels.floor_cell(total, total / weight_sum, weight_sum, shares, rest, row, lanes)
    left = total - shares.sum(axis=0)
    return shares + served(kernels, rest, left, weight_sum, ranked=ranked)


def cases(count: int, seed: int) -> list[list[int]]:
    """Weights: ordinary, with ties, with zeros, and as large as they may be."""
    rng = np.random.default_rng(seed)
    found = [
        rng.integers(0, 10**6, count).tolist(),
        [int(rng.integers(1, 10**5))] * count,
        (rng.integers(0, 3, count) * 1000).tolist(),
        [HUGE - 1, *([0] * (count - 2)), 1],
        [HUGE // count] * count,
        rng.integers(0, HUGE // count, count).tolist(),
    ]
    return [weights for weights in found if sum(weights)]


@pytest.mark.parametrize("ranked", [True, False], ids=["ranked", "thresholds"])
@pytest.mark.parametrize("count", [2, 3, 7, 40])
def test_a_split_over_legs(kernels: Kernels, count: int, ranked: bool) -> None:
    for weights in cases(count, count):
        whole = sum(weights)
        totals = np.random.default_rng(whole % 1000).integers(0, min(whole * 2, HUGE), LANES, endpoint=True)
        totals[:4] = 0, whole, whole - 1, 1
        found = over_legs(kernels, totals, weights, ranked=ranked)
        for lane in range(LANES):
            assert found[:, lane].tolist() == share_out(int(totals[lane]), weights)


@pytest.mark.parametrize("ranked", [True, False], ids=["ranked", "thresholds"])
@pytest.mark.parametrize("count", [2, 5, 30])
def test_a_split_over_cells(kernels: Kernels, count: int, ranked: bool) -> None:
    rng = np.random.default_rng(count)
    for weights in cases(count, 100 + count):
        shuffled = np.array([rng.permutation(weights) for _ in range(LANES)]).T.copy()
        for total in {0, 1, sum(weights), sum(weights) // 2, max(sum(weights) - 1, 0), sum(weights) * 95 // 100}:
            found = over_cells(kernels, total, shuffled, ranked=ranked)
            for lane in range(LANES):
                assert found[:, lane].tolist() == share_out(total, shuffled[:, lane].tolist())


def test_thresholds_where_remainders_crowd() -> None:
    """Remainders far from even: the search must end, and serve the same."""
    rng = np.random.default_rng(4)
    bound = 2**49
    rest = np.array([(rng.random(LANES) ** 40 * (bound - 1)).astype(np.int64) for _ in range(60)])
    rest[:20] = rest[20:40]  # and many of them equal
    rest[50:] = bound - 1
    for left in range(60):
        found = served(Kernels(""), rest, np.full(LANES, left), np.full(LANES, bound), ranked=False)
        order = np.argsort(-rest, axis=0, kind="stable")
        expected = np.zeros_like(rest)
        np.put_along_axis(expected, order[:left], 1, axis=0)
        assert (found == expected).all()


def test_averages(kernels: Kernels) -> None:
    rng = np.random.default_rng(5)
    energy = np.concatenate([[0, 1, 2, 2, 10**15, 3], rng.integers(1, 10**9, 50)])
    money = np.concatenate([[0, 7, 5, -5, 9 * 10**18, -8], rng.integers(-(10**18), 10**18, 50)])
    average = np.zeros_like(energy)
    with np.errstate(over="ignore"):
        kernels.average_row(money, energy, average, len(energy))
    expected = [round_half_away(Fraction(int(m), int(e))) if e else 0 for m, e in zip(money, energy, strict=True)]
    assert average.tolist() == expected


@pytest.mark.parametrize(("base", "swing"), [(150_000, 5700), (1, -5000), (0, 1), (10**12, 999_999), (33, -9999)])
def test_adjustments(kernels: Kernels, base: int, swing: int) -> None:
    rng = np.random.default_rng(6)
    average = np.concatenate([[0, 1, 2, 4999, 5000, 5001, 10**12], rng.integers(0, 10**12, 50)])
    energy = np.full((1, len(average)), 3)
    into = np.full((2, len(average)), 10)
    kernels.add_adjustment(average, base, swing, energy, 0, into, 1, len(average))
    expected = [10 + 3 * round_half_away(Fraction((int(price) + base) * swing, 10_000)) for price in average]
    assert into[1].tolist() == expected
    assert (into[0] == 10).all()
