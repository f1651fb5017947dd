"""What a batch leaves behind: tables to work with, the exact integers beneath them, questions to ask of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.batch.parameter_words import ParameterWords
from gridsim.batch.plots import BatchPlots
from gridsim.batch.points_grid import MOST_POINTS, points_grid
from gridsim.batch.sensitivity import Sensitivity
from gridsim.batch.statistics import BatchStatistics
from gridsim.batch.stored import StoredBatch, query
from gridsim.show.document import Heading
from gridsim.spoken import spoken_lang
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import pyarrow as pa

    from gridsim.analysis.charts import Lang
    from gridsim.exporting import ExportFormat
    from gridsim.show.document import Block

__all__ = ["Batch", "batch_document", "load"]


@helpful
class Batch(StoredBatch):
    """The outcome of a plan.

    The tables are DataFrames in MWh and yuan (float64, the nearest to the exact value); `exact` has the same rows as
    integers; `arrow` gives these as Arrow has them. Beside the columns of the formats page, each has ``point`` and,
    but for `arrow`, the parameters of its point.

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

    Examples
    --------
    >>> batch = gridsim.batch.run(plan, detail="full")
    >>> batch
    Batch('henan-2021-mini (synthetic)', 4 of 4 points, 8 draws, sweep=['load.scale', 'settlement.shortfall_price'])
    >>> batch.runs.groupby("load.scale")["total_yuan"].mean()
    load.scale
    0.95    1.342900e+08
    1.05    1.484768e+08
    Name: total_yuan, dtype: float64
    """

    @property
    def statistics(self) -> BatchStatistics:
        """Grouped statistics over points and draws, exact until they are shown."""
        return BatchStatistics(self)

    @property
    def sensitivity(self) -> Sensitivity:
        """What drives the outcome: Sobol indices, Morris effects, a tornado table."""
        return Sensitivity(self)

    @property
    def plot(self) -> BatchPlots:
        """Charts: the distribution of cost, which months are dangerous, what cost depends on."""
        return BatchPlots(self)

    def query(self, sql: str, *, memory_limit: str | None = None, files: bool = False) -> pd.DataFrame:
        """Ask in SQL, through DuckDB, without reading the tables into memory.

        Parameters
        ----------
        sql : str
            About ``points``, ``runs``, ``items``, ``units``, ``unit_draws``, ``positions`` and ``position_sums``; each
            row has its ``point`` and the parameters (quote them: ``"load.scale"``). Money and energies are exact
            decimals in it.
        memory_limit : str, optional
            Of DuckDB, such as ``"1GB"``; beyond it works on disk.
        files : bool
            Whether the query may read and write other files, load extensions and reach the network
            (``read_csv``, ``COPY … TO``): only for SQL of one's own. If left out it reaches this batch alone.

        Returns
        -------
        DataFrame
            What the query selects [MWh, yuan].

        Raises
        ------
        MissingExtraError
            DuckDB is not installed (``pip install "gridsim[query]"``).
        ResultError
            DuckDB refuses the query, with its reason; or what is stored of a table in it is damaged.

        Examples
        --------
        >>> batch.query('select "load.scale", max(total_yuan) as dearest from runs group by all order by all')
           load.scale       dearest
        0        0.95  1.381096e+08
        1        1.05  1.527179e+08
        """
        return query(self, sql, memory_limit, files=files)

    def to_arrow(self, table: str = "runs") -> pa.Table:
        """A table as Arrow has it, with points and parameters in front; energies and money as exact decimals.

        Parameters
        ----------
        table : str
            ``runs``, ``items``, ``units``, ``unit_draws``, ``positions``, ``position_sums``.

        Returns
        -------
        pyarrow.Table
            MWh and yuan as decimal128. polars takes it as it is (``polars.from_arrow``), and so does DuckDB.

        Raises
        ------
        ResultError
            The batch has no such table, or what is stored of it is damaged.

        Examples
        --------
        >>> batch.to_arrow("items").group_by("item").aggregate([("amount_yuan", "sum")]).column_names
        ['item', 'amount_yuan_sum']
        """
        from gridsim.batch.exports import to_arrow

        return to_arrow(self, table)

    def export(
        self,
        out: str | os.PathLike[str],
        format: ExportFormat = "xlsx",
        *,
        headings: Lang = "zh",
        tables: Sequence[str] | None = None,
    ) -> list[Path]:
        """Write tables for people: a workbook, or a file for each table; points and parameters stand in front.

        Parameters
        ----------
        out : str or path
            The workbook, or the folder of the files.
        format : {"csv", "parquet", "xlsx"}
            A file for each table, or one workbook with a sheet for each.
        headings : {"en", "zh"}
            ``zh``: headings, codes and flags in Chinese, and participants by their names; ``en``: as the formats page
            has them.
        tables : sequence of str, optional
            Which (``["positions"]``); all that the batch has if left out.

        Returns
        -------
        list of Path
            The files that were written. `gridsim.batch.load` does not read them.

        Raises
        ------
        ResultError
            There is no such table, one has more rows than a sheet holds or is damaged, a workbook is not named
            ``.xlsx``, or a file cannot be written or would stand in the batch's own folder.
        ValueError
            Another format.

        Examples
        --------
        >>> [path.name for path in batch.export("tables", "csv", tables=["runs", "positions"])]
        ['运行.csv', '头寸风险.csv']
        """
        from gridsim.batch.exports import export_batch

        return export_batch(self, Path(out), format, headings, tables)

    def to_polars(self, table: str = "runs") -> Any:
        """The table that `to_arrow` gives, as a polars DataFrame.

        Parameters
        ----------
        table : str
            As `to_arrow` takes it.

        Returns
        -------
        polars.DataFrame
            Energies [MWh] and money [yuan] as exact decimals.

        Raises
        ------
        MissingExtraError
            polars is not installed.
        ResultError
            The batch has no such table, or what is stored of it is damaged.

        Examples
        --------
        >>> batch.to_polars("runs").shape
        (32, 10)
        """
        from gridsim.batch.exports import to_polars

        return to_polars(self, table)

    def to_xarray(self) -> Any:
        """All tables as one Dataset: a dimension for each parameter of the sweep, then draw, item, unit and the like.

        Returns
        -------
        xarray.Dataset
            float64 [yuan], [MWh], as the attribute ``units`` of each variable says; NaN where a point failed. Where the
            points are no grid (a design, or one point alone), ``point`` is the dimension, and the parameters are its
            coordinates. A column that another table has too, or has as a dimension, bears the name of its table: of
            `positions` beside `margins`, ``positions_retailer_id``.

        Raises
        ------
        MissingExtraError
            xarray is not installed (``pip install "gridsim[xarray]"``).
        ResultError
            What is stored of a table is damaged.

        Examples
        --------
        >>> dict(batch.to_xarray()["total_yuan"].mean("draw").sizes)
        {'load.scale': 2, 'settlement.shortfall_price': 2}
        """
        from gridsim.batch.exports import to_xarray

        return to_xarray(self)

    def __repr__(self) -> str:
        done = int((self.points["status"] == "done").sum())
        return (
            f"Batch({self.manifest['scenario']['name']!r}, {done} of {len(self._arrow.points)} points, "
            f"{self.manifest['draws']} draws, sweep={list(self.parameters)})"
        )

    def _repr_html_(self) -> str:
        from gridsim.show.html import html

        return html(batch_document(self, spoken_lang()))


@helpful
def load(directory: str | os.PathLike[str]) -> Batch:
    """Read what `gridsim.batch.run` stored; a run that is not finished shows the points that are.

    Parameters
    ----------
    directory : str or path
        The folder that was given to `gridsim.batch.run` as `out`.

    Returns
    -------
    Batch
        Its tables are read when they are asked for.

    Raises
    ------
    ResultError
        The folder holds no batch.

    Examples
    --------
    >>> made = gridsim.batch.run(plan, "out")
    >>> gridsim.batch.load("out").runs.equals(made.runs)
    True
    """
    return Batch(Path(directory))


def batch_document(batch: Batch, lang: Lang) -> list[Block]:
    """What was run, and the cost of each point; the first twenty of them.

    Parameters
    ----------
    batch : Batch
    lang : {"en", "zh"}
    """
    words, manifest, points = ParameterWords(lang, batch.market), batch.manifest, batch.points
    done = points.index[points["status"] == "done"]
    about = words.say(
        "{year}, rules {rules}: {done} of {points} points done, {draws} draws each, seed {seed}",
        year=manifest["scenario"]["year"],
        rules=manifest["rules"],
        done=len(done),
        points=len(points),
        draws=manifest["draws"],
        seed=manifest["seed"],
    )
    parts: list[Block] = [Heading(manifest["scenario"]["name"], 2, about)]
    failed = len(batch.failures)
    if failed:
        parts.append(words.say("{count} failed (see .failures)", count=failed))
    return [*parts, points_grid(batch, words, list(points.index[:MOST_POINTS]), of=len(points))]
