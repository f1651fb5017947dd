"""Shares of a whole number by largest remainder, of numbers of any size and either sign (rulebook parts 4 and 14).

The kernel of `gridsim.core.split` knows totals up to 10¹⁵ and weights that are not negative. A credit is negative, and
the weights of twelve users' orders are multiples of 12!: here each product is a whole number of Python's own. Where
weights are energies, which add up to less than that, `split_rows` has the kernel split many totals at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import KernelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["shares", "split_rows"]


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weights whose sum is positive.

    Parameters
    ----------
    total : int
        Of either sign.
    weights : sequence of int
        Of either sign, with a positive sum; or anything where the total is 0.

    Returns
    -------
    list of int
        The floor of each share; what is left goes one each to the largest fractional parts, of equal ones to the
        earlier. They add up to `total`.

    Raises
    ------
    ValueError
        There is something to split, and the weights add up to nothing.

    Examples
    --------
    >>> shares(97_680, [145, 50, -45])
    [94424, 32560, -29304]
    """
    if total == 0:
        return [0] * len(weights)
    whole = sum(weights)
    if whole <= 0:
        raise ValueError(f"nothing to split {total} by: the weights add up to {whole}")
    floors = [total * weight // whole for weight in weights]
    left = total - sum(floors)
    if left:
        rests = [total * weight % whole for weight in weights]
        largest = sorted(range(len(weights)), key=lambda i: -rests[i])  # sorting keeps the earlier first
        for i in largest[:left]:
            floors[i] += 1
    return floors


def split_rows(totals: Ints, offsets: Ints, weights: Ints) -> Ints:
    """Split many totals at once, each as `shares` does.

    Parameters
    ----------
    totals : (T,) int64 array
        Of either sign.
    offsets : (T + 1,) int64 array
        Where the weights of each total begin, at least one each, and where the last end.
    weights : (n,) int64 array
        None negative; those of a total have a positive sum of at most 10¹⁵.

    Returns
    -------
    (n,) int64 array

    Raises
    ------
    KernelError
        Weights that are not what they have to be.

    Examples
    --------
    >>> split_rows(np.array([97_680, -7]), np.array([0, 3, 5]), np.array([200, 80, 0, 1, 1])).tolist()
    [69771, 27909, 0, -3, -4]
    """
    from gridsim.core.jit import OK
    from gridsim.core.split import scratch_size, split_many  # loads numba, which few questions need

    if not len(totals):
        return np.zeros(0, dtype=np.int64)
    # The whole part for a unit of weight first: what is left is less than the weights' sum, which the kernel can split.
    whole, left = np.divmod(totals, np.add.reduceat(weights, offsets[:-1]))
    rest, lengths = np.empty_like(weights), np.diff(offsets)
    status = split_many(left, offsets, weights, rest, np.empty(scratch_size(int(lengths.max())), dtype=np.int64))
    if status != OK:
        raise KernelError(f"split_many returned status {status} for {len(totals)} totals")
    found: Ints = np.repeat(whole, lengths) * weights + rest
    return found
