"""Plans: what they mean, and that every fault is found at once with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridsim.batch.plan import plan_from_dict, read_plan
from gridsim.errors import Fault, ScenarioError
from tests.shared import SCENARIOS

GOOD = """\
scenario: ../market
seed: 7
draws: 10
load:
  common: {distribution: lognormal, sigma: 0.03}
  own: {distribution: lognormal, sigma: 0.10, correlation: industry}
sweep:
  settlement.tou.upper: [1.02, 1.05]
  contracts.scale: [0.9, 1.0, 1.1]
  rules: [henan-2021, {settlement.shortfall_price: 20}]
metrics: [items, cost_by_unit]
"""


def faults_of(tmp_path: Path, text: str) -> list[Fault]:
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_plan(path)
    return list(caught.value.faults)


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_plan_says_what_is_swept(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(GOOD, encoding="utf-8")
    plan = read_plan(path)
    assert plan.scenario == tmp_path / ".." / "market"
    assert (plan.seed, plan.draws, plan.metrics) == (7, 10, ("cost_by_unit", "items"))
    assert plan.sweep.names == ("settlement.tou.upper", "contracts.scale", "rules")
    assert plan.sweep.axes[0].values == ("1.02", "1.05")  # as exact decimals, never through a float
    assert plan.sweep.axes[1].values == ("0.9", "1", "1.1")
    assert plan.sweep.size == 12
    assert (plan.quantiles, plan.tail) == ((500, 2500, 5000, 7500, 9500), 9500)
    assert plan.load is not None


def test_only_the_scenario_is_needed() -> None:
    plan = plan_from_dict({"scenario": "market"}, base_dir="folder")
    assert plan.scenario == Path("folder/market")
    assert (plan.seed, plan.draws, plan.load, plan.sweep.size) == (None, 1, None, 1)
    assert plan.metrics == ("cost_by_unit", "items", "deviation")


# Old text, new text, line, column, a part of the message, a part of what is allowed.
FAULTS = [
    ("seed: 7", "sead: 7", 2, "sead", "unknown key", "nearest: seed"),
    ("scenario: ../market\n", "", None, "scenario", "missing key", "scenario folder"),
    ("seed: 7", "seed: -1", 2, "seed", "out of bounds", "0 or above"),
    ("seed: 7", "seed: x", 2, "seed", "wrong type", "whole number"),
    ("seed: 7", "seed:", 2, "seed", None, None),
    ("draws: 10", "draws: 0", 3, "draws", "out of bounds", "1 to"),
    ("draws: 10", "draws: 1e3", 3, "draws", "wrong type", "whole number"),
    ("sigma: 0.03", "sigma: much", 5, "load.common.sigma", "not a number", None),
    ("sigma: 0.03", "sigm: 0.03", 5, "load.common.sigm", "unknown key", "nearest: sigma"),
    ("  common:", "  comon:", 5, "load.comon", "unknown key", "nearest: common"),
    ("tou.upper", "tou.uper", 8, "sweep.settlement.tou.uper", "no such value", "nearest: settlement.tou.upper"),
    ("settlement.tou.upper:", "settlement.tou:", 8, "sweep.settlement.tou", "group of values", "settlement.tou.upper"),
    ("contracts.scale", "contract.scale", 9, "sweep.contract.scale", "unknown name", "nearest: contracts.scale"),
    ("[1.02, 1.05]", "1.02", 8, "sweep.settlement.tou.upper", "not a list", "[1.02, 1.05]"),
    ("[1.02, 1.05]", "[]", 8, "sweep.settlement.tou.upper", "not a list", None),
    ("[1.02, 1.05]", "[1.02, wide]", 8, "sweep.settlement.tou.upper[1]", "not a number", "4 decimals"),
    ("[1.02, 1.05]", "[1.02, 1.00001]", 8, "sweep.settlement.tou.upper[1]", "more than 4 decimals", "4 decimals"),
    ("[1.02, 1.05]", "[1.02, 1.020]", 8, "sweep.settlement.tou.upper[1]", "twice", "once"),
    ("0.9, 1.0, 1.1", "0.9, 101", 9, "sweep.contracts.scale[1]", "out of bounds", "0 to 100"),
    ("shortfall_price: 20", "shortfal_price: 20", 10, "sweep.rules[1].settlement.shortfal_price", "no such", None),
    ("shortfall_price: 20", "shortfall_price: x", 10, "sweep.rules[1].settlement.shortfall_price", "not a num", None),
    ("{settlement.shortfall_price: 20}", "{settlement.tou.upper: 1.1}", 10,
     "sweep.rules[1].settlement.tou.upper", "on its own", None),
    ("[henan-2021, {settlement.shortfall_price: 20}]", "[7]", 10, "sweep.rules[0]", "neither", "an id"),
    ("[items, cost_by_unit]", "[itemz]", 11, "metrics[0]", "unknown name", "nearest: items"),
    ("[items, cost_by_unit]", "[]", 11, "metrics", "empty list", "cost_by_unit"),
    ("metrics: [items, cost_by_unit]", "quantiles: [0.5, 0.05]", 11, "quantiles", "out of order", "ascending"),
    ("metrics: [items, cost_by_unit]", "quantiles: [half]", 11, "quantiles[0]", "not a number", None),
    ("metrics: [items, cost_by_unit]", "tail: 1", 11, "tail", "out of bounds", "below 1"),
    ("rules: [", "n: 8\n  rules: [", 10, "sweep.n", "belongs to a design", "sobol"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message", "allowed"), FAULTS, ids=lambda part: str(part)[:30]
)
def test_a_fault_names_line_key_value_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, line: int | None, column: str, message: str | None, allowed: str | None
) -> None:
    text = changed(old, new)
    if message is None:  # an empty seed is no seed
        path = tmp_path / "plan.yaml"
        if column == "seed":
            path.write_text(text, encoding="utf-8")
            assert read_plan(path).seed is None
            return
    found = [fault for fault in faults_of(tmp_path, text) if fault.column == column]
    assert len(found) == 1, found
    assert found[0].row == line
    assert message is None or message in found[0].message
    assert allowed is None or allowed in found[0].allowed


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    text = changed("seed: 7", "seed: x").replace("0.03", "z").replace("tou.upper", "tou.uper").replace("items", "itemz")
    assert [fault.row for fault in faults_of(tmp_path, text)] == [2, 5, 8, 11]


def test_draws_without_load_are_all_the_same(tmp_path: Path) -> None:
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith(("load", "  common", "  own")))
    (fault,) = faults_of(tmp_path, text)
    assert fault.column == "draws" and "same" in fault.message


def test_a_plan_that_is_not_there_or_no_map(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="missing file"):
        read_plan(tmp_path / "none.yaml")
    assert "not a map" in faults_of(tmp_path, "- a\n- b\n")[0].message
    assert "empty" in faults_of(tmp_path, "")[0].message
    assert "twice" in faults_of(tmp_path, GOOD + "seed: 8\n")[0].message


def test_a_reading_is_no_thing_to_sweep(tmp_path: Path) -> None:
    axis = "  settlement.tou.upper: [1.02, 1.05]"
    alone = plan_from_dict({"scenario": ".", "sweep": {"settlement.overrun_payer": ["buyer"]}})
    assert alone.sweep.axes[0].values == ("buyer",)  # as 0.1 took it: it changes nothing
    (fault,) = faults_of(tmp_path, changed(axis, "  settlement.overrun_payer: [buyer, user]"))
    assert (fault.row, fault.column, fault.value) == (8, "sweep.settlement.overrun_payer[1]", "user")
    assert fault.message == "this is a reading of N5.1, N5.2 and can't be changed"
    assert "It could also mean: Each user pays" in fault.allowed
    (fault,) = faults_of(tmp_path, changed("{settlement.shortfall_price: 20}", "{settlement.overrun_payer: user}"))
    assert fault.column == "sweep.rules[1].settlement.overrun_payer"


# ---- designs ---------------------------------------------------------------------------------------------------------

DESIGN = """\
scenario: market
sweep:
  design: sobol
  n: 8
  settlement.tou.upper: [1.02, 1.10]
  load.scale: [0.9, 1.1]
