"""Grouped statistics of a batch, over points and draws: the grammar of ``result.statistics``.

Sums, means and order statistics are computed in integers and shown in yuan and MWh.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from gridsim.batch.spread import halves, quantile_rank, spread_of, trimmed_level
from gridsim.errors import ResultError
from gridsim.suggest import nearest, nearest_in_words
from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS, RATIO_DECIMALS, fixed_point
from gridsim.words import Sentence, both, listed, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.batch.batch import Batch

__all__ = ["BatchStatistics", "Where"]

Where: TypeAlias = Mapping[str, Any]
"""Which rows: by dimension, one value or a list of them."""

_SHOWN = 12  # names that an error lists
_AGGREGATE = re.compile(r"mean|std|min|max|sum|count|median|(?:q|cvar)[0-9]{2,4}")
_DEFAULT = ("mean", "std", "q05", "median", "q95", "cvar95")
_MANY = ("count", "sum")


class BatchStatistics:
    """Statistics of a batch: ``batch.statistics.cost(groupby="load.scale", aggregate=("mean", "cvar95"))``.

    Every method takes

    - `groupby`: one or several of the dimensions ``point``, ``draw``, the parameters of the sweep, and ``item`` or
      ``unit`` where the table has them; ``()`` is one row over everything;
    - `where`: by dimension, the value or the list of values that is wanted;
    - `aggregate`: one or several of ``mean``, ``std``, ``min``, ``max``, ``median``, ``sum``, ``count``,
      ``q05`` (any quantile, by its digits: ``q975``), ``cvar95`` (the mean of the dearest 5 % of draws, the one
      at the edge counted in part).

    and returns a DataFrame with the groups as its index and a column for each aggregate.

    Parameters
    ----------
    batch : Batch
    """

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def cost(
        self,
        groupby: str | Sequence[str] = "point",
        where: Where | None = None,
        aggregate: str | Sequence[str] = _DEFAULT,
        *,
        unit: str | None = None,
    ) -> pd.DataFrame:
        """What units and users pay in a year [yuan]: of all of them, or of one unit (``detail="full"``).

        Parameters
        ----------
        groupby, where, aggregate
            See the class.
        unit : str, optional
            A settlement unit; ``unit`` may then stand in `groupby` too.

        Raises
        ------
        ResultError
            An unknown dimension, value or aggregate; the message names what is allowed.
        """
        by_unit = unit is not None or "unit" in _names(groupby) or "unit" in (where or {})
        if not by_unit:
            return self._grouped("runs", "total_micro_yuan", groupby, where, aggregate, MONEY_DECIMALS, "yuan")
        if unit is not None:
            where = {**(where or {}), "unit": unit}
        return self._grouped("unit_draws", "cost_micro_yuan", groupby, where, aggregate, MONEY_DECIMALS, "yuan")

    def money(
        self,
        groupby: str | Sequence[str] = "item",
        where: Where | None = None,
        aggregate: str | Sequence[str] = _DEFAULT,
    ) -> pd.DataFrame:
        """Money by ledger item [yuan]. Group by ``item`` or choose items; else items are mixed."""
        return self._grouped("items", "amount_micro_yuan", groupby, where, aggregate, MONEY_DECIMALS, "yuan")

    def energy(
        self,
        of: str = "metered",
        groupby: str | Sequence[str] = "point",
        where: Where | None = None,
        aggregate: str | Sequence[str] = _DEFAULT,
    ) -> pd.DataFrame:
        """An energy of all units in a year [MWh]: `of` is contract, metered, in_band, overrun or shortfall.

        Raises
        ------
        ResultError
            The batch has no such energy; an unknown dimension, value or aggregate.
        """
        known = [name.removesuffix("_kwh") for name in self._batch.arrow("runs").column_names if name.endswith("_kwh")]
        if of not in known:
            none = [Sentence("none: the plan has no metric deviation")]
            raise ResultError(_unknown(Sentence("energy"), of, known or none))
        return self._grouped("runs", f"{of}_kwh", groupby, where, aggregate, ENERGY_DECIMALS, "mwh")

    def _grouped(
        self,
        table: str,
        column: str,
        groupby: str | Sequence[str],
        where: Where | None,
        aggregate: str | Sequence[str],
        decimals: int,
        unit: str,
    ) -> pd.DataFrame:
        aggregates = _names(aggregate)
        for name in aggregates:
            if not _AGGREGATE.fullmatch(name):
                known = ["mean", "std", "min", "max", "median", "sum", "count", "q05", "cvar95"]
                raise ResultError(_unknown(Sentence("aggregate"), name, known))
        frame = getattr(self._batch.exact, table).rename(columns={"unit_id": "unit"})
        dimensions = [name for name in ("point", *self._batch.parameters, "draw", "item", "unit") if name in frame]
        for name in (*_names(groupby), *(where or {})):
            if name not in dimensions:
                raise ResultError(_unknown(Sentence("dimension"), name, dimensions))
        for name, wanted in (where or {}).items():
            frame = frame[_is_wanted(frame[name], name, wanted)]
        groups = _names(groupby)
        if not groups:
            groups_of: list[tuple[Any, pd.DataFrame]] = [((), frame)] if len(frame) else []
        else:
            groups_of = list(frame.groupby(list(groups), sort=False, observed=True))
        rows = [[_value(part[column].to_numpy(), name, decimals) for name in aggregates] for _, part in groups_of]
        names = [name if name == "count" else f"{name}_{unit}" for name in aggregates]
        keys = [key for key, _ in groups_of]
        index: pd.Index = (
            pd.RangeIndex(len(rows)) if not groups else pd.MultiIndex.from_tuples(keys, names=list(groups))
        )
        if len(groups) == 1:
            index = index.get_level_values(0)
        return pd.DataFrame(rows, index=index, columns=names)


def _value(values: NDArray[np.int64], name: str, decimals: int) -> float | int:
    count = len(values)
    if name == "count":
        return count
    if name == "sum":
        high, low = halves(values)
        return _shown((int(high) << 32) + int(low), decimals)
    if name == "median":
        return _shown(int(np.sort(values)[quantile_rank(5000, count)]), decimals)
    if name[0] == "q":
        return _shown(int(np.sort(values)[quantile_rank(_level(name[1:]), count)]), decimals)
    tail = _level(name[4:]) if name.startswith("cvar") else 9500
    place = {"mean": 0, "std": 1, "min": 2, "max": 3}.get(name, 4)
    return _shown(int(spread_of(values[None], (), tail)[0, place]), decimals)


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


def _names(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _is_wanted(column: pd.Series, name: str, wanted: Any) -> NDArray[np.bool_]:
    values = list(wanted) if isinstance(wanted, list | tuple | set | range) else [wanted]
    known = set(column.unique())
    for value in values:
        if value not in known:
            raise ResultError(_unknown(both(name, f"{name} "), str(value), sorted(map(str, known))))
    return column.isin(values).to_numpy(dtype=bool)


def _unknown(what: Sentence, name: str, known: Sequence[str]) -> Sentence:
    return listed(
        Sentence("unknown {what} {name!r}", what=what, name=name),
        nearest_in_words(nearest(name, known)),
        Sentence("known: {names}", names=named(known, _SHOWN)),
    )
