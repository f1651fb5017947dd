from __future__ import annotations

import numpy as np
import pytest

from gridsim.trading import scratch
from gridsim.trading.scratch import borrowed


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "_kept", [])


def test_memory_that_is_big_enough_is_used_again() -> None:
    with borrowed(10, 6) as first:
        assert first.columns.shape == (4, 10)
        assert len(first.row) == 10
        assert {len(column) for column in first.trades} == {10}
        assert [len(work.sell.row) > 6 for work in first.works] == [True]
    with borrowed(8, 6) as second:
        assert second is first
    for orders, largest in ((11, 1), (12, 7)):
        with borrowed(orders, largest) as larger:
            assert larger is not first
            assert larger.orders == orders
    with borrowed(1, 1) as last:
        assert last is larger, "the last one is kept"


def test_each_thread_gets_a_workspace() -> None:
    with borrowed(10, 6, threads=3) as memory:
        assert len(memory.works) == 3
        assert len({work.sell.row.ctypes.data for work in memory.works}) == 3


def test_two_at_a_time_do_not_share() -> None:
    with borrowed(5, 5) as one, borrowed(5, 5) as other:
        assert not np.shares_memory(one.columns, other.columns)
    assert len(scratch._kept) == 1


def test_what_is_very_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "_MOST_KEPT", 9)
    with borrowed(10, 10):
        pass
    assert scratch._kept == []
    with borrowed(9, 9) as small:
        pass
    assert scratch._kept == [small]


def test_memory_comes_back_after_a_failure() -> None:
    with pytest.raises(RuntimeError), borrowed(5, 5) as lent:
        raise RuntimeError
    assert scratch._kept == [lent]
