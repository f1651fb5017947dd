"""Sweep points: products, designs, rule sets, and what cannot be swept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import gridsim
from gridsim.batch.designs import sample
from gridsim.batch.plan import plan_from_dict
from gridsim.batch.points import Expansion, _other_lists, expand, label_of
from gridsim.batch.sweep import Sweep
from gridsim.errors import ScenarioError
from gridsim.rules import load as load_rules
from tests.shared import MINI, scenario_in


def sweep_of(**sweep: object) -> Sweep:
    return plan_from_dict(
        {"scenario": "x", "sweep": {name.replace("__", "."): value for name, value in sweep.items()}}
    ).sweep


def points_of(sweep: Sweep, scenario: gridsim.Scenario) -> Expansion:
    return expand(sweep, scenario, 7, base_dir=str(MINI), file="plan.yaml")


@pytest.fixture(scope="module")
def mini() -> gridsim.Scenario:
    return scenario_in()


def test_no_sweep_is_one_point(mini: gridsim.Scenario) -> None:
    (point,) = points_of(Sweep(), mini).points
    assert (point.number, dict(point.overrides), point.scales) == (0, {}, ("1", "1", "1"))


def test_a_cartesian_product_in_the_order_of_the_plan(mini: gridsim.Scenario) -> None:
    sweep = sweep_of(settlement__tou__upper=["1.02", "1.05"], load__scale=[0.9, 1, 1.1])
    points = points_of(sweep, mini).points
    assert [tuple(point.parameters.values()) for point in points] == [
        ("1.02", "0.9"), ("1.02", "1"), ("1.02", "1.1"), ("1.05", "0.9"), ("1.05", "1"), ("1.05", "1.1"),
    ]  # fmt: skip
    assert points[3].overrides == {"settlement.tou.upper": "1.05"}
    assert points[3].scales == ("1", "0.9", "1")


def test_rule_sets_keep_the_scenarios_overrides(mini: gridsim.Scenario) -> None:
    scenario = mini.with_overrides({"settlement.conventional.upper": "1.07"})
    found = points_of(sweep_of(rules=["henan-2021", {"settlement.shortfall_price": 20}]), scenario)
    by_id, by_override = found.points
    rules = found.bases[by_id.base].at("2021-05").settlement
    assert (rules.conventional.upper, rules.shortfall_price) == (10700, 10_000)
    rules = found.bases[by_override.base].with_overrides(by_override.overrides).at("2021-05").settlement
    assert (rules.conventional.upper, rules.shortfall_price) == (10700, 20_000)
    assert [label_of(point.parameters["rules"]) for point in found.points] == [
        "henan-2021", "settlement.shortfall_price=20",
    ]  # fmt: skip


def test_an_unknown_rule_set_is_a_fault(mini: gridsim.Scenario) -> None:
    with pytest.raises(ScenarioError, match="nearest: henan-2021"):
        points_of(sweep_of(rules=["henan-2012"]), mini)


def test_hours_that_were_summed_cannot_be_swept(mini: gridsim.Scenario) -> None:
    from dataclasses import replace

    sweep = sweep_of(periods__peak=[[[8, 12], [18, 22]]])
    assert len(points_of(sweep, mini).points) == 1
    with pytest.raises(ScenarioError, match="summed"):
        points_of(sweep, replace(mini, given=mini.given | {"load"}))


@pytest.mark.parametrize("design", ["sobol", "latin_hypercube", "saltelli", "morris"])
def test_a_design_is_exact_reproducible_and_inside_its_ranges(design: str) -> None:
    if design in ("saltelli", "morris"):
        pytest.importorskip("SALib")
    sweep = sweep_of(design=design, n=8, settlement__tou__upper=["1.02", "1.1"], settlement__shortfall_price=[0, 30.5])
    values = sample(sweep, 7)
    assert values.shape == (sweep.size, 2)
    assert np.array_equal(values, sample(sweep, 7))
    assert not np.array_equal(values, sample(sweep, 8))
    assert (values >= [10200, 0]).all() and (values <= [11000, 30500]).all()
    assert len(np.unique(values, axis=0)) > sweep.n // 2


def test_a_latin_hypercube_has_one_point_in_each_slice() -> None:
    sweep = sweep_of(design="latin_hypercube", n=50, load__scale=["0.5", "1.5"])
    slices = (sample(sweep, 3)[:, 0] - 5000) * 50 // 10001
    assert len(set(slices.tolist())) >= 48  # values are rounded to 4 decimals, so that an edge may be touched


def test_a_design_makes_points(mini: gridsim.Scenario) -> None:
    sweep = sweep_of(design="sobol", n=4, load__scale=["0.9", "1.1"], compliance__history_years=[1, 9])
    points = points_of(sweep, mini).points
    assert len(points) == 4
    assert all(0.9 <= float(point.scales[1]) <= 1.1 for point in points)
    assert all(isinstance(point.overrides["compliance.history_years"], int) for point in points)


def test_a_rule_set_of_another_market_is_a_fault() -> None:
    own = load_rules("henan-2021").shape
    other = replace(own, periods=(*own.periods, "deep_valley"), tariff=own.tariff[1:])
    found = _other_lists(own, other, "other.yaml", "plan.yaml")
    assert [(fault.column, fault.value, str(fault.message)) for fault in found] == [
        ("sweep.rules", "other.yaml", "its market has other periods"),
        ("sweep.rules", "other.yaml", "its market has other tariff"),
    ]
    assert _other_lists(own, own, "same.yaml", "plan.yaml") == []
