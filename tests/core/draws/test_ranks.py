"""Ranks picked by keys of 32 bits: those of whole rows in order, whatever the values are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core.draws.ranks import keys_of, pick_ranks

ENDS = np.iinfo(np.int64)
VALUES = st.one_of(
    st.integers(ENDS.min, ENDS.max),
    st.integers(-3, 3),  # the same again and again
    st.integers(2**40, 2**40 + 4000),  # beside the first kind: different ones with one key
)


def picked(rows: list[list[int]], ranks: list[int], first: int) -> tuple[list[list[int]], list[int]]:
    values = np.array(rows, dtype=np.int64)
    least, shift = np.empty((2, len(rows)), dtype=np.int64)
    keys = np.empty(values.shape, dtype=np.uint32)
    keys_of(values, least, shift, keys)
    assert least.tolist() == values.min(axis=1).tolist()
    found = np.empty((len(rows), len(ranks)), dtype=np.int64)
    tail = np.empty((len(rows), 2), dtype=np.int64)
    scratch = np.empty(values.shape[1], dtype=np.int64)
    keys.sort(axis=1)
    pick_ranks(values, least, shift, keys, np.array(ranks, dtype=np.int64), first, scratch, found, tail)
    return found.tolist(), [(high << 32) + low for high, low in tail.tolist()]


@given(st.data(), st.integers(1, 40))
def test_ranks_and_tails_are_those_of_the_row_in_order(data: st.DataObject, count: int) -> None:
    rows = data.draw(st.lists(st.lists(VALUES, min_size=count, max_size=count), min_size=1, max_size=3))
    ranks = data.draw(st.lists(st.integers(0, count - 1), max_size=5))
    first = data.draw(st.integers(0, count))
    found, tails = picked(rows, ranks, first)
    assert found == [[sorted(row)[rank] for rank in ranks] for row in rows]
    assert tails == [sum(sorted(row)[first:]) for row in rows]


@pytest.mark.parametrize("far", [2**31 - 2, 2**31, 2**32 - 3, 2**32 - 1, 2**32, 2**33, 2**62, 2**63 - 1])
@pytest.mark.parametrize("start", [0, -1, ENDS.min])
def test_where_keys_begin_to_leave_out_bits(far: int, start: int) -> None:
    row = [start + far, start, start + 1, start + far // 2, start + far - 1]
    found, tails = picked([row], [0, 1, 2, 3, 4], 2)
    assert found == [sorted(row)]
    assert tails == [sum(sorted(row)[2:])]


def test_many_values_with_one_key_are_put_in_order() -> None:
    drawn = np.random.default_rng(5).integers(0, 1000, 300).tolist()
    row = [*drawn, ENDS.max]
    found, tails = picked([row], list(range(301)), 100)
    assert found == [sorted(row)]
    assert tails == [sum(sorted(row)[100:])]
