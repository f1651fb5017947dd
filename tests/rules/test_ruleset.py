"""A rule set as an object: months, hash, round trip, immutability."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gridsim.errors import ScenarioError
from gridsim.rules import RuleSet, load
from gridsim.rules.kinds import RatioKind

DATED = [{"from": "2021-01", "value": "1.5"}, {"from": "2021-04", "value": 1.6}, {"from": "2021-10", "value": 1}]


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load("henan-2021")


def test_the_hash_is_known(rules: RuleSet) -> None:
    # Of the values alone. If a value or a path changes, results change: then this is meant to be changed by hand.
    assert rules.hash == "9712acf0dd61a61c1850ffa653b16cb2120df3d5bee5c2aef060387c446be0fc"


def test_the_hash_sees_values_only(rules: RuleSet) -> None:
    assert rules.with_overrides({"matching.k": "0.50"}).hash == rules.hash
    assert rules.with_overrides({"matching.k": "0.4999"}).hash != rules.hash
    dated = rules.with_overrides({"tariff.coefficient.peak": DATED})
    assert dated.hash != rules.with_overrides({"tariff.coefficient.peak": "1.5"}).hash


def test_at_a_month(rules: RuleSet) -> None:
    dated = rules.with_overrides({"tariff.coefficient.peak": DATED})
    peaks = [dated.at(month).tariff.coefficient.peak for month in ("2020-12", "2021-01", "2021-03", "2021-04")]
    assert peaks == [15_000, 15_000, 15_000, 16_000]
    assert [dated.at(month).tariff.coefficient.peak for month in ("2021-09", "2021-10", "2022-01")] == [
        16_000,
        10_000,
        10_000,
    ]
    assert dated.values is dated.at("2021-01")
    assert dated.at("2021-04").settlement == rules.values.settlement
    with pytest.raises(ValueError, match="not a month"):
        dated.at("2021")


def test_dated_items_have_their_months(rules: RuleSet) -> None:
    dated = rules.with_overrides({"tariff.coefficient.peak": DATED})
    pieces = [item for item in dated.items() if item.path == "tariff.coefficient.peak"]
    assert [(item.value, item.in_force_from, item.in_force_to) for item in pieces] == [
        ("1.5", "2021-01", "2021-03"),
        ("1.6", "2021-04", "2021-09"),
        ("1", "2021-10", "2021-12"),
    ]
    assert all(item.overridden and item.instead_of == "1.57" for item in pieces)


def test_contradictions_are_found_in_every_month(rules: RuleSet) -> None:
    upper = [{"from": "2021-01", "value": 1.08}, {"from": "2021-05", "value": 0.9}]
    with pytest.raises(ScenarioError, match=r"upper 0\.9, lower 0\.92"):
        rules.with_overrides({"settlement.tou.upper": upper})


@pytest.mark.parametrize(
    "overrides",
    [{}, {"matching.k": "0.3", "transition.months": []}, {"tariff.coefficient.peak": DATED}],
)
def test_round_trip_through_a_manifest(rules: RuleSet, overrides: dict[str, object]) -> None:
    changed = rules.with_overrides(overrides)
    data = json.loads(json.dumps(changed.to_dict(), ensure_ascii=False))
    again = RuleSet.from_dict(data)
    assert again == changed
    assert again.hash == changed.hash
    assert again.overrides == changed.overrides
    assert list(again.items()) == list(changed.items())
    months = ["2021-01", "2021-05"]
    assert again.assumptions(months) == changed.assumptions(months)
    assert again.to_dict() == changed.to_dict()


def test_a_manifest_that_was_changed_by_hand(rules: RuleSet) -> None:
    data = rules.to_dict()
    data["values"]["matching.k"]["value"] = "0.6"
    with pytest.raises(ScenarioError, match="don't match their hash"):
        RuleSet.from_dict(data)
    data["values"]["matching.k"]["value"] = "6"
    with pytest.raises(ScenarioError, match=r"manifest.json, values.matching.k.value: out of bounds"):
        RuleSet.from_dict(data)
    with pytest.raises(ScenarioError, match="written by a later gridsim"):
        RuleSet.from_dict(rules.to_dict() | {"format": 4})
    with pytest.raises(ScenarioError, match="a rule set has an id"):
        RuleSet.from_dict({})


def test_a_manifest_needs_no_shipped_file(rules: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    data = rules.to_dict()
    monkeypatch.setattr("gridsim.rules.shipped.available", lambda: ())
    assert RuleSet.from_dict(data) == rules


def test_nothing_changes_a_rule_set(rules: RuleSet) -> None:
    before = rules.hash
    changed = rules.with_overrides({"matching.k": 1})
    assert rules.hash == before
    assert rules.values.matching.k == 5_000
    assert changed.values.matching.k == 10_000
    with pytest.raises(AttributeError):
        rules.id = "x"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        rules.values.matching.k = 1  # type: ignore[misc]


def test_overriding_twice(rules: RuleSet) -> None:
    once = rules.with_overrides({"matching.k": "0.4"})
    twice = once.with_overrides({"matching.k": "0.3"})
    assert twice.item("matching.k").instead_of == "0.5"
    back = twice.with_overrides({"matching.k": "0.5"})
    assert back == rules
    assert not back.item("matching.k").overridden


def test_copies_and_workers(rules: RuleSet) -> None:
    for again in (pickle.loads(pickle.dumps(rules)), copy.deepcopy(rules)):
        assert again == rules
        assert hash(again) == hash(rules)
        assert again.at("2021-04") == rules.at("2021-04")


def test_names_and_paths(rules: RuleSet) -> None:
    assert rules.title() == "Henan 2021, direct electricity trading"
    assert rules.title("zh") == "河南省2021年电力直接交易"
    assert repr(rules) == "RuleSet('henan-2021')"
    assert repr(rules.with_overrides({"matching.k": 1})) == "RuleSet('henan-2021', overrides={'matching.k': '1'})"
    with pytest.raises(KeyError):
        rules.item("matching")


@given(st.integers(0, 100 * 10**4))
def test_ratios_come_back_as_they_were(number: int) -> None:
    ratio = RatioKind()
    text = ratio.plain(number)
    assert ratio.parse_again(text) == number
    assert ratio.parse_again(float(str(text))) == number


def test_the_public_names() -> None:
    import gridsim.rules

    assert set(gridsim.rules.__all__) <= set(dir(gridsim.rules))
    assert all(getattr(gridsim.rules, name) for name in gridsim.rules.__all__)
    with pytest.raises(AttributeError, match="no attribute 'lode'"):
        gridsim.rules.lode  # noqa: B018


def test_importing_is_light() -> None:
    code = (
        "import sys, gridsim.rules; early = set(sys.modules); gridsim.rules.load('henan-2021');"
        "print({'pydantic', 'ruamel.yaml'} & early, {'pandas', 'numpy', 'numba', 'rich'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set() set()"
