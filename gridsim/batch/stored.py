"""The tables of a batch, as they were stored or are held: what statistics, charts and questions in SQL work on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.compute
import pyarrow.dataset

from gridsim.batch.manifest import OWN_COLUMNS, read_folder
from gridsim.batch.named_market import NamedMarket, read_market
from gridsim.batch.parts import Damage, DamagedError, damage_error, read_table
from gridsim.batch.tables import TABLE_NAMES, batch_tables
from gridsim.errors import MissingExtraError, ResultError
from gridsim.io.decimals import floats_of_table, outside_table
from gridsim.io.named_frames import AskedTables, KeptFrames, to_pandas
from gridsim.io.table_sets import Tables
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BatchFiles", "BatchTables", "ExactBatch", "StoredBatch", "query"]


class BatchTables(KeptFrames):
    """The tables of a batch by name."""

    @property
    def runs(self) -> pd.DataFrame:
        """One row per point and draw: all money, and energies on and off the contracts."""
        return self._frame("runs")

    @property
    def items(self) -> pd.DataFrame:
        """One row per point, draw and ledger item: money."""
        return self._frame("items")

    @property
    def units(self) -> pd.DataFrame:
        """One row per point and unit: how its year spreads over the draws."""
        return self._frame("units")

    @property
    def unit_draws(self) -> pd.DataFrame:
        """One row per point, unit and draw: cost (``detail="full"``)."""
        return self._frame("unit_draws")

    @property
    def positions(self) -> pd.DataFrame:
        """One row per point, unit, month and product: what it costs over the draws (metric ``positions``)."""
        return self._frame("positions")

    @property
    def position_sums(self) -> pd.DataFrame:
        """Sums of positions over the draws: by unit, party and market, month and product (metric ``positions``)."""
        return self._frame("position_sums")

    @property
    def margins(self) -> pd.DataFrame:
        """One row per point, retailer, month and draw: sale, purchase and margin (metric ``margins``)."""
        return self._frame("margins")

    @property
    def user_margins(self) -> pd.DataFrame:
        """What retailers earn from each user over the draws, by month and in the year (metric ``margins``)."""
        return self._frame("user_margins")


class BatchFiles(Tables):
    """The exact tables of a batch folder, each read when it is first asked for, and kept.

    Their rows stand in the order of points and, in each, as they were stored; with ``point``, without parameters.

    Parameters
    ----------
    directory : Path

    Attributes
    ----------
    directory : Path or None
        None once all of it is held.
    manifest : mapping
    points : Arrow table
    specs : mapping of str to Table

    Raises
    ------
    ResultError
        The folder holds no batch; of what is asked for later, there is no such table, or what is stored of it is
        damaged, and the message says what.
    """

    def __init__(self, directory: Path) -> None:
        self.directory: Path | None = directory
        folder = read_folder(directory)
        self.manifest = folder.manifest
        self.specs = batch_tables(folder.kept)
        self.points = folder.points
        self._parts, self._damage = folder.parts, folder.damage
        self._whole: dict[str, pa.Table] = {}
        self._market: NamedMarket | None = None

    def __getitem__(self, name: str) -> pa.Table:
        self.check(name)
        if name not in self._whole:
            self._whole[name] = self._read(name)
        return self._whole[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.specs)

    def __len__(self) -> int:
        return len(self.specs)

    def check(self, name: str) -> None:
        """Refuse a table that the batch does not have."""
        if name not in self.specs:
            raise ResultError(_no_table(name, self.specs, self.manifest))

    def hold(self) -> None:
        """Read all tables, so that the folder may go."""
        for name in self.specs:
            self[name]
        self.market()
        self.directory = None

    def market(self) -> NamedMarket:
        """See `StoredBatch.market`."""
        if self._market is None:
            assert self.directory is not None
            self._market = read_market(self.directory, self.manifest)
        return self._market

    def files(self, name: str) -> list[Path]:
        """See `StoredBatch.files`."""
        self.check(name)
        if self.directory is None:
            return []
        for _ in self._stored(name):
            pass  # one after the other: all of it may be larger than memory
        return [self.directory / name / f"{part.key}.parquet" for part in self._parts]

    def _stored(self, name: str) -> Iterator[pa.Table]:
        """A table part by part; all that is damaged is told at the end, and nothing of a damaged table is returned.

        Raises
        ------
        ResultError
        """
        directory, damage = self.directory, list(self._damage)
        assert directory is not None
        for part in self._parts:
            try:
                yield read_table(directory, part, name, self.specs[name])
            except DamagedError as error:
                path = directory / name / f"{part.key}.parquet"
                damage.append(Damage(path, error.sentence, tuple(part.points)))
        if damage:
            raise damage_error(directory, damage)

    def _read(self, name: str) -> pa.Table:
        parts = list(self._stored(name))
        if not parts:
            return pa.table({"point": pa.array([], pa.int64()), **{c.exact: pa.array([]) for c in self.specs[name]}})
        return self._ordered(pa.concat_tables(parts).unify_dictionaries().combine_chunks())

    def _ordered(self, table: pa.Table) -> pa.Table:
        """Rows by point, in each in the order in which they were stored; twice where two points are alike.

        The words of ``point_id`` stand in that order too: for Arrow, tables with other words are not equal.
        """
        import numpy as np

        chunk = table["point_id"].chunk(0) if table["point_id"].num_chunks else table["point_id"].combine_chunks()
        code_of = {one: code for code, one in enumerate(chunk.dictionary.to_pylist())}
        codes = chunk.indices.to_numpy()
        order = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], np.arange(len(code_of) + 1))
        rows, numbers, words = [], [], []
        places: dict[str, int] = {}
        for number, one in zip(self.points["point"].to_pylist(), self.points["point_id"].to_pylist(), strict=True):
            if one in code_of:
                mine = order[starts[code_of[one]] : starts[code_of[one] + 1]]
                rows.append(mine)
                numbers.append(np.full(len(mine), number, dtype=np.int64))
                words.append(np.full(len(mine), places.setdefault(one, len(places)), dtype=np.int32))
        taken = table.take(pa.array(np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)))
        point = pa.array(np.concatenate(numbers) if numbers else np.empty(0, dtype=np.int64))
        ids = pa.DictionaryArray.from_arrays(
            pa.array(np.concatenate(words) if words else np.empty(0, dtype=np.int32)), pa.array(places, pa.string())
        )
        taken = taken.set_column(taken.column_names.index("point_id"), "point_id", ids)
        return taken.add_column(0, "point", point)


class StoredBatch(AskedTables, BatchTables):
    """The points and tables of a batch; see `gridsim.batch.Batch`, which answers questions about them.

    Parameters
    ----------
    directory : Path
        A batch folder.

    Raises
    ------
    ResultError
        The folder holds no batch.
    """

    _arrow: BatchFiles

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._arrow = BatchFiles(directory)
        self.exact = ExactBatch(self)

    @property
    def directory(self) -> Path | None:
        """The folder; None if the batch is in memory alone."""
        return self._arrow.directory

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What was asked for, of what, by which program."""
        return MappingProxyType(self._arrow.manifest)

    @property
    def market(self) -> NamedMarket:
        """The rule set of its scenario and the names of participants; empty in a batch of before gridsim kept them."""
        return self._arrow.market()

    @property
    def table_names(self) -> tuple[str, ...]:
        """The tables that it has."""
        return tuple(self._arrow)

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the sweep varies."""
        return tuple(name for name in self._arrow.points.column_names if name not in OWN_COLUMNS)

    @property
    def points(self) -> pd.DataFrame:
        """The points of the sweep: parameters, whether it was done, or the error; seconds, attempts.

        ``status`` is ``done``, ``failed``, ``open``, or ``damaged`` where a finished point's rows are no longer there:
        its record is gone, or a file that this names is gone or of another size.
        """
        frame: pd.DataFrame = to_pandas(self._arrow.points).set_index("point", drop=False).rename_axis(None)
        return frame

    @property
    def failures(self) -> pd.DataFrame:
        """The points that could not be computed, and why."""
        points = self.points
        return points[points["status"] == "failed"]

    def files(self, name: str) -> list[Path]:
        """The Parquet files that together are a table (none for a batch in memory), held against their records.

        Parameters
        ----------
        name : str
            A table: one of `table_names`.

        Returns
        -------
        list of Path
            In the order of the points.

        Raises
        ------
        ResultError
            The batch has no such table, or what is stored of it is damaged; the message says what.

        Examples
        --------
        >>> made = gridsim.batch.run(plan, "out")
        >>> len(made.files("runs")), made.in_memory().files("runs")
        (1, [])
        """
        return self._arrow.files(name)

    def in_memory(self) -> Self:
        """The same batch with all tables read, so that its folder may go.

        Returns
        -------
        Self
            This one, whose `directory` is None now.

        Raises
        ------
        ResultError
            What is stored of a table is damaged.

        Examples
        --------
        >>> gridsim.batch.run(plan, "out").in_memory().directory is None
        True
        """
        self._arrow.hold()
        return self

    def _make(self, name: str) -> pd.DataFrame:
        exact = self._arrow[name]
        floats = floats_of_table(exact, self._arrow.specs[name].columns)
        return self._with_parameters(floats.add_column(0, "point", exact["point"]))

    def _with_parameters(self, table: pa.Table) -> pd.DataFrame:
        """A DataFrame with ``point`` and its parameters in front."""
        frame = to_pandas(table.drop_columns(["point_id"]))
        points = self.points
        for place, name in enumerate(self.parameters):
            frame.insert(place + 1, name, points[name].to_numpy()[frame["point"].to_numpy()])
        return frame


class ExactBatch(AskedTables, BatchTables):
    """The tables of a batch as integers: ``total_micro_yuan``, ``overrun_kwh``, ``cost_mean_micro_yuan``."""

    def __init__(self, batch: StoredBatch) -> None:
        super().__init__()
        self._arrow = batch._arrow
        self._batch = batch

    def _make(self, name: str) -> pd.DataFrame:
        return self._batch._with_parameters(self._arrow[name])


def _no_table(name: str, specs: Mapping[str, Any], manifest: Mapping[str, Any]) -> Sentence:
    needs = {
        "items": Sentence("the metric items"),
        "units": Sentence("the metric cost_by_unit or deviation, and detail unit or full"),
        "unit_draws": Sentence("the metric cost_by_unit, and detail full"),
        **dict.fromkeys(("positions", "position_sums"), Sentence("the metric positions, and detail unit or full")),
        "margins": Sentence("the metric margins"),
        "user_margins": Sentence("the metric margins, and detail unit or full"),
    }
    if name not in needs:
        return Sentence("a batch has no table {name!r}; it has {names}", name=name, names=named(specs))
    return Sentence(
        "this batch has no table {name!r}: it needs {what} (metrics {metrics}; detail {detail})",
        name=name,
        what=needs[name],
        metrics=named(manifest["metrics"]),
        detail=manifest["detail"],
    )


# ---- questions in SQL ------------------------------------------------------------------------------------------------

_SHUT = {
    "enable_external_access": False,  # neither files nor network, neither read nor written
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,  # variables of Python are no tables
    "lock_configuration": True,  # and SQL cannot open any of it again
}


def query(batch: StoredBatch, sql: str, memory_limit: str | None, *, files: bool = False) -> pd.DataFrame:
    """SQL over the tables, through DuckDB, for batches larger than memory; see `gridsim.batch.Batch.query`."""
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
    connection.register("points", batch._arrow.points)
    for name in TABLE_NAMES:
        if name not in batch._arrow.specs or name not in sql.casefold():
            continue
        if batch.directory is None:
            exact = batch.arrow(name)
            outside = outside_table(exact, batch._arrow.specs[name].columns)
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
