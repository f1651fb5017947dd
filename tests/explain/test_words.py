"""The two languages say the same things, and neither shines through the other."""

from __future__ import annotations

import re

import pytest

from gridsim.explain.words import Wording
from tests.explain.reading import all_unit_months, texts


def _data_words(result):
    """What the scenario itself brings: ids, names, classes, and the rule set's names."""
    values = [result.rules.id, result.rules.number]
    for table in (*result.inputs.values(), result.exact.arrow("legs"), result.exact.arrow("positions")):
        for name in table.column_names:
            values += [str(value) for value in table.column(name).to_pylist()]
    return " ".join(values)


@pytest.mark.slow
@pytest.mark.parametrize("overrides", ["", "  matching.mechanism: uniform\n  decomposition.method: equal"])
def test_chinese_has_no_english_words_of_its_own(run_mini, overrides):
    result = run_mini(overrides)
    given = set(re.findall(r"[A-Za-z]+", _data_words(result))) | {"GRID", "GOVERNMENT", "N", "T", "L"}
    if overrides:
        given |= {"uniform", "high", "low", "equal", "calendar", "days"}  # names of the rule set's own options
    for key in all_unit_months(result):
        text = str(result.explain(*key, lang="zh"))
        assert set(re.findall(r"[A-Za-z]+", text)) <= given


@pytest.mark.slow
def test_english_has_no_chinese_but_names(mini):
    given = set(re.findall(r"[\u4e00-\u9fff]+", _data_words(mini)))
    for key in all_unit_months(mini):
        assert set(re.findall(r"[\u4e00-\u9fff]+", str(mini.explain(*key)))) <= given


@pytest.mark.slow
def test_chinese_has_no_space_beside_its_punctuation(mini):
    for key in all_unit_months(mini):
        for step in mini.explain(*key, lang="zh").steps:
            for text in (step.title, step.formula, *texts(step)):
                assert not re.search(r"[，。；：、（）“”] | [，。；：、（）“”]", text)


def test_spaces_inside_of_an_id_stay():
    text = Wording("zh").say("{user} from {month}", user="甲 厂（ 乙）", month="2021年4月")
    assert text == "甲 厂（ 乙）自2021年4月起"


def test_months_and_deliveries_are_written_as_people_write_them():
    zh, en = Wording("zh"), Wording("en")
    assert (zh.month("2021-04"), en.month("2021-04")) == ("2021年4月", "2021-04")
    assert [zh.delivery(d) for d in ("2021", "2021-H2", "2021-11")] == ["2021年全年", "2021年7月至12月", "2021年11月"]
    assert [en.delivery(d) for d in ("2021", "2021-H2")] == ["the year 2021", "July to December 2021"]
