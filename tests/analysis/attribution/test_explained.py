"""Why a user bears what it bears: every number of the worked month, in both languages; many users; what is refused."""

from __future__ import annotations

import pytest

import gridsim
from tests.analysis.attribution.worked import MONTH, NOMINATED, SHORT, worked
from tests.shared import SCENARIOS, fresh

UNIT = "R/conventional"


@pytest.fixture(scope="module")
def result() -> gridsim.Result:
    return gridsim.run(worked())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_worked_month_is_told_in_full(result: gridsim.Result, lang: str) -> None:
    told = " ".join(str(result.explain(UNIT, MONTH, lang=lang, user="U3", method="shapley")).split())
    for figure in (
        "560.000 360.000 +200.000", "1,200.000 1,000.000 +200.000", "1,000.000 × 1.05 = 1,050.000",
        "v(U1) = 150.000; v(U2) = 30.000; v(U3) = 0.000", "v(U1, U2) = 230.000; v(U1, U3) = 70.000",
        "U3 -45.000 -45.000 -29,304.00", "97,680.00 × -45.000 ÷ 150.000 = -29,304.00",
    ):  # fmt: skip
        assert figure in told
    steps = result.explain(UNIT, MONTH, lang=lang, user="U3").steps
    assert [step.number for step in steps] == [1, 2, 3]


def test_plans_from_nomination_history_and_others() -> None:
    history = [{"user_id": "U2", "year": 2020, "energy_mwh": 40}]
    told = str(gridsim.run(worked(SHORT, {"U1": 360}, history=history)).explain(UNIT, MONTH, user="U1"))
    assert "max(0, 1,000.000 - 360.000) = 640.000" in told
    for row in ("U1 360.000 nomination", "U2 40.000 320.000 history", "U3 40.000 320.000 mean of the others"):
        assert row in " ".join(told.split())
    equal = str(gridsim.run(worked(SHORT, None)).explain(UNIT, MONTH, user="U1"))
    assert "nobody has a history, so in equal parts" in " ".join(equal.split())


def test_the_buyers_own_part_and_a_unit_without_a_contract() -> None:
    on_plan = {user: {"flat": plan} for user, plan in NOMINATED.items()}
    told = " ".join(str(gridsim.run(worked(on_plan, contracts=((800, 400),))).explain(UNIT, MONTH, user="U1")).split())
    assert "is the buyer's own: 160.000 of 160.000, 96,000.00 of 96,000.00 yuan" in told
    assert "(the buyer's own) 160.000 96,000.00" in told
    mini = fresh()
    told = str(mini.explain("U4/tou", "2021-01", user="U4"))
    assert "This position has no deviation to share." in told
    assert "There is no contract: everything lies beyond the edge." in told


def test_of_many_users_the_one_that_is_asked_about_is_shown() -> None:
    cells = {f"U{number:02}": {"flat": 40 + 7 * (number % 5)} for number in range(40)}
    nominated = {user: 10 + number for number, user in enumerate(cells)}
    result = gridsim.run(worked(cells, nominated, seed=4))
    told = str(result.explain(UNIT, MONTH, user="U33", method="shapley"))
    assert "40 users: 2,000 orders were drawn by the scenario's seed and this position." in told
    assert "standard error" in told
    assert "\n    U33 " in told
    assert "\n    U30 " not in told


def test_a_market_with_several_bands_and_fees_is_told() -> None:
    told = str(fresh(SCENARIOS / "jiangsu-2023-mini").explain("R/market", "2023-08", user="W", method="shapley"))
    assert told.count("Who bears it: overrun") == 2
    assert told.count("Who bears it: deviation fee") == 1
    assert "is a credit" in told


def test_what_is_refused_names_what_there_is(result: gridsim.Result) -> None:
    with pytest.raises(gridsim.ResultError, match="no user 'U9' in this position; there are: U1, U2, U3"):
        result.explain(UNIT, MONTH, user="U9")
    with pytest.raises(gridsim.ResultError, match="no product 'peak' in this unit's month; there are: total"):
        result.explain(UNIT, MONTH, "peak", user="U1")
    with pytest.raises(gridsim.ResultError, match="R/conventional has no position in 2021-06; there are: 2021-05"):
        result.explain(UNIT, "2021-06", user="U1")
    with pytest.raises(gridsim.ResultError, match="lang must be one of"):
        result.explain(UNIT, MONTH, lang="de", user="U1")
