"""Rulebook 5 and 9, bands: any number a side, by edges that are ratios of the contract energy C."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .exact import number, ratio, round_half_up


def over_edge(band: dict[str, Any], contracted: int, metered: int) -> int:
    """The first kWh above which the band holds energy, rounded to the kWh.

    `open`: all is in band while there is a contract; the edge is the metered energy, 0 without one.
    """
    if band["edge"] == "open":
        return metered if contracted > 0 else 0
    return round_half_up(contracted * ratio(band["edge"]))


def under_edge(band: dict[str, Any], contracted: int) -> int:
    return round_half_up(contracted * ratio(band["edge"]))


def over_energies(edges: list[int], metered: int) -> list[int]:
    """What each over band holds: from its edge to the next one, the last without end (C = 0: the last holds all)."""
    energies = []
    for i, edge in enumerate(edges):
        end = min(metered, edges[i + 1]) if i + 1 < len(edges) else metered
        energies.append(max(0, end - edge))
    return energies


def under_energies(edges: list[int], metered: int) -> list[int]:
    """What each under band holds: from its edge down to the next one, the last down to nothing."""
    energies = []
    for i, edge in enumerate(edges):
        end = max(metered, edges[i + 1]) if i + 1 < len(edges) else metered
        energies.append(max(0, edge - end))
    return energies


def has_fee(band: dict[str, Any]) -> bool:
    """A fee that is nothing or the plain number 0 is no fee and makes no line."""
    fee = band.get("fee", "0")
    return isinstance(fee, dict) or fee in ("contract_mean", "in_band_mean") or not is_zero(fee)


def is_zero(price: Any) -> bool:
    """Whether a price is the plain number 0."""
    try:
        return number(price) == Fraction(0)
    except (ArithmeticError, TypeError):
        return False


def edge_units(band: dict[str, Any]) -> int | None:
    """An edge in 10⁻⁴, as `position_bands` has it; none for `open`."""
    return None if band["edge"] == "open" else int(ratio(band["edge"]) * 10_000)
