"""The example rule sets through gridsim and through the oracle, which reads their files itself."""

from __future__ import annotations

import pytest

from tests.examples.shown import NAMES, result_of, scenario_of
from tests.oracle import settle_market
from tests.properties.harness import Tables, differences, exact_tables


@pytest.mark.parametrize("name", NAMES)
def test_every_table_agrees(name: str) -> None:
    """All but what a line cites: the oracle knows no values, and so not their clauses."""
    expected = settle_market(scenario_of(name))
    assert all(expected[table] for table in ("trades", "positions", "position_bands", "cell_settlement", "ledger"))
    assert differences(without_clauses(exact_tables(result_of(name))), without_clauses(expected)) == []


def without_clauses(tables: Tables) -> Tables:
    return {
        name: [{column: "" if column == "clause" else value for column, value in row.items()} for row in rows]
        for name, rows in tables.items()
    }
