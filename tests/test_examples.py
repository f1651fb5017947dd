"""The examples in docstrings give what they say they give.

An example of a method speaks of ``result``, ``scenario`` and what else stands in `GIVEN`, as a user has it at hand by
then; the docstring of the class says where it comes from.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gridsim
import gridsim.batch
from gridsim import extensions
from gridsim.reconcile.reconciliation import Reconciliation
from tests.shared import fresh, scenario_in

ROOT = Path(__file__).resolve().parents[1]
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "gridsim").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)

PLAN = {
    "scenario": gridsim.example("henan-2021-mini"),
    "draws": 8,
    "load": {"own": {"distribution": "lognormal", "sigma": "0.1"}},
    "sweep": {"load.scale": ["0.95", "1.05"], "settlement.shortfall_price": [10, 20]},
    "metrics": ["cost_by_unit", "items", "deviation", "positions"],
}
"""The plan that the docstring of `gridsim.batch.run` shows."""


@cache
def batch() -> gridsim.batch.Batch:
    return gridsim.batch.run(PLAN, detail="full", workers=1)


@cache
def found() -> Reconciliation:
    """What a statement with another amount came to: its causes are sought for seconds."""
    theirs = {"unit_id": ["R1/tou"], "month": ["2021-05"], "item": ["energy"], "amount (yuan)": [788_300]}
    return fresh().reconcile(pd.DataFrame(theirs), party="R1")


GIVEN: dict[str, Callable[[], Any]] = {
    "gridsim": lambda: gridsim,
    "np": lambda: np,
    "pd": lambda: pd,
    "scenario": scenario_in,
    "result": fresh,
    "plan": lambda: dict(PLAN),
    "batch": batch,
    "found": found,
}
"""What examples find at hand, made when one asks for it."""


def given_to(source: str) -> dict[str, Any]:
    """What of `GIVEN` an example uses."""
    used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    return {name: make() for name, make in GIVEN.items() if name in used}


@pytest.fixture(autouse=True)
def _a_place_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples load the shipped scenarios by their place in the tree, and may leave files behind."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(extensions, "_registered", dict(extensions._registered))  # no other test finds theirs


SLOW = (
    "batch.batch",
    "batch.plots",
    "batch.sensitivity",
    "market.market",
    "reconcile.reconciliation",
    "reproduction.remaking",
    "result",
)
"""Whose examples take a second together."""


@pytest.mark.parametrize(
    "module",
    [
        pytest.param(module, marks=pytest.mark.slow if module.removeprefix("gridsim.") in SLOW else ())
        for module in WITH_EXAMPLES
    ],
)
def test_examples_of(module: str) -> None:
    loaded = importlib.import_module(module)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)  # pandas pads its lines
    tests = [each for each in doctest.DocTestFinder().find(loaded, module) if each.examples]
    assert tests
    with pd.option_context("display.width", 100, "display.max_columns", 20):
        for each in tests:
            each.globs.update(given_to("".join(example.source for example in each.examples)))
            runner.run(each)
    assert not runner.failures


def test_there_are_examples() -> None:
    assert {"gridsim.io.folder", "gridsim.running", "gridsim.trading.clear"} <= set(WITH_EXAMPLES)


def test_every_example_is_found() -> None:
    """Doctest passes over what it takes for imported: an example that it does not find could say anything."""
    for module in WITH_EXAMPLES:
        loaded = importlib.import_module(module)
        found = {each.docstring: len(each.examples) for each in doctest.DocTestFinder().find(loaded, module)}
        assert sum(found.values()) == inspect.getsource(loaded).count(">>> "), module
