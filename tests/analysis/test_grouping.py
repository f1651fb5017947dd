"""Sums by groups, a piece at a time, however many groups there may be."""

from __future__ import annotations

from typing import Any

import pytest

from gridsim.analysis import grouping
from tests.shared import PROVINCE, loaded


@pytest.mark.parametrize("by", [("payer", "payee", "month", "period"), ("unit",), ()])
@pytest.mark.parametrize("how", ["sum", "min", "max"])
def test_many_possible_groups_take_another_way_to_the_same_sums(
    monkeypatch: pytest.MonkeyPatch, by: tuple[str, ...], how: Any
) -> None:
    statistics = loaded(PROVINCE).statistics
    expected = statistics.money(by, aggregate=how)
    monkeypatch.setattr(grouping, "_DENSE", 0)
    assert statistics.money(by, aggregate=how).exact.equals(expected.exact)
