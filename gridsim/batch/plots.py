"""The charts of a batch: how cost spreads, which months are dangerous, what cost depends on."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gridsim.analysis.arguments import check_name, dimensions_of
from gridsim.batch.aggregates import LOSS
from gridsim.batch.parameter_words import ParameterWords
from gridsim.batch.sensitivity import Sensitivity
from gridsim.batch.statistics import BatchStatistics
from gridsim.batch.stored import StoredBatch
from gridsim.errors import ResultError
from gridsim.metering import forecast_months
from gridsim.spoken import spoken_lang
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import Sentence, listed
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gridsim.analysis.charts import Backend, Chart, Lang
    from gridsim.analysis.charts.words import ChartWords

__all__ = ["BatchPlots"]


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
