"""A contract leg as explanations read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Leg", "as_traded", "leg_of"]


@dataclass(frozen=True, slots=True)
class Leg:
    """A row of `legs`: energy [kWh], price [micro-yuan/kWh].

    `cut_from` is the leg that a transfer cut it from; `traded` its energy and price as traded, which a what-if changes.
    """

    id: str
    product: str
    seller: str
    energy: int
    price: int
    trade_row: int
    cut_from: str | None
    traded: tuple[int, int]

    @property
    def is_changed(self) -> bool:
        """Whether a what-if made another energy or price of what was traded."""
        return self.traded != (self.energy, self.price)


def leg_of(row: Mapping[str, Any]) -> Leg:
    """A row of the exact table `legs`."""
    return Leg(
        row["leg_id"],
        row["product"],
        row["seller_id"],
        row["energy_kwh"],
        row["price_micro_yuan_per_kwh"],
        row["trade_row"],
        row.get("from_leg_id"),
        as_traded(row),
    )


def as_traded(row: Mapping[str, Any]) -> tuple[int, int]:
    """Energy [kWh] and price [micro-yuan/kWh] of a row of `legs` as traded; empty cells are as the leg is."""
    energy, price = row.get("traded_kwh"), row.get("traded_micro_yuan_per_kwh")
    return (
        row["energy_kwh"] if energy is None else energy,
        row["price_micro_yuan_per_kwh"] if price is None else price,
    )
