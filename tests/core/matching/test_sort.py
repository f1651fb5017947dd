from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core.matching import sort

KEYS = st.sampled_from([st.integers(0, 3), st.integers(-300, 300), st.integers(-(2**62) + 1, 2**62 - 1)])


def scratch(length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return tuple(np.empty(n, dtype=np.int64) for n in (length, length, sort.DIGIT_BINS))


def check_sorted(keys: list[int], sort_span) -> None:
    key = np.array([5, *keys, -5], dtype=np.int64)
    row = np.arange(len(key))
    sort_span(key, row, 1, len(keys) + 1, *scratch(len(key)))
    in_order = sorted(range(len(keys)), key=keys.__getitem__)  # stable, as the kernel must be
    assert row.tolist() == [0, *(i + 1 for i in in_order), len(keys) + 1]
    assert key.tolist() == [5, *sorted(keys), -5]


@pytest.mark.parametrize("sort_span", [sort.sort_span, sort._sort_span])
@given(data=st.data())
def test_sorted_stably_and_nothing_beside_the_span_moves(sort_span, data):
    check_sorted(data.draw(st.lists(data.draw(KEYS), max_size=120)), sort_span)


@pytest.mark.parametrize("bits", [1, 8, 11, 12, 22, 23, 33, 62])
def test_long_spans_with_wide_digits(bits):
    keys = np.random.default_rng(bits).integers(-(2 ** (bits - 1)), 2 ** (bits - 1), 5000)
    check_sorted(keys.tolist(), sort.sort_span)


def test_what_is_sorted_already_stays():
    check_sorted(sorted([3, 1, 2] * 40), sort.sort_span)


@pytest.mark.parametrize("mend_runs", [sort.mend_runs, sort._mend_runs])
@given(data=st.data())
def test_runs_are_ordered_by_the_second_key(mend_runs, data):
    second = data.draw(st.lists(data.draw(KEYS), max_size=120))
    keys = sorted(data.draw(st.lists(st.integers(0, 2), min_size=len(second), max_size=len(second))))
    key = np.array(keys, dtype=np.int64)
    row = np.array(data.draw(st.permutations(range(len(keys)))), dtype=np.int64)
    expected = [i for _, i in sorted(zip(keys, row.tolist(), strict=True), key=lambda pair: (pair[0], second[pair[1]]))]
    mend_runs(key, row, 0, len(key), np.array(second, dtype=np.int64), *scratch(len(key)))
    assert key.tolist() == keys
    assert row.tolist() == expected
