"""Rulebook 1 and 4: exact numbers, the one rounding, the proportional split."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def number(text: object) -> Fraction:
    """A decimal as it was written, exactly. Floats are refused: they are not what was written."""
    if isinstance(text, float):
        raise TypeError(f"a float is not exact: {text!r}")
    return Fraction(Decimal(str(text)))


def scaled(text: object, scale: int, what: str) -> int:
    """A decimal as a whole number of its smallest unit (rulebook 1: never rounded in silence)."""
    value = number(text) * scale
    if value.denominator != 1:
        raise ValueError(f"{what} {text!r} is finer than the table allows")
    return int(value)


def energy_kwh(text: object) -> int:
    """MWh with at most 3 decimals, in kWh (rulebook 1)."""
    return scaled(text, 1000, "energy")


def price_micro_yuan(text: object) -> int:
    """yuan/MWh with at most 3 decimals, in 10⁻⁶ yuan/kWh (rulebook 1)."""
    return scaled(text, 1000, "price")


def ratio(text: object) -> Fraction:
    """A ratio with at most 4 decimals (rulebook 1), as the exact fraction that it is."""
    scaled(text, 10_000, "ratio")
    return number(text)


def round_half_up(value: Fraction | int) -> int:
    """四舍五入: half away from zero (rulebook 1)."""
    value = Fraction(value)
    size = int(abs(value) + Fraction(1, 2))  # int() cuts towards zero, and this is not negative
    return size if value >= 0 else -size


def split(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Rulebook 4: share i = floor(total × wᵢ / Σw); what is left, one each to the largest fractional parts.

    Of equal parts, to the earlier.
    """
    if total < 0 or any(weight < 0 for weight in weights) or sum(weights) == 0:
        raise ValueError(f"nothing to split by: {total} over {weights}")
    due = [Fraction(total * weight) / sum(weights) for weight in weights]
    shares = [int(part) for part in due]
    left_over = total - sum(shares)
    fractional_parts = [part - share for part, share in zip(due, shares, strict=True)]
    by_size = sorted(range(len(weights)), key=lambda i: (-fractional_parts[i], i))
    for i in by_size[:left_over]:
        shares[i] += 1
    return shares


def plain_decimal(value: Fraction, decimals: int) -> str:
    """A value rounded half up to `decimals`, as plain text: what the compliance table shows."""
    units = round_half_up(value * 10**decimals)
    whole, fraction = divmod(abs(units), 10**decimals)
    return f"{'-' if units < 0 else ''}{whole}.{fraction:0{decimals}d}"
