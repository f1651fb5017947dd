"""The contenders of settlement, in shapes that the benchmarks do not time, and how their goals are read."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import page_settlement, results
from benchmarks.baselines import (
    native_settle,
    settle_frames,
    settle_with_duckdb,
    settle_with_pandas,
    settle_with_polars,
)
from benchmarks.pairs import MismatchError
from benchmarks.positions import kernel, portfolio, require_equal


@pytest.mark.parametrize(("legs", "cells"), [(1, 1), (1, 3), (2, 4), (9, 8), (20, 300)])
def test_every_contender_settles_alike(legs: int, cells: int) -> None:
    given = portfolio(200, legs, cells)
    expected = kernel(given)()
    native = native_settle.settling(given)
    if native is not None:
        require_equal(expected, native(), "C++")
    tables = settle_frames.given_tables(given)
    wanted = settle_frames.as_tables(expected)
    found = {"pandas": settle_with_pandas.settle(*settle_with_pandas.as_frames(tables))}
    if settle_with_polars.pl is not None:
        found["polars"] = settle_with_polars.settle(*settle_with_polars.as_frames(tables))
    if settle_with_duckdb.duckdb is not None:
        database = settle_with_duckdb.Database(tables)
        database.settle()
        found["DuckDB"] = database.results()
    for who, theirs in found.items():
        settle_frames.require_equal(wanted, theirs, who)


def test_a_mismatch_is_a_failure() -> None:
    given = portfolio(10)
    one, other = kernel(given)(), kernel(given)()
    other.cells.over_money[3] += 1
    with pytest.raises(MismatchError, match="somebody: over_money of CellShares differs"):
        require_equal(one, other, "somebody")
    with pytest.raises(MismatchError, match="somebody: over_money of cells differs"):
        settle_frames.require_equal(settle_frames.as_tables(one), settle_frames.as_tables(other), "somebody")


def test_a_portfolio_has_every_kind_of_position() -> None:
    totals = kernel(portfolio(3000))().totals
    for kind in (totals.overrun > 0, totals.shortfall > 0, (totals.overrun == 0) & (totals.shortfall == 0)):
        assert 0.2 < np.mean(kind) < 0.6


def test_goals_and_page_are_made_from_records() -> None:
    million = 10**6
    frames = {"gridsim": [0.1] * 3, "pandas": [2.0, 3.0, 4.0], "polars": [5.0] * 3}
    shapes = {"3 cells each": [0.4] * 3, "100,000 cells each": [0.1] * 3}
    records = [
        {"subject": "settlement", "orders": million, "unit": "position", "seconds": {"gridsim": [1.0], "C++": [1.0]}},
        {"subject": "settlement, frames", "orders": million, "unit": "position", "seconds": frames},
        {"subject": "settlement, shapes", "orders": 3 * million, "unit": "cell", "seconds": shapes},
        {
            "subject": "settlement, stages",
            "orders": million,
            "copy_bandwidth": 20.0,
            "stages": {"check positions": 0.01, "settle": 0.06, "check charges": 0.01, "charge": 0.01},
        },
    ]
    rows = {row[0]: row[1:] for row in results.as_rows(records)}
    assert rows["settlement, 10⁶ positions of 3 legs and 3 cells: time over C++ -O3"] == ("≤ 1.2", "1", "yes")
    assert rows["settlement, 10⁶ positions: faster than the fastest of pandas, polars and DuckDB"][1] == "30"
    assert rows["settlement, one thread: time per cell of positions with 100,000 cells over those with 3"][1] == "0.25"
    assert rows["settlement, two threads: the same"][1] == "–"
    assert "| pandas | 3 s | 3000.0 | 30.00 |" in page_settlement.page(records)
    assert "| settle | 648 | 32.4 | 60.0 | 27.6 |" in page_settlement.measured(records)
    assert page_settlement.measured([]) == ""
