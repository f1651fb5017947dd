"""What a batch leaves behind: tables to work with, the exact integers beneath them, questions to ask of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

import pyarrow as pa
import pyarrow.compute

from gridsim.batch.manifest import OWN_COLUMNS, read_points
from gridsim.batch.parts import PARTS, Damage, DamagedError, Part, damage_error, opened, parts_of, read_table
from gridsim.batch.plan import METRICS, Detail
from gridsim.batch.store import MANIFEST, POINTS
from gridsim.batch.tables import Kept, batch_tables
from gridsim.errors import ResultError, WrongValueError
from gridsim.io.decimals import floats_of_table
from gridsim.result import to_pandas
from gridsim.units import RATIO_DECIMALS, fixed_point
from gridsim.words import Sentence, named

if TYPE_CHECKING:
    import pandas as pd

    from gridsim.batch.charts import BatchPlots
    from gridsim.batch.sensitivity import Sensitivity
    from gridsim.batch.statistics import BatchStatistics
    from gridsim.columns import Table

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
        manifest, self._kept, stored = _read_head(directory)
        self.manifest: Mapping[str, Any] = MappingProxyType(manifest)
        self._specs = batch_tables(self._kept)
        self._parts, self._damage = _read_parts(directory, self._kept, stored)
        self._points = _with_state(stored, self._parts)
        self._arrow: dict[str, pa.Table] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self.exact = ExactBatch(self)

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


def _read_head(directory: Path) -> tuple[dict[str, Any], Kept, pa.Table]:
    """Manifest, what it says is kept, and the table of points.

    Raises
    ------
    ResultError
    """
    path = directory / MANIFEST
    try:
        manifest = opened(path)
        kept = _kept_of(manifest)
        path = directory / POINTS / f"{POINTS}.parquet"
        points = read_points(path)
        if len(points) != manifest["points"]:
            raise DamagedError(Sentence("has other points than {file}", file=MANIFEST))
    except FileNotFoundError:
        file = path.relative_to(directory).as_posix()
        raise ResultError(
            Sentence("{path}: no {file} here, so this is no folder of a batch", path=directory, file=file)
        ) from None
    except DamagedError as error:
        raise damage_error(directory, [Damage(path, error.sentence)]) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise ResultError(Sentence("{path}: cannot be read ({why})", path=path, why=why)) from error
    return manifest, kept, points


def _kept_of(manifest: Mapping[str, Any]) -> Kept:
    """What a manifest says is kept.

    Raises
    ------
    DamagedError
        It says what gridsim does not write.
    """
    kept = None
    try:
        kept = Kept(
            tuple(manifest["metrics"]),
            manifest["detail"],
            tuple(fixed_point(level, RATIO_DECIMALS) for level in manifest["quantiles"]),
            fixed_point(manifest["tail"], RATIO_DECIMALS),
            manifest["draws"],
        )
        scenario = manifest["scenario"]
        is_fine = (
            set(kept.metrics) <= set(METRICS)
            and kept.detail in get_args(Detail)
            and all(type(number) is int for number in (kept.draws, manifest["points"], scenario["year"]))
            and all(isinstance(text, str) for text in (scenario["name"], manifest["rules"]))
            and isinstance(manifest["sweep"], dict)
        )
    except (KeyError, TypeError, WrongValueError):
        is_fine = False
    if kept is None or not is_fine:
        raise DamagedError(Sentence("not what gridsim writes into a manifest"))
    return kept


def _read_parts(directory: Path, kept: Kept, points: pa.Table) -> tuple[list[Part], list[Damage]]:
    """The parts of a batch by their records, and what is wrong with these; no file of rows is opened."""
    parts, damage = parts_of(directory)
    known = set(points["point_id"].to_pylist())
    fit: list[Part] = []
    for part in parts:
        path = directory / PARTS / f"{part.key}.json"
        if not known >= set(part.points):
            damage.append(Damage(path, Sentence("has points of another batch"), tuple(part.points)))
        elif not part.is_of(kept):
            damage.append(Damage(path, Sentence("has other tables or rows than this batch"), tuple(part.points)))
        else:
            fit.append(part)
    claimed = set(points["point_id"].filter(pyarrow.compute.equal(points["status"], "done")).to_pylist())
    there = {point for part in fit for point in part.points} | {point for one in damage for point in one.points}
    if claimed - there:
        lost = tuple(sorted(claimed - there))
        damage.append(Damage(directory / PARTS, Sentence("the record of finished points is gone"), lost))
    return fit, damage


def _with_state(points: pa.Table, parts: Iterable[Part]) -> pa.Table:
    """The table of points, with what the parts tell of those that they hold."""
    told = {point: about for part in parts for point, about in part.points.items()}
    columns = {name: points[name].to_pylist() for name in ("point_id", "status", "error", "seconds", "attempts")}
    for row, point in enumerate(columns["point_id"]):
        if point in told:
            columns["status"][row], columns["error"][row] = "done", ""
            columns["seconds"][row], columns["attempts"][row] = told[point].get("seconds"), told[point].get("attempts")
        elif columns["status"][row] == "done":
            columns["status"][row] = "damaged"
            columns["error"][row] = str(Sentence("its rows are damaged or gone: run the plan again"))
    for name, values in columns.items():
        place = points.column_names.index(name)
        points = points.set_column(place, name, pa.array(values, points.schema.field(name).type))
    return points


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
