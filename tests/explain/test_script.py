"""Condensed lists."""

from __future__ import annotations

from gridsim.explain.script import condense


def test_long_lists_keep_the_first_and_the_largest():
    assert condense(list(range(30)), lambda value: value) == (list(range(30)), [])
    shown, rest = condense(list(range(31)), lambda value: value)
    assert shown == [*range(10), 30]
    assert rest == list(range(10, 30))
    shown, _ = condense([99, *range(40)], lambda value: value)
    assert shown == list(range(10))
