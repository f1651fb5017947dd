"""Grouped statistics of a batch, over points and draws: the grammar of ``result.statistics``, and its code.

Sums, means and order statistics are computed in integers and shown in yuan and MWh.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridsim.analysis.arguments import Narrowed, check_name, cut, dimensions_of
from gridsim.batch.aggregates import LOSS, check_aggregates, spread_table
from gridsim.batch.risk import DIMENSIONS, OF_POSITIONS, Risk
from gridsim.batch.user_risk import USER_DIMENSIONS, UserRisk
from gridsim.errors import ResultError
from gridsim.metering import FORECAST, METERED, forecast_months
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from gridsim.analysis.arguments import GroupBy, Where
    from gridsim.analysis.table import StatisticsTable
    from gridsim.batch.stored import StoredBatch

__all__ = ["BatchStatistics"]

_COLUMNS = {"draw": ("runs", "draw"), "item": ("items", "item"), "unit": ("units", "unit_id")}
"""Dimensions that a table has beside its points: where their values stand."""

_OF_MARGINS = ("retailer", "month", "metering")
"""Dimensions of margins, which positions have, too."""

_WITHIN_DRAWS = frozenset(("item", "unit", *_OF_MARGINS))
"""What a draw has several rows for: added up where they are not told apart, so that all statistics are over draws."""

_DEFAULT = ("mean", "std", "q05", "median", "q95", "cvar95")


@helpful
class BatchStatistics(Narrowed):
    """Statistics of a batch: ``batch.statistics.cost(groupby="load.scale", aggregate=("mean", "cvar95"))``.

    Their grammar is that of ``result.statistics``. Every method takes

    - `groupby`: one or several of the dimensions ``point``, ``draw``, the parameters of the sweep, and ``item`` or
      ``unit`` where the table has them; ``()`` is one row over everything. Where the plan has the metric
      ``positions``, `cost` and `deviation` know ``month``, ``metering`` (``metered`` or ``forecast``), ``product``,
      ``unit``, ``buyer``, ``retailer`` and ``user`` (who buys for itself): sums of positions, made draw by draw; where
      it has ``margins``, `margins` knows ``retailer``, ``user``, ``month`` and ``metering``;
    - `where`: by dimension, the value or the values that are wanted;
    - `aggregate`: one or several of ``mean``, ``std``, ``min``, ``max``, ``median``, ``sum``, ``count``,
      ``q05`` (any quantile, by its digits: ``q975``), ``cvar95`` (the mean of the dearest 5 % of draws, the one
      at the edge counted in part);
    - `top`: only so many groups, those with the largest first column.

    and returns a DataFrame with the groups as its index and a column for each aggregate; its ``exact`` holds
    integers.

    Parameters
    ----------
    batch : StoredBatch

    Examples
    --------
    >>> batch.statistics.cost("settlement.shortfall_price", aggregate=("mean", "q95"))
                                   mean_yuan      q95_yuan
    settlement.shortfall_price
    10.0                        1.410042e+08  1.519897e+08
    20.0                        1.417625e+08  1.527179e+08
    """

    def __init__(self, batch: StoredBatch) -> None:
        super().__init__()
        self._batch = batch

    def values(self, dimension: str) -> list[Any]:
        """The values of a dimension in this batch, in the order of the points and their rows.

        Parameters
        ----------
        dimension : str
            ``point``, ``draw``, ``item``, ``unit``, a parameter of the sweep, or a dimension of positions.

        Returns
        -------
        list
            Numbers or texts, each once: what ``where=`` may ask for.

        Raises
        ------
        ResultError
            There is no such dimension.

        Examples
        --------
        >>> batch.statistics.values("load.scale")
        [0.95, 1.05]
        >>> batch.statistics.values("unit")
        ['U4/tou', 'U5/conventional', 'R1/conventional', 'R1/tou', 'U5', 'U6']
        """
        check_name("values", dimension, self._dimensions())
        if dimension in (*OF_POSITIONS, *_OF_MARGINS):
            return list(self._known(dimension))
        if dimension not in _COLUMNS:
            return list(dict.fromkeys(self._batch.points[dimension]))
        table, column = _COLUMNS[dimension]
        if table not in self._batch.table_names and dimension == "unit" and self._has_positions:
            table = "positions"
        return list(self._batch.arrow(table)[column].unique().to_pylist())

    def cost(
        self,
        groupby: GroupBy = "point",
        where: Where | None = None,
        aggregate: str | Sequence[str] | None = None,
        *,
        unit: str | None = None,
        top: int | None = None,
    ) -> StatisticsTable:
        """What units and users pay [yuan]: in a year, of all of them or of one unit (``detail="full"``).

        With the metric ``positions`` also by month, product, buyer, retailer and user; there
        ``where={"payer": "buyer"}`` is what the buyer alone pays (``payer: buyer`` in the plan).

        Parameters
        ----------
        groupby : str or sequence of str
            ``point``, ``draw``, the parameters of the sweep, and what else the table has; ``()`` for one row over
            everything.
        where : mapping, optional
            By dimension, the value or the values that are wanted: ``{"point": 0}``.
        aggregate : str or sequence of str, optional
            Over the draws: ``mean``, ``std``, ``q95``, ``cvar95`` and what else the class names; by positions, those
            that were kept.
        unit : str, optional
            A settlement unit; ``unit`` may then stand in `groupby` too.
        top : int, optional
            Only so many groups, those with the largest first column.

        Returns
        -------
        StatisticsTable
            A column for each aggregate [yuan].

        Raises
        ------
        ResultError
            An unknown dimension, value or aggregate; the message names what is allowed.

        Examples
        --------
        >>> batch.statistics.cost("load.scale", aggregate=("mean", "max"))
                       mean_yuan      max_yuan
        load.scale
        0.95        1.342900e+08  1.381096e+08
        1.05        1.484768e+08  1.527179e+08
        >>> batch.statistics.cost("unit", where={"point": 0}, aggregate="std", top=1)
                             std_yuan
        unit
        U5/conventional  1.901336e+06
        """
        wanted = {**(where or {}), **({} if unit is None else {"unit": unit})}
        asked = {*dimensions_of(groupby), *self._narrowed, *wanted}
        is_by_unit, has_draws = "unit" in asked, "unit_draws" in self._batch.table_names
        if self._has_positions and (not asked.isdisjoint(OF_POSITIONS) or (is_by_unit and not has_draws)):
            return self._risk("cost", groupby, wanted, aggregate, top)
        aggregate = _DEFAULT if aggregate is None else aggregate
        if is_by_unit:
            return self._grouped("unit_draws", "cost_micro_yuan", groupby, wanted, aggregate, top)
        return self._grouped("runs", "total_micro_yuan", groupby, wanted, aggregate, top)

    def deviation(
        self,
        groupby: GroupBy = "unit",
        where: Where | None = None,
        aggregate: str | Sequence[str] | None = None,
        *,
        top: int | None = None,
    ) -> StatisticsTable:
        """What overrun and shortfall cost over the draws, with the fees of both [yuan] (metric ``positions``).

        Parameters
        ----------
        groupby : str or sequence of str
            ``point``, ``draw``, the parameters of the sweep, and what else the table has; ``()`` for one row over
            everything.
        where : mapping, optional
            By dimension, the value or the values that are wanted: ``{"point": 0}``.
        aggregate : str or sequence of str, optional
            ``mean``, ``std``, ``min``, ``max``, the quantiles and the ``cvar`` that the plan names; ``overrun`` and
            ``shortfall``, the expected energies [MWh]; of single positions also ``overrun_probability`` and
            ``shortfall_probability``. All that were kept of the money, and both energies, if left out.
        top : int, optional
            Only so many groups, those with the largest first column.

        Returns
        -------
        StatisticsTable
            A column for each aggregate [yuan], [MWh].

        Raises
        ------
        ResultError
            The plan kept no positions, or not this level or sum; an unknown dimension, value or aggregate.

        Examples
        --------
        >>> batch.statistics.deviation("month", where={"point": 0}, aggregate="q90", top=1)
                   q90_yuan
        month
        2021-04  1823089.77
        """
        return self._risk("deviation", groupby, where, aggregate, top)

    def money(
        self,
        groupby: GroupBy = "item",
        where: Where | None = None,
        aggregate: str | Sequence[str] = _DEFAULT,
        *,
        top: int | None = None,
    ) -> StatisticsTable:
        """Money by ledger item [yuan]; items that are not told apart are added up draw by draw.

        Choose by `where` which: ``{"item": ["overrun", "shortfall"]}`` is what deviation costs, and its ``q95`` that
        of the sum, which no sum of quantiles is. Retail items are what users pay their retailer, beside the others.

        Parameters
        ----------
        groupby : str or sequence of str
            ``point``, ``draw``, the parameters of the sweep, and what else the table has; ``()`` for one row over
            everything.
        where : mapping, optional
            By dimension, the value or the values that are wanted: ``{"point": 0}``.
        aggregate : str or sequence of str
            Over the draws: ``mean``, ``std``, ``min``, ``max``, ``median``, ``sum``, ``count``, ``q95``, ``cvar95``.
        top : int, optional
            Only so many groups, those with the largest first column.

        Returns
        -------
        StatisticsTable
            A column for each aggregate [yuan].

        Raises
        ------
        ResultError
            An unknown dimension, value or aggregate; the message names what is allowed.

        Examples
        --------
        >>> batch.statistics.money("settlement.shortfall_price", where={"item": "shortfall"}, aggregate="mean")
                                       mean_yuan
        settlement.shortfall_price
        10.0                        7.583379e+05
        20.0                        1.516676e+06
        """
        return self._grouped("items", "amount_micro_yuan", groupby, where, aggregate, top)

    def energy(
        self,
        of: str = "metered",
        groupby: GroupBy = "point",
        where: Where | None = None,
        aggregate: str | Sequence[str] = _DEFAULT,
        *,
        top: int | None = None,
    ) -> StatisticsTable:
        """An energy of all units in a year [MWh]: `of` is contract, metered, in_band, overrun or shortfall.

        Parameters
        ----------
        of : {"contract", "metered", "in_band", "overrun", "shortfall"}
            Which energy.
        groupby : str or sequence of str
            ``point``, ``draw``, the parameters of the sweep, and what else the table has; ``()`` for one row over
            everything.
        where : mapping, optional
            By dimension, the value or the values that are wanted: ``{"point": 0}``.
        aggregate : str or sequence of str
            Over the draws: ``mean``, ``std``, ``min``, ``max``, ``median``, ``sum``, ``count``, ``q95``, ``cvar95``.
        top : int, optional
            Only so many groups, those with the largest first column.

        Returns
        -------
        StatisticsTable
            A column for each aggregate [MWh].

        Raises
        ------
        ResultError
            The batch has no such energy; an unknown dimension, value or aggregate.

        Examples
        --------
        >>> batch.statistics.energy("overrun", "load.scale")
                    mean_mwh   std_mwh   q05_mwh  median_mwh   q95_mwh  cvar95_mwh
        load.scale
        0.95        1482.704  1097.402   365.031     889.453  3707.555    3707.555
        1.05        5600.939  2199.775  2636.580    4424.762  8282.108    8282.108
        """
        known = [name.removesuffix("_kwh") for name in self._batch.arrow("runs").column_names if name.endswith("_kwh")]
        if not known:
            raise ResultError(Sentence("energy: the plan has no metric deviation, so none was kept"))
        check_name("of", of, known, Sentence("energy"))
        return self._grouped("runs", f"{of}_kwh", groupby, where, aggregate, top)

    def margins(
        self,
        groupby: GroupBy = "retailer",
        where: Where | None = None,
        aggregate: str | Sequence[str] | None = None,
        *,
        of: str = "margin",
        top: int | None = None,
    ) -> StatisticsTable:
        """What is left to retailers over the draws [yuan], and how likely they lose money (metric ``margins``).

        What their users pay by retail contracts, less what they pay themselves: energy, overrun, shortfall, fees and
        transfers, less the fees that come back. Months and retailers that are not told apart are added up draw by draw.

        By ``user`` it is what the user pays, less its part of what the retailer pays, as ``own_deviation`` shares it
        (`gridsim.Result.margins`; the empty user: what belongs to none), of the year or, by ``month``, of a month. Of
        users the spread was kept and the draws went: the aggregates are those of the plan.

        Parameters
        ----------
        groupby : str or sequence of str
            ``retailer``, ``month``, ``metering``, ``point``, ``draw`` and the parameters of the sweep; ``()`` for one
            row over everything. With ``user``: ``retailer``, ``month``, ``point`` and the parameters.
        where : mapping, optional
            By dimension, the value or the values that are wanted: ``{"retailer": "R1", "point": 0}``.
        aggregate : str or sequence of str, optional
            Over the draws: ``mean``, ``std``, ``min``, ``max``, ``median``, ``sum``, ``count``, ``q05``; ``cvar95``,
            the mean of the worst 5 % of draws, which are the lowest margins and sales and the highest purchases; and
            ``loss_probability``, the share of draws whose margin is below zero.
        of : {"margin", "sale", "purchase"}
            Which money.
        top : int, optional
            Only so many groups, those with the largest first column.

        Returns
        -------
        StatisticsTable
            A column for each aggregate [yuan]; ``loss_probability`` [1]. Its ``exact`` has ``loss_draws`` instead.

        Raises
        ------
        ResultError
            The plan has no metric ``margins``; an unknown dimension, value or aggregate; by user, a level or a sum that
            was not kept; the message names what is allowed.

        Examples
        --------
        >>> load = {"common": {"distribution": "lognormal", "sigma": 0.5}}
        >>> sold = {"scenario": gridsim.example("retailer-2021"), "draws": 4, "load": load, "metrics": ["margins"]}
        >>> gridsim.batch.run(sold).statistics.margins("month", aggregate="loss_probability", top=2)
                 loss_probability
        month
        2021-05              0.50
        2021-08              0.25

        Who loses it money most often (U22 has no retail contract, so it pays nothing here):

        >>> gridsim.batch.run(sold).statistics.margins("user", aggregate=("loss_probability", "mean"), top=2)
              loss_probability     mean_yuan
        user
        U22                1.0 -2.525324e+06
        U01                0.5  2.756985e+04
        """
        if "margins" not in self._batch.table_names:
            raise ResultError(Sentence("margins: the plan has no metric margins, so none was kept"))
        check_name("of", of, ("margin", "sale", "purchase"), Sentence("money"))
        more = (LOSS,) if of == "margin" else ()
        if "user" in {*dimensions_of(groupby), *self._narrowed, *(where or {})}:
            return self._of_users(groupby, where, aggregate, of, top)
        aggregate = (*_DEFAULT, *more) if aggregate is None else aggregate
        is_low_worst = of != "purchase"
        return self._grouped(
            "margins", f"{of}_micro_yuan", groupby, where, aggregate, top, more=more, is_low_worst=is_low_worst
        )

    def _of_users(
        self, groupby: GroupBy, where: Where | None, aggregate: str | Sequence[str] | None, of: str, top: int | None
    ) -> StatisticsTable:
        if not self._has_users:
            raise ResultError(Sentence("margins by user: they need detail unit or full"))
        if of != "margin":
            raise ResultError(Sentence("of: by user the margin alone was kept"))
        by, allowed = dimensions_of(groupby), ("point", *self._batch.parameters, *USER_DIMENSIONS)
        for name in by:
            check_name("groupby", name, allowed)
        for name in self._narrowed:
            check_name("where", name, allowed)
        aggregates = None if aggregate is None else dimensions_of(aggregate)
        return UserRisk(self._batch).table(by, self._chosen(where, allowed), aggregates, top)

    @property
    def _has_users(self) -> bool:
        return "user_margins" in self._batch.table_names

    @property
    def _has_positions(self) -> bool:
        return "positions" in self._batch.table_names

    def _risk(
        self, figure: str, groupby: GroupBy, where: Where | None, aggregate: str | Sequence[str] | None, top: int | None
    ) -> StatisticsTable:
        by, allowed = dimensions_of(groupby), ("point", *self._batch.parameters, *DIMENSIONS)
        for name in by:
            check_name("groupby", name, allowed)
        risk = Risk(self._batch)
        choices = (*allowed, "payer") if figure == "cost" else allowed
        for name in self._narrowed:
            check_name("where", name, choices)
        chosen = self._chosen(where, choices)
        if "payer" in chosen:
            figure = "buyer"
            del chosen["payer"]
        return risk.table(figure, by, chosen, None if aggregate is None else dimensions_of(aggregate), top)

    def _dimensions(self) -> Collection[str]:
        more = (*(name for name in OF_POSITIONS if name != "payer"),) if self._has_positions else ()
        payer = ("payer",) if self._batch.manifest.get("payer") else ()
        of_margins = _OF_MARGINS if "margins" in self._batch.table_names else ()
        users = ("user",) if self._has_users else ()
        return tuple(dict.fromkeys(("point", *self._batch.parameters, *_COLUMNS, *more, *payer, *of_margins, *users)))

    def _known(self, dimension: str) -> Collection[object]:
        if dimension == "payer":
            return [self._batch.manifest["payer"]] if "payer" in self._batch.manifest else []
        if dimension == "user" and self._has_users:
            direct = Risk(self._batch).values("user") if self._has_positions else []
            return [*direct, *UserRisk(self._batch).values()]
        if dimension in (*OF_POSITIONS, *_OF_MARGINS):
            if self._has_positions:
                return Risk(self._batch).values(dimension)
            return list(self._rows("margins")[dimension].unique())
        if dimension in _COLUMNS:
            return self.values(dimension)
        points = self._batch.points
        return list(points.loc[points["status"] == "done", dimension].unique())

    def _grouped(
        self,
        table: str,
        column: str,
        groupby: GroupBy,
        where: Where | None,
        aggregate: str | Sequence[str],
        top: int | None,
        *,
        more: Sequence[str] = (),
        is_low_worst: bool = False,
    ) -> StatisticsTable:
        aggregates, groups = dimensions_of(aggregate), list(dimensions_of(groupby))
        check_aggregates(aggregates, more)
        frame = self._rows(table)
        dimensions = [name for name in self._dimensions() if name in frame]
        for name in groups:
            check_name("groupby", name, dimensions)
        for name in self._narrowed:
            check_name("where", name, dimensions)
        for name, wanted in self._chosen(where, dimensions).items():
            frame = frame[frame[name].isin(wanted)]
        if not _WITHIN_DRAWS.intersection(frame).issubset(groups):  # no run's money leaves int64, so no sum does
            of_draw = list(dict.fromkeys((*groups, "point", "draw")))
            frame = frame.groupby(of_draw, sort=False, observed=True)[column].sum().reset_index()
        if groups:
            groups_of: list[tuple[Any, pd.DataFrame]] = list(frame.groupby(groups, sort=False, observed=True))
        else:
            groups_of = [((), frame)] if len(frame) else []
        found = [(key, part[column].to_numpy()) for key, part in groups_of]
        is_energy = column.endswith("_kwh")
        return cut(spread_table(found, groups, aggregates, is_energy=is_energy, is_low_worst=is_low_worst), top)

    def _rows(self, table: str) -> pd.DataFrame:
        """A table with its dimensions as statistics call them."""
        frame: pd.DataFrame = getattr(self._batch.exact, table)
        frame = frame.rename(columns={"unit_id": "unit", "retailer_id": "retailer"})
        if "month" in frame:
            forecast = forecast_months(self._batch.manifest)
            kinds = {month: FORECAST if month in forecast else METERED for month in frame["month"].unique()}
            frame = frame.assign(month=frame["month"].astype(object))
            frame["metering"] = frame["month"].map(kinds)
        return frame
