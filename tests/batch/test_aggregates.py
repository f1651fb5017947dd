"""What statistics over draws are called, and what they are of values whose statistics are known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gridsim.batch.aggregates import LOSS, check_aggregates, spread_table
from gridsim.errors import ResultError

VALUES = np.array([5, -7, 0, -1, 9, 3, 4, 8, 2, 6], dtype=np.int64) * 10**6


def test_each_is_that_of_the_values() -> None:
    asked = ("mean", "min", "max", "sum", "count", "median", "q10", "q95", LOSS)
    found = spread_table([("R1", VALUES)], ["retailer"], asked)
    assert found.loc["R1"].tolist() == [2.9, -7, 9, 29, 10, 3, -7, 9, 0.2]
    exact = found.exact.loc["R1"]
    assert exact["loss_draws"] == 2 and exact["mean_micro_yuan"] == 2_900_000 and exact["count"] == 10


@pytest.mark.parametrize(("is_low_worst", "expected"), [(True, (-7 - 1 - 0 / 2) / 2.5), (False, (9 + 8 + 6 / 2) / 2.5)])
def test_the_tail_is_that_of_the_worst(is_low_worst: bool, expected: float) -> None:
    """Of ten draws the tail at 0.75 is two and a half: the draw at the edge counts half."""
    found = spread_table([((), VALUES)], (), ("cvar75",), is_low_worst=is_low_worst)
    assert found["cvar75_yuan"].tolist() == [expected]


def test_what_is_no_statistic_is_refused_with_those_that_are() -> None:
    check_aggregates(("mean", "q975", LOSS), (LOSS,))
    for name, told in (("averge", "allowed: mean"), (LOSS, "no aggregate 'loss_probability'")):
        with pytest.raises(ResultError, match=told):
            check_aggregates((name,))
    with pytest.raises(ResultError, match="nearest: loss_probability"):
        check_aggregates(("loss_probabilty",), (LOSS,))
