"""Energy of a position shared out over its legs and its cells (rulebook parts 4 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridsim.explain.arithmetic import Quotient, Share, split

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["filled", "over_bands", "taken"]


def filled(total: int, energies: Sequence[int], order: Sequence[int] | None) -> tuple[Share, ...]:
    """In-band energy over the legs: in proportion, or one leg after the other, each up to its energy.

    What no leg holds, where an edge lies above the contract, is split over all.

    Parameters
    ----------
    total : int
        [kWh]
    energies : sequence of int
        [kWh]
    order : sequence of int or None
        Places of the legs in the order in which they are filled; None: in proportion.
    """
    if order is None:
        return split(total, energies)
    shares, left = [0] * len(energies), total
    for place in order:
        shares[place] = min(energies[place], left)
        left -= shares[place]
    return _and_rest(shares, left, energies)


def taken(missing: Sequence[int], energies: Sequence[int], order: Sequence[int] | None) -> list[tuple[Share, ...]]:
    """Shortfall over the legs, band by band: in proportion, or on the last leg first.

    Parameters
    ----------
    missing : sequence of int
        By band [kWh].
    energies, order
        As `filled` takes them.
    """
    if order is None:
        return [split(energy, energies) for energy in missing]
    found, there = [], list(energies)
    for energy in missing:
        shares, left = [0] * len(energies), energy
        for place in reversed(order):
            shares[place] = min(max(there[place], 0), left)
            left -= shares[place]
        parts = _and_rest(shares, left, energies)
        there = [before - part.value for before, part in zip(there, parts, strict=True)]
        found.append(parts)
    return found


def over_bands(held: Sequence[int], in_band: Sequence[Share], energies: Sequence[int]) -> list[tuple[Share, ...]]:
    """What each over band holds of each cell, in proportion to what the bands before leave of it.

    Parameters
    ----------
    held : sequence of int
        By band [kWh].
    in_band : sequence of Share
        By cell.
    energies : sequence of int
        By cell [kWh].
    """
    rest = [energy - share.value for energy, share in zip(energies, in_band, strict=True)]
    found = []
    for energy in held:
        shares = split(energy, rest)
        rest = [before - share.value for before, share in zip(rest, shares, strict=True)]
        found.append(shares)
    return found


def _and_rest(shares: Sequence[int], rest: int, energies: Sequence[int]) -> tuple[Share, ...]:
    """Shares that are whole as they are, and on top of them a split of the rest."""
    if not rest:
        return tuple(Share(Quotient(share, 1), 0) for share in shares)
    return tuple(
        Share(Quotient(own * more.exact.denominator + more.exact.numerator, more.exact.denominator), more.extra)
        for own, more in zip(shares, split(rest, energies), strict=True)
    )
