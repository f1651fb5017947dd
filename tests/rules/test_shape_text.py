"""The lists of a market as text: YAML that reads back, tables in both languages, what two sets say differently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gridsim.rules import load
from gridsim.rules.shape_text import shape_difference, shape_grid, shape_yaml, written
from gridsim.rules.yamltext import read_yaml
from tests.oracle.shape import load_shape
from tests.properties.draws import SeededChooser
from tests.properties.shapes import random_shape


def again(data: dict[str, Any]) -> Any:
    text, faults = read_yaml("\n".join(shape_yaml(data)).encode(), "shape.yaml")
    assert not faults
    return text.data


def test_henans_lists_read_back() -> None:
    data = load("henan-2021").given_shape.data
    assert again(dict(data)) == data


@pytest.mark.parametrize("seed", range(20))
def test_any_lists_read_back(seed: int) -> None:
    shape = random_shape(SeededChooser(seed)) if seed else load_shape("jiangsu-2023")
    assert again(shape) == shape


def test_texts_that_yaml_would_read_as_something_else() -> None:
    odd = {"7": ["7", 7, "true", True, None, "null", "1.50", "a: b", " x", "#", "", "[", "08:00-12:00"]}
    assert again(odd) == odd
    assert written({"a": ["1.5", 3]}) == "{a: [1.5, 3]}"


@pytest.mark.parametrize(("lang", "title", "name"), [("en", "Modes", "time of use"), ("zh", "模式", "分时段")])
def test_a_table_of_all_lists(lang: Any, title: str, name: str) -> None:
    table = shape_grid(load("henan-2021"), lang)
    texts = [tuple(map(str, row)) for row in table.rows]
    assert any(head.startswith(title) for head, _, _ in texts)
    assert ("", f"tou\n{name}") in [(head, entry) for head, entry, _ in texts]
    assert any("edge: settlement.tou.upper" in what for _, _, what in texts)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_two_sets_say_differently(tmp_path: Path, lang: Any) -> None:
    henan = load("henan-2021")
    assert not shape_difference(henan, henan, lang).rows
    (tmp_path / "own.yaml").write_text(
        "id: own\nextends: henan-2021\nshape:\n  periods: {peak: {en: high, zh: 高峰}}\n"
        "  coefficients: {peak: 1.6}\n  sessions: {half_year: none}\n",
        "utf-8",
    )
    rows = [tuple(map(str, row)) for row in shape_difference(henan, load("own.yaml", base_dir=tmp_path), lang).rows]
    assert rows[0] == (f"periods.peak.{lang}", *(("peak", "high") if lang == "en" else ("峰段", "高峰")))
    assert rows[1] == ("coefficients.peak", "tariff.coefficient.peak", "1.6")
    left_out = {path for path, *_ in rows[2:]}
    assert {"sessions.half_year.how", f"sessions.half_year.{lang}"} <= left_out
    assert all(path.startswith("sessions.half_year.") for path in left_out)
