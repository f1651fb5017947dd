"""SQL over the tables of a batch, through DuckDB: for batches larger than memory."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow.dataset

from gridsim.batch.manifest import OWN_COLUMNS
from gridsim.batch.tables import TABLE_NAMES
from gridsim.errors import MissingExtraError, ResultError
from gridsim.io.decimals import outside_table
from gridsim.words import Sentence

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.batch.stored import StoredBatch

__all__ = ["query"]


_SHUT = {
    "enable_external_access": False,  # neither files nor network, neither read nor written
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,  # variables of Python are no tables
    "lock_configuration": True,  # and SQL cannot open any of it again
}


def query(batch: StoredBatch, sql: str, memory_limit: str | None, *, files: bool = False) -> pd.DataFrame:
    """See `Batch.query`."""
    try:
        import duckdb
    except ModuleNotFoundError:
        raise MissingExtraError(Sentence("SQL"), "duckdb", "query") from None
    with TemporaryDirectory(prefix="gridsim-query-") as spilled, duckdb.connect() as connection:
        try:
            connection.execute("SET temp_directory = ?", [spilled])
            if memory_limit is not None:
                connection.execute("SET memory_limit = ?", [memory_limit])
            _make_views(batch, sql, connection)
            for name, value in {} if files else _SHUT.items():
                connection.execute(f"SET {name} = {str(value).lower()}")
            frame: pd.DataFrame = connection.execute(sql).df()
        except duckdb.Error as error:
            raise ResultError(Sentence("the query failed: {why}", why=str(error))) from None
    return frame


def _make_views(batch: StoredBatch, sql: str, connection: Any) -> None:
    """The tables that the text names; others need not be whole. Arrow reads the files, DuckDB has no path to any."""
    own = ", ".join(f'"{name}"' for name in OWN_COLUMNS if name not in ("point", "point_id"))
    connection.register("points", batch._points)
    for name in TABLE_NAMES:
        if name not in batch._specs or name not in sql.casefold():
            continue
        if batch.directory is None:
            exact = batch.arrow(name)
            outside = outside_table(exact, batch._specs[name].columns)
            connection.register(f"_{name}", outside.add_column(0, "_point", exact["point"]))
            match, left_out = "p.point = t._point", "_point, point_id"
        else:
            files = batch.files(name)
            if not files:
                continue
            connection.register(f"_{name}", pyarrow.dataset.dataset([os.fspath(path) for path in files]))
            match, left_out = "p.point_id = t.point_id", "point_id"
        connection.execute(
            f"CREATE VIEW {name} AS SELECT p.* EXCLUDE ({own}, point_id), t.* EXCLUDE ({left_out}) "  # noqa: S608
            f"FROM _{name} t JOIN points p ON {match}"
        )
