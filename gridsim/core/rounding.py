"""Roundings that kernels need (rulebook part 1): exact, in integers, without signed division."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridsim.core.jit import njit

__all__ = ["RATIO_ONE", "band_edge", "half_away", "plain_decimals", "price_between"]

RATIO_ONE = 10_000
"""Ratios (K, band edges, coefficients) are given in 10⁻⁴."""


def _band_edge(contract: int, ratio: int) -> int:
    """``contract * ratio / 10⁴``, rounded half up; the product is below 2⁶³ and neither factor is negative."""
    product = np.uint64(contract) * np.uint64(ratio)
    edge: int = np.int64((product + np.uint64(RATIO_ONE // 2)) // np.uint64(RATIO_ONE))
    return edge


band_edge = njit(_band_edge, inlined=True)


def _half_away(numerator: int, denominator: int) -> int:
    """``numerator / denominator``, rounded half away from zero; the denominator is positive."""
    divisor = np.uint64(denominator)
    magnitude = np.uint64(abs(numerator))
    quotient = magnitude // divisor
    rest = magnitude - quotient * divisor
    rounded: int = np.int64(quotient)
    if rest >= divisor - rest:
        rounded += 1
    return -rounded if numerator < 0 else rounded


half_away = njit(_half_away, inlined=True)


def _price_between(sell: int, buy: int, k: int) -> int:
    """The price of a pair (N3): ``sell + k × (buy − sell)``, half away from zero; `k` in 10⁻⁴ and ``sell <= buy``."""
    # Unsigned, as a signed division asks about signs first; without a branch, for no one can guess which way it goes.
    distance = np.uint64(k * (buy - sell))
    whole = distance // np.uint64(RATIO_ONE)
    twice_the_rest = 2 * np.int64(distance - whole * np.uint64(RATIO_ONE))
    price = sell + np.int64(whole)
    # The exact value is `price` plus a rest below one: it is negative exactly if `price` is.
    return price + (twice_the_rest + (price >= 0) > RATIO_ONE)


price_between = njit(_price_between)


def _plain_decimals(
    floats: NDArray[np.float64], scale: float, least: float, most: float, values: NDArray[np.int64]
) -> bool:
    """Write ``floats * scale`` as integers, and say whether each float is the nearest to ``value / scale``.

    One pass in place of NumPy's ten. The same operations of IEEE 754, so the same answers; what is not plain is left
    to the slow way.

    Parameters
    ----------
    floats : float64 array, shape (n,)
    scale : float
        A power of ten.
    least, most : float
        Floats outside are not plain, nor is what is no number. Within ±10¹⁵ / `scale` fifteen digits name a float.
    values : int64 array, shape (n,)
        Out; they mean something only if the answer is true.
    """
    odd = 0
    for i in range(len(floats)):
        is_sure = (floats[i] >= least) & (floats[i] <= most)
        scaled = np.rint((floats[i] if is_sure else 0.0) * scale)
        odd |= (not is_sure) | (scaled / scale != floats[i])
        values[i] = np.int64(scaled)
    return odd == 0


plain_decimals = njit(_plain_decimals)
