"""What a batch leaves behind: tables to work with, the exact integers beneath them, questions to ask of them."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridsim.analysis.arguments import check_name
from gridsim.batch.sensitivity import Sensitivity
from gridsim.batch.statistics import BatchStatistics
from gridsim.batch.stored import StoredBatch, query
from gridsim.errors import ResultError
from gridsim.show.document import Heading, grid
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import Sentence, listed
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa

    from gridsim.analysis.charts import Backend, Chart, Lang
    from gridsim.show.document import Block

__all__ = ["Batch", "BatchPlots", "batch_document", "load"]

_MOST_POINTS = 20


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
            coordinates.

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

        return html(batch_document(self))


@helpful
class BatchPlots:
    """The charts of a batch: ``batch.plot.cost_distribution(point=0)``, ``.risk_heat_map()``, ``.tornado()``.

    Parameters
    ----------
    batch : StoredBatch
    """

    def __init__(self, batch: StoredBatch) -> None:
        self._batch = batch

    def cost_distribution(
        self,
        point: int = 0,
        unit: str | None = None,
        *,
        level: float | str | Decimal = "0.95",
        backend: Backend = "plotly",
        lang: Lang = "en",
    ) -> Chart:
        """How often which cost was drawn, with cost-at-risk and CVaR.

        Parameters
        ----------
        point : int
            Of the sweep.
        unit : str, optional
            A settlement unit (``detail="full"``); all that units and users pay if left out.
        level : float, str or Decimal
            Of cost-at-risk and CVaR, as `gridsim.analysis.charts.cost_distribution` defines them.
        backend : {"plotly", "matplotlib"}
            For screens, or for papers.
        lang : {"en", "zh"}
            Of titles, legends and captions.

        Returns
        -------
        Chart
            Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

        Raises
        ------
        ResultError
            There is no such point or unit, the point was not computed, or unit costs by draw were not kept.

        Examples
        --------
        >>> batch.plot.cost_distribution(0, "R1/tou").title
        'Distribution of cost: R1/tou'
        """
        from gridsim.analysis.charts import cost_distribution

        points = self._batch.points
        if point not in points.index:
            raise ResultError(
                Sentence("there is no point {point}; there are 0 to {last}", point=point, last=len(points) - 1)
            )
        if points.loc[point, "status"] != "done":
            why = points.loc[point, "error"] or Sentence("open")
            raise ResultError(Sentence("point {point} was not computed: {why}", point=point, why=why))
        if unit is None:
            runs = self._batch.exact.runs
            costs = runs.loc[runs["point"] == point, "total_micro_yuan"]
        else:
            draws = self._batch.exact.unit_draws
            of_unit = draws["unit_id"] == unit
            if not of_unit.any():
                near = nearest(unit, draws["unit_id"].unique())
                raise ResultError(listed(Sentence("there is no unit {unit!r}", unit=unit), nearest_in_words(near)))
            costs = draws.loc[of_unit & (draws["point"] == point), "cost_micro_yuan"]
        return cost_distribution(costs, level=level, who=unit, backend=backend, lang=lang)

    def risk_heat_map(
        self,
        aggregate: str = "q90",
        by: str = "unit",
        *,
        of: str = "deviation",
        where: Mapping[str, Any] | None = None,
        top: int = 30,
        backend: Backend = "plotly",
        lang: Lang = "en",
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
        lang : {"en", "zh"}
            Of titles, legends and captions.

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
        payer = "buyer" if of == "cost" and "payer" in (where or {}) else of
        return risk_heat_map(
            risks[["who", "month", "risk_micro_yuan", "mean_micro_yuan"]].reset_index(drop=True),
            what=payer, level=aggregate, all_rows=len(worst), backend=backend, lang=lang,
        )  # fmt: skip

    def tornado(
        self,
        metric: str = "cost",
        aggregate: str = "mean",
        *,
        top: int = 15,
        backend: Backend = "plotly",
        lang: Lang = "en",
    ) -> Chart:
        """What the money depends on most: its change for the low and high value of each parameter.

        Parameters
        ----------
        metric : str
            ``cost``, or a ledger item: ``transmission_yuan``.
        aggregate : str
            Over the draws: ``mean``, ``std``, ``q95``, ``cvar95``.
        top : int
            How many parameters are drawn.
        backend : {"plotly", "matplotlib"}
            For screens, or for papers.
        lang : {"en", "zh"}
            Of titles, legends and captions.

        Returns
        -------
        Chart
            Notebooks show it; `Chart.table` is the table behind it, `Chart.save` writes it to a file.

        Raises
        ------
        ResultError
            The plan sweeps nothing, or the metric is an energy (`Sensitivity.tornado` has the table of it).

        Examples
        --------
        >>> batch.plot.tornado("shortfall_yuan").table.iloc[:, :3]
                            parameter      low_yuan     high_yuan
        0  settlement.shortfall_price  7.583379e+05  1.516676e+06
        1                  load.scale  1.162456e+06  1.112558e+06
        """
        from gridsim.analysis.charts import tornado

        table = Sensitivity(self._batch).tornado(metric, aggregate)
        if "low_micro_yuan" not in table:
            raise ResultError(
                Sentence(
                    "the chart is of money, and {metric} is not; batch.sensitivity.tornado has its table",
                    metric=metric,
                )
            )
        base = int(table["base_micro_yuan"].iloc[0])
        return tornado(table, base_micro_yuan=base, top=top, backend=backend, lang=lang)


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
