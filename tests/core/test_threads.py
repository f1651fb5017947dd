from __future__ import annotations

import threading
from time import sleep

import pytest

from gridsim.core.threads import both


@pytest.mark.parametrize("threads", [1, 2])
def test_both_results_in_their_order(threads: int) -> None:
    assert both(divmod, (7, 2), (9, 4), threads=threads) == ((3, 1), (2, 1))


def test_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=10)
    assert sorted(both(meeting.wait, (), ())) == [0, 1]


@pytest.mark.parametrize("threads", [1, 2])
def test_of_two_failures_the_first_is_raised(threads: int) -> None:
    with pytest.raises(KeyError, match="some"):
        both({}.__getitem__, ("some",), ("other",), threads=threads)
    with pytest.raises(KeyError, match="other"):
        both({"some": 1}.__getitem__, ("some",), ("other",), threads=threads)


def test_nobody_is_left_behind_by_a_failure() -> None:
    done = []
    meeting = threading.Barrier(2, timeout=10)  # a call that has not begun when another fails never begins

    def fail_or_work(fails: bool) -> None:
        meeting.wait()
        if fails:
            raise ValueError("failed")
        sleep(0.05)
        done.append("worked")

    with pytest.raises(ValueError, match="failed"):
        both(fail_or_work, (True,), (False,))
    assert done == ["worked"], "whoever raises may be followed by one who uses the same memory"
