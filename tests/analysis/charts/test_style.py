"""Colours by place, and what fits where."""

from __future__ import annotations

import re

from gridsim.analysis.charts import style


def test_colours_go_by_place() -> None:
    assert style.coloured(["a", "b", "c"], ["1", "2"]) == {"a": "1", "b": "2", "c": "1"}


def test_ticks_are_broken_or_turned_where_they_do_not_fit() -> None:
    assert style.fitted_ticks(["a b", "c"]) == (["a b", "c"], False)
    assert style.fitted_ticks(["peak-valley adjustment"] * 8) == (["peak-valley\nadjustment"] * 8, False)
    assert style.fitted_ticks(["I-2021-06-late"] * 30) == (["I-2021-06-late"] * 30, True)
    assert style.fitted_ticks([]) == ([], False)
    assert style.fitted_ticks(["峰谷调整"] * 8) == (["峰谷调整"] * 8, False)


def test_long_names_leave_room() -> None:
    assert style.shortened("a" * 36) == "a" * 36
    assert style.shortened("a" * 37) == "a" * 35 + "…"


def test_legends_take_lines() -> None:
    assert style.legend_rows([]) == 0
    assert style.legend_rows(["a"]) == 1
    assert style.legend_rows(["a" * 30] * 6) == 3


def test_captions_are_lines_without_control_characters() -> None:
    lines = style.caption_lines("word " * 60 + "\x1b")
    assert len(lines) == 3 and all(len(line) <= 124 for line in lines)
    assert not re.search("[\x00-\x1f]", "".join(lines))
    assert style.caption_lines("") == []
