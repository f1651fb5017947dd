"""What was asked for, or an error that names what may be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import gridsim
from tests.shared import fresh


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda s: s.money("unit_id"), r"groupby: no dimension of money 'unit_id'.*allowed: unit.*nearest: unit"),
        (lambda s: s.energy("item"), r"groupby: no dimension of energy 'item'"),
        (lambda s: s.energy(("user", "generator")), r"generator, user stand in no table together; allowed"),
        (lambda s: s.energy("user", {"session": "AM-2021"}), r"session, user stand in no table together"),
        (lambda s: s.deviation("period"), r"no dimension of deviation 'period'"),
        (lambda s: s.money(where={"mnth": "2021-01"}), r"where: no dimension 'mnth'.*nearest: month"),
        (lambda s: s.where(month="2022-01"), r"where: no month '2022-01' in this result; there are: 2021-01"),
        (lambda s: s.money(where={"unit": ["R1/conv"]}), r"no unit 'R1/conv'.*nearest: R1/conventional"),
        (lambda s: s.money(aggregate="average"), r"aggregate: no aggregate 'average'.*allowed: sum, mean, min, max"),
        (lambda s: s.shares("unit", within="item"), r"within: no dimension 'item' here; allowed: unit"),
        (lambda s: s.ranking(by="amount"), r"by: no column 'amount' here; allowed: amount_yuan.*nearest: amount_yuan"),
        (lambda s: s.ranking("item", by="overrun_rate"), r"no dimension of deviation 'item'"),
        (lambda s: s.ranking("user", by="contract_mwh"), r"by: no column 'contract_mwh'.*allowed: metered_mwh"),
        (lambda s: s.concentration(of="user"), r"of: no dimension 'user'.*allowed: generator, buyer, retailer, unit"),
        (lambda s: s.values("units"), r"values: no dimension 'units'.*nearest: unit"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_answered_with_what_is_allowed(
    ask: Callable[[gridsim.analysis.statistics.Statistics], object], told: str
) -> None:
    with pytest.raises(gridsim.ResultError, match=told):
        ask(fresh().statistics)
