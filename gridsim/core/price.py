"""The price of a pair: between the two orders' prices, by the ratio K (N3)."""

from __future__ import annotations

from gridsim.core._jit import njit

__all__ = ["RATIO_ONE", "price_between"]

RATIO_ONE = 10_000
"""K is given in 10⁻⁴."""


def _price_between(sell: int, buy: int, k: int) -> int:
    """``sell + k × (buy − sell)``, rounded half away from zero; `k` in 10⁻⁴ and ``sell <= buy``."""
    distance = k * (buy - sell)
    price = sell + distance // RATIO_ONE
    twice_the_rest = 2 * (distance % RATIO_ONE)
    # The exact value is `price` plus a rest below one: it is negative exactly if `price` is.
    if twice_the_rest > RATIO_ONE or (twice_the_rest == RATIO_ONE and price >= 0):
        price += 1
    return price


price_between = njit(_price_between)
