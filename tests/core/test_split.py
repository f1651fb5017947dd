from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridsim.core import split as kernel
from gridsim.core.jit import BAD_INPUT, NO_ROOM, OK
from tests.core.naive import share_out
from tests.shared import ints

LARGEST = kernel.MAX_TOTAL


def split_one(total: int, weights: list[int], split=kernel.split) -> list[int]:
    """One split, with neighbours that must stay as they are."""
    padded = ints([99, 99, *weights, 99])
    shares = np.full(len(padded), -7, dtype=np.int64)
    scratch = np.empty(kernel.scratch_size(len(weights)), dtype=np.int64)
    with np.errstate(over="ignore"):
        two, stop = np.uint64(2), np.uint64(2 + len(weights))  # as every kernel calls it: one compilation
        split(total, sum(weights), padded, two, stop, shares, two, scratch)
    assert list(padded[2:-1]) == weights
    assert list(shares[[0, 1, -1]]) == [-7, -7, -7]
    return shares[2:-1].tolist()


small = st.integers(0, 12)
common = st.integers(0, 5 * 10**6)
huge = st.one_of(st.integers(0, LARGEST), st.integers(LARGEST - 50, LARGEST))
few_weights = st.lists(st.one_of(small, common, huge), min_size=1, max_size=6).filter(any)


@given(st.one_of(small, common, huge), few_weights)
@example(LARGEST, [1, LARGEST])
@example(LARGEST, [LARGEST - 1, LARGEST, 1])
@example(7, [3, 3, 3])
@example(0, [5, 0, 2])
def test_few_weights(total, weights):
    expected = share_out(total, weights)
    assert split_one(total, weights) == expected
    assert split_one(total, weights, kernel._split) == expected


@given(st.data(), st.sampled_from([1, 2, 3, 1000, LARGEST]))
def test_many_weights_of_any_size_with_ties(data, largest):
    weights = data.draw(st.lists(st.integers(0, largest), min_size=17, max_size=90).filter(any))
    total = data.draw(st.integers(0, min(2 * sum(weights), LARGEST)))
    expected = share_out(total, weights)
    assert split_one(total, weights) == expected
    assert split_one(total, weights, kernel._split) == expected


@given(st.data())
def test_many_weights_whose_remainders_differ_in_their_last_bits_alone(data):
    count = data.draw(st.integers(17, 60))
    base = data.draw(st.integers(1, 2**40))
    weights = [base + data.draw(st.integers(0, 3)) for _ in range(count)]
    total = data.draw(st.integers(1, count - 1))
    assert split_one(total, weights) == share_out(total, weights)


