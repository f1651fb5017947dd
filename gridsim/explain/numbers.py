"""Numbers as text that a pocket calculator can check: exact, or cut off with an ellipsis that says so."""

from __future__ import annotations

from collections.abc import Iterable

from gridsim.explain.arithmetic import Quotient
from gridsim.units import ENERGY_DECIMALS, MONEY_DECIMALS, PRICE_DECIMALS, RATIO_DECIMALS, format_fixed

__all__ = ["cut_off", "decimal", "energy", "energy_share", "line_numbers", "money", "price", "price_quotient", "ratio"]

_SHARE_DECIMALS = 6  # three beyond the kWh show which remainder is the larger
_FEN_DECIMALS = 2
_RANGES_SHOWN = 4


def energy(kwh: int) -> str:
    """MWh, to the kWh."""
    return format_fixed(kwh, ENERGY_DECIMALS, thousands=True)


def price(micro_yuan_per_kwh: int) -> str:
    """yuan/MWh, with the 3 decimals that are exact."""
    return format_fixed(micro_yuan_per_kwh, PRICE_DECIMALS, thousands=True)


def money(micro_yuan: int) -> str:
    """Yuan, exact: to the fen, and beyond as far as there is something."""
    return decimal(micro_yuan, MONEY_DECIMALS, least=_FEN_DECIMALS)


def ratio(ten_thousandths: int) -> str:
    """A ratio without trailing zeros, such as 1.05."""
    return decimal(ten_thousandths, RATIO_DECIMALS, least=0)


def decimal(value: int, decimals: int, *, least: int) -> str:
    """An integer of ``10**-decimals`` without trailing zeros, but with at least `least` decimals."""
    whole, _, fraction = format_fixed(value, decimals, thousands=True).partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    return f"{whole}.{fraction}" if fraction else whole


def cut_off(quotient: Quotient, decimals: int, *, least: int) -> str:
    """A quotient as a decimal, cut off (not rounded) after `decimals`; an ellipsis says if there is more."""
    sign = -1 if quotient.numerator < 0 else 1
    digits, rest = divmod(abs(quotient.numerator) * 10**decimals, quotient.denominator)
    if not rest:
        return decimal(sign * digits, decimals, least=least)
    text = format_fixed(digits, decimals, thousands=True)
    return ("-" if sign < 0 else "") + text + "…"


def energy_share(kwh: Quotient) -> str:
    """MWh of an exact share of kWh."""
    in_mwh = Quotient(kwh.numerator, kwh.denominator * 10**ENERGY_DECIMALS)
    return cut_off(in_mwh, _SHARE_DECIMALS, least=ENERGY_DECIMALS)


def price_quotient(micro_yuan_per_kwh: Quotient) -> str:
    """yuan/MWh of an exact quotient of micro-yuan per kWh."""
    in_yuan = Quotient(micro_yuan_per_kwh.numerator, micro_yuan_per_kwh.denominator * 10**PRICE_DECIMALS)
    return cut_off(in_yuan, 2 * PRICE_DECIMALS + 1, least=PRICE_DECIMALS)


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
