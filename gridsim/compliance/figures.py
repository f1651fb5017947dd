"""How the figures of the compliance report are written: one by one, and whole columns alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.units import ENERGY_DECIMALS, INT64_MAX, RATIO_DECIMALS, format_fixed, round_half_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["mean_energy_texts", "ratio_text", "ratio_texts", "short_energy", "short_ratio"]

_SHARE_DECIMALS = 6


def ratio_text(numerator: int, denominator: int) -> str | None:
    """A ratio to six decimals, half up; None over nothing."""
    if denominator == 0:
        return None
    return format_fixed(round_half_up(numerator * 10**_SHARE_DECIMALS, denominator), _SHARE_DECIMALS)


def ratio_texts(numerators: Sequence[int], denominators: Sequence[int]) -> pa.Array:
    """`ratio_text` of each pair, of numbers that are not negative."""
    largest = max(max(numerators, default=0), max(denominators, default=0))
    if (2 * 10**_SHARE_DECIMALS + 1) * largest > INT64_MAX:
        return pa.array(map(ratio_text, numerators, denominators), pa.string())
    scaled = np.array(numerators, dtype=np.int64) * 10**_SHARE_DECIMALS
    return _quotient_texts(scaled, np.array(denominators, dtype=np.int64), _SHARE_DECIMALS)


def mean_energy_texts(energy_kwh: NDArray[np.int64], count: NDArray[np.int64]) -> pa.Array:
    """The mean of `count` energies in MWh, to the kWh, half up; empty where there are none."""
    return _quotient_texts(energy_kwh, count, ENERGY_DECIMALS)


def _quotient_texts(numerators: NDArray[np.int64], denominators: NDArray[np.int64], decimals: int) -> pa.Array:
    """Integers of ``10**-decimals``, divided and rounded half up, as texts; empty over nothing."""
    is_empty = denominators == 0
    divisors = np.where(is_empty, 1, denominators)
    whole, fraction = np.divmod((2 * numerators + divisors) // (2 * divisors), 10**decimals)
    tail = pc.utf8_lpad(pa.array(fraction).cast(pa.string()), decimals, "0")
    return pc.binary_join_element_wise(pa.array(whole, mask=is_empty).cast(pa.string()), tail, ".")


def short_energy(energy_kwh: int) -> str:
    """kWh as MWh without idle zeros: a limit as the notice writes it."""
    return format_fixed(energy_kwh, ENERGY_DECIMALS).rstrip("0").rstrip(".")


def short_ratio(ratio: int) -> str:
    """10⁻⁴ without idle zeros."""
    return format_fixed(ratio, RATIO_DECIMALS).rstrip("0").rstrip(".")
