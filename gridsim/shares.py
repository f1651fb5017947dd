"""Shares of a whole number by largest remainder, of numbers of any size and either sign (rulebook parts 4 and 14).

The kernel of `gridsim.core.split` knows totals up to 10¹⁵ and weights that are not negative. A credit is negative, and
the weights of twelve users' orders are multiples of 12!: here each product is a whole number of Python's own.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["shares"]


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
