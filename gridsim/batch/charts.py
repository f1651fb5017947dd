"""``batch.plot``: the charts of a batch, each one call."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from gridsim.batch.sensitivity import Sensitivity
from gridsim.errors import ResultError
from gridsim.suggest import nearest, nearest_in_words
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from gridsim.analysis.charts import Backend, Chart, Lang
    from gridsim.batch.stored import StoredBatch

__all__ = ["BatchPlots"]


class BatchPlots:
    """The charts of a batch: ``batch.plot.cost_distribution(point=0)``, ``batch.plot.tornado()``.

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
            Of cost-at-risk and CVaR.
        backend : {"plotly", "matplotlib"}
        lang : {"en", "zh"}

        Raises
        ------
        ResultError
            There is no such point or unit, the point was not computed, or unit costs by draw were not kept.
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
        metric, aggregate : str
            As `Sensitivity.tornado` takes them; a metric of money.
        top : int
            How many parameters are drawn.
        backend : {"plotly", "matplotlib"}
        lang : {"en", "zh"}

        Raises
        ------
        ResultError
            The plan sweeps nothing, or the metric is an energy (`Sensitivity.tornado` has the table of it).
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
