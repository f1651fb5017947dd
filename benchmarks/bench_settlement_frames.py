"""Settlement of positions against pandas, polars and DuckDB, each written as one who knows it would."""

from __future__ import annotations

import pytest

from benchmarks.baselines import settle_frames, settle_with_duckdb, settle_with_pandas, settle_with_polars
from benchmarks.conftest import Arena
from benchmarks.positions import kernel, portfolio


@pytest.mark.parametrize("positions", [10**4, 10**6])
def test_frames(arena: Arena, positions: int) -> None:
    size = arena.size(positions)
    given = portfolio(size)
    tables = settle_frames.given_tables(given)
    contenders = {"gridsim": kernel(given)}
    expected = settle_frames.as_tables(contenders["gridsim"]())

    frames = settle_with_pandas.as_frames(tables)
    contenders["pandas"] = lambda: settle_with_pandas.settle(*frames)
    settle_frames.require_equal(expected, settle_with_pandas.settle(*frames), "pandas")
    if settle_with_polars.pl is not None:
        polars_frames = settle_with_polars.as_frames(tables)
        contenders["polars"] = lambda: settle_with_polars.settle(*polars_frames)
        settle_frames.require_equal(expected, settle_with_polars.settle(*polars_frames), "polars")
    if settle_with_duckdb.duckdb is not None:
        database = settle_with_duckdb.Database(tables)
        contenders["DuckDB"] = database.settle
        database.settle()
        settle_frames.require_equal(expected, database.results(), "DuckDB")
    arena.race("settlement, frames", contenders, orders=size, unit="position")
