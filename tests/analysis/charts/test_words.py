"""How charts say names, months and lines of a hover; that every text has its Chinese is held by tests/test_words.py."""

from __future__ import annotations

from gridsim.analysis.charts.words import ChartWords
from gridsim.rules.loader import shipped


def test_names_months_and_lists() -> None:
    henan = shipped("henan-2021").shape
    en, zh = ChartWords("en", henan), ChartWords("zh", henan)
    assert (en.called("item", "energy"), zh.called("item", "energy")) == ("contract energy", "合同电费")
    assert (en.called("item", "funds"), zh.called("item", "funds")) == ("funds and surcharges", "政府性基金及附加")
    assert (en.called("party", "G1"), zh.called("party", "G1")) == ("G1", "G1")
    assert (en.months(["2021-01", "2021-02"]), zh.months(["2021-01", "2021-02"])) == ("Jan–Feb 2021", "2021年1月–2月")
    assert en.months(["2021-01", "2021-03"]) == "2021-01, 2021-03"
    assert (en.months([]), en.pair("a", "b"), zh.pair("a", "b")) == ("", "a: b", "a：b")
    assert zh.sentences("一。", "", "二。") == "一。二。"
