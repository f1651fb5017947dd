"""Work is shared out by legs and cells, and every position is settled once."""

from __future__ import annotations

from threading import Barrier, get_ident

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridsim.settlement import ranges


def starts(lengths: list[int]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])


def taken(legs: list[int], cells: list[int], threads: int = 1) -> list[tuple[int, int]]:
    calls: list[tuple[int, int]] = []
    ranges.over_ranges(starts(legs), starts(cells), lambda first, last: calls.append((first, last)), threads)
    return sorted(calls)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 300)), max_size=40), st.integers(1, 3))
def test_every_position_once_and_the_work_in_equal_parts(runs, threads):
    legs, cells = [leg for leg, _ in runs], [cell for _, cell in runs]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranges, "_PIECE", 100)
        found = taken(legs, cells, threads)
    assert [p for first, last in found for p in range(first, last)] == list(range(len(runs)))
    work = [leg + cell for leg, cell in runs]
    pieces = max(1, sum(work) // 100)
    for first, last in found:
        assert sum(work[first:last]) <= sum(work) / pieces + max(work) + 1


def test_a_large_position_has_a_range_of_its_own(monkeypatch):
    monkeypatch.setattr(ranges, "_PIECE", 100)
    found = taken([0] * 9, [50, 50, 50, 50, 5000, 50, 50, 50, 50])
    assert found == [(0, 2), (2, 4), (4, 5), (5, 7), (7, 9)]


def test_nothing_to_settle():
    assert taken([], []) == []
    assert taken([0, 0], [0, 0]) == [(0, 2)]


def test_two_threads_work_at_once(monkeypatch):
    monkeypatch.setattr(ranges, "_PIECE", 1)
    both = Barrier(2, timeout=60)
    seen = set()

    def settle_range(first: int, last: int) -> None:
        both.wait()
        seen.add(get_ident())

    ranges.over_ranges(starts([1, 1]), starts([0, 0]), settle_range, 2)
    assert len(seen) == 2


@pytest.mark.parametrize("threads", [1, 2])
def test_the_first_fault_is_told(monkeypatch, threads):
    monkeypatch.setattr(ranges, "_PIECE", 1)

    def refuse(first: int, last: int) -> None:
        if first >= 2:
            raise ValueError(f"position {first}")

    with pytest.raises(ValueError, match="position 2"):
        ranges.over_ranges(starts([1] * 6), starts([0] * 6), refuse, threads)
