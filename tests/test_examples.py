"""The examples in docstrings give what they say they give."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "gridsim").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_of(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # they load the shipped scenarios by their place in the tree
    found = doctest.testmod(importlib.import_module(module), verbose=False)
    assert not found.failed


def test_there_are_examples() -> None:
    assert {"gridsim.io.folder", "gridsim.running", "gridsim.trading.clear"} <= set(WITH_EXAMPLES)
