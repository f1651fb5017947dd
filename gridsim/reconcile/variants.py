"""Markets with one thing otherwise: other cells, or fewer rows, of a scenario's exact tables; other values of rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from gridsim.scenario import Scenario

    Rows = NDArray[np.intp]

__all__ = ["rows_where", "with_cells", "with_rule", "without_rows", "without_tables"]


def rows_where(frame: pd.DataFrame, where: Mapping[str, Any]) -> NDArray[np.intp]:
    """The rows that hold all these values; of a column, several may be allowed."""
    fits = np.ones(len(frame), dtype=bool)
    for name, asked in where.items():
        values = frame[name]
        fits &= (values.isin(list(asked)) if isinstance(asked, (tuple, list, set)) else values == asked).to_numpy(
            dtype=bool, na_value=False
        )
    return np.flatnonzero(fits)


def with_cells(scenario: Scenario, table: str, rows: Rows, values: Mapping[str, Any]) -> Scenario:
    """Other values in some rows of a table; a text that no row has yet is taken in, None empties."""
    frame = scenario.tables[table].copy()
    for name, value in values.items():
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            if value is not None and value not in column.cat.categories:
                column = column.cat.add_categories([value])
            column = column.copy()
        else:
            column = column.copy()
        column.iloc[rows] = value
        frame[name] = column
    return _with_table(scenario, table, frame)


def without_rows(scenario: Scenario, table: str, rows: Rows) -> Scenario:
    """A table without some rows."""
    kept = np.ones(len(scenario.tables[table]), dtype=bool)
    kept[rows] = False
    return _with_table(scenario, table, scenario.tables[table][kept].reset_index(drop=True))


def with_rule(scenario: Scenario, path: str, value: object) -> Scenario:
    """Another value of the rule set."""
    return replace(scenario, rules=scenario.rules.with_overrides({path: value}), hash="")


def without_tables(scenario: Scenario, tables: Collection[str]) -> Scenario:
    """A scenario as if it had been given without some tables."""
    emptied = {name: scenario.tables[name].iloc[:0] for name in tables if name in scenario.given}
    if not emptied:
        return scenario
    return replace(scenario, tables={**scenario.tables, **emptied}, given=scenario.given - set(emptied), hash="")


def _with_table(scenario: Scenario, table: str, frame: pd.DataFrame) -> Scenario:
    return replace(scenario, tables={**scenario.tables, table: frame}, hash="")
