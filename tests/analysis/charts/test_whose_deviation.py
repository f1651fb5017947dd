"""The bars of a user end where its money does, item behind item, credits to the left, the buyer's own part hatched."""

from __future__ import annotations

from typing import Any

import pytest

import gridsim
from gridsim.analysis.charts.marks import BarMark, TextMark
from tests.analysis.attribution.worked import NOMINATED, worked
from tests.analysis.charts.drawn import marks_of
from tests.shared import SCENARIOS, fresh


def bars(chart: Any) -> dict[str, dict[float, tuple[float, float]]]:
    """By item and row, where a bar begins and how long it is."""
    found: dict[str, dict[float, tuple[float, float]]] = {}
    for mark in marks_of(chart, BarMark):
        assert mark.foot is not None
        for row, foot, length in zip(mark.at, mark.foot, mark.length, strict=True):
            found.setdefault(mark.name, {})[row] = (foot, length)
    return found


def test_who_bears_most_stands_first_and_a_credit_points_to_the_left() -> None:
    chart = gridsim.run(worked()).plot.whose_deviation("shapley")
    assert chart.exact["user_id"].tolist() == ["U1", "U2", "U3"]
    assert bars(chart) == {"overrun": {0: (0, 94.424), 1: (0, 32.56), 2: (0, -29.304)}}
    assert [text for mark in marks_of(chart, TextMark) for text in mark.texts] == ["94.42", "32.56", "-29.30"]


def test_items_stand_behind_each_other_on_their_side_of_zero() -> None:
    result = fresh(SCENARIOS / "jiangsu-2023-mini")
    chart = result.plot.whose_deviation("shapley", units=["R/market"])
    found, exact = bars(chart), chart.exact
    assert exact["user_id"].tolist() == ["V", "W"]
    for row in (0, 1):
        overrun, fee = found["overrun"][row], found["deviation fee"][row]
        assert overrun[0] == 0
        assert fee[0] == overrun[1]
        assert overrun[1] * fee[1] > 0
    assert "合成售电公司/market" in chart.title


def test_the_buyers_own_part_is_hatched() -> None:
    on_plan = {user: {"flat": plan} for user, plan in NOMINATED.items()}
    (bar,) = marks_of(gridsim.run(worked(on_plan, contracts=((800, 400),))).plot.whose_deviation(lang="zh"), BarMark)
    assert (bar.is_hatched, list(bar.length)) == (True, [96_000])


def test_many_users_are_cut_and_none_is_an_error() -> None:
    chart = fresh().plot.whose_deviation(top=2)
    assert len(chart.exact) == 2
    assert "The 2 of 5 users who bear most." in chart.caption
    with pytest.raises(gridsim.ResultError, match="there is no deviation to share here"):
        gridsim.run(worked()).plot.whose_deviation(ledger="trial")
