"""The JSON Schema for editors: it takes what gridsim takes, and marks what has another form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gridsim.rules.json_schema import rule_file_schema
from gridsim.rules.shipped import available, shipped_text
from tests.oracle.shape import load_shape
from tests.properties.draws import SeededChooser
from tests.properties.shapes import random_shape
from tests.rules.test_shape_file import PLAIN

jsonschema = pytest.importorskip("jsonschema")


def faults(data: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(rule_file_schema())
    return [error.json_path for error in validator.iter_errors(data)]


def test_it_is_a_schema_that_json_can_hold() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(json.dumps(rule_file_schema())))


@pytest.mark.parametrize("name", available())
def test_shipped_sets_are_taken(name: str) -> None:
    assert faults(shipped_text(name)[0].data) == []


@pytest.mark.parametrize("seed", range(20))
def test_other_lists_are_taken(seed: int) -> None:
    shape = random_shape(SeededChooser(seed)) if seed else load_shape("jiangsu-2023")
    del shape["id"]
    assert faults(PLAIN | {"shape": shape}) == []


def test_a_file_that_extends_gives_pieces() -> None:
    piece = {"id": "own", "extends": "henan-2021", "values": None, "shape": {"modes": {"tou": {"under": []}}}}
    assert faults(piece) == []
    assert faults(piece | {"shape": {"mode": {}}}) == ["$.shape"]
    assert faults({"id": "own"}) == ["$"] * 3


def test_what_has_another_form_is_marked() -> None:
    shape = {key: each for key, each in load_shape("jiangsu-2023").items() if key != "id"}
    assert faults(PLAIN | {"shape": shape | {"counterparty": "both"}}) == ["$.shape.counterparty"]
    assert faults(PLAIN | {"shape": {key: each for key, each in shape.items() if key != "modes"}}) == ["$.shape"]
    assert faults(PLAIN | {"shap": shape}) == ["$"]
