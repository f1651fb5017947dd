"""What the manifest lists: choices in force, unverified values, overridden values; nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gridsim.errors import ScenarioError
from gridsim.rules import Assumption, RuleSet, load
from tests.markets import HENAN

MONTHS = [f"2021-{number:02d}" for number in range(1, 13)]


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load("henan-2021")


def by_path(found: list[Assumption]) -> dict[str, Assumption]:
    assert len({taken.path for taken in found}) == len(found)
    return {taken.path: taken for taken in found}


def test_a_whole_year(rules: RuleSet) -> None:
    found = by_path(rules.assumptions(MONTHS))
    choices = {item.path for item in rules.items() if item.origin == "choice"}
    coefficients = {f"tariff.coefficient.{period}" for period in ("peak", "flat", "valley")}
    billing = {item.path for item in rules.items() if item.path.startswith("billing.") and not item.verified}
    assert set(found) == choices | coefficients | billing
    assert {taken.path for taken in found.values() if taken.why == "unverified"} == coefficients | billing
    without, billed = (by_path(rules.assumptions(MONTHS, tables=tables)) for tables in (("meter",), ("billing",)))
    assert not any(path.startswith("billing.") for path in without)
    not_computed = {"scope.capacity_and_demand_charges", "scope.power_factor_adjustment"}
    assert not_computed <= set(without) and not not_computed & set(billed)
    assert "billing.contracted_demand" in billed
    assert found["matching.k"].en.startswith("The price of a matched pair is sell + 0.5 × (buy − sell)")
    assert found["matching.k"].words("zh").startswith("成交对的价格为卖价+0.5×（买价−卖价）")
    assert found["tariff.coefficient.peak"].en.endswith("doesn't name it. Not verified.")
    assert found["tariff.coefficient.peak"].zh.endswith("（未经核实。）")


def test_the_first_quarter_only_if_it_is_run(rules: RuleSet) -> None:
    def of_transition(months: list[str], changed: RuleSet = rules) -> set[str]:
        return {taken.path for taken in changed.assumptions(months) if taken.path.startswith("transition.")}

    five = {
        "transition.in_band",
        "transition.without_contract",
        "transition.flat_price",
        "transition.without_flat_legs",
        "transition.transmission",
    }
    assert of_transition(MONTHS) == five
    assert of_transition(["2021-03"]) == five
    assert of_transition(MONTHS[3:]) == set()
    longer = rules.with_overrides({"transition.months": ["2021-05"]})
    assert of_transition(["2021-05"], longer) == five | {"transition.months"}
    assert of_transition(["2021-03"], longer) == {"transition.months"}


def test_a_value_that_waits_for_another(rules: RuleSet) -> None:
    assert "decomposition.typical_curve" not in by_path(rules.assumptions(MONTHS))
    curve = rules.with_overrides({"decomposition.method": "typical_curve"})
    found = by_path(curve.assumptions(MONTHS))
    assert found["decomposition.typical_curve"].why == "unverified"
    assert "weights of the typical curve" in found["decomposition.method"].en


def test_overridden_values(rules: RuleSet) -> None:
    changed = rules.with_overrides(
        {
            "settlement.tou.upper": "1.06",
            "matching.ties": "pro_rata",
            "tariff.coefficient.peak": 1.7,
            "periods.valley": [[0, 8]],
        }
    )
    found = by_path(changed.assumptions(MONTHS))
    assert "periods.valley" not in found  # set to what it was
    upper = found["settlement.tou.upper"]
    assert (upper.why, upper.value, upper.clause) == ("overridden", "1.06", "N5.2")
    assert upper.en.endswith("overrun. Set by the scenario to 1.06 instead of 1.08.")
    assert upper.zh.endswith("（由场景设为 1.06，规则集原为 1.08。）")
    ties = found["matching.ties"]
    assert ties.en == (
        "Orders alike in price and priority share the traded energy in proportion to what each has left. "
        "Set by the scenario to pro_rata instead of time."
    )
    assert found["tariff.coefficient.peak"].why == "overridden"


def test_dated_overrides_once_per_piece_that_is_run(rules: RuleSet) -> None:
    dated = [{"from": "2021-01", "value": 1.5}, {"from": "2021-07", "value": 1.7}]
    changed = rules.with_overrides({"tariff.coefficient.peak": dated})
    told = [taken.en for taken in changed.assumptions(MONTHS) if taken.path == "tariff.coefficient.peak"]
    assert len(told) == 2
    again = changed.with_overrides({"tariff.coefficient.peak": 1.6})
    assert again.item("tariff.coefficient.peak").instead_of == "1.57"


def test_outside_the_months_of_the_rules(rules: RuleSet) -> None:
    first, *rest = rules.assumptions(["2022-01", "2022-02"])
    assert (first.path, first.why) == ("in_force", "out_of_force")
    assert "2021-01 to 2021-12 and are applied to 2022-01 to 2022-02" in first.en
    assert {taken.path for taken in rest} == {taken.path for taken in rules.assumptions(["2021-06"])}


def test_words_have_both_languages(rules: RuleSet) -> None:
    for taken in rules.assumptions(MONTHS):
        assert taken.en.endswith(".")
        assert taken.zh.endswith(("。", "。）"))
        assert "{" not in taken.en + taken.zh


def test_the_page_names_the_choices_that_can_be_changed(rules: RuleSet) -> None:
    changeable = set()
    by_period = re.compile(rf"\.({'|'.join(HENAN.periods)})$")
    for path in {item.path for item in rules.items() if item.origin == "choice"}:
        with pytest.raises(ScenarioError) as refused:
            rules.with_overrides({path: "no such reading"})
        (fault,) = refused.value.faults
        if "this is a reading" not in fault.message:
            changeable.add(by_period.sub("", path))
    page = Path(__file__).parents[2] / "docs" / "how-to" / "change-a-rule.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if "`matching.ties`" in line)
    assert changeable == set(re.findall(r"`([a-z_]+\.[a-z_.]+)`", line))
