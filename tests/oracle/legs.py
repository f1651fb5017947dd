"""A contract leg: what one seller delivers to one unit in one month; and the order in which legs are filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .exact import split
from .shape import Shape


@dataclass
class TransferLine:
    """What a transfer owes for the leg that it made (rulebook 10): the full energy, whatever is metered."""

    payer: str
    payee: str
    energy: int
    price: int


@dataclass
class Leg:
    """In kWh and 10⁻⁶ yuan/kWh."""

    id: str
    unit: str  # empty: of an account, such as GRID
    buyer: str
    month: str
    product: str
    seller: str
    energy: int
    price: int
    session: str
    contract: str
    segment: str
    trade_row: int
    kind: str  # of the session
    delivery: str
    variety: str
    group: str
    time: datetime
    ends: str  # the last month of its contract
    from_deal: bool = False  # itself, not what a transfer cut from such a leg
    from_leg: str = ""
    taken_by_buyer: bool = False  # its buyer took it over, and may not give it again
    taken_by_seller: bool = False
    line: TransferLine | None = None

    def as_row(self) -> dict[str, Any]:
        return {
            "leg_id": self.id,
            "unit_id": self.unit,
            "month": self.month,
            "product": self.product,
            "seller_id": self.seller,
            "energy_kwh": self.energy,
            "price_micro_yuan_per_kwh": self.price,
            "session": self.session,
            "contract_id": self.contract,
            "segment": self.segment,
            "trade_row": self.trade_row,
            "from_leg_id": self.from_leg,
            "traded_kwh": None,  # of what a what-if changed
            "traded_micro_yuan_per_kwh": None,
        }


def filling_order(legs: list[Leg], shape: Shape) -> list[int] | None:
    """Rulebook 9, `order_of_legs`: the places of legs in the order in which they are filled; None for pro rata."""
    keys = shape["order_of_legs"]
    if keys == "pro_rata":
        return None

    def rank(place: int) -> tuple[Any, ...]:
        leg = legs[place]
        # Whatever the keys leave open: the order of `trades`.
        return (*(rank_by(key, leg, shape) for key in keys), leg.trade_row, int(leg.id[1:]))

    return sorted(range(len(legs)), key=rank)


def rank_by(key: Any, leg: Leg, shape: Shape) -> Any:
    """One key: the smaller comes first."""
    if key == "ends_this_month":
        return 0 if leg.ends == leg.month else 1
    if key == "variety":
        return shape["varieties"].index(leg.variety)
    if key == "price":
        return leg.price
    if key == "time":
        return leg.time
    if "variety" in key:  # {variety: [...], first: true}: these before all, alike among themselves
        return 0 if leg.variety in key["variety"] else 1
    if "group" in key:
        return key["group"].index(leg.group) if leg.group in key["group"] else len(key["group"])
    raise ValueError(key)


def filled(total: int, energies: list[int], order: list[int] | None) -> list[int]:
    """In-band energy over the legs: pro rata, or one after the other, each at most its own energy.

    The text doesn't say what more than all legs hold (an edge above 1) does in a set that fills in order: read here as
    a `split` of what is left, "used everywhere that energy is shared" (rulebook 4).
    """
    if total == 0:
        return [0] * len(energies)
    if order is None:
        return split(total, energies)
    shares = [0] * len(energies)
    left = total
    for place in order:
        shares[place] = min(energies[place], left)
        left -= shares[place]
    if left:
        shares = [share + more for share, more in zip(shares, split(left, energies), strict=True)]
    return shares


def missing(bands: list[int], energies: list[int], order: list[int] | None) -> list[list[int]]:
    """Shortfall over the legs, band by band: pro rata, or on the last leg first."""
    if order is None:
        return [filled(band, energies, None) for band in bands]
    shares = []
    left = list(energies)
    for band in bands:
        taken = filled(min(band, sum(left)), left, order[::-1])
        left = [energy - part for energy, part in zip(left, taken, strict=True)]
        if sum(taken) < band:  # a lower edge above 1, as in `filled`
            more = split(band - sum(taken), energies)
            taken = [one + other for one, other in zip(taken, more, strict=True)]
        shares.append(taken)
    return shares
