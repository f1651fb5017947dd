"""What the data-frame versions of settlement start from and what they return: tables of positions, legs and cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.pairs import MismatchError
from benchmarks.positions import Portfolio, Settled

Columns = Mapping[str, NDArray[np.int64]]

OF_POSITION = (
    "contract", "metered", "upper", "lower", "in_band", "overrun", "shortfall",
    "energy_money", "average_price", "overrun_money", "shortfall_money",
)  # fmt: skip
OF_LEG = ("in_band", "energy_money", "shortfall", "shortfall_money")
OF_CELL = ("in_band", "over", "over_money")


class Tables(NamedTuple):
    """Three tables, as columns. Rows stand in the order of positions, legs and cells."""

    positions: Columns
    legs: Columns
    cells: Columns


def given_tables(given: Portfolio) -> Tables:
    """The inputs: the number of its position beside every leg and cell, its bands beside every position."""
    numbers = np.arange(given.positions)
    row = given.bands.of_position
    return Tables(
        {
            "position": numbers,
            "upper_ratio": given.bands.over_edge[row, 0],
            "lower_ratio": given.bands.under_edge[row, 0],
            "shortfall_price": given.bands.under_price[row, 0],
        },
        {
            "position": np.repeat(numbers, np.diff(given.legs.start)),
            "energy": given.legs.energy,
            "price": given.legs.price,
        },
        {
            "position": np.repeat(numbers, np.diff(given.cells.start)),
            "energy": given.cells.energy,
            "over_price": given.cells.over_price[0],
        },
    )


def as_tables(settled: Settled) -> Tables:
    """The kernel's results under the same names."""
    legs = settled.legs._asdict() | {"shortfall": settled.legs.shortfall[0]}
    cells = settled.cells._asdict() | {"over": settled.cells.over[0]}
    return Tables(settled.totals._asdict(), legs, cells)


def require_equal(expected: Tables, found: Tables, who: str) -> None:
    """Raise `MismatchError` unless every number agrees."""
    for table, names, left, right in zip(Tables._fields, (OF_POSITION, OF_LEG, OF_CELL), expected, found, strict=True):
        for name in names:
            if not np.array_equal(left[name], right[name]):
                raise MismatchError(f"{who}: {name} of {table} differs")
