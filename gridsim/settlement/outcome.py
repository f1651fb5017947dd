"""What settlement computes, as arrays; tables, ledger and checks are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gridsim.settlement.positions import Positions
    from gridsim.settlement.prices import PricedCells

__all__ = ["CellOutcome", "LegOutcome", "Outcome", "PositionOutcome", "UnitlessOutcome"]


@dataclass(frozen=True, eq=False)
class PositionOutcome:
    """By position, each a (P,) int64 array [kWh] or [micro-yuan]; `average_price` [micro-yuan/kWh]."""

    contract: NDArray[np.int64]
    metered: NDArray[np.int64]
    upper: NDArray[np.int64]
    lower: NDArray[np.int64]
    in_band: NDArray[np.int64]
    overrun: NDArray[np.int64]
    shortfall: NDArray[np.int64]
    energy_money: NDArray[np.int64]
    average_price: NDArray[np.int64]
    overrun_money: NDArray[np.int64]
    shortfall_money: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LegOutcome:
    """By packed leg, each an (L,) int64 array."""

    in_band: NDArray[np.int64]
    price: NDArray[np.int64]
    energy_money: NDArray[np.int64]
    shortfall: NDArray[np.int64]
    shortfall_price: NDArray[np.int64]
    shortfall_money: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CellOutcome:
    """By packed cell, each an (N,) int64 array [kWh] or [micro-yuan/kWh]; money is energy times price.

    There are so many cells that what can be looked up or multiplied when it is needed is not kept.
    """

    in_band: NDArray[np.int64]
    overrun: NDArray[np.int64]
    adjustment_price: NDArray[np.int64]
    prices: PricedCells


@dataclass(frozen=True, eq=False)
class Outcome:
    """One settlement of a set of positions: the one that counts, or the trial beside it."""

    positions: Positions
    regime: NDArray[np.int64]
    by_position: PositionOutcome
    by_leg: LegOutcome
    by_cell: CellOutcome
    trial: bool


@dataclass(frozen=True, eq=False)
class UnitlessOutcome:
    """Cells of users without a unit: those who left pay the fallback price, priority purchase the catalogue price.

    Attributes
    ----------
    cell : (M,) int64 array
        Rows of the meter table, in file order.
    is_priority : (M,) bool array
    energy, price, money, funds_price, funds_money : (M,) int64 array
        Funds are zero for priority purchase: the catalogue price contains them.
    """

    cell: NDArray[np.int64]
    is_priority: NDArray[np.bool_]
    energy: NDArray[np.int64]
    price: NDArray[np.int64]
    money: NDArray[np.int64]
    funds_price: NDArray[np.int64]
    funds_money: NDArray[np.int64]
