"""Statistics over the draws of a batch: what they are called, and their tables; integers until they are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridsim.analysis.arguments import check_name
from gridsim.analysis.table import StatisticsTable
from gridsim.batch.spread import halves, quantile_rank, spread_of, trimmed_level
from gridsim.errors import ResultError
from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS, RATIO_DECIMALS, fixed_point
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LOSS", "check_aggregates", "spread_table"]

LOSS = "loss_probability"
"""The share of draws whose money is below zero; among integers, how many these are."""

_AGGREGATE = re.compile(r"mean|std|min|max|sum|count|median|(?:q|cvar)[0-9]{2,4}")
_AGGREGATES = ("mean", "std", "min", "max", "median", "sum", "count", "q05", "cvar95")  # as an error names them
_UNITS = {False: ("micro_yuan", "yuan", MONEY_DECIMALS), True: ("kwh", "mwh", ENERGY_DECIMALS)}


def check_aggregates(aggregates: Sequence[str], more: Sequence[str] = ()) -> None:
    """Refuse what is no statistic over draws.

    Parameters
    ----------
    aggregates : sequence of str
    more : sequence of str
        Others that there are here.

    Raises
    ------
    ResultError
        It names those that there are, and the nearest.
    """
    for name in aggregates:
        if not _AGGREGATE.fullmatch(name) and name not in more:
            check_name("aggregate", name, (*_AGGREGATES, *more), Sentence("aggregate"))


def spread_table(
    groups_of: Sequence[tuple[Any, NDArray[np.int64]]],
    groups: Sequence[str],
    aggregates: Sequence[str],
    *,
    is_energy: bool = False,
    is_low_worst: bool = False,
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
    is_low_worst : bool
        Whether the lowest values are the worst, whose mean a ``cvar`` is.
    """
    index: pd.Index = pd.RangeIndex(len(groups_of))
    if groups:
        keys = [key if isinstance(key, tuple) else (key,) for key, _ in groups_of]
        index = pd.MultiIndex.from_tuples(keys, names=list(groups))
    if len(groups) == 1:
        index = index.get_level_values(0)
    rows = [[_value(values, name, is_low_worst=is_low_worst) for name in aggregates] for _, values in groups_of]
    exact_unit, unit, decimals = _UNITS[is_energy]
    plain = {"count": "count", LOSS: "loss_draws"}
    exact = pd.DataFrame(rows, index=index, columns=[plain.get(name, f"{name}_{exact_unit}") for name in aggregates])
    shown: dict[str, list[float]] = {}
    for place, name in enumerate(aggregates):
        column = [row[place] for row in rows]
        if name == LOSS:
            shown[name] = [lost / len(values) for lost, (_, values) in zip(column, groups_of, strict=True)]
        elif name == "count":
            shown[name] = [*column]
        else:
            shown[f"{name}_{unit}"] = [_shown(value, decimals) for value in column]
    return StatisticsTable.shown(pd.DataFrame(shown, index=index), exact)


def _value(values: NDArray[np.int64], name: str, *, is_low_worst: bool) -> int:
    """A statistic of the values of a group: whole micro-yuan, kWh or rows."""
    count = len(values)
    if name == "count":
        return count
    if name == LOSS:
        return int(np.count_nonzero(values < 0))
    if name == "sum":
        high, low = halves(values)
        return (int(high) << 32) + int(low)
    if name == "median":
        return int(np.sort(values)[quantile_rank(5000, count)])
    if name[0] == "q":
        return int(np.sort(values)[quantile_rank(_level(name[1:]), count)])
    tail = _level(name[4:]) if name.startswith("cvar") else 9500
    place = {"mean": 0, "std": 1, "min": 2, "max": 3}.get(name, 4)
    return int(spread_of(values[None], (), tail, is_low_worst=is_low_worst)[0, place])


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
