"""Splits of numbers of any size and either sign, against exact fractions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridsim.shares import shares
from tests.oracle.attribution import floor_split

WEIGHTS = st.lists(st.integers(-(10**22), 10**22), min_size=1, max_size=8)


@settings(max_examples=40)
@given(st.integers(-(10**30), 10**30), WEIGHTS)
def test_shares_are_those_of_the_oracle(total: int, weights: list[int]) -> None:
    if total and sum(weights) <= 0:
        with pytest.raises(ValueError, match="nothing to split"):
            shares(total, weights)
        return
    found = shares(total, weights)
    assert sum(found) == total
    assert found == (floor_split(total, weights) if total else [0] * len(weights))
