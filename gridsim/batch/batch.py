"""What a batch leaves behind: tables to work with, the exact integers beneath them, questions to ask of them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet

from gridsim.batch.points_table import OWN_COLUMNS
from gridsim.batch.store import MANIFEST, parts_of
from gridsim.batch.tables import Kept, batch_tables
from gridsim.errors import ResultError
from gridsim.io.decimals import exact_table, floats_of_table
from gridsim.result import to_pandas
from gridsim.units import fixed_point
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.batch.charts import BatchPlots
    from gridsim.batch.sensitivity import Sensitivity
    from gridsim.batch.statistics import BatchStatistics

__all__ = ["Batch", "ExactBatch", "load"]


class _Tables:
    """The tables of a batch by name."""

    def _frame_of(self, name: str) -> pd.DataFrame:
        raise NotImplementedError

    @property
    def runs(self) -> pd.DataFrame:
        """One row per point and draw: all money, and energies on and off the contracts."""
        return self._frame_of("runs")

    @property
    def items(self) -> pd.DataFrame:
        """One row per point, draw and ledger item: money."""
        return self._frame_of("items")

    @property
    def units(self) -> pd.DataFrame:
        """One row per point and unit: how its year spreads over the draws."""
        return self._frame_of("units")

    @property
    def unit_draws(self) -> pd.DataFrame:
        """One row per point, unit and draw: cost (``detail="full"``)."""
        return self._frame_of("unit_draws")


class Batch(_Tables):
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
    manifest : mapping
        What was asked for, of what, by which program.
    exact : ExactBatch

    Raises
    ------
    ResultError
        The folder holds no batch.
    """

    def __init__(self, directory: Path) -> None:
        self.directory: Path | None = directory
        try:
            self.manifest: Mapping[str, Any] = MappingProxyType(
                json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
            )
            self._points = pyarrow.parquet.read_table(directory / "points" / "points.parquet")
        except FileNotFoundError:
            raise ResultError(
                Sentence("{path}: no {file} here, so this is no folder of a batch", path=directory, file=MANIFEST)
            ) from None
        except (ValueError, OSError, pa.ArrowInvalid) as error:
            raise ResultError(Sentence("{path}: cannot be read ({why})", path=directory, why=str(error))) from error
        self._specs = batch_tables(_kept(self.manifest))
        self._arrow: dict[str, pa.Table] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self.exact = ExactBatch(self)

    @property
    def parameters(self) -> tuple[str, ...]:
        """What the sweep varies."""
        return tuple(name for name in self._points.column_names if name not in OWN_COLUMNS)

    @property
    def points(self) -> pd.DataFrame:
        """The points of the sweep: parameters, whether it was done, or the error; seconds, attempts."""
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
            The batch has no such table; the message says why.
        """
        if name not in self._specs:
            raise ResultError(_no_table(name, self._specs, self.manifest))
        if name not in self._arrow:
            self._arrow[name] = self._read(name)
        return self._arrow[name]

    def files(self, name: str) -> list[Path]:
        """The Parquet files that together are a table (none for a batch in memory).

        Raises
        ------
        ResultError
            The batch has no such table; the message says why.
        """
        if self.directory is None:
            return []
        if name not in self._specs:
            raise ResultError(_no_table(name, self._specs, self.manifest))
        return [self.directory / name / f"{part.key}.parquet" for part in parts_of(self.directory)]

    def query(self, sql: str, *, memory_limit: str | None = None) -> pd.DataFrame:
        """Ask in SQL, through DuckDB, without reading the tables into memory.

        Parameters
        ----------
        sql : str
            About ``points``, ``runs``, ``items``, ``units`` and ``unit_draws``; each row has its ``point`` and the
            parameters (quote them: ``"load.scale"``). Money and energies are exact decimals in it.
        memory_limit : str, optional
            Of DuckDB, such as ``"1GB"``; beyond it works on disk.

        Raises
        ------
        MissingExtraError
            DuckDB is not installed (``pip install "gridsim[query]"``).
        ResultError
            DuckDB refuses the query; the message has its reason.
        """
        from gridsim.batch.query import query

        return query(self, sql, memory_limit)

    def in_memory(self) -> Batch:
        """The same batch with all tables read, so that its folder may go."""
        for name in self._specs:
            self.arrow(name)
        self.directory = None
        return self

    def _read(self, name: str) -> pa.Table:
        spec = self._specs[name]
        texts = [column.name for column in spec if column.kind in ("ref", "enum")]
        parts = []
        for path in self.files(name):
            try:
                parts.append(exact_table(pyarrow.parquet.read_table(path, read_dictionary=texts), spec.columns))
            except (KeyError, OSError, pa.ArrowInvalid) as error:
                raise ResultError(Sentence("{path}: cannot be read ({why})", path=path, why=str(error))) from error
        if not parts:
            return pa.table({"point": pa.array([], pa.int64()), **{c.exact: pa.array([]) for c in spec}})
        whole = pa.concat_tables(parts).unify_dictionaries().combine_chunks()
        return self._ordered(whole)

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

    def _frame_of(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            exact = self.arrow(name)
            floats = floats_of_table(exact, self._specs[name].columns)
            self._frames[name] = self._with_parameters(floats.add_column(0, "point", exact["point"]))
        return self._frames[name]

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
        from gridsim.batch.html import batch_document
        from gridsim.show.html import html

        return html(batch_document(self))


class ExactBatch(_Tables):
    """The tables of a batch as integers: ``total_micro_yuan``, ``overrun_kwh``, ``cost_mean_micro_yuan``."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def _frame_of(self, name: str) -> pd.DataFrame:
        return self._batch._with_parameters(self._batch.arrow(name))


def load(directory: str | os.PathLike[str]) -> Batch:
    """Read what `gridsim.batch.run` stored; a run that is not finished shows the points that are.

    Raises
    ------
    ResultError
        The folder holds no batch.
    """
    return Batch(Path(directory))


def _kept(manifest: Mapping[str, Any]) -> Kept:
    return Kept(
        tuple(manifest["metrics"]),
        manifest["detail"],
        tuple(fixed_point(level, 4) for level in manifest["quantiles"]),
        fixed_point(manifest["tail"], 4),
        manifest["draws"],
    )


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
