"""The little arithmetic of a derivation, on plain integers: a second look at what the kernels did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gridsim.show.numbers import decimal
from gridsim.units import ENERGY_DECIMALS, PRICE_DECIMALS, format_fixed, round_half_up

__all__ = ["Quotient", "Share", "cut_off", "energy_share", "is_tied", "price_quotient", "split"]

_SHARE_DECIMALS = 6  # three beyond the kWh show which remainder is the larger


@dataclass(frozen=True, slots=True)
class Quotient:
    """An exact quotient of integers, before it is rounded. The denominator is positive."""

    numerator: int
    denominator: int

    @property
    def rounded(self) -> int:
        """Half up, half away from zero."""
        return round_half_up(self.numerator, self.denominator)

    @property
    def is_whole(self) -> bool:
        """Whether rounding changes nothing."""
        return self.numerator % self.denominator == 0


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a split by largest remainder.

    Attributes
    ----------
    exact : Quotient
        total × weight ÷ sum of weights [kWh].
    extra : int
        1 if one of the kWh left over falls here, else 0.
    """

    exact: Quotient
    extra: int

    @property
    def floor(self) -> int:
        """The part rounded down [kWh]."""
        return self.exact.numerator // self.exact.denominator

    @property
    def value(self) -> int:
        """The part [kWh]."""
        return self.floor + self.extra


def split(total: int, weights: Sequence[int]) -> tuple[Share, ...]:
    """Share `total` out by largest remainder; of equal remainders the earlier is served (rulebook part 4).

    If all weights are zero, `total` must be, and so are the shares.

    Parameters
    ----------
    total : int
        [kWh]
    weights : sequence of int
        Not negative.
    """
    weight_sum = sum(weights) or 1
    exact = [Quotient(total * weight, weight_sum) for weight in weights]
    left = total - sum(part.numerator // part.denominator for part in exact)
    by_remainder = sorted(range(len(exact)), key=lambda i: -(exact[i].numerator % exact[i].denominator))
    served = set(by_remainder[:left])
    return tuple(Share(part, int(i in served)) for i, part in enumerate(exact))


def is_tied(shares: Sequence[Share]) -> bool:
    """Whether the last kWh of a split fell on one of several equal remainders, so that their order decided."""
    served = {share.exact.numerator % share.exact.denominator for share in shares if share.extra}
    passed_over = {share.exact.numerator % share.exact.denominator for share in shares if not share.extra}
    return bool(served & passed_over)


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
