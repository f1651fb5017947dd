"""Legs filled one after the other instead of in proportion (rulebook part 9, `order_of_legs`).

In-band energy fills the legs in their order, each up to its own energy; what is missing falls on the last first. Where
an edge above the contract leaves more than all legs hold, the rest is split over them.
"""

from __future__ import annotations

import numpy as np

from gridsim.core.jit import njit_wrapping, one_by_one
from gridsim.core.settlement.arrays import Ints
from gridsim.core.split import split

__all__ = ["fill", "take_missing"]

_ONE = np.uint64(1)


def _split_rest(
    rest: int, contract: int, energy: Ints, start: np.uint64, stop: np.uint64, into: Ints, column: np.uint64,
    scratch: Ints,
) -> None:  # fmt: skip
    """Split what no leg holds over all of them, on top of what each has; the shares stand at the end of `scratch`."""
    room = np.uint64(len(scratch)) - (stop - start)
    split(rest, contract, energy, start, stop, scratch, room, scratch)
    for i in range(start, stop):
        one_by_one()
        into[column + i] += scratch[room + (i - start)]


_split_rest_jit = njit_wrapping(_split_rest)


def _fill(
    total: int, contract: int, energy: Ints, order: Ints, start: np.uint64, stop: np.uint64, into: Ints, scratch: Ints
) -> None:
    """Fill the legs of a position in their order.

    Parameters
    ----------
    total : int64
        [kWh] what is in band.
    contract : int64
        [kWh] Σ legs, above 0.
    energy : int64 array
        [kWh] of all packed legs.
    order : int64 array
        Packed legs in the order in which they are filled; those of a position where the position's are.
    start, stop : uint64
        The legs of the position.
    into : int64 array
        Output, by packed leg.
    scratch : int64 array
        As long as `gridsim.core.split.split` needs, and behind that a place for each leg.
    """
    left = total
    for i in range(start, stop):
        one_by_one()
        leg = np.uint64(order[i])
        part = min(energy[leg], left)
        into[leg] = part
        left -= part
    if left > 0:
        _split_rest_jit(left, contract, energy, start, stop, into, np.uint64(0), scratch)


fill = njit_wrapping(_fill)


def _take_missing(
    missing: int, contract: int, energy: Ints, order: Ints, start: np.uint64, stop: np.uint64, into: Ints,
    legs: np.uint64, band: np.uint64, scratch: Ints,
) -> None:  # fmt: skip
    """Lay what is missing in an under band on the last legs first; what earlier bands took is no longer there.

    Parameters
    ----------
    missing, contract, energy, order, start, stop, scratch
        As `fill` takes them.
    into : int64 array
        Output: band after band, each of `legs` entries.
    legs, band : uint64
    """
    column = band * legs
    left = missing
    for place in range(stop - start):
        one_by_one()
        leg = np.uint64(order[stop - _ONE - np.uint64(place)])
        there = energy[leg]
        for before in range(band):
            one_by_one()
            there -= into[np.uint64(before) * legs + leg]
        part = min(max(there, 0), left)
        into[column + leg] = part
        left -= part
    if left > 0:
        _split_rest_jit(left, contract, energy, start, stop, into, column, scratch)


take_missing = njit_wrapping(_take_missing)
