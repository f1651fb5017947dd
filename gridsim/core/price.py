"""The price of a pair: between the two orders' prices, by the ratio K (N3)."""

from __future__ import annotations

import numpy as np

from gridsim.core._jit import njit

__all__ = ["RATIO_ONE", "price_between"]

RATIO_ONE = 10_000
"""K is given in 10⁻⁴."""


def _price_between(sell: int, buy: int, k: int) -> int:
    """``sell + k × (buy − sell)``, rounded half away from zero; `k` in 10⁻⁴ and ``sell <= buy``."""
    # Unsigned, as a signed division asks about signs first; without a branch, for no one can guess which way it goes.
    distance = np.uint64(k * (buy - sell))
    whole = distance // np.uint64(RATIO_ONE)
    twice_the_rest = 2 * np.int64(distance - whole * np.uint64(RATIO_ONE))
    price = sell + np.int64(whole)
    # The exact value is `price` plus a rest below one: it is negative exactly if `price` is.
    return price + (twice_the_rest + (price >= 0) > RATIO_ONE)


price_between = njit(_price_between)
