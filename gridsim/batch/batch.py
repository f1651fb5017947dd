"""What a batch leaves behind: tables to work with, the exact integers beneath them, questions to ask of them."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.analysis.arguments import check_name, dimensions_of
from gridsim.batch.aggregates import LOSS
from gridsim.batch.parameter_words import ParameterWords
from gridsim.batch.points_grid import MOST_POINTS, points_grid
from gridsim.batch.sensitivity import Sensitivity
from gridsim.batch.statistics import BatchStatistics
from gridsim.batch.stored import StoredBatch, query
from gridsim.errors import ResultError
from gridsim.metering import forecast_months
from gridsim.show.document import Heading
from gridsim.spoken import spoken_lang
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import Sentence, listed
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    from gridsim.analysis.charts import Backend, Chart, Lang
    from gridsim.analysis.charts.words import ChartWords
    from gridsim.exporting import ExportFormat
    from gridsim.show.document import Block

__all__ = ["Batch", "BatchPlots", "batch_document", "load"]


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
class BatchPlots:
    """The charts of a batch: ``batch.plot.cost_distribution(point=0)``, ``.risk_heat_map()``, ``.tornado()``.

    Parameters
    ----------
    batch : StoredBatch
    """

    def __init__(self, batch: StoredBatch) -> None:
        self._batch = batch

    def _words(self, lang: Lang) -> ChartWords:
        """What codes and ids are called; they stand as they are in a batch that does not tell."""
        from gridsim.analysis.charts.words import ChartWords

        market = self._batch.market
        return ChartWords(lang, market.shape, people=market.people)

    def cost_distribution(
        self,
        point: int = 0,
        unit: str | None = None,
        *,
        item: str | Sequence[str] | None = None,
        level: float | str | Decimal = "0.95",
        backend: Backend = "plotly",
        lang: Lang | None = None,
    ) -> Chart:
        """How often which cost was drawn, with cost-at-risk and CVaR.

        Parameters
        ----------
        point : int
            Of the sweep.
        unit : str, optional
            A settlement unit (``detail="full"``); all that units and users pay if left out.
        item : str or sequence of str, optional
            Ledger items, added up draw by draw: ``("overrun", "shortfall")`` is what deviation costs all units. Not
            of a unit.
        level : float, str or Decimal
            Of cost-at-risk and CVaR, as `gridsim.analysis.charts.cost_distribution` defines them.
        backend : {"plotly", "matplotlib"}
            For screens, or for papers.
        lang : {"en", "zh"}, optional
            Of titles, legends and captions; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        Chart
            Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

        Raises
        ------
        ResultError
            There is no such point, unit or item, the point was not computed, or unit costs by draw were not kept.
        TypeError
            Both a unit and items.

        Examples
        --------
        >>> batch.plot.cost_distribution(0, "R1/tou").title
        'Distribution of cost: 合成售电公司/time of use'
        >>> batch.plot.cost_distribution(item=("overrun", "shortfall")).title
        'Distribution of cost: overrun, shortfall fee'
        """
        from gridsim.analysis.charts import cost_distribution

        lang = spoken_lang(lang)

        points = self._batch.points
        if point not in points.index:
            raise ResultError(
                Sentence("there is no point {point}; there are 0 to {last}", point=point, last=len(points) - 1)
            )
        if points.loc[point, "status"] != "done":
            why = points.loc[point, "error"] or Sentence("open")
            raise ResultError(Sentence("point {point} was not computed: {why}", point=point, why=why))
        words, who = self._words(lang), None
        if item is not None:
            if unit is not None:
                raise TypeError("cost_distribution takes a unit or items: items are kept of all units together")
            items = dimensions_of(item)
            asked = BatchStatistics(self._batch).money("draw", {"point": point, "item": items}, "sum")
            costs = asked.exact["sum_micro_yuan"]
            who = words.listed(words.called("item", each) for each in items)
        elif unit is None:
            runs = self._batch.exact.runs
            costs = runs.loc[runs["point"] == point, "total_micro_yuan"]
        else:
            draws = self._batch.exact.unit_draws
            of_unit = draws["unit_id"] == unit
            if not of_unit.any():
                near = nearest(unit, draws["unit_id"].unique())
                raise ResultError(listed(Sentence("there is no unit {unit!r}", unit=unit), nearest_in_words(near)))
            costs = draws.loc[of_unit & (draws["point"] == point), "cost_micro_yuan"]
            who = words.called("unit", unit)
        return cost_distribution(costs, level=level, who=who, backend=backend, lang=lang)

    def risk_heat_map(
        self,
        aggregate: str = "q90",
        by: str = "unit",
        *,
        of: str = "deviation",
        where: Mapping[str, Any] | None = None,
        top: int = 30,
        backend: Backend = "plotly",
        lang: Lang | None = None,
    ) -> Chart:
        """Which months are dangerous for whom: units (or others) × months (metric ``positions``).

        Parameters
        ----------
        aggregate : str
            What stands in a cell: ``mean``, ``std``, ``max``, a quantile or the ``cvar`` that the plan names.
        by : {"unit", "buyer", "retailer", "user", "product"}
            What the rows are.
        of : {"deviation", "cost"}
            The money of overrun and shortfall, or all of it.
        where : mapping, optional
            As statistics take it; of a sweep it names the point: ``{"point": 0}``.
        top : int
            So many rows, those with the largest month first.
        backend : {"plotly", "matplotlib"}
            For screens, or for papers.
        lang : {"en", "zh"}, optional
            Of titles, legends and captions; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        Chart
            Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

        Raises
        ------
        ResultError
            The plan kept no positions, or not this level; an unknown dimension or value; nothing was chosen.

        Examples
        --------
        >>> batch.plot.risk_heat_map(where={"point": 0}).table.head(2)
                       who    month  risk_yuan  mean_yuan
        0  U5/conventional  2021-01        0.0        0.0
        1  U5/conventional  2021-02        0.0        0.0
        """
        from gridsim.analysis.charts import risk_heat_map

        check_name("by", by, ("unit", "buyer", "retailer", "user", "product"))
        check_name("of", of, ("deviation", "cost"))
        if aggregate.startswith(("overrun", "shortfall")):
            raise ResultError(
                Sentence("the chart is of money; batch.statistics.deviation has energies and probabilities")
            )
        ask = getattr(BatchStatistics(self._batch), of)
        table = ask((by, "month"), where, tuple(dict.fromkeys((aggregate, "mean")))).exact
        if not len(table):
            raise ResultError(Sentence("risk_heat_map: this batch has no positions here"))
        risks = table.reset_index().rename(columns={by: "who", f"{aggregate}_micro_yuan": "risk_micro_yuan"})
        if aggregate == "mean":
            risks["mean_micro_yuan"] = risks["risk_micro_yuan"]
        worst = risks.groupby("who", sort=False)["risk_micro_yuan"].max().sort_values(ascending=False, kind="stable")
        order = {name: place for place, name in enumerate(worst.index[:top])}
        risks = risks[risks["who"].isin(list(order))].sort_values("who", key=lambda who: who.map(order), kind="stable")
        market = self._batch.market
        payer = "buyer" if of == "cost" and "payer" in (where or {}) else of
        return risk_heat_map(
            risks[["who", "month", "risk_micro_yuan", "mean_micro_yuan"]].reset_index(drop=True),
            what=payer, level=aggregate, by=by, all_rows=len(worst), shape=market.shape, people=market.people,
            forecast=forecast_months(self._batch.manifest), backend=backend, lang=spoken_lang(lang),
        )  # fmt: skip

    def tornado(
        self,
        metric: str = "cost",
        aggregate: str = "mean",
        *,
        top: int = 15,
        backend: Backend = "plotly",
        lang: Lang | None = None,
    ) -> Chart:
        """What the money depends on most: its change for the low and high value of each parameter.

        Parameters
        ----------
        metric : str
            ``cost``; ``margin``, of all retailers; or a ledger item: ``transmission_yuan``.
        aggregate : str
            Over the draws: ``mean``, ``std``, ``q95``, ``cvar95``.
        top : int
            How many parameters are drawn.
        backend : {"plotly", "matplotlib"}
            For screens, or for papers.
        lang : {"en", "zh"}, optional
            Of titles, legends and captions; if left out, that of ``GRIDSIM_LANG``, else English.

        Returns
        -------
        Chart
            Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

        Raises
        ------
        ResultError
            The plan sweeps nothing, or what is asked for is no money but an energy or a probability
            (`Sensitivity.tornado` has the table of it).

        Examples
        --------
        >>> batch.plot.tornado("shortfall_yuan").table.iloc[:, :3]
                            parameter      low_yuan     high_yuan
        0  settlement.shortfall_price  7.583379e+05  1.516676e+06
        1                  load.scale  1.162456e+06  1.112558e+06
        """
        from gridsim.analysis.charts import tornado

        lang = spoken_lang(lang)

        table = Sensitivity(self._batch).tornado(metric, aggregate)
        if "low_micro_yuan" not in table:
            raise ResultError(
                Sentence(
                    "the chart is of money, and {metric} is not; batch.sensitivity.tornado has its table",
                    metric=aggregate if aggregate == LOSS else metric,
                )
            )
        base = int(table["base_micro_yuan"].iloc[0])
        words = ParameterWords(lang, self._batch.market)
        labels = {
            name: f"{words.parameter(name)}  [{words.value(name, low)} … {words.value(name, high)}]"
            for name, low, high in zip(table["parameter"], table["low_value"], table["high_value"], strict=True)
        }
        return tornado(table, base_micro_yuan=base, labels=labels, top=top, backend=backend, lang=lang)


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
