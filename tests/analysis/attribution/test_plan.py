"""Plans against the oracle: nominations, histories, the mean of others, equal shares."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gridsim.analysis.attribution.plan import Mean, planned
from tests.oracle.attribution import plans_of

NOMINATION = st.one_of(st.none(), st.integers(0, 500))
HISTORY = st.lists(st.integers(0, 300), max_size=3)


@settings(max_examples=40)
@given(st.integers(0, 2000), st.lists(st.tuples(NOMINATION, HISTORY), max_size=7))
def test_plans_are_those_of_the_oracle(contract: int, users: list[tuple[int | None, list[int]]]) -> None:
    nominated, history = [each for each, _ in users], [each for _, each in users]
    found = planned(contract, nominated, [Mean(sum(years), len(years)) if years else None for years in history])
    assert (list(found.energy), list(found.origin)) == plans_of(contract, nominated, history)
    if None in nominated:
        assert sum(found.energy) == max(contract, sum(each or 0 for each in nominated))
