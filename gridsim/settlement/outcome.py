"""What settlement computes, as arrays; tables, ledger and checks are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.core.settlement.arrays import BandTables
    from gridsim.settlement.cell_price import CellPrice
    from gridsim.settlement.positions import Positions
    from gridsim.settlement.prices import PricedCells
    from gridsim.settlement.ways import Ways

    Ints = NDArray[np.int64]

__all__ = ["CellOutcome", "FeeOutcome", "LegOutcome", "Outcome", "OutsideCharge", "PositionOutcome", "UnitlessOutcome"]


@dataclass(frozen=True, eq=False)
class PositionOutcome:
    """By position, each a (P,) int64 array [kWh] or [micro-yuan]; `average_price` [micro-yuan/kWh]."""

    contract: Ints
    metered: Ints
    upper: Ints
    lower: Ints
    in_band: Ints
    overrun: Ints
    shortfall: Ints
    energy_money: Ints
    average_price: Ints
    overrun_money: Ints
    shortfall_money: Ints


@dataclass(frozen=True, eq=False)
class LegOutcome:
    """By packed leg, each an (L,) int64 array; by under band first where there may be several.

    Attributes
    ----------
    in_band, price, energy_money, shortfall_money : (L,) array
    shortfall : (U, L) array
    shortfall_price : (U, P) array
        By position.
    """

    in_band: Ints
    price: Ints
    energy_money: Ints
    shortfall: Ints
    shortfall_price: Ints
    shortfall_money: Ints


@dataclass(frozen=True, eq=False)
class CellOutcome:
    """By packed cell; money is energy times price.

    There are so many cells that what can be looked up or multiplied when it is needed is not kept.

    Attributes
    ----------
    in_band : (N,) int64 array
        [kWh]
    over : (B, N) int64 array
        [kWh] by over band.
    prices : PricedCells
    over_price, charge_price : tuple of (N,) int64 array or None
        Prices that rest on the position, by over band and by item; None: they stand in the table.
    """

    in_band: Ints
    over: Ints
    prices: PricedCells
    over_price: tuple[Ints | None, ...]
    charge_price: tuple[Ints | None, ...]

    def price_of_over(self, band: int, cells: slice | NDArray[np.integer]) -> Ints:
        """[micro-yuan/kWh] the prices of an over band for some packed cells."""
        return self._price(self.over_price[band], self.prices.over[band], cells)

    def price_of_charge(self, item: int, cells: slice | NDArray[np.integer]) -> Ints:
        """[micro-yuan/kWh] the prices of a charge for some packed cells."""
        return self._price(self.charge_price[item], self.prices.charges[item], cells)

    def _price(self, own: Ints | None, table: CellPrice, cells: slice | NDArray[np.integer]) -> Ints:
        return table.values.take(self.prices.place[cells].astype(np.intp)) if own is None else own[cells]

    def energy_of_charge(self, item: int, cells: slice | NDArray[np.integer], metered: Ints) -> Ints:
        """[kWh] what a charge is on, of some packed cells; 0 where they don't have it.

        Parameters
        ----------
        item : int
        cells : slice or int array
        metered : int64 array
            Their metered energy.
        """
        charge, place = self.prices.charges[item], self.prices.place[cells].astype(np.intp)
        energy = self.in_band[cells]
        if charge.on_metered is not None:
            energy = np.where(charge.on_metered.take(place), metered, energy)
        return energy * charge.applies.take(place)


class FeeOutcome(NamedTuple):
    """The fee of a band, by position: on what exemptions leave of the band's energy."""

    side: Literal["over", "under"]
    band: int
    energy: Ints
    """(P,) [kWh]"""
    price: Ints
    """(P,) [micro-yuan/kWh]"""


@dataclass(frozen=True, eq=False)
class Outcome:
    """One settlement of a set of positions: the one that counts, or the trial beside it.

    Attributes
    ----------
    positions : Positions
    ways : Ways
    way : (P,) int64 array
        How each settles, among `ways`.
    bands : BandTables
        Edges of the bands of each position.
    by_position, by_leg, by_cell
    fees : tuple of FeeOutcome
    trial : bool
    """

    positions: Positions
    ways: Ways
    way: Ints
    bands: BandTables
    by_position: PositionOutcome
    by_leg: LegOutcome
    by_cell: CellOutcome
    fees: tuple[FeeOutcome, ...]
    trial: bool


class OutsideCharge(NamedTuple):
    """A charge on all energy of users without a unit who have none for one reason."""

    item: str
    governed_by: tuple[str, ...]
    """Names under which the rule set may know its clause, the closest first."""
    row: Ints
    """Among the cells of `UnitlessOutcome`."""
    price: Ints
    """[micro-yuan/kWh] of these."""
    account: int
    """Who is paid, among `MarketShape.accounts`."""


@dataclass(frozen=True, eq=False)
class UnitlessOutcome:
    """Cells of users without a unit: those who left the market, and priority purchase.

    Attributes
    ----------
    cell : (M,) int64 array
        Rows of the meter table, in file order.
    is_priority : (M,) bool array
    energy : (M,) int64 array
        [kWh]
    charges : tuple of OutsideCharge
        In the order of the rule set.
    """

    cell: Ints
    is_priority: NDArray[np.bool_]
    energy: Ints
    charges: tuple[OutsideCharge, ...]
