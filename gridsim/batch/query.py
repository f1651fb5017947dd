"""SQL over the tables of a batch, through DuckDB: for batches larger than memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridsim.batch.points_table import OWN_COLUMNS
from gridsim.batch.tables import TABLE_NAMES
from gridsim.errors import MissingExtraError, ResultError
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.batch.batch import Batch

__all__ = ["query"]


def query(batch: Batch, sql: str, memory_limit: str | None) -> pd.DataFrame:
    """See `Batch.query`."""
    try:
        import duckdb
    except ModuleNotFoundError:
        raise MissingExtraError(Sentence("SQL"), "duckdb", "query") from None
    connection = duckdb.connect()
    try:
        if memory_limit is not None:
            connection.execute(f"SET memory_limit = {_quoted(memory_limit)}")
        _make_views(batch, connection)
        frame: pd.DataFrame = connection.execute(sql).df()
    except duckdb.Error as error:
        raise ResultError(Sentence("the query failed: {why}", why=str(error))) from None
    finally:
        connection.close()
    return frame


def _make_views(batch: Batch, connection: Any) -> None:
    own = ", ".join(f'"{name}"' for name in OWN_COLUMNS if name not in ("point", "point_id"))
    connection.register("points", batch._points)
    for name in TABLE_NAMES:
        if name not in batch._specs:
            continue
        if batch.directory is None:
            from gridsim.io.decimals import outside_table

            exact = batch.arrow(name)
            outside = outside_table(exact, batch._specs[name].columns)
            connection.register(f"_{name}", outside.add_column(0, "_point", exact["point"]))
            source, match = f"_{name}", "p.point = t._point"
            left_out = "_point, point_id"
        else:
            files = ", ".join(_quoted(str(path)) for path in batch.files(name))
            if not files:
                continue
            source, match, left_out = f"read_parquet([{files}])", "p.point_id = t.point_id", "point_id"
        connection.execute(
            f"CREATE VIEW {name} AS SELECT p.* EXCLUDE ({own}, point_id), t.* EXCLUDE ({left_out}) "  # noqa: S608
            f"FROM {source} t JOIN points p ON {match}"
        )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
