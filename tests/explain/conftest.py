"""Runs of the mini template, as it is and with other rules, shared by all tests of explanations."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import gridsim
from gridsim.templates import write_template


@pytest.fixture(scope="session")
def run_mini(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., gridsim.Result]:
    """Runs the mini template, with overrides of its rules given as lines of YAML."""

    @cache
    def run(overrides: str = "") -> gridsim.Result:
        folder = tmp_path_factory.mktemp("scenario") / "mini"
        write_template(folder, "mini")
        if overrides:
            settings = folder / "scenario.yaml"
            settings.write_text(settings.read_text("utf-8") + f"overrides:\n{overrides}\n", "utf-8")
        return gridsim.run(gridsim.load(folder))

    return run


@pytest.fixture
def tampered(mini: gridsim.Result) -> Callable[..., gridsim.Result]:
    """The mini run with one number of one result table changed, or a row taken out."""

    def change(table: str, row: int, column: str, value: Any) -> gridsim.Result:
        import pyarrow as pa

        tables = {name: mini.exact.arrow(name) for name in mini.manifest["counts"]["results"]}
        old = tables[table].column(column)
        values = old.to_pylist()
        values[row] = value
        plain = old.type.value_type if pa.types.is_dictionary(old.type) else old.type
        position = tables[table].column_names.index(column)
        tables[table] = tables[table].set_column(position, column, pa.array(values, type=plain))
        return gridsim.Result(tables, mini.inputs, mini.manifest)

    return change
