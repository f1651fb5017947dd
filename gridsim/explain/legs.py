"""A contract leg as explanations read it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Leg"]


@dataclass(frozen=True, slots=True)
class Leg:
    """A row of `legs`: energy [kWh], price [micro-yuan/kWh]; `cut_from`: the leg that a transfer cut it from."""

    id: str
    product: str
    seller: str
    energy: int
    price: int
    trade_row: int
    cut_from: str | None = None
