"""The arrays that settlement works on: legs, cells and band tables in, totals and shares out.

A position is a run of contract legs and a run of meter cells. What its cells hold is *in band* up to the first over
edge. Above that lie the *over bands*, each with a price for every cell and a fee; below the first under edge lie the
*under bands*, each with a price per missing kWh, which the sellers of the legs receive, and a fee. Edges, prices and
fees are data; nothing here knows a product, a month or a rule.

All arrays are C-contiguous int64: energy in kWh, prices in micro-yuan/kWh, money in micro-yuan, ratios in 10⁻⁴.
Arrays with a band axis have it first, so that each band is one contiguous column. In the shapes below P counts
positions, L legs, N cells, S sets of bands, B over bands (at least 1), U under bands (may be 0), K charges.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = [
    "LIMIT",
    "NO_ADJUSTMENT",
    "NO_EDGE",
    "OPEN_EDGE",
    "BandTables",
    "CellCharges",
    "CellShares",
    "Cells",
    "ChargePrices",
    "Ints",
    "LegShares",
    "Legs",
    "PositionTotals",
    "SettledArrays",
    "allocate",
    "allocate_charges",
]

Ints = npt.NDArray[np.int64]

LIMIT = 9.2e18
"""What a product or a sum of products may reach, a little below 2⁶³."""
OPEN_EDGE = 2**63 - 1
"""As the first over edge: all that is metered is in band while there is a contract. As a later one: no such band."""
NO_EDGE = 0
"""As an under edge: below it nothing can be missing."""
NO_ADJUSTMENT = 10_000
"""As adjustment ratio: a coefficient of one, whose adjustment price is 0."""


class Legs(NamedTuple):
    """Contract legs; those of position ``p`` are ``start[p]`` up to, not including, ``start[p + 1]``."""

    start: Ints
    """(P + 1,)"""
    energy: Ints
    """(L,) [kWh]"""
    price: Ints
    """(L,) [micro-yuan/kWh]"""
    order: Ints = np.empty(0, dtype=np.int64)
    """(L,) where legs are filled one after the other: packed legs in that order, each position's where its legs are;
    or (0,): in proportion"""


class Cells(NamedTuple):
    """Meter cells; those of position ``p`` are ``start[p]`` up to, not including, ``start[p + 1]``."""

    start: Ints
    """(P + 1,)"""
    energy: Ints
    """(N,) [kWh]"""
    over_price: Ints
    """(B, N) [micro-yuan/kWh] what the cell's energy in over band ``b`` costs"""


class BandTables(NamedTuple):
    """Bands as data: S sets, each of up to B over bands and up to U under bands."""

    of_position: Ints
    """(P,) the position's row in the other tables"""
    over_edge: Ints
    """(S, B) [10⁻⁴ of the contract] ascending; over band ``b`` lies above edge ``b``; may be `OPEN_EDGE`"""
    over_fee: Ints
    """(S, B) [micro-yuan/kWh] on top of the price"""
    under_edge: Ints
    """(S, U) [10⁻⁴ of the contract] descending; under band ``u`` lies below edge ``u``; may be `NO_EDGE`"""
    under_price: Ints
    """(S, U) [micro-yuan/kWh] what a missing kWh brings the sellers of the legs"""
    under_fee: Ints
    """(S, U) [micro-yuan/kWh] on top of the price"""


class PositionTotals(NamedTuple):
    """Results by position, each of shape (P,)."""

    contract: Ints
    """[kWh] sum of the legs"""
    metered: Ints
    """[kWh] sum of the cells"""
    upper: Ints
    """[kWh] first over edge"""
    lower: Ints
    """[kWh] first under edge"""
    in_band: Ints
    """[kWh]"""
    overrun: Ints
    """[kWh] all over bands together"""
    shortfall: Ints
    """[kWh] all under bands together"""
    energy_money: Ints
    """[micro-yuan] in-band energy at the prices of the legs"""
    average_price: Ints
    """[micro-yuan/kWh] energy money per in-band kWh, half away from zero; 0 if nothing is in band"""
    overrun_money: Ints
    """[micro-yuan] without fees"""
    shortfall_money: Ints
    """[micro-yuan] without fees"""
    fee_money: Ints
    """[micro-yuan] the fees of all bands, over and under"""


class LegShares(NamedTuple):
    """Results by leg."""

    in_band: Ints
    """(L,) [kWh]"""
    energy_money: Ints
    """(L,) [micro-yuan]"""
    shortfall: Ints
    """(U, L) [kWh] by under band"""
    shortfall_money: Ints
    """(L,) [micro-yuan] all under bands together, without fees"""


class CellShares(NamedTuple):
    """Results by cell."""

    in_band: Ints
    """(N,) [kWh]"""
    over: Ints
    """(B, N) [kWh] by over band"""
    over_money: Ints
    """(N,) [micro-yuan] all over bands together, without fees"""


class ChargePrices(NamedTuple):
    """What in-band energy pays beside its contract: charges per kWh, and an adjustment by period."""

    price: Ints
    """(K, N) [micro-yuan/kWh] charge ``k`` of the cell (T&D already times its coefficient, where the rule says so)"""
    adjustment_base: Ints
    """(N,) [micro-yuan/kWh] what is adjusted beside the average in-band price, such as the T&D price"""
    adjustment_ratio: Ints
    """(N,) [10⁻⁴] the period's coefficient; `NO_ADJUSTMENT` where none applies"""


class CellCharges(NamedTuple):
    """Results by cell of `ChargePrices`."""

    money: Ints
    """(K, N) [micro-yuan] by charge"""
    adjustment_price: Ints
    """(N,) [micro-yuan/kWh] may be negative"""
    adjustment_money: Ints
    """(N,) [micro-yuan] may be negative"""


class SettledArrays(NamedTuple):
    """What settling gives: arrays of int64, energies in kWh, money in micro-yuan, prices in micro-yuan/kWh."""

    positions: PositionTotals
    """By position: contract, metered, upper, lower, in_band, overrun, shortfall, energy_money, average_price …"""
    legs: LegShares
    """By leg: in_band, energy_money, shortfall (by under band), shortfall_money."""
    cells: CellShares
    """By cell: in_band, over (by over band), over_money."""
    charges: CellCharges | None = None
    """By cell: money of each charge, and the price of the adjustment; None where nothing is charged."""


def allocate(
    positions: int, legs: int, cells: int, over_bands: int = 1, under_bands: int = 1
) -> tuple[PositionTotals, LegShares, CellShares]:
    """Arrays for the results of `gridsim.core.settlement.settle.settle_positions`, not initialised.

    Every settlement overwrites all of them, so reuse them: writing to warm arrays is almost twice as fast.
    """
    return (
        PositionTotals(*(np.empty(positions, np.int64) for _ in PositionTotals._fields)),
        LegShares(
            in_band=np.empty(legs, np.int64),
            energy_money=np.empty(legs, np.int64),
            shortfall=np.empty((under_bands, legs), np.int64),
            shortfall_money=np.empty(legs, np.int64),
        ),
        CellShares(
            in_band=np.empty(cells, np.int64),
            over=np.empty((over_bands, cells), np.int64),
            over_money=np.empty(cells, np.int64),
        ),
    )


def allocate_charges(cells: int, charges: int) -> CellCharges:
    """Arrays for the results of `gridsim.core.settlement.charge.charge_cells`, not initialised."""
    return CellCharges(
        money=np.empty((charges, cells), np.int64),
        adjustment_price=np.empty(cells, np.int64),
        adjustment_money=np.empty(cells, np.int64),
    )
