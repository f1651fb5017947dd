"""Splits and roundings of settlement for many draws at once, a draw in each lane.

The arithmetic is that of `gridsim.core.split` and `gridsim.core.rounding`, and so are the proofs: a float only
estimates a quotient, and one difference of integers makes it exact. What differs is the shape. The same leg or cell of
many draws stands in one row, so that a processor does eight of them in one instruction; therefore no loop over lanes
has a branch in it, and a loop touches few arrays (more than five or so, and the compiler gives up proving them apart).

A split is made in two steps: ``floor(total × w / Σw)`` and the remainders, then which remainders get one more.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gridsim.core.jit import njit, njit_wrapping
from gridsim.core.rounding import RATIO_ONE

__all__ = [
    "HIGH",
    "LOW",
    "QUOTA",
    "SEARCH_ROWS",
    "add_adjustment",
    "add_product",
    "add_row",
    "average_row",
    "clear_rows",
    "find_thresholds",
    "floor_cell",
    "floor_leg",
    "floor_part",
    "rank_row",
    "serve_ranked",
    "serve_row",
]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LOW, HIGH, QUOTA = 0, 1, 3
"""Rows of the array that `find_thresholds` searches in."""
SEARCH_ROWS = 6


def _clear_rows(values: Ints, rows: int, lanes: int) -> None:
    """Set the first rows to zero."""
    for row in range(rows):
        for lane in range(lanes):
            values[row, lane] = 0


clear_rows = njit(_clear_rows)


def _add_row(into: Ints, row: int, values: Ints, from_row: int, lanes: int) -> None:
    """Add a row to a row."""
    for lane in range(lanes):
        into[row, lane] += values[from_row, lane]


add_row = njit(_add_row)


def _add_product(into: Ints, row: int, values: Ints, from_row: int, price: int, lanes: int) -> None:
    """Add a row times a price to a row."""
    for lane in range(lanes):
        into[row, lane] += values[from_row, lane] * price


add_product = njit(_add_product)


def _floor_leg(
    total: Ints, weight: int, weight_sum: int, price: int, left: Ints, money: Ints, rest: Ints, row: int, lanes: int
) -> None:
    """One leg's ``floor(total × weight / weight_sum)``: its money added up, its energy taken off what is left.

    Parameters
    ----------
    total : int64 array, shape (≥ lanes,)
        What is split [kWh], 0 … 10¹⁵.
    weight, weight_sum : int64
        [kWh] ``0 <= weight <= weight_sum``, ``1 <= weight_sum <= 10**15``, so that both are exact as floats.
    price : int64
        [micro-yuan/kWh]
    left, money : int64 array, shape (≥ lanes,)
        Counted down by the floor, and up by floor × price.
    rest : int64 array, shape (> row, ≥ lanes)
        Output: the remainder.
    row, lanes : int64
    """
    ratio = float(weight) / float(weight_sum)
    unsigned_weight = np.uint64(weight)
    unsigned_sum = np.uint64(weight_sum)
    for lane in range(lanes):
        floor = np.uint64(int(float(total[lane]) * ratio - 0.5))
        remainder = np.uint64(total[lane]) * unsigned_weight - floor * unsigned_sum
        is_one_less = remainder >= unsigned_sum
        floor = floor + np.uint64(1) if is_one_less else floor
        remainder = remainder - unsigned_sum if is_one_less else remainder
        left[lane] -= np.int64(floor)
        money[lane] += np.int64(floor) * price
        rest[row, lane] = np.int64(remainder)


floor_leg = njit_wrapping(_floor_leg)


def _floor_cell(total: int, ratio: Floats, weight_sum: Ints, weight: Ints, rest: Ints, row: int, lanes: int) -> None:
    """One cell's ``floor(total × weight / weight_sum)``, written over its weight, and the remainder.

    Parameters
    ----------
    total : int64
        What is split [kWh], 0 … 10¹⁵.
    ratio : float64 array, shape (≥ lanes,)
        ``total / weight_sum``.
    weight_sum : int64 array, shape (≥ lanes,)
        1 … 10¹⁵.
    weight : int64 array, shape (> row, ≥ lanes)
        In: the weights. Out: the floors.
    rest : int64 array, shape (> row, ≥ lanes)
        Output: the remainders.
    row, lanes : int64
    """
    unsigned_total = np.uint64(total)
    for lane in range(lanes):
        unsigned_sum = np.uint64(weight_sum[lane])
        floor = np.uint64(int(float(weight[row, lane]) * ratio[lane] - 0.5))
        remainder = unsigned_total * np.uint64(weight[row, lane]) - floor * unsigned_sum
        is_one_less = remainder >= unsigned_sum
        floor = floor + np.uint64(1) if is_one_less else floor
        remainder = remainder - unsigned_sum if is_one_less else remainder
        weight[row, lane] = np.int64(floor)
        rest[row, lane] = np.int64(remainder)


floor_cell = njit_wrapping(_floor_cell)


def _floor_part(
    total: Ints, ratio: Floats, weight_sum: Ints, weight: Ints, share: Ints, rest: Ints, row: int, lanes: int
) -> None:
    """One cell's ``floor(total × weight / weight_sum)`` where the total differs from lane to lane, too.

    Parameters
    ----------
    total, weight_sum : int64 array, shape (≥ lanes,)
        0 … 10¹⁵, and 1 … 10¹⁵.
    ratio : float64 array, shape (≥ lanes,)
        ``total / weight_sum``.
    weight, share, rest : int64 array, shape (> row, ≥ lanes)
        Weights in; floors and remainders out.
    row, lanes : int64
    """
    for lane in range(lanes):
        unsigned_sum = np.uint64(weight_sum[lane])
        floor = np.uint64(int(float(weight[row, lane]) * ratio[lane] - 0.5))
        remainder = np.uint64(total[lane]) * np.uint64(weight[row, lane]) - floor * unsigned_sum
        is_one_less = remainder >= unsigned_sum
        floor = floor + np.uint64(1) if is_one_less else floor
        remainder = remainder - unsigned_sum if is_one_less else remainder
        share[row, lane] = np.int64(floor)
        rest[row, lane] = np.int64(remainder)


floor_part = njit_wrapping(_floor_part)


def _rank_row(rest: Ints, row: int, count: int, rank: Ints, lanes: int) -> None:
    """How many of `count` remainders are served before that of `row`: the larger ones, and its equals before it."""
    for lane in range(lanes):
        rank[lane] = 0
    for other in range(row):
        for lane in range(lanes):
            rank[lane] += 1 if rest[other, lane] >= rest[row, lane] else 0
    for other in range(row + 1, count):
        for lane in range(lanes):
            rank[lane] += 1 if rest[other, lane] > rest[row, lane] else 0


rank_row = njit(_rank_row)


def _serve_ranked(rank: Ints, left: Ints, amount: int, into: Ints, row: int, lanes: int) -> None:
    """Add `amount` to a row where the rank is among the `left` that are served."""
    for lane in range(lanes):
        into[row, lane] += amount if rank[lane] < left[lane] else 0


serve_ranked = njit(_serve_ranked)


def _count_rows(rest: Ints, count: int, least: Ints, seen: Ints, lanes: int) -> None:
    """How many of `count` remainders are at least as large as `least`, in each lane."""
    for lane in range(lanes):
        seen[lane] = 0
    whole = count - count % 4
    for row in range(0, whole, 4):  # four at once: fewer ways to memory and back
        for lane in range(lanes):
            many = 1 if rest[row, lane] >= least[lane] else 0
            many += 1 if rest[row + 1, lane] >= least[lane] else 0
            many += 1 if rest[row + 2, lane] >= least[lane] else 0
            many += 1 if rest[row + 3, lane] >= least[lane] else 0
            seen[lane] += many
    for row in range(whole, count):
        for lane in range(lanes):
            seen[lane] += 1 if rest[row, lane] >= least[lane] else 0


_count_rows_jit = njit(_count_rows)


def _find_thresholds(rest: Ints, count: int, left: Ints, search: Ints, lanes: int) -> None:
    """The remainder from which on `left` of `count` are served, in each lane.

    The search guesses where the threshold would be if the remainders were spread evenly, and halves the interval at
    every third step, so that it ends soon whatever they are. Who is served does not depend on how it was found.

    Parameters
    ----------
    rest : int64 array, shape (≥ count, ≥ lanes)
        Not negative.
    count : int64
    left : int64 array, shape (≥ lanes,)
        0 … count − 1.
    search : int64 array, shape (SEARCH_ROWS, ≥ lanes)
        In: row `HIGH` holds what all remainders are below. Out: row `LOW` holds the threshold, row `QUOTA` how many of
        its equals are served, the earlier first.
    lanes : int64
    """
    low, high, at_low, at_high, middle, seen = search[0], search[1], search[2], search[3], search[4], search[5]
    for lane in range(lanes):
        low[lane] = high[lane] if left[lane] == 0 else 0
        at_low[lane] = 0 if left[lane] == 0 else count
        at_high[lane] = 0
    step = 0
    while True:
        step += 1
        is_third = step % 3 == 0
        pending = 0
        for lane in range(lanes):
            width = high[lane] - low[lane]
            surplus = at_low[lane] - left[lane]
            share = 0.5 if is_third else (float(surplus) + 0.5) / (float(at_low[lane] - at_high[lane]) + 0.5)
            guess = min(max(int(float(width) * share), 1), width - 1)
            is_open = surplus > 0 and width > 1
            middle[lane] = low[lane] + (guess if is_open else 0)
            pending += 1 if is_open else 0
        if pending == 0:
            break
        _count_rows_jit(rest, count, middle, seen, lanes)
        for lane in range(lanes):
            is_low = seen[lane] >= left[lane]
            low[lane] = middle[lane] if is_low else low[lane]
            high[lane] = high[lane] if is_low else middle[lane]
        for lane in range(lanes):
            is_low = seen[lane] >= left[lane]
            at_low[lane] = seen[lane] if is_low else at_low[lane]
            at_high[lane] = at_high[lane] if is_low else seen[lane]
    for lane in range(lanes):
        middle[lane] = low[lane] + 1
    _count_rows_jit(rest, count, middle, seen, lanes)
    for lane in range(lanes):
        search[QUOTA, lane] = left[lane] - seen[lane]


find_thresholds = njit(_find_thresholds)


def _serve_row(rest: Ints, row: int, search: Ints, amount: int, into: Ints, into_row: int, lanes: int) -> None:
    """Add `amount` to ``into[into_row]`` where the remainder of `row` is served. Call it for the rows in order.

    Parameters
    ----------
    rest : int64 array
    row : int64
    search : int64 array
        As `find_thresholds` leaves it; the quota is counted down.
    amount : int64
    into : int64 array
    into_row, lanes : int64
    """
    for lane in range(lanes):
        is_equal = rest[row, lane] == search[LOW, lane]
        is_served = rest[row, lane] > search[LOW, lane] or (is_equal and search[QUOTA, lane] > 0)
        into[into_row, lane] += amount if is_served else 0
        search[QUOTA, lane] -= 1 if is_equal else 0


serve_row = njit(_serve_row)


def _average_row(money: Ints, energy: Ints, average: Ints, lanes: int) -> None:
    """``money / energy``, half away from zero, and 0 without energy.

    As `gridsim.core.rounding.half_away`; quotients are at most 10¹⁴ here, so that an estimate half a unit low is at
    most one low.
    """
    for lane in range(lanes):
        divisor = max(energy[lane], 1)
        magnitude = abs(money[lane])
        quotient = int(float(magnitude) / float(divisor) - 0.5)
        remainder = magnitude - quotient * divisor
        is_one_less = remainder >= divisor
        quotient += 1 if is_one_less else 0
        remainder -= divisor if is_one_less else 0
        quotient += 1 if remainder >= divisor - remainder else 0
        average[lane] = -quotient if money[lane] < 0 else quotient


average_row = njit(_average_row)


def _add_adjustment(
    average: Ints, base: int, swing: int, energy: Ints, row: int, into: Ints, into_row: int, lanes: int
) -> None:
    """Add energy × adjustment price; the price is ``(average + base) × swing / 10⁴``, half away from zero.

    As in `gridsim.core.settlement.charge`. The price is at most 9.2·10¹⁴, so that the estimate of the quotient is less
    than 0.35 off (a rounding each for the number, for 10⁻⁴ and for their product) and half a unit low at most one low.
    """
    for lane in range(lanes):
        product = (average[lane] + base) * swing
        magnitude = abs(product)
        quotient = int(float(magnitude) * (1.0 / RATIO_ONE) - 0.5)
        remainder = magnitude - quotient * RATIO_ONE
        is_one_less = remainder >= RATIO_ONE
        quotient += 1 if is_one_less else 0
        remainder -= RATIO_ONE if is_one_less else 0
        quotient += 1 if remainder >= RATIO_ONE - remainder else 0
        into[into_row, lane] += energy[row, lane] * (-quotient if product < 0 else quotient)


add_adjustment = njit(_add_adjustment)
