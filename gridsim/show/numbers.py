"""How numbers are written for people: from the exact integers, in the units of the outside.

Energy in kWh is told in MWh, micro-yuan per kWh in yuan/MWh, micro-yuan in yuan (`gridsim.units` has the scales).
"""

from __future__ import annotations

from collections.abc import Iterable

from gridsim.units import (
    ENERGY_DECIMALS,
    MONEY_DECIMALS,
    PRICE_DECIMALS,
    RATIO_DECIMALS,
    format_fixed,
    round_fen,
    round_half_up,
)

__all__ = [
    "NOTHING_THERE",
    "change",
    "count",
    "decimal",
    "energy",
    "line_numbers",
    "mean_price",
    "money",
    "money_in_full",
    "percent",
    "price",
    "ratio",
    "signed",
]

NOTHING_THERE = "–"
"""Stands where there is nothing to divide by."""

_FEN_DECIMALS = 2
_RANGES_SHOWN = 4


def count(value: int) -> str:
    """A whole number."""
    return f"{int(value):,}"


def energy(kwh: int) -> str:
    """MWh, to the kWh."""
    return format_fixed(int(kwh), ENERGY_DECIMALS, thousands=True)


def price(micro_yuan_per_kwh: int) -> str:
    """yuan/MWh, with the 3 decimals that are exact."""
    return format_fixed(int(micro_yuan_per_kwh), PRICE_DECIMALS, thousands=True)


def money(micro_yuan: int) -> str:
    """Yuan, rounded to the fen."""
    return format_fixed(round_fen(int(micro_yuan)), _FEN_DECIMALS, thousands=True)


def money_in_full(micro_yuan: int) -> str:
    """Yuan, exact: to the fen, and beyond as far as there is something."""
    return decimal(micro_yuan, MONEY_DECIMALS, least=_FEN_DECIMALS)


def mean_price(micro_yuan: int, kwh: int) -> str:
    """Money by energy in yuan/MWh, rounded half up; a dash without energy."""
    return price(round_half_up(int(micro_yuan), int(kwh))) if kwh else NOTHING_THERE


def ratio(ten_thousandths: int) -> str:
    """A ratio without trailing zeros, such as 1.05."""
    return decimal(ten_thousandths, RATIO_DECIMALS, least=0)


def decimal(value: int, decimals: int, *, least: int) -> str:
    """An integer of ``10**-decimals`` without trailing zeros, but with at least `least` decimals."""
    whole, _, fraction = format_fixed(value, decimals, thousands=True).partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    return f"{whole}.{fraction}" if fraction else whole


def percent(part: int, whole: int, decimals: int = 1) -> str:
    """A share in per cent, rounded half up; a dash where there is no whole."""
    if whole == 0:
        return NOTHING_THERE
    sign = -1 if whole < 0 else 1
    return format_fixed(round_half_up(sign * int(part) * 10 ** (2 + decimals), abs(int(whole))), decimals) + " %"


def change(before: int | None, after: int | None) -> str:
    """By how many per cent something is more or less than before; empty if that can't be said or is nothing."""
    if not before or after is None or before == after:
        return ""
    more = int(after) - int(before)
    return signed(percent(more, abs(int(before)), 2), more)


def signed(text: str, value: int) -> str:
    """A number's text, with a plus if the number has one to show."""
    return f"+{text}" if value > 0 and text.strip("0.% ") else text


def line_numbers(numbers: Iterable[int]) -> str:
    """Numbers of lines, runs of followers as ``4–9``; of many runs the first, and where they end."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    texts = [f"{first:,}" if first == last else f"{first:,}–{last:,}" for first, last in runs]
    if len(texts) > _RANGES_SHOWN:
        texts = [*texts[: _RANGES_SHOWN - 1], "…", f"{runs[-1][1]:,}"]
    return ", ".join(texts)
