"""Grouped statistics of a batch, over points and draws: the grammar of ``result.statistics``, and its code.

Sums, means and order statistics are computed in integers and shown in yuan and MWh.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsim.analysis.arguments import Narrowed, check_name, cut, dimensions_of
from gridsim.analysis.table import StatisticsTable
from gridsim.batch.risk import DIMENSIONS, OF_POSITIONS, Risk
from gridsim.batch.spread import halves, quantile_rank, spread_of, trimmed_level
from gridsim.errors import ResultError
from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS, RATIO_DECIMALS, fixed_point
from gridsim.words import Sentence
from gridsim.wrong_call import helpful

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.analysis.arguments import GroupBy, Where
    from gridsim.batch.stored import StoredBatch

__all__ = ["BatchStatistics", "check_aggregates", "spread_table"]

_COLUMNS = {"draw": ("runs", "draw"), "item": ("items", "item"), "unit": ("units", "unit_id")}
"""Dimensions that a table has beside its points: where their values stand."""

_AGGREGATE = re.compile(r"mean|std|min|max|sum|count|median|(?:q|cvar)[0-9]{2,4}")
_DEFAULT = ("mean", "std", "q05", "median", "q95", "cvar95")
_AGGREGATES = ("mean", "std", "min", "max", "median", "sum", "count", "q05", "cvar95")  # as an error names them
_UNITS = {False: ("micro_yuan", "yuan", MONEY_DECIMALS), True: ("kwh", "mwh", ENERGY_DECIMALS)}


@helpful
class BatchStatistics(Narrowed):
    """Statistics of a batch: ``batch.statistics.cost(groupby="load.scale", aggregate=("mean", "cvar95"))``.

    Their grammar is that of ``result.statistics``. Every method takes

    - `groupby`: one or several of the dimensions ``point``, ``draw``, the parameters of the sweep, and ``item`` or
      ``unit`` where the table has them; ``()`` is one row over everything. Where the plan has the metric
      ``positions``, `cost` and `deviation` know ``month``, ``product``, ``unit``, ``buyer``, ``retailer`` and
      ``user`` (who buys for itself): sums of positions, made draw by draw;
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
        if dimension in OF_POSITIONS:
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
        """Money by ledger item [yuan]. Group by ``item`` or choose items; else items are mixed.

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
        return ("point", *self._batch.parameters, *_COLUMNS, *more, *payer)

    def _known(self, dimension: str) -> Collection[object]:
        if dimension == "payer":
            return [self._batch.manifest["payer"]] if "payer" in self._batch.manifest else []
        if dimension in OF_POSITIONS:
            return Risk(self._batch).values(dimension)
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
    ) -> StatisticsTable:
        aggregates, groups = dimensions_of(aggregate), list(dimensions_of(groupby))
        check_aggregates(aggregates)
        frame = getattr(self._batch.exact, table).rename(columns={"unit_id": "unit"})
        dimensions = [name for name in self._dimensions() if name in frame]
        for name in groups:
            check_name("groupby", name, dimensions)
        for name in self._narrowed:
            check_name("where", name, dimensions)
        for name, wanted in self._chosen(where, dimensions).items():
            frame = frame[frame[name].isin(wanted)]
        if groups:
            groups_of: list[tuple[Any, pd.DataFrame]] = list(frame.groupby(groups, sort=False, observed=True))
        else:
            groups_of = [((), frame)] if len(frame) else []
        found = [(key, part[column].to_numpy()) for key, part in groups_of]
        return cut(spread_table(found, groups, aggregates, is_energy=column.endswith("_kwh")), top)


def check_aggregates(aggregates: Sequence[str]) -> None:
    """Refuse what is no statistic over draws.

    Raises
    ------
    ResultError
        It names those that there are, and the nearest.
    """
    for name in aggregates:
        if not _AGGREGATE.fullmatch(name):
            check_name("aggregate", name, _AGGREGATES, Sentence("aggregate"))


def spread_table(
    groups_of: Sequence[tuple[Any, NDArray[np.int64]]],
    groups: Sequence[str],
    aggregates: Sequence[str],
    *,
    is_energy: bool = False,
) -> StatisticsTable:
    """Statistics of values by group.

    Parameters
    ----------
    groups_of : sequence of (tuple, int64 array)
        The key of each group, and its values [micro-yuan] or [kWh].
    groups : sequence of str
        What the keys are called.
    aggregates : sequence of str
        Those that `check_aggregates` lets through.
    is_energy : bool
    """
    index: pd.Index = pd.RangeIndex(len(groups_of))
    if groups:
        keys = [key if isinstance(key, tuple) else (key,) for key, _ in groups_of]
        index = pd.MultiIndex.from_tuples(keys, names=list(groups))
    if len(groups) == 1:
        index = index.get_level_values(0)
    rows = [[_value(values, name) for name in aggregates] for _, values in groups_of]
    exact_unit, unit, decimals = _UNITS[is_energy]
    names = [name if name == "count" else f"{name}_{exact_unit}" for name in aggregates]
    exact = pd.DataFrame(rows, index=index, columns=names)
    shown = {
        name if name == "count" else f"{name}_{unit}": [
            row[place] if name == "count" else _shown(row[place], decimals) for row in rows
        ]
        for place, name in enumerate(aggregates)
    }
    return StatisticsTable.shown(pd.DataFrame(shown, index=index), exact)


def _value(values: NDArray[np.int64], name: str) -> int:
    """A statistic of the values of a group: whole micro-yuan, kWh or rows."""
    count = len(values)
    if name == "count":
        return count
    if name == "sum":
        high, low = halves(values)
        return (int(high) << 32) + int(low)
    if name == "median":
        return int(np.sort(values)[quantile_rank(5000, count)])
    if name[0] == "q":
        return int(np.sort(values)[quantile_rank(_level(name[1:]), count)])
    tail = _level(name[4:]) if name.startswith("cvar") else 9500
    place = {"mean": 0, "std": 1, "min": 2, "max": 3}.get(name, 4)
    return int(spread_of(values[None], (), tail)[0, place])


def _level(digits: str) -> int:
    """The digits behind the point as a level: ``05`` is 500, ``975`` is 9750 [10⁻⁴]."""
    level = fixed_point(f"0.{digits}", RATIO_DECIMALS)
    if not level:
        raise ResultError(
            Sentence(
                "no quantile at 0.{digits}; between 0.0001 and 0.9999, such as {example}",
                digits=digits,
                example=f"q{trimmed_level(500)}",
            )
        )
    return level


def _shown(value: int, decimals: int) -> float:
    return float(f"{value}e-{decimals}")  # the nearest float, however large the integer
