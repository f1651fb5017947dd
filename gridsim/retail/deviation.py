"""What a user's deviation from its nomination costs it, and the cap on such charges (rulebook part 14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gridsim.retail.contracts import NOT_NOMINATED
from gridsim.shares import shares
from gridsim.units import RATIO_ONE, round_half_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gridsim.retail.contracts import Nominations, RetailContract

__all__ = ["WHOLE_MONTH", "Charge", "Metered", "capped", "charges_of_user"]

WHOLE_MONTH = -1
"""The period of a charge on a month's nomination."""


@dataclass(frozen=True, slots=True)
class Metered:
    """A cell of a user: its contract period, its energy [kWh], the user's price there [micro-yuan/kWh]."""

    period: int
    energy: int
    price: int


@dataclass(frozen=True, slots=True)
class Charge:
    """What one deviation costs: of a month, or of one of its periods.

    Attributes
    ----------
    contract : RetailContract
    period : int
        `WHOLE_MONTH`, or a contract period.
    nominated, metered : int
        [kWh]
    over, under : int
        [kWh] beyond what is free, on the sides that are charged.
    price : int
        [micro-yuan/kWh]
    share : int or None
        [micro-yuan] what a cap leaves of its money; None: all.
    """

    contract: RetailContract
    period: int
    nominated: int
    metered: int
    over: int
    under: int
    price: int
    share: int | None = None

    @property
    def energy(self) -> int:
        """[kWh] that is charged."""
        return self.over + self.under

    @property
    def full_amount(self) -> int:
        """[micro-yuan] without a cap."""
        return self.energy * self.price

    @property
    def amount(self) -> int:
        """[micro-yuan] that the user pays."""
        return self.full_amount if self.share is None else self.share

    @property
    def added_price(self) -> int:
        """[micro-yuan/kWh] the same money within the user's price; without energy none."""
        return round_half_up(self.amount, self.metered) if self.metered else 0


def charges_of_user(
    contract: RetailContract,
    nominations: Nominations,
    month: int,
    cells: Sequence[Metered],
    price_of: Callable[[int], int],
    deviates: Sequence[tuple[bool, bool]],
) -> Iterator[Charge]:
    """The charges of a user's month, of its periods where it nominated by period.

    Parameters
    ----------
    contract : RetailContract
        Whose user bears its deviation.
    nominations : Nominations
    month : int
    cells : sequence of Metered
        All of the user's month.
    price_of : callable
        [micro-yuan/kWh] the user's price in a period, also where it has no cell.
    deviates : sequence of (bool, bool)
        By period, and of the whole month last: whether the unit's positions have overrun, and shortfall.
    """
    whole = int(nominations.of_month[contract.user, month])
    if whole != NOT_NOMINATED:
        yield _charge(contract, WHOLE_MONTH, whole, [(cell.energy, cell.price) for cell in cells], deviates[-1])
        return
    by_period = nominations.of_period[contract.user, month]
    for period in np.flatnonzero(by_period != NOT_NOMINATED).tolist():
        energy = sum(cell.energy for cell in cells if cell.period == period)
        yield _charge(contract, period, int(by_period[period]), [(energy, price_of(period))], deviates[period])


def capped(charges: Sequence[Charge], extra_cost: int) -> list[Charge]:
    """Charges of one unit's month, those of capped contracts together at most max(0, extra cost − the others).

    Parameters
    ----------
    charges : sequence of Charge
        In the order of users and periods, which decides the last micro-yuan.
    extra_cost : int
        [micro-yuan] what deviation cost the retailer, not below 0.
    """
    held = [charge for charge in charges if charge.contract.capped]
    room = max(0, extra_cost - sum(charge.full_amount for charge in charges if not charge.contract.capped))
    amounts = [charge.full_amount for charge in held]
    if sum(amounts) <= room:
        return list(charges)
    left = iter(shares(room, amounts))
    return [replace(charge, share=next(left)) if charge.contract.capped else charge for charge in charges]


def _charge(
    contract: RetailContract,
    period: int,
    nominated: int,
    metered: Sequence[tuple[int, int]],
    deviates: tuple[bool, bool],
) -> Charge:
    energy = sum(each for each, _ in metered)
    over = max(0, energy - round_half_up(nominated * (RATIO_ONE + contract.free), RATIO_ONE))
    under = max(0, round_half_up(nominated * (RATIO_ONE - contract.free), RATIO_ONE) - energy)
    has_over, has_under = {"over": (True, False), "under": (False, True), "unit": deviates}.get(
        contract.side, (True, True)
    )
    price = contract.deviation_price
    if price is None:
        assert contract.rate is not None  # one of the two is given
        price = max(0, round_half_up(contract.rate * _mean(metered), RATIO_ONE))
    return Charge(contract, period, nominated, energy, over * has_over, under * has_under, price)


def _mean(metered: Sequence[tuple[int, int]]) -> int:
    """The mean price over metered energy, the plain one where there is none, rounded as prices are."""
    energy = sum(each for each, _ in metered)
    if energy:
        return round_half_up(sum(each * price for each, price in metered), energy)
    return round_half_up(sum(price for _, price in metered), len(metered))
