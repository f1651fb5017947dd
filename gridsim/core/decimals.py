"""Floats as the decimals that name them, where that is plain; `gridsim.tables.fixed` says what a float means."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridsim.core._jit import njit

__all__ = ["plain_decimals"]


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
