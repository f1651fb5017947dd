"""What a batch leaves behind: tables to work with, the exact integers beneath them, questions to ask of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute

from gridsim.batch.manifest import OWN_COLUMNS, read_folder
from gridsim.batch.parts import Damage, DamagedError, damage_error, read_table
from gridsim.batch.tables import batch_tables
from gridsim.errors import ResultError
from gridsim.io.decimals import floats_of_table
from gridsim.io.table_sets import KeptFrames
from gridsim.result import to_pandas
from gridsim.show.document import Heading, grid
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.batch.charts import BatchPlots
    from gridsim.batch.sensitivity import Sensitivity
    from gridsim.batch.statistics import BatchStatistics
    from gridsim.columns import Table
    from gridsim.show.document import Block

__all__ = ["Batch", "BatchTables", "ExactBatch", "batch_document", "load"]

_MOST_POINTS = 20


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


class Batch(BatchTables):
    """The outcome of a plan.

    The tables are DataFrames in MWh and yuan (float64, the nearest to the exact value); `exact` has the same rows as
    integers. Beside the columns of the formats page, each has ``point`` and the parameters of its point.

    Parameters
    ----------
    directory : Path
        A batch folder.

    Attributes
    ----------
    directory : Path or None
        None if the batch is in memory alone.
    exact : ExactBatch

    Raises
    ------
    ResultError
        The folder holds no batch.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.directory: Path | None = directory
        folder = read_folder(directory)
        self._manifest = folder.manifest
        self._specs = batch_tables(folder.kept)
        self._parts, self._damage, self._points = folder.parts, folder.damage, folder.points
        self._arrow: dict[str, pa.Table] = {}
        self.exact = ExactBatch(self)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What was asked for, of what, by which program."""
        return MappingProxyType(self._manifest)

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the sweep varies."""
        return tuple(name for name in self._points.column_names if name not in OWN_COLUMNS)

    @property
    def points(self) -> pd.DataFrame:
        """The points of the sweep: parameters, whether it was done, or the error; seconds, attempts.

        ``status`` is ``done``, ``failed``, ``open``, or ``damaged`` where a finished point's rows are no longer there.
        """
        frame: pd.DataFrame = to_pandas(self._points).set_index("point", drop=False).rename_axis(None)
        return frame

    @property
    def failures(self) -> pd.DataFrame:
        """The points that could not be computed, and why."""
        points = self.points
        return points[points["status"] == "failed"]

    @property
    def statistics(self) -> BatchStatistics:
        """Grouped statistics over points and draws, exact until they are shown."""
        from gridsim.batch.statistics import BatchStatistics

        return BatchStatistics(self)

    @property
    def sensitivity(self) -> Sensitivity:
        """What drives the outcome: Sobol indices, Morris effects, a tornado table."""
        from gridsim.batch.sensitivity import Sensitivity

        return Sensitivity(self)

    @property
    def plot(self) -> BatchPlots:
        """Charts: the distribution of cost, what it depends on."""
        from gridsim.batch.charts import BatchPlots

        return BatchPlots(self)

    def arrow(self, name: str) -> pa.Table:
        """A table as Arrow has it, exact, in the order of points and rows, with ``point`` and without parameters.

        Raises
        ------
        ResultError
            The batch has no such table, or what is stored of it is damaged; the message says what.
        """
        self._spec_of(name)
        if name not in self._arrow:
            self._arrow[name] = self._read(name)
        return self._arrow[name]

    def files(self, name: str) -> list[Path]:
        """The Parquet files that together are a table (none for a batch in memory), held against their records.

        Raises
        ------
        ResultError
            The batch has no such table, or what is stored of it is damaged; the message says what.
        """
        self._spec_of(name)
        if self.directory is None:
            return []
        for _ in self._stored(name):
            pass  # one after the other: all of it may be larger than memory
        return [self.directory / name / f"{part.key}.parquet" for part in self._parts]

    def query(self, sql: str, *, memory_limit: str | None = None, files: bool = False) -> pd.DataFrame:
        """Ask in SQL, through DuckDB, without reading the tables into memory.

        Parameters
        ----------
        sql : str
            About ``points``, ``runs``, ``items``, ``units`` and ``unit_draws``; each row has its ``point`` and the
            parameters (quote them: ``"load.scale"``). Money and energies are exact decimals in it.
        memory_limit : str, optional
            Of DuckDB, such as ``"1GB"``; beyond it works on disk.
        files : bool
            Whether the query may read and write other files, load extensions and reach the network
            (``read_csv``, ``COPY … TO``): only for SQL of one's own. If left out it reaches this batch alone.

        Raises
        ------
        MissingExtraError
            DuckDB is not installed (``pip install "gridsim[query]"``).
        ResultError
            DuckDB refuses the query, with its reason; or what is stored of a table in it is damaged.
        """
        from gridsim.batch.query import query

        return query(self, sql, memory_limit, files=files)

    def in_memory(self) -> Batch:
        """The same batch with all tables read, so that its folder may go."""
        for name in self._specs:
            self.arrow(name)
        self.directory = None
        return self

    def _spec_of(self, name: str) -> Table:
        if name not in self._specs:
            raise ResultError(_no_table(name, self._specs, self.manifest))
        return self._specs[name]

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
                yield read_table(directory, part, name, self._specs[name])
            except DamagedError as error:
                path = directory / name / f"{part.key}.parquet"
                damage.append(Damage(path, error.sentence, tuple(part.points)))
        if damage:
            raise damage_error(directory, damage)

    def _read(self, name: str) -> pa.Table:
        parts = list(self._stored(name))
        if not parts:
            return pa.table({"point": pa.array([], pa.int64()), **{c.exact: pa.array([]) for c in self._specs[name]}})
        return self._ordered(pa.concat_tables(parts).unify_dictionaries().combine_chunks())

    def _ordered(self, table: pa.Table) -> pa.Table:
        """Rows by point, in each in the order in which they were stored; twice where two points are alike."""
        import numpy as np

        chunk = table["point_id"].chunk(0) if table["point_id"].num_chunks else table["point_id"].combine_chunks()
        code_of = {one: code for code, one in enumerate(chunk.dictionary.to_pylist())}
        codes = chunk.indices.to_numpy()
        order = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], np.arange(len(code_of) + 1))
        rows, numbers = [], []
        for number, one in zip(self._points["point"].to_pylist(), self._points["point_id"].to_pylist(), strict=True):
            if one in code_of:
                mine = order[starts[code_of[one]] : starts[code_of[one] + 1]]
                rows.append(mine)
                numbers.append(np.full(len(mine), number, dtype=np.int64))
        taken = table.take(pa.array(np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)))
        point = pa.array(np.concatenate(numbers) if numbers else np.empty(0, dtype=np.int64))
        return taken.add_column(0, "point", point)

    def _make(self, name: str) -> pd.DataFrame:
        exact = self.arrow(name)
        floats = floats_of_table(exact, self._specs[name].columns)
        return self._with_parameters(floats.add_column(0, "point", exact["point"]))

    def _with_parameters(self, table: pa.Table) -> pd.DataFrame:
        """A DataFrame with ``point`` and its parameters in front."""
        frame = to_pandas(table.drop_columns(["point_id"]))
        points = self.points
        for place, name in enumerate(self.parameters):
            frame.insert(place + 1, name, points[name].to_numpy()[frame["point"].to_numpy()])
        return frame

    def __repr__(self) -> str:
        done = int((self.points["status"] == "done").sum())
        return (
            f"Batch({self.manifest['scenario']['name']!r}, {done} of {len(self._points)} points, "
            f"{self.manifest['draws']} draws, sweep={list(self.parameters)})"
        )

    def _repr_html_(self) -> str:
        from gridsim.show.html import html

        return html(batch_document(self))


