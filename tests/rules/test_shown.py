"""Rule sets as people see them: on a terminal and as a page of the documentation."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Literal

import pytest
from rich.cells import cell_len
from rich.console import Console

from gridsim.rules import load
from gridsim.rules.catalogue import henan
from gridsim.rules.show import page, rules_document, rules_list
from gridsim.show.terminal import terminal

DOCS = Path(__file__).parents[2] / "docs" / "rules"
LANGS: tuple[Literal["en", "zh"], ...] = ("en", "zh")


def shown(renderable: object, width: int = 100) -> str:
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    console.print(terminal(renderable))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [80, 100, 140])
def test_show_has_every_value_and_cuts_nothing(lang: Literal["en", "zh"], width: int) -> None:
    rules = load("henan-2021")
    text = shown(rules_document(rules, lang), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    whole = "".join(text.split())
    assert rules.hash in whole
    assert {"en": "notverified", "zh": "未核实"}[lang] in whole
    if width >= 100:  # below, a path may stand on two lines
        assert all(f"{path}=" in whole for path in henan().paths)
        assert {"en": "high_low(oruniform)", "zh": "high_low（或uniform）"}[lang] in whole


def test_show_in_both_languages() -> None:
    rules = load("henan-2021", {"settlement.tou.upper": "1.06"})
    english, chinese = (shown(rules_document(rules, lang)) for lang in LANGS)
    assert "settlement.tou.upper = 1.06 ratio" in english
    assert "settlement.tou.upper = 1.06 倍" in chinese
    assert "scenario" in english
    assert "场景" in chinese
    assert "41 from the notice" in english
    assert "通知规定 41 项" in chinese


@pytest.mark.parametrize("lang", LANGS)
def test_values_of_every_period_are_named(lang: Literal["en", "zh"]) -> None:
    rules = load("henan-2021")
    for text in ("".join(shown(rules_document(rules, lang), 140).split()), page(rules, lang)):
        assert "tariff.coefficient.peak/flat/valley" in text
        assert "{period}" not in text


@pytest.mark.parametrize("lang", LANGS)
def test_list(lang: Literal["en", "zh"]) -> None:
    text = shown(rules_list(lang), 140)
    assert "henan-2021" in text
    assert "豫发改运行〔2020〕991号" in text
    assert load("henan-2021").title(lang) in text


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_has_a_row_for_every_value(lang: Literal["en", "zh"]) -> None:
    rows = [line for line in page(load("henan-2021"), lang).splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [*henan().paths, *load("henan-2021").citations]
    assert {row.count(" | ") for row in rows[: len(henan().paths)]} == {6}
    assert {row.count(" | ") for row in rows[len(henan().paths) :]} == {3}