@given(st.data())
def test_quotients_that_are_whole_or_nearly_so(data):
    """total × weight a hair below, at and above a multiple of the sum: where a float alone would go wrong."""
    total = data.draw(st.one_of(st.integers(1, LARGEST), st.integers(LARGEST - 10**6, LARGEST)))
    quotient = data.draw(st.integers(1, total))
    weight_sum = data.draw(st.integers(2, 2**62 - 1))
    weight = min(quotient * weight_sum // total + data.draw(st.integers(0, 1)), weight_sum)
    weights = [weight, weight_sum - weight]
    assert split_one(total, weights) == share_out(total, weights)


@given(st.lists(st.integers(0, LARGEST), min_size=1, max_size=30).filter(any), st.data())
def test_no_share_exceeds_its_weight_while_the_total_does_not_exceed_their_sum(weights, data):
    total = data.draw(st.integers(0, min(sum(weights), LARGEST)))
    shares = split_one(total, weights)
    assert sum(shares) == total
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


def test_shares_may_stand_elsewhere_than_the_weights():
    shares = np.full(6, -7, dtype=np.int64)
    first, stop, into = np.uint64(1), np.uint64(4), np.uint64(2)
    kernel.split(7, 9, ints([5, 3, 3, 3, 5]), first, stop, shares, into, np.empty(3, dtype=np.int64))
    assert shares.tolist() == [-7, -7, 3, 2, 2, -7]


def test_remainders_that_leave_no_room_for_their_rank():
    """With more than three weights that sum to 2⁶⁰ or more, a remainder and its place do not fit one number."""
    weights = [2**59 + 1, 2**58, 3, 2**59, 2**58 + 7]
    assert split_one(LARGEST, weights) == share_out(LARGEST, weights)


def test_equal_remainders_go_to_the_earlier():
    assert split_one(2, [1, 1, 1]) == [1, 1, 0]
    assert split_one(5, [7] * 20) == [1] * 5 + [0] * 15
    assert split_one(25, [7] * 20) == [2] * 5 + [1] * 15


def test_weights_that_sum_to_the_bound():
    third = kernel.MAX_WEIGHT_SUM // 3
    weights = [third, third + 5, kernel.MAX_WEIGHT_SUM - 2 * third - 5]
    assert sum(weights) == kernel.MAX_WEIGHT_SUM
    assert split_one(LARGEST, weights) == share_out(LARGEST, weights)


@pytest.mark.parametrize("spread", [1, 10**6, 10**9])
def test_one_long_split(spread):
    count = 3000
    weights = np.random.default_rng(1).integers(0, spread, count, endpoint=True).tolist()
    total = sum(weights) * 9 // 10
    assert split_one(total, weights) == share_out(total, weights)


@pytest.mark.parametrize("count", [3, 4, 7, 8, 9, 31, 32, 33, 64, 128])
@pytest.mark.parametrize("most", [1, 5, 50_000, 2**54])
def test_every_way_of_ranking_meets_the_next(count, most):
    random = np.random.default_rng(count)
    for _ in range(10):
        weights = random.integers(0, most, count, endpoint=True).tolist()
        weights[-1] += 1
        total = int(random.integers(1, min(sum(weights), LARGEST), endpoint=True))
        assert split_one(total, weights) == share_out(total, weights)


def many(totals, runs, split_many=kernel.split_many, room: int | None = None):
    offsets = np.concatenate([[0], np.cumsum([len(run) for run in runs], dtype=np.int64)])
    weights = ints([weight for run in runs for weight in run])
    shares = np.full(len(weights), -7, dtype=np.int64)
    longest = max((len(run) for run in runs), default=0)
    scratch = np.empty(kernel.scratch_size(longest) if room is None else room, dtype=np.int64)
    with np.errstate(over="ignore"):
        status = split_many(ints(totals), offsets, weights, shares, scratch)
    return status, shares.tolist()


@given(st.lists(st.tuples(st.one_of(small, huge), few_weights), max_size=5))
def test_split_many(tasks):
    totals = [total for total, _ in tasks]
    runs = [run for _, run in tasks]
    expected = [share for total, run in tasks for share in share_out(total, run)]
    assert many(totals, runs) == (OK, expected)
    assert many(totals, runs, kernel._split_many) == (OK, expected)


@pytest.mark.parametrize(
    ("totals", "runs"),
    [
        ([1], [[0, 0]]),
        ([0], [[0]]),
        ([1], [[]]),
        ([-1], [[1]]),
        ([LARGEST + 1], [[1]]),
        ([1], [[3, -1]]),
        ([1], [[2**61, 2**61]]),
        ([1, 2], [[1]]),
        ([], [[1]]),
    ],
)
def test_split_many_refuses_what_it_could_not_split(totals, runs):
    status, shares = many(totals, runs)
    assert status == BAD_INPUT
    assert set(shares) <= {-7}


def test_split_many_refuses_arrays_that_do_not_fit():
    assert many([3], [[1, 2]], room=1) == (NO_ROOM, [-7, -7])
    scratch = np.empty(kernel.scratch_size(2), dtype=np.int64)
    for offsets, shares in (([0, 3], [0, 0]), ([-1, 2], [0, 0]), ([0, 2], [0])):
        assert kernel.split_many(ints([3]), ints(offsets), ints([1, 2]), ints(shares), scratch) == BAD_INPUT
