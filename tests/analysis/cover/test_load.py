"""The loads that are asked about."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

import gridsim
from gridsim.analysis import optimal_cover
from gridsim.analysis.cover.one import tail_weights
from gridsim.units import round_half_up
from tests.analysis.cover.costs import TOU_PRICES


@given(some.integers(1, 30), some.integers(0, 9_999), some.integers(0, 50_000))
def test_weights_are_expectation_and_mean_of_the_worst(count, level, risk):
    weight = tail_weights(count, level, risk)
    costs = [Fraction(k * k) for k in range(count)]  # ascending, as the weights want them
    tail = Fraction(10**4 - level, 10**4) * count
    left, worst = tail, Fraction(0)
    for cost in reversed(costs):
        part = min(left, Fraction(1))
        worst += part * cost
        left -= part
    expected = sum(costs, Fraction(0)) / count + Fraction(risk, 10**4) * worst / tail
    scale = 1 + Fraction(risk, 10**4)  # the weights of one draw and of all its CVaR
    assert (
        Fraction(int(weight @ np.array([int(c) for c in costs], dtype=object)), int(weight.sum())) * scale == expected
    )


def test_history_is_the_energy_of_past_years_over_this_year(scenario):
    cover = optimal_cover(scenario, "R1/tou", load="history", price=TOU_PRICES, months=["2021-06"])
    assert cover.load == "history of the years 2019, 2020"
    meter, history = scenario.tables["meter"], scenario.tables["history"]
    this_year = meter.loc[meter["user_id"] == "U3", "energy_kwh"].sum()
    june = meter[(meter["user_id"] == "U3") & (meter["month"] == "2021-06") & (meter["period"] == "peak")]
    past = history[history["user_id"] == "U3"].set_index("year")["energy_kwh"]
    expected = sorted(
        round_half_up(int(june["energy_kwh"].iloc[0]) * int(past[year]), int(this_year)) for year in past.index
    )
    assert cover.position(product="peak").hinges.energy.tolist() == expected


def test_a_year_that_is_not_past_is_no_history(scenario):
    tables = {
        path.stem: pd.read_csv(path, dtype=str, encoding="utf-8-sig")
        for path in Path("scenarios/henan-2021-mini").glob("*.csv")
    }
    this_year = pd.DataFrame({"user_id": ["U1", "U2"], "year": "2021", "energy_mwh": "1"})
    tables["history"] = pd.concat([tables["history"], this_year])
    later = gridsim.scenario_from_tables(tables, name="later", year=2021)
    found, expected = (optimal_cover(of, "R1/conventional", load="history", price=365) for of in (later, scenario))
    assert found.load == expected.load
    pd.testing.assert_frame_equal(found.table, expected.table)
