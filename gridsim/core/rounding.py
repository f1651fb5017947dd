"""The two roundings that settlement needs inside its kernels (rulebook part 1). Exact, without signed division."""

from __future__ import annotations

import numpy as np

from gridsim.core._jit import njit

__all__ = ["RATIO_ONE", "band_edge", "half_away"]

RATIO_ONE = 10_000


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
