"""What a plan varies is called by name: values of the rule set, scales, and what stands for each."""

from __future__ import annotations

import pytest

from gridsim.batch.named_market import NamedMarket
from gridsim.batch.parameter_words import ParameterWords
from gridsim.rules import load

MARKET = NamedMarket(load("henan-2021"), {"R1": "合成售电公司"})


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("settlement.shortfall_price", "shortfall price", "欠用电量结算价格"),
        ("load.scale", "load ×", "用电量倍数"),
        ("contracts.scale", "contract energy ×", "合同电量倍数"),
        ("prices.scale", "contract prices ×", "合同电价倍数"),
        ("contracts.scale[R1/tou]", "contract energy ×: 合成售电公司/time of use", "合成售电公司/分时段 合同电量倍数"),
        ("rules", "rules", "规则"),
        ("of.nobody", "of.nobody", "of.nobody"),
    ],
)
def test_parameters_have_names(name: str, english: str, chinese: str) -> None:
    assert ParameterWords("en", MARKET).parameter(name) == english
    assert ParameterWords("zh", MARKET).parameter(name) == chinese


def test_values_have_words() -> None:
    words = ParameterWords("zh", MARKET)
    assert words.value("load.scale", 0.95) == "0.95"
    assert words.value("settlement.tou.overrun_catalogue.valley", "peak") == "峰段"
    assert words.value("settlement.shortfall_price", "20") == "20"
    assert [words.value("settlement.shortfall_price", price) for price in (20.0, 1234.567)] == ["20", "1234.567"]
    assert words.value("rules", "henan-2021") == "henan-2021"
    both = "settlement.shortfall_price=20, settlement.tou.upper=1.1"
    assert words.value("rules", both) == "欠用电量结算价格 = 20, 分时段偏差上限 = 1.1"


def test_a_note_leads_back_to_the_paths() -> None:
    words = ParameterWords("zh", MARKET)
    names = ["settlement.tou.upper", "rules", "load.scale"]
    assert words.paths(names) == "分时段偏差上限 = settlement.tou.upper；用电量倍数 = load.scale"


def test_a_batch_that_does_not_tell_its_rules_goes_by_paths() -> None:
    words = ParameterWords("zh", NamedMarket())
    assert words.parameter("settlement.tou.upper") == "settlement.tou.upper"
    assert words.parameter("load.scale") == "用电量倍数"
    assert words.value("settlement.tou.upper", 1.08) == "1.08" and words.paths(["settlement.tou.upper"]) == ""
