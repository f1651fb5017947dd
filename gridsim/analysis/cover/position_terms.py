"""What a position pays for each kWh, in band, over and missing: the terms under which a contract is sized."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from gridsim.settlement.figures import Figure
from gridsim.units import RATIO_ONE, round_half_up, times_ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridsim.rules.shape import MarketShape
    from gridsim.settlement.cell_price import CellPrice

__all__ = ["AtContractPrice", "Moving", "Payer", "Terms", "adjusted_by", "mean_price"]

Payer = Literal["unit", "buyer"]


@dataclass(frozen=True, eq=False)
class AtContractPrice:
    """What a charge or a band costs each cell while all of the position's contracts have one price."""

    charge: CellPrice
    place: NDArray[np.intp]
    applies: NDArray[np.bool_]

    def __call__(self, contract_price: int) -> NDArray[np.int64]:
        """[micro-yuan/kWh] by cell."""
        mean = Figure(np.full(len(self.place), contract_price, dtype=np.int64))
        found: NDArray[np.int64] = self.charge.of(self.place, lambda *_: mean).values * self.applies
        return found


@dataclass(frozen=True, eq=False)
class Moving:
    """A charge that rests on the contract price.

    Attributes
    ----------
    price : callable
        Of a contract price: the price of a kWh of each cell, (N,) [micro-yuan/kWh].
    linear : two (N,) int64 arrays or None
        Base and swing, where the price is (contract price + base) × swing / 10⁴.
    is_on_price : bool
        Whether the contract price is in that product at all, in the month.
    """

    price: Callable[[int], NDArray[np.int64]]
    linear: tuple[NDArray[np.int64], NDArray[np.int64]] | None
    is_on_price: bool = True


def adjusted_by(base: NDArray[np.int64], swing: NDArray[np.int64]) -> Moving:
    """A charge of (contract price + base) × swing / 10⁴."""
    return Moving(partial(_adjusted, base, swing), (base, swing))


def _adjusted(base: NDArray[np.int64], swing: NDArray[np.int64], contract_price: int) -> NDArray[np.int64]:
    return times_ratio(contract_price + base, swing)


@dataclass(frozen=True, eq=False)
class Terms:
    """One position's bands and prices (rulebook part 5), its cells seen as one.

    A price is the mean over the position's cells, weighted by the scenario's metered energy and rounded half up to
    the micro-yuan/kWh; the position of one user's period has one cell, and its prices are those of the settlement.

    Attributes
    ----------
    unit, month, product : str
    upper, lower : int
        Edges of the band [10⁻⁴ of the contract].
    shortfall_price : int
        With its fee [micro-yuan/kWh].
    overrun_price : int
        With its fee and the charges on all metered energy [micro-yuan/kWh]; without the contract price where it rests
        on it (`over_prices`).
    charges : int
        What a kWh in band is charged whatever the contract costs [micro-yuan/kWh]; 0 if the buyer alone is looked at
        and its users pay it.
    energy : (N,) int64 array
        Metered energy of each cell in the scenario [kWh].
    moving : tuple of Moving
        The charges that rest on the contract price.
    more_over, more_under : tuple of (int, int)
        Edge [10⁻⁴] and price [micro-yuan/kWh] of each further band, away from the contract.
    resting_over : mapping of int to AtContractPrice
        Of over bands, from 0 away from the contract, whose price rests on that of the contracts.
    is_in_order : bool
        Whether legs are filled one after the other: contracts of one price are alike then, others are not.
    shape : MarketShape or None
        Of the rule set, for what the product is called.
    people : mapping of str to str
        Names of participants by id, for what the unit is called.
    """

    unit: str
    month: str
    product: str
    upper: int
    lower: int
    shortfall_price: int
    overrun_price: int
    charges: int
    energy: NDArray[np.int64]
    moving: tuple[Moving, ...] = ()
    more_over: tuple[tuple[int, int], ...] = ()
    more_under: tuple[tuple[int, int], ...] = ()
    resting_over: Mapping[int, AtContractPrice] = field(default_factory=dict)
    is_in_order: bool = False
    shape: MarketShape | None = None
    people: Mapping[str, str] = field(default_factory=dict)

    @property
    def metered(self) -> int:
        """Metered energy of the scenario [kWh]."""
        return int(self.energy.sum())

    def in_band_price(self, contract_price: int) -> int:
        """All that a kWh in band costs under one contract price [micro-yuan/kWh]."""
        return (
            contract_price
            + self.charges
            + sum(mean_price(each.price(contract_price), self.energy) for each in self.moving)
        )

    def over_prices(self, contract_price: int) -> list[int]:
        """What a kWh in each over band costs under one contract price, away from the contract [micro-yuan/kWh]."""
        prices = [self.overrun_price, *(price for _, price in self.more_over)]
        for band, price in self.resting_over.items():
            prices[band] += mean_price(price(contract_price), self.energy)
        return prices

    @property
    def is_linear(self) -> bool:
        """Whether all that moves with the contract price moves in a straight line."""
        return all(each.linear is not None for each in self.moving)

    @property
    def adjustment(self) -> tuple[float, float]:
        """What moves of a kWh in band, as a + b × contract price: a [micro-yuan/kWh], b [1]."""
        share = self.energy / max(self.metered, 1)
        fixed, by_price = 0.0, 0.0
        for each in self.moving:
            assert each.linear is not None  # `is_linear` was asked before
            base, swing = each.linear
            excess = (swing + RATIO_ONE) / RATIO_ONE - 1
            fixed, by_price = (
                fixed + float(share @ (base * excess)),
                by_price + float(share @ excess) * each.is_on_price,
            )
        return fixed, by_price


def mean_price(price: NDArray[np.int64], energy: NDArray[np.int64]) -> int:
    """Energy-weighted mean, rounded half away from zero; in Python's integers, which don't overflow."""
    return round_half_up(int((price.astype(object) * energy).sum()), int(energy.sum()))
