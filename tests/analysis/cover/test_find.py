"""Questions of cover, answered or refused with all their faults."""

from __future__ import annotations

import pandas as pd
import pytest
import scipy.stats as st

import gridsim
from gridsim.analysis import Contract, optimal_cover
from tests.analysis.cover.costs import TOU_PRICES


def test_every_fault_of_a_question_is_told_at_once(scenario):
    with pytest.raises(gridsim.ScenarioError) as error:
        optimal_cover(scenario, "R1/conventionel", load=[1], price=300, months=["2021-01", "x"], payer="me")
    text = str(error.value)
    for part in ("nearest: R1/conventional", "a month of transition", "not a month", "not a payer"):
        assert part in text


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"load": [1]}, "one of the two"),
        ({"load": [1], "price": "3e"}, "not a number"),
        ({"load": [1], "price": 300.0001}, "more than 3 decimals"),
        ({"load": [1], "price": {"peak": 3}}, "not a product of the unit"),
        ({"load": [1], "price": 300, "level": 1}, "out of range"),
        ({"load": [1], "price": 300, "risk": -1}, "out of range"),
        ({"load": [1, -1], "price": 300}, "row 2"),
        ({"load": [], "price": 300}, "not a load distribution"),
        ({"load": "historie", "price": 300}, "not a load distribution"),
        ({"load": st.norm(0, 1), "price": 300}, "not a multiple"),
        ({"load": pd.DataFrame({"draw": [1]}), "price": 300}, "no such column"),
        ({"load": [1], "contracts": []}, "no contract"),
        ({"load": [1], "contracts": [Contract("a", 3, product="peak")]}, "not sized"),
        ({"load": [1], "contracts": [Contract("a", 3, least=5, most=4)]}, "below least"),
        ({"load": [1], "contracts": [Contract("a", 3, months=["2021-01"])]}, "not sized"),
        ({"load": [1], "contracts": [Contract("a", 3), Contract("a", 4)]}, "not unique"),
    ],
)
def test_faults_tell_what_is_allowed(scenario, options, told):
    with pytest.raises(gridsim.ScenarioError) as error:
        optimal_cover(scenario, "R1/conventional", **options)
    assert told in str(error.value)
    assert all(fault.allowed for fault in error.value.faults)


def test_a_position_that_is_not_there_lists_those_that_are(scenario):
    cover = optimal_cover(scenario, "U4/tou", load=[1], price=TOU_PRICES, months=["2021-05"])
    with pytest.raises(gridsim.ResultError, match="2021-05 flat"):
        cover.position(product="total")
    with pytest.raises(gridsim.ResultError, match="several"):
        cover.position(month="2021-05")
