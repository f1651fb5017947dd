"""The proportional split and the settlement of one position as the rulebook words them: slow, plain, exact.

Fractions and Python integers only, and nothing of gridsim: the kernels are held against this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor


def round_half_away(value: Fraction) -> int:
    magnitude = floor(abs(value) + Fraction(1, 2))
    return magnitude if value >= 0 else -magnitude


def share_out(total: int, weights: list[int]) -> list[int]:
    """Largest remainder (part 4)."""
    exact = [Fraction(total) * weight / sum(weights) for weight in weights]
    shares = [floor(share) for share in exact]
    by_fraction = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_fraction[: total - sum(shares)]:
        shares[i] += 1
    return shares


@dataclass
class Set:
    """A set of bands: edges as ratios of the contract; an over edge of None is open."""

    over: list[tuple[Fraction | None, int]]
    """(edge, fee)"""
    under: list[tuple[Fraction, int, int]]
    """(edge, price, fee)"""


@dataclass
class Settled:
    contract: int
    metered: int
    upper: int
    lower: int
    in_band: int
    overrun: int
    shortfall: int
    energy_money: int
    average_price: int
    overrun_money: int
    shortfall_money: int
    fee_money: int
    leg_in_band: list[int]
    leg_energy_money: list[int]
    leg_shortfall: list[list[int]]
    leg_shortfall_money: list[int]
    cell_in_band: list[int]
    cell_over: list[list[int]]
    cell_over_money: list[int]
    totals: tuple[str, ...] = field(
        default=(
            "contract",
            "metered",
            "upper",
            "lower",
            "in_band",
            "overrun",
            "shortfall",
            "energy_money",
            "average_price",
            "overrun_money",
            "shortfall_money",
            "fee_money",
        ),
        repr=False,
    )


def settle(legs: list[tuple[int, int]], cells: list[tuple[int, list[int]]], bands: Set) -> Settled:
    """One position: legs as (energy, price), cells as (energy, price in each over band)."""
    contract = sum(energy for energy, _ in legs)
    metered = sum(energy for energy, _ in cells)

    def edge(ratio: Fraction | None) -> int:
        if contract == 0:
            return 0
        return metered if ratio is None else round_half_away(contract * ratio)

    over_edges = [edge(ratio) for ratio, _ in bands.over]
    under_edges = [edge(ratio) for ratio, _, _ in bands.under]
    in_band = min(metered, over_edges[0])
    leg_energies = [energy for energy, _ in legs]
    cell_energies = [energy for energy, _ in cells]

    leg_in_band = share_out(in_band, leg_energies) if in_band else [0] * len(legs)
    leg_money = [energy * price for energy, (_, price) in zip(leg_in_band, legs, strict=True)]
    leg_shortfall = []
    shortfall_money = [0] * len(legs)
    fees = 0
    for (upper, (_, price, fee)), lower in zip(
        zip(under_edges, bands.under, strict=True), [*under_edges[1:], 0], strict=False
    ):
        missing = max(upper - max(metered, lower), 0)
        shares = share_out(missing, leg_energies) if missing else [0] * len(legs)
        leg_shortfall.append(shares)
        shortfall_money = [money + share * price for money, share in zip(shortfall_money, shares, strict=True)]
        fees += missing * fee

    cell_in_band = share_out(in_band, cell_energies) if in_band else [0] * len(cells)
    rest = [energy - share for energy, share in zip(cell_energies, cell_in_band, strict=True)]
    cell_over = []
    for band, (_, fee) in enumerate(bands.over):
        if band + 1 == len(bands.over):
            shares = rest
        else:
            amount = min(metered, over_edges[band + 1]) - min(metered, over_edges[band])
            shares = share_out(amount, rest) if amount else [0] * len(cells)
            rest = [left - share for left, share in zip(rest, shares, strict=True)]
        assert all(share >= 0 for share in [*shares, *rest])
        cell_over.append(shares)
        fees += sum(shares) * fee
    over_money = [
        sum(cell_over[band][i] * prices[band] for band in range(len(bands.over))) for i, (_, prices) in enumerate(cells)
    ]
    energy_money = sum(leg_money)
    return Settled(
        contract=contract,
        metered=metered,
        upper=over_edges[0],
        lower=under_edges[0] if under_edges else 0,
        in_band=in_band,
        overrun=metered - in_band,
        shortfall=sum(map(sum, leg_shortfall)),
        energy_money=energy_money,
        average_price=round_half_away(Fraction(energy_money, in_band)) if in_band else 0,
        overrun_money=sum(over_money),
        shortfall_money=sum(shortfall_money),
        fee_money=fees,
        leg_in_band=leg_in_band,
        leg_energy_money=leg_money,
        leg_shortfall=leg_shortfall,
        leg_shortfall_money=shortfall_money,
        cell_in_band=cell_in_band,
        cell_over=cell_over,
        cell_over_money=over_money,
    )