"""

DESIGN_FAULTS = [
    ("sobol", "sobel", 3, "sweep.design", "unknown design", "sobol"),
    ("n: 8", "n: 9", 4, "sweep.n", "power of two", "8 or 16"),
    ("  n: 8\n", "", None, "sweep.n", "missing key", "whole number"),
    ("n: 8", "n: 8\n  levels: 4", 5, "sweep.levels", "no such key", "morris"),
    ("sobol\n  n: 8", "morris\n  n: 9\n  levels: 5", 5, "sweep.levels", "even", None),
    ("n: 8", "n: 8\n  second_order: maybe", 5, "sweep.second_order", "truth value", "true or false"),
    ("[1.02, 1.10]", "[1.02]", 5, "sweep.settlement.tou.upper", "not a range", "[low, high]"),
    ("[1.02, 1.10]", "[1.10, 1.02]", 5, "sweep.settlement.tou.upper", "empty", "low below high"),
    ("settlement.tou.upper", "matching.ties", 5, "sweep.matching.ties", "samples numbers", "time or pro_rata"),
    ("load.scale", "rules", 6, "sweep.rules", "samples numbers", None),
    ("load.scale", "load.scal", 6, "sweep.load.scal", "unknown name", "nearest: load.scale"),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message", "allowed"), DESIGN_FAULTS, ids=lambda x: str(x)[:30]
)
def test_a_fault_of_a_design(
    tmp_path: Path, old: str, new: str, line: int | None, column: str, message: str, allowed: str | None
) -> None:
    assert old in DESIGN
    found = [fault for fault in faults_of(tmp_path, DESIGN.replace(old, new)) if fault.column == column]
    assert found, column
    if line is not None:
        assert found[0].row == line
    assert message in found[0].message
    assert allowed is None or allowed in found[0].allowed


def test_a_design_without_ranges(tmp_path: Path) -> None:
    text = DESIGN.split("  settlement", maxsplit=1)[0]
    assert "needs ranges" in faults_of(tmp_path, text)[0].message


def test_what_can_be_swept_are_the_values_of_the_scenarios_own_rule_set() -> None:
    scenario = SCENARIOS / "jiangsu-2023-mini"
    plan = plan_from_dict({"scenario": scenario, "sweep": {"settlement.over_edge": ["1.03", "1.05"]}})
    assert plan.sweep.size == 2
    with pytest.raises(ScenarioError) as caught:
        plan_from_dict({"scenario": scenario, "sweep": {"settlement.tou.upper": ["1.03", "1.05"]}})
    (fault,) = caught.value.faults
    assert fault.column == "sweep.settlement.tou.upper"


def test_a_scenario_folder_is_told_from_a_plan() -> None:
    with pytest.raises(ScenarioError, match="henan-2021-mini: a folder, and a plan is a file; allowed: a YAML file"):
        read_plan(SCENARIOS / "henan-2021-mini")


def test_a_misspelt_distribution_with_a_sigma_is_told_with_the_one_that_was_meant() -> None:
    load = {"own": {"distribution": "lognorml", "sigma": 0.1}}
    with pytest.raises(ScenarioError, match=r"load\.own: sigma belongs to lognormal .*; nearest: lognormal"):
        plan_from_dict({"scenario": "market", "draws": 2, "load": load})
