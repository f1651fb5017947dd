"""Ranks picked by classes: those of whole rows in order, whatever the values are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.core.draws.spread import spread_sums

LEAST, MOST = -(2**62), 2**62 - 1  # further apart no cost may be from the mean
VALUES = st.one_of(
    st.integers(LEAST, MOST),
    st.integers(-3, 3),  # the same again and again
    st.integers(2**40, 2**40 + 4000),  # beside the first kind: different ones in one class
)


def picked(rows: list[list[int]], ranks: list[int], edge: int, first: int) -> tuple[list[list[int]], list[int]]:
    values = np.array(rows, dtype=np.int64)
    sums = spread_sums(values, np.array(ranks, dtype=np.int64), edge, first)
    return sums.found.tolist(), [(high << 32) + low for high, low in sums.tail.tolist()]


def require_right(rows: list[list[int]], ranks: list[int], edge: int, first: int) -> None:
    found, tails = picked(rows, ranks, edge, first)
    assert found == [[sorted(row)[rank] for rank in ranks] for row in rows]
    assert tails == [sum(sorted(row)[first:]) for row in rows]


@given(st.data(), st.integers(1, 40))
def test_ranks_and_tails_are_those_of_the_row_in_order(data: st.DataObject, count: int) -> None:
    rows = data.draw(st.lists(st.lists(VALUES, min_size=count, max_size=count), min_size=1, max_size=3))
    ranks = sorted(data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=5)))
    edge = data.draw(st.integers(0, len(ranks) - 1))
    require_right(rows, ranks, edge, ranks[edge] + data.draw(st.integers(0, 1)))


@pytest.mark.parametrize("far", [0, 1, 2, 3, 6, 7, 8, 2**31, 2**32 - 1, 2**33, 2**62, 2**63 - 1])
@pytest.mark.parametrize("start", [0, -1, LEAST])
def test_where_classes_begin_to_be_wide(far: int, start: int) -> None:
    far = min(far, MOST - start)
    row = [start + far, start, start + min(1, far), start + far // 2, max(start + far - 1, start)]
    require_right([row], [0, 1, 2, 3, 4], 1, 2)


@pytest.mark.parametrize("count", [97, 1000, 10_001])
@pytest.mark.parametrize(
    "kind", ["one far beyond", "two far apart", "mostly the least", "mostly the most", "each twice as far", "one value"]
)
def test_rows_most_of_which_share_a_class(count: int, kind: str) -> None:
    drawn = np.random.default_rng(5).integers(0, 1000, count).tolist()
    rows = {
        "one far beyond": [*drawn[1:], MOST],
        "two far apart": [LEAST, *drawn[2:], MOST],
        "mostly the least": [max(0, value - 700) for value in drawn],
        "mostly the most": [min(300, value) for value in drawn],
        "each twice as far": [2 ** (value % 63) for value in drawn],
        "one value": [7] * count,
    }
    ranks = sorted({0, 1, count // 20, count // 2, count - count // 20, count - 2, count - 1})
    for edge in range(len(ranks)):
        require_right([rows[kind], drawn], ranks, edge, ranks[edge] + edge % 2)
