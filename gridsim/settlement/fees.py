"""Fees of deviation: of a band, on what exemptions leave of its energy, once a position (rulebook part 9)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from gridsim.rules.shape import FEE
from gridsim.settlement.figures import Figure
from gridsim.settlement.monthly import MONTHS
from gridsim.settlement.outcome import FeeOutcome
from gridsim.settlement.position_prices import figures_by_way, sums_by_position
from gridsim.settlement.unitless import tell_lacking

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridsim.rules.expression import Expression
    from gridsim.rules.shape_lists import Exemption
    from gridsim.settlement.monthly import MonthlyRules
    from gridsim.settlement.outcome import CellOutcome, LegOutcome, PositionOutcome
    from gridsim.settlement.positions import Positions
    from gridsim.settlement.ways import Way

    Ints = NDArray[np.int64]

__all__ = ["exempt_energy", "fee_of", "fees_of", "over_energy", "under_energy"]


def over_energy(positions: Positions, by_position: PositionOutcome, by_cell: CellOutcome, band: int) -> Ints:
    """(P,) what an over band holds [kWh]."""
    if len(by_cell.over) == 1:
        return by_position.overrun
    return sums_by_position(by_cell.over[band], positions.cell_start)


def under_energy(positions: Positions, by_position: PositionOutcome, by_leg: LegOutcome, band: int) -> Ints:
    """(P,) what is missing in an under band [kWh]."""
    if len(by_leg.shortfall) == 1:
        return by_position.shortfall
    return sums_by_position(by_leg.shortfall[band], positions.leg_start)


def fees_of(
    positions: Positions,
    way: Ints,
    by_position: PositionOutcome,
    by_leg: LegOutcome,
    by_cell: CellOutcome,
    rules: MonthlyRules,
    around: Callable[[str, tuple[str, ...]], Figure],
) -> tuple[FeeOutcome, ...]:
    """The fees of all bands that have one, over bands first.

    Parameters
    ----------
    positions : Positions
    way : (P,) int64 array
    by_position, by_leg, by_cell
        What was settled.
    rules : MonthlyRules
    around : callable
        Of a word and its arguments: what the positions have.
    """
    found = []
    sides: tuple[tuple[Literal["over", "under"], int], ...] = (
        ("over", len(by_cell.over)),
        ("under", len(by_leg.shortfall)),
    )
    for side, bands in sides:
        for band in range(bands):
            has_fee = np.array([fee_of(side, band, each) is not None for each in rules.ways])
            if not has_fee.any():
                continue
            price = figures_by_way(partial(fee_of, side, band), positions.month, way, rules, around)
            if side == "over":
                held = over_energy(positions, by_position, by_cell, band)
            else:
                held = under_energy(positions, by_position, by_leg, band)
            energy = held * has_fee[way]
            for number, each in enumerate(rules.ways):
                if side == "over" and band < len(each.over) and (exempt := each.over[band].exempt) is not None:
                    left = np.maximum(0, energy - exempt_energy(exempt, positions, rules))
                    energy = np.where(way == number, left, energy)
            found.append(FeeOutcome(side, band, energy, price.values))
            if price.is_there is not None:
                tell_lacking(FEE, positions.month[~price.is_there & (energy > 0)], rules)
    return tuple(found)


def fee_of(side: str, band: int, way: Way) -> Expression | None:
    """The fee of a band of a way, over or under; None where there is none."""
    bands = way.over if side == "over" else way.under
    return bands[band].fee if band < len(bands) else None


def exempt_energy(exempt: Exemption, positions: Positions, rules: MonthlyRules) -> Ints:
    """(P,) what stayed unfilled of a unit's orders that would have paid enough [kWh]."""
    if rules.prices.unfilled is None:
        return np.zeros(len(positions), dtype=np.int64)
    months = np.arange(MONTHS)
    least = figures_by_way(lambda _: exempt.price_at_least, months, np.zeros(MONTHS, dtype=np.int64), rules, None)
    unfilled = rules.prices.unfilled(exempt.kind, least)
    return unfilled[positions.month, positions.unit, positions.product]