class ExactBatch(BatchTables):
    """The tables of a batch as integers: ``total_micro_yuan``, ``overrun_kwh``, ``cost_mean_micro_yuan``."""

    def __init__(self, batch: Batch) -> None:
        super().__init__()
        self._batch = batch

    def _make(self, name: str) -> pd.DataFrame:
        return self._batch._with_parameters(self._batch.arrow(name))


def load(directory: str | os.PathLike[str]) -> Batch:
    """Read what `gridsim.batch.run` stored; a run that is not finished shows the points that are.

    Raises
    ------
    ResultError
        The folder holds no batch.
    """
    return Batch(Path(directory))


def _no_table(name: str, specs: Mapping[str, Any], manifest: Mapping[str, Any]) -> Sentence:
    needs = {
        "items": Sentence("the metric items"),
        "units": Sentence("the metric cost_by_unit or deviation, and detail unit or full"),
        "unit_draws": Sentence("the metric cost_by_unit, and detail full"),
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


def batch_document(batch: Batch) -> list[Block]:
    """What was run, and the cost of each point; the first twenty of them."""
    manifest = batch.manifest
    points = batch.points
    done = int((points["status"] == "done").sum())
    about = (
        f"{manifest['scenario']['year']}, rules {manifest['rules']}: {done} of {len(points)} points done, "
        f"{manifest['draws']} draws each, seed {manifest['seed']}"
    )
    parts: list[Block] = [Heading(manifest["scenario"]["name"], 2, about)]
    failed = len(batch.failures)
    if failed:
        parts.append(f"{failed} failed (see .failures)")
    names = list(batch.parameters)
    cost = batch.statistics.cost("point", aggregate=("mean", "std", "q05", "q95")) if done else None
    rows = []
    for number in points.index[:_MOST_POINTS]:
        row = [str(number), *(str(points.loc[number, name]) for name in names)]
        if cost is not None and number in cost.index:
            row += [f"{value:,.2f}" for value in cost.loc[number]]
        else:
            row += [str(points.loc[number, "error"]) or str(points.loc[number, "status"]), "", "", ""]
        rows.append(row)
    heads = ("point", *names, "mean cost, yuan", "standard deviation", "5 %", "95 %")
    left = len(points) - _MOST_POINTS
    return [*parts, grid(heads, rows, note=f"{left} more points" if left > 0 else "")]
