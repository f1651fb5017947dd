"""Every text of the charts has its Chinese, with the same blanks, and none is left over."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

import gridsim
from gridsim.analysis.charts import words as module
from gridsim.analysis.charts.screen import plotly_config
from gridsim.analysis.charts.words import CHINESE, NAMES, ChartWords


def blanks(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def said() -> set[str]:
    """What the charts say: the texts that stand in calls of `say`, and the names of codes."""
    found = set(NAMES.values())
    for path in Path(str(module.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                constants = [part for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                found |= {part.value for part in constants if isinstance(part.value, str)}
    return found


@pytest.mark.parametrize("text", sorted(said()))
def test_it_has_its_chinese(text: str) -> None:
    assert blanks(CHINESE[text]) == blanks(text)


def test_nothing_is_left_over() -> None:
    buttons = set(plotly_config()["locales"]["gridsim"]["dictionary"].values())
    chosen = {"{share} of the money paid", "{share} of the money received"}  # one of the two, at run time
    assert set(CHINESE) == said() | buttons | chosen


def test_names_months_and_lists() -> None:
    en, zh = ChartWords("en"), ChartWords("zh")
    assert (en.name("energy"), zh.name("energy")) == ("contract energy", "合同电费")
    assert (en.name("G1"), zh.name("G1")) == ("G1", "G1")
    assert (en.months(["2021-01", "2021-02"]), zh.months(["2021-01", "2021-02"])) == ("Jan–Feb 2021", "2021年1月–2月")
    assert en.months(["2021-01", "2021-03"]) == "2021-01, 2021-03"
    assert (en.months([]), en.pair("a", "b"), zh.pair("a", "b")) == ("", "a: b", "a：b")
    assert zh.sentences("一。", "", "二。") == "一。二。"
    with pytest.raises(gridsim.ResultError, match="lang must be one of en, zh"):
        ChartWords("fr")  # type: ignore[arg-type]
