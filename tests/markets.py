"""The markets that tests are about: Henan's tables, and shapes of a market that no rule set ships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gridsim.market_tables import input_tables, result_tables
from gridsim.rules import load
from gridsim.rules.loader import shipped
from gridsim.rules.shape import MarketShape
from gridsim.rules.shape_file import sound_shape

__all__ = ["HENAN", "INPUT_TABLES", "RESULT_TABLES", "lists_of", "market", "market_of", "rule_file", "rule_file_of"]

HENAN = shipped("henan-2021").shape
INPUT_TABLES, RESULT_TABLES = input_tables(HENAN), result_tables(HENAN)

_SHAPES = Path(__file__).parent / "shapes"


def rule_file(name: str) -> str:
    """A rule file of ``tests/shapes``."""
    return str(_SHAPES / f"{name}.yaml")


def lists_of(shape: dict[str, Any]) -> dict[str, Any]:
    """The lists of the oracle's shape as rule files have them: without its id and its own word for two checks."""
    lists = {name: each for name, each in shape.items() if name != "id"}
    if "checks" in lists:
        lists["checks"] = [check for check in lists["checks"] if check != "covers"]
    return lists


def rule_file_of(shape: dict[str, Any], folder: Path) -> str:
    """A rule file of a shape in plain data: JSON is YAML."""
    words = {"en": "synthetic", "zh": "虚构"}
    document = {"number": "synthetic", **words}
    content = {
        "id": "synthetic",
        "title": words,
        "document": document,
        "in_force": {"from": "2021-01", "to": "2023-12"},
    }
    path = folder / "synthetic.yaml"
    lists = lists_of(shape)
    path.write_text(json.dumps(content | {"values": {}, "shape": lists}, ensure_ascii=False), encoding="utf-8")
    return str(path)


def market(name: str) -> MarketShape:
    """The shape of a file of ``tests/shapes``."""
    return load(rule_file(name)).shape


def market_of(plain: dict[str, Any]) -> MarketShape:
    """The shape that plain data of YAML means."""
    return sound_shape(plain, shipped("henan-2021").catalogue.kinds)
