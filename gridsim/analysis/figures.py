"""What a table shows, worked out from exact integers: MWh, yuan, yuan/MWh, ratios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Figure", "count", "energy", "money", "nearest_quotient", "price", "ratio"]

_EXACT_IN_FLOAT = 2**53
# micro-yuan per kWh is 0.001 yuan/MWh
_PRICE_SCALE = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """One shown column.

    Parameters
    ----------
    name : str
        Of the shown column; its unit at the end.
    kind : {"energy", "money", "price", "ratio", "count"}
    of : str
        Exact column, the numerator of a price or ratio.
    per : str or None
        Exact column, the denominator. Where it is zero the figure is missing (NaN).
    less : int
        What is taken from a ratio: 1 for a deviation rate.
    scale : int
        What the denominator is multiplied by.
    """

    name: str
    kind: Literal["energy", "money", "price", "ratio", "count"]
    of: str
    per: str | None = None
    less: int = 0
    scale: int = 1

    def of_frame(self, exact: pd.DataFrame) -> Floats | Ints:
        """The column's values: the float64 nearest to each; counts stay integers."""
        numerator: Ints = exact[self.of].to_numpy(dtype=np.int64)
        if self.kind == "count":
            return numerator
        if self.per is None:
            return nearest_quotient(numerator, np.full(len(numerator), self.scale))
        denominator: Ints = exact[self.per].to_numpy(dtype=np.int64)
        if self.less:
            numerator = numerator - self.less * denominator
        return nearest_quotient(numerator, denominator, self.scale)


def energy(name: str, of: str | None = None) -> Figure:
    """Energy [MWh] of a column in kWh, of the same name if `of` is left out."""
    return Figure(f"{name}_mwh", "energy", of or f"{name}_kwh", scale=10**ENERGY_DECIMALS)


def money(name: str, of: str | None = None) -> Figure:
    """Money [yuan] of a column in micro-yuan."""
    return Figure(f"{name}_yuan", "money", of or f"{name}_micro_yuan", scale=10**MONEY_DECIMALS)


def price(name: str, of: str, per: str) -> Figure:
    """An average price [yuan/MWh] of micro-yuan over kWh."""
    return Figure(f"{name}_yuan_per_mwh", "price", of, per, scale=_PRICE_SCALE)


def ratio(name: str, of: str, per: str, less: int = 0) -> Figure:
    """A plain ratio of two columns of one unit."""
    return Figure(name, "ratio", of, per, less)


def count(name: str, of: str | None = None) -> Figure:
    """A number of rows or names."""
    return Figure(name, "count", of or name)


def nearest_quotient(numerator: Ints, denominator: Ints, scale: int = 1) -> Floats:
    """The float64 nearest to each ``numerator / (denominator × scale)``; NaN where the denominator is zero.

    Up to 2⁵³ both operands of a division are exact and it rounds once; beyond, Python's integers divide.
    """
    is_there = denominator != 0
    largest = _EXACT_IN_FLOAT // scale
    is_small = (np.abs(numerator) <= _EXACT_IN_FLOAT) & (np.abs(denominator) <= largest)
    divisor = np.where(is_there & is_small, denominator, 1).astype(np.float64) * scale
    quotient: Floats = np.where(is_there, numerator / divisor, np.nan)
    for row in np.flatnonzero(is_there & ~is_small):
        quotient[row] = int(numerator[row]) / (int(denominator[row]) * scale)
    return quotient
