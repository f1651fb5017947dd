"""Tables of a scenario with their energies or prices times a ratio."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridsim.errors import Fault, ScenarioError, WrongValueError
from gridsim.scenario.changes import of_legs
from gridsim.units import RATIO_DECIMALS, RATIO_ONE, fixed_point, times_ratio
from gridsim.words import Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.scenario.content import ScenarioContent

    Scale = str | float | Decimal

__all__ = [
    "OF_CONTRACTS",
    "months_that_vary",
    "read_ratio",
    "rows_that_vary",
    "scaled_tables",
    "tables_at_their_largest",
    "times",
]

OF_CONTRACTS = ("bilateral", "orders", "deals")
"""The tables of what is contracted or ordered."""
HIGHEST = 100 * RATIO_ONE
"""Of what a what-if multiplies by [10⁻⁴]."""


def scaled_tables(
    scenario: ScenarioContent,
    contracts: str | float | Decimal,
    load: str | float | Decimal,
    prices: str | float | Decimal,
) -> tuple[Mapping[str, pd.DataFrame], dict[str, int]]:
    """The tables with energies and prices multiplied; a table that stays the same is the very one."""
    faults: list[Fault] = []
    given = {"contracts": contracts, "load": load, "prices": prices}
    ratios = {name: read_ratio("with_scales", name, value, faults) for name, value in given.items()}
    if faults:
        raise ScenarioError(faults)
    tables = dict(scenario.tables)
    for name in OF_CONTRACTS:
        tables[name] = times(tables[name], "energy_kwh", ratios["contracts"])
        tables[name] = times(tables[name], "price_micro_yuan_per_kwh", ratios["prices"])
    tables["meter"] = times(tables["meter"], "energy_kwh", ratios["load"], rows_that_vary(scenario))
    return tables, ratios


def months_that_vary(scenario: ScenarioContent) -> NDArray[np.bool_]:
    """(12,) the months whose load can come out otherwise: those of the forecast, or all of a year without one."""
    varies = scenario.forecast_months or scenario.months
    return np.array([month in varies for month in scenario.months])


def rows_that_vary(scenario: ScenarioContent) -> NDArray[np.bool_] | None:
    """(n,) the rows of ``meter`` whose energy can come out otherwise; None: all."""
    if not scenario.forecast_months:
        return None
    found: NDArray[np.bool_] = scenario.tables["meter"]["month"].isin(scenario.forecast_months).to_numpy()
    return found


def times(table: pd.DataFrame, column: str, ratio: int, rows: NDArray[np.bool_] | None = None) -> pd.DataFrame:
    """A table with a column times a ratio, in some rows or in all; the very table, if that changes nothing."""
    if ratio == RATIO_ONE or (rows is not None and not rows.any()):
        return table
    values = table[column]
    plain_values = values.fillna(0).to_numpy(dtype=np.int64)
    scaled = times_ratio(plain_values, ratio)
    if rows is not None:
        scaled = np.where(rows, scaled, plain_values)
    # Of a column with empty cells these stay empty.
    made = scaled if values.dtype == np.int64 else pd.arrays.IntegerArray(scaled, values.isna().to_numpy())
    return table.assign(**{column: made})


def tables_at_their_largest(scenario: ScenarioContent) -> Mapping[str, pd.DataFrame]:
    """The tables, with what is contracted times all ratios above 1 that contracts as traded are multiplied by.

    Raises
    ------
    ScenarioError
        These are together more than one ratio may be.
    """
    largest = {"energy": RATIO_ONE, "price": RATIO_ONE}
    for change in of_legs(scenario.changes):
        if change.ratio > RATIO_ONE:
            largest[change.what] = -(-largest[change.what] * change.ratio // RATIO_ONE)
        if largest[change.what] > HIGHEST:
            message = Sentence(
                "the changes of contracts so far are together more than × {most}", most=HIGHEST // RATIO_ONE
            )
            verb, given = change.change.verb, change.change.given["scale"]
            raise ScenarioError([Fault(verb, None, "scale", given, message, Sentence("a smaller scale"))])
    tables = dict(scenario.tables)
    for name in OF_CONTRACTS:
        tables[name] = times(tables[name], "energy_kwh", largest["energy"])
        tables[name] = times(tables[name], "price_micro_yuan_per_kwh", largest["price"])
    return tables


def read_ratio(verb: str, name: str, value: Scale, faults: list[Fault]) -> int:
    """A ratio [10⁻⁴]; what is wrong with it goes to `faults`."""
    allowed = Sentence(
        "a multiple, {low} to {high}, at most {decimals} decimals: {example} is 7 % more",
        low=0,
        high=HIGHEST // RATIO_ONE,
        decimals=RATIO_DECIMALS,
        example="1.07",
    )
    try:
        ratio = fixed_point(value, RATIO_DECIMALS)
    except WrongValueError as error:
        faults.append(Fault(verb, None, name, str(value), error.sentence, allowed))
        return 0
    if not 0 <= ratio <= HIGHEST:
        faults.append(Fault(verb, None, name, str(value), Sentence("out of range"), allowed))
    return ratio
