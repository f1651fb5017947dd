"""The markets that tests are about: Henan's tables, and shapes of a market that no rule set ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gridsim.market_tables import input_tables, result_tables
from gridsim.rules.schema import FIELDS
from gridsim.rules.shape import MarketShape
from gridsim.rules.shape_file import read_shape, shipped_shape
from gridsim.rules.yamltext import read_yaml_file

__all__ = ["HENAN", "INPUT_TABLES", "RESULT_TABLES", "market", "market_of"]

HENAN = shipped_shape("henan-2021")
INPUT_TABLES, RESULT_TABLES = input_tables(HENAN), result_tables(HENAN)

_SHAPES = Path(__file__).parent / "shapes"


def market(name: str) -> MarketShape:
    """The shape of a file of ``tests/shapes``."""
    text, faults = read_yaml_file(_SHAPES / f"{name}.yaml", name)
    assert not faults
    assert isinstance(text.data, dict)
    return market_of(text.data["shape"])


def market_of(plain: dict[str, Any]) -> MarketShape:
    """The shape that plain data of YAML means."""

    def tell(*fault: object) -> None:
        raise AssertionError(*map(str, fault))

    return read_shape(plain, FIELDS, tell)
