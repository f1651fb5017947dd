"""Money flows hold the ledger, and ribbons hold the table."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from gridsim.analysis.charts.marks import AreaMark, BarMark, TextMark
from gridsim.analysis.charts.money_flows import money_flows
from gridsim.rules.loader import shipped
from tests.analysis.charts.drawn import ledger, marks_of, numbers, results
from tests.shared import PROVINCE, fresh

HENAN = shipped("henan-2021").shape


@results
def test_money_flows_hold_the_ledger(of: str) -> None:
    chart = fresh(of).plot.money_flows(top=3)
    by_item = ledger(of).groupby("item", observed=True)["amount_micro_yuan"].sum()
    assert chart.exact.groupby("item")["amount_micro_yuan"].sum().to_dict() == by_item.to_dict()
    lines = ledger(of)
    for payer in set(chart.exact["payer"]) - {"(others)"}:
        mine = chart.exact.query("payer == @payer")["amount_micro_yuan"].sum()
        assert mine == lines.loc[lines["payer"] == payer, "amount_micro_yuan"].sum(), payer
    for payee in set(chart.exact["payee"]) - {"(others)"}:
        mine = chart.exact.query("payee == @payee")["amount_micro_yuan"].sum()
        assert mine == lines.loc[lines["payee"] == payee, "amount_micro_yuan"].sum(), payee


@pytest.mark.slow
def test_money_flows_name_the_largest_and_count_the_others() -> None:
    chart = fresh(PROVINCE).plot.money_flows(top=3)
    by_payer = ledger(PROVINCE).groupby("payer", observed=True)["amount_micro_yuan"].sum()
    largest = set(by_payer.nlargest(3).index.astype(str))
    assert largest <= set(chart.exact["payer"])
    users = set(fresh(PROVINCE).inputs["users"].column("user_id").to_pylist()) & set(by_payer.index.astype(str))
    labels = [label for mark in marks_of(chart, TextMark) for label in mark.texts]
    others = len(users - set(chart.exact["payer"]))
    assert any(label.startswith(f"{others} other users") for label in labels), labels


def test_ribbons_are_the_flows_and_money_back_flows_forward() -> None:
    row = {"payer": "U1", "payer_group": "users", "payee": "GRID", "payee_group": "grid"}
    flows = pd.DataFrame(
        [
            {**row, "item": "transmission", "amount_micro_yuan": 5 * 10**9},
            {**row, "item": "tou_adjustment", "amount_micro_yuan": -(10**9)},
        ]
    )
    chart = money_flows(flows, shape=HENAN, lang="en")
    ribbons = marks_of(chart, AreaMark)
    assert [ribbon.hover.split("\n")[1] for ribbon in ribbons] == ["U1 → grid company", "grid company → U1"]
    high = [ribbon.y[-1] - ribbon.y[0] for ribbon in ribbons]
    assert high[0] == pytest.approx(5 * high[1])
    assert "payment back" in chart.caption
    assert "yuan change hands." in chart.caption


@results
def test_ribbons_fill_their_nodes(of: str) -> None:
    chart = fresh(of).plot.money_flows(top=4)
    total = int(chart.exact["amount_micro_yuan"].abs().sum())
    ribbons, nodes = marks_of(chart, AreaMark), marks_of(chart, BarMark)
    assert len(ribbons) == (chart.exact["amount_micro_yuan"] != 0).sum()
    used = sum(ribbon.y[-1] - ribbon.y[0] for ribbon in ribbons)
    for side in nodes:
        assert sum(numbers(side.length)) == pytest.approx(used)
        assert side.foot is not None
        ends = [(foot, foot + high) for foot, high in zip(numbers(side.foot), numbers(side.length), strict=True)]
        assert all(0 <= top <= end <= 1 + 1e-12 for top, end in ends)
        assert all(end < top for (_, end), (top, _) in pairwise(ends))
    amounts = sorted(chart.exact["amount_micro_yuan"].abs())
    drawn = sorted((ribbon.y[-1] - ribbon.y[0]) / used * total for ribbon in ribbons)
    assert drawn == pytest.approx(amounts, rel=1e-6)


def test_groups_that_nobody_named_are_drawn_too() -> None:
    flows = pd.DataFrame(
        [{"payer": "A", "payer_group": "storages", "payee": "B", "payee_group": "grid", "item": "energy"}]
    ).assign(amount_micro_yuan=10**12)
    chart = money_flows(flows, groups=["users", "grid"], lang="en")
    assert [text for mark in marks_of(chart, TextMark) for text in mark.texts] == ["A  100.0 %", "B  100.0 %"]


def test_months_are_told() -> None:
    chart = fresh().plot.money_flows(where={"month": ["2021-05", "2021-04"]})
    assert "in Apr–May 2021." in chart.caption
