"""What values are called: a short name of each in both languages, in place of the path where people read."""

from __future__ import annotations

import re

import pytest

import gridsim
from gridsim.rules import RuleSet, available, load
from gridsim.rules.told_values import called_with_path, override_texts, unverified_texts

LETTERS = re.compile(r"[A-Za-z]{2,}")


@pytest.mark.parametrize("name", available())
def test_every_value_that_can_be_set_has_a_short_name_of_its_own(name: str) -> None:
    rules = load(name)
    paths = [entry.path for entry in rules.entries if entry.also is None]
    for lang in ("en", "zh"):
        names = [rules.called(path).told(lang) for path in paths]
        assert not set(names) & set(paths)
        assert len(set(names)) == len(names)
        assert max(map(len, names)) <= (24 if lang == "zh" else 48)  # for headings and axes
    assert not [name for name in (rules.called(path).zh for path in paths) if LETTERS.search(name)]


def test_a_name_is_inherited_kept_under_an_override_and_stored_with_a_result() -> None:
    rules = load("henan-2021", {"settlement.shortfall_price": 20})
    assert rules.called("settlement.shortfall_price").zh == "欠用电量结算价格"
    assert RuleSet.from_dict(rules.to_dict()).called("settlement.shortfall_price").zh == "欠用电量结算价格"
    without = rules.to_dict()
    for value in without["values"].values():
        value.pop("called", None)
    assert RuleSet.from_dict(without).called("settlement.shortfall_price") == "settlement.shortfall_price"  # of 0.1


def test_what_is_no_value_is_called_by_its_path() -> None:
    assert load("henan-2021").called("shape.periods").zh == "shape.periods"


def test_a_path_stands_behind_the_name() -> None:
    rules = load("henan-2021")
    told = called_with_path(rules, "settlement.shortfall_price")
    assert told == "shortfall price (settlement.shortfall_price)"
    assert told.zh == "欠用电量结算价格（settlement.shortfall_price）"
    assert called_with_path(rules, "in_force") == "in_force"


def test_overrides_and_unverified_values_are_told_by_name_in_chinese() -> None:
    rules = load("henan-2021", {"settlement.tou.upper": "1.1"})
    (text,) = override_texts(rules.overrides, rules)
    assert text == "settlement.tou.upper = 1.1" and text.zh == "分时段偏差上限（settlement.tou.upper）= 1.1"
    taken = [{"path": each.path, "value": each.value, "why": each.why} for each in rules.assumptions(["2021-05"], ())]
    assert unverified_texts(taken, rules)[0].zh == "峰段系数 = 1.57"


def test_a_rule_file_gives_names_of_its_own(tmp_path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "extends: henan-2021\nid: own\nvalues:\n"
        "  settlement.shortfall_price: {value: 12, called: {en: fee, zh: 费率}}\n  settlement.tou.upper: 1.1\n",
        encoding="utf-8",
    )
    rules = load(own)
    assert rules.called("settlement.shortfall_price").zh == "费率"
    assert rules.called("settlement.tou.upper").zh == "分时段偏差上限"
    own.write_text(own.read_text(encoding="utf-8").replace("zh: 费率", "cn: 费率"), encoding="utf-8")
    with pytest.raises(gridsim.ScenarioError) as caught:
        load(own)
    (fault,) = caught.value.faults
    assert fault.column == "values.settlement.shortfall_price.called"
