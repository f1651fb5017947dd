"""Shares of a whole number by largest remainder (rulebook part 4), exact and without 128-bit integers.

Share ``i`` of `total` is ``floor(total * w[i] / W)`` with ``W = sum(w)``; the units left over go one each to the
largest remainders ``r[i] = total * w[i] mod W``, of equal ones to the earlier.

Why 64 bits are enough
----------------------
Let ``x = total * w / W``, the quotient wanted ``q = floor(x)``, and ``u = 2**-53``. For ``0 <= total <= 10**15``
and ``0 <= w <= W < 2**62`` the float64 estimate ``e = (total / W) * w - 0.5`` has these errors:

* `total` is exact (below 2**53); turning `W` and `w` into floats and dividing cost a relative ``u`` each.
  Since ``x <= total <= 10**15`` that is at most ``3 * u * 10**15 < 0.334``;
* the product and the difference are below 2**50 and are rounded by at most ``2**-4`` each: together 0.125.

So ``|e + 0.5 - x| < 0.46``, hence ``x - 0.96 < e < x - 0.04``, and ``e`` cut to an integer is ``q`` or ``q - 1``
(if ``e`` is negative then ``x < 0.96``, and the cut gives 0 = ``q``). Therefore the true remainder that belongs to
the estimate, ``total * w - estimate * W``, lies in ``[0, 2 W)`` and below 2**63. The two products wrap modulo 2**64,
but their difference is then right as it stands, and one conditional step makes it exact. The result does not depend
on how a processor rounds (fused multiply-add only makes the error smaller): every rounding ends in the same integers.

The wrapping products are unsigned, because numba tells LLVM that signed ones never overflow.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gridsim.core.jit import BAD_INPUT, NO_ROOM, OK, njit, njit_wrapping, one_by_one

__all__ = ["MAX_TOTAL", "MAX_WEIGHT_SUM", "divide", "scratch_size", "split", "split_many", "threshold"]

MAX_TOTAL = 10**15
MAX_WEIGHT_SUM = 2**62 - 1

_RANKED = 8  # up to so many remainders are ranked by comparing each with each
_RANK_BITS = 3
_GUESSES = 4  # so many times the place of the smallest remainder that is served is guessed
_MAX_RANKED_SUM = 2**60  # below it a remainder and a place among `_RANKED` fit one int64
# Unsigned, or numba asks of every index whether it counts from the end.
_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_TWO = np.uint64(2)

Ints = npt.NDArray[np.int64]


def _scratch_size(longest: int) -> int:
    """Length of the scratch array that splits of up to `longest` weights need."""
    return longest


scratch_size = njit(_scratch_size)


def _divide(weight: int, ratio: float, total: np.uint64, weight_sum: np.uint64) -> tuple[int, int]:
    """Quotient and remainder of ``total * weight / weight_sum``; see the module's proof."""
    quotient = np.uint64(int(float(weight) * ratio - 0.5))
    remainder = total * np.uint64(weight) - quotient * weight_sum
    # One step too low as often as not: arithmetic, where a branch would be mispredicted half of the time.
    step = np.uint64(remainder >= weight_sum)
    return np.int64(quotient + step), np.int64(remainder - weight_sum * step)


divide = njit(_divide, inlined=True)


def _threshold(left: int, count: int, weight_sum: int, remainders: Ints) -> tuple[int, int]:
    """Which of ``remainders[:count]`` are the `left` largest, by narrowing down a number that so many exceed.

    Parameters
    ----------
    left : int64
        1 … count − 1.
    count : int64
    weight_sum : int64
        All remainders are below it.
    remainders : int64 array
        Not negative.

    Returns
    -------
    threshold : int
        Remainders above it are served.
    equals : int
        So many that equal it are served too, the earlier first.

    Notes
    -----
    A pass counts eight remainders in one instruction. As a rule remainders are spread evenly: then the first guess, and
    the next ones from how many it was wrong by, find a number between two of them in three passes. If not, bisection
    ends soon whatever they are. Who is served does not depend on how the number was found.
    """
    values = remainders[:count]
    low = 0  # more than `left` exceed it
    high = weight_sum  # fewer than `left` exceed it
    above_high = 0  # namely so many
    spacing = weight_sum // count
    guess = weight_sum - left * spacing - (spacing >> 1)
    guesses = _GUESSES
    while high - low > 1:
        if guesses == 0 or guess <= low or guess >= high:
            guess = (low + high) >> 1
        guesses = max(guesses - 1, 0)
        above = 0
        for i in range(len(values)):
            above += values[i] > guess
        if above == left:
            return guess, 0
        if above > left:
            low = guess
        else:
            high = guess
            above_high = above
        guess += (above - left) * spacing
    return high, left - above_high


threshold = njit(_threshold, inlined=True)


def _split_long(
    total: int, weight_sum: int, weights: Ints, first: np.uint64, count: np.uint64, shares: Ints, into: np.uint64,
    remainders: Ints,
) -> None:  # fmt: skip
    """`split` for any number of weights: quotients, then one unit each to the largest remainders."""
    ratio = float(total) / float(weight_sum)
    unsigned_total = np.uint64(total)
    unsigned_sum = np.uint64(weight_sum)
    left = total
    for i in range(count):
        quotient, remainder = divide(weights[first + i], ratio, unsigned_total, unsigned_sum)
        shares[into + i] = quotient
        remainders[i] = remainder
        left -= quotient
    if left == 0:
        return
    limit, equals = threshold(left, np.int64(count), weight_sum, remainders)
    for i in range(count):
        shares[into + i] += remainders[i] > limit
    i = _ZERO
    while equals > 0:
        is_equal = np.int64(remainders[i] == limit)
        shares[into + i] += is_equal
        equals -= is_equal
        i += _ONE


_split_long_jit = njit_wrapping(_split_long)


def _split(
    total: int, weight_sum: int, weights: Ints, first: np.uint64, stop: np.uint64, shares: Ints, into: np.uint64,
    remainders: Ints,
) -> None:  # fmt: skip
    """Share `total` out over ``weights[first:stop]``. For use inside other kernels.

    Parameters
    ----------
    total : int64
        0 … 10¹⁵.
    weight_sum : int64
        ``sum(weights[first:stop])``, 1 … 2⁶² − 1.
    weights : int64 array
        Not negative.
    first, stop : uint64
        ``first < stop``.
    shares : int64 array
        Output, from `into` on; must not be `weights` at the same places.
    into : uint64
    remainders : int64 array
        Scratch of at least ``scratch_size(stop - first)``.

    Notes
    -----
    Nothing is checked here. If ``total <= weight_sum``, no share exceeds its weight: ``total * w / weight_sum <= w``,
    and a unit left over goes only where that quotient is not whole (the remainders sum to ``left * weight_sum`` and
    each is below `weight_sum`, so more than `left` of them are positive).

    Two or three weights (a user's periods, a position's contracts) are by far the commonest: their remainders are
    ranked in registers. Without that, settlement of positions with three legs took 1.5 times as long.
    """
    count = stop - first
    if count == _ONE:
        shares[into] = total
        return
    if total == weight_sum:
        for i in range(count):
            one_by_one()
            shares[into + i] = weights[first + i]
        return
    if count > _RANKED or (count > 3 and weight_sum >= _MAX_RANKED_SUM):
        _split_long_jit(total, weight_sum, weights, first, count, shares, into, remainders)
        return
    ratio = float(total) / float(weight_sum)
    unsigned_total = np.uint64(total)
    unsigned_sum = np.uint64(weight_sum)
    if count > 3:
        left = total
        for i in range(count):
            one_by_one()
            quotient, remainder = divide(weights[first + i], ratio, unsigned_total, unsigned_sum)
            shares[into + i] = quotient
            remainders[i] = remainder << _RANK_BITS | np.int64(count - i - _ONE)  # of equal ones the earlier is larger
            left -= quotient
        for i in range(count):
            one_by_one()
            rank = 0
            for j in range(count):
                rank += remainders[j] > remainders[i]
            shares[into + i] += rank < left
        return
    one, rest_one = divide(weights[first], ratio, unsigned_total, unsigned_sum)
    two, rest_two = divide(weights[first + _ONE], ratio, unsigned_total, unsigned_sum)
    two_first = np.int64(rest_two > rest_one)
    if count == _TWO:
        # One unit is left or none. Arithmetic: compared with a rank, it becomes a branch that nobody can guess.
        one += (total - one - two) & (1 - two_first)
        shares[into] = one
        shares[into + _ONE] = total - one
        return
    three, rest_three = divide(weights[first + _TWO], ratio, unsigned_total, unsigned_sum)
    left = total - one - two - three
    # A share's rank is how many remainders go before its own: the larger ones, and equal ones that are earlier.
    one += np.int64(two_first + np.int64(rest_three > rest_one) < left)
    two += np.int64(1 - two_first + np.int64(rest_three > rest_two) < left)
    shares[into] = one
    shares[into + _ONE] = two
    shares[into + _TWO] = total - one - two


split = njit_wrapping(_split, inlined=True)


def _split_many(totals: Ints, offsets: Ints, weights: Ints, shares: Ints, remainders: Ints) -> int:
    """Split many totals, each over its own run of weights, after checking them.

    Parameters
    ----------
    totals : int64 array, shape (T,)
        0 … 10¹⁵ each.
    offsets : int64 array, shape (T + 1,)
        Total ``t`` is shared over ``weights[offsets[t]:offsets[t + 1]]``.
    weights : int64 array, shape (W,)
        Not negative; of each run at least one positive, and their sum below 2⁶².
    shares : int64 array, shape (W,)
        Output; must not be `weights` itself.
    remainders : int64 array
        Scratch of at least ``scratch_size(longest run)``.

    Returns
    -------
    int
        `OK`; `BAD_INPUT` or `NO_ROOM`, then with nothing written.
    """
    if len(offsets) != len(totals) + 1 or len(shares) != len(weights):
        return BAD_INPUT
    if offsets[0] < 0 or offsets[len(totals)] > len(weights):
        return BAD_INPUT
    for t in range(len(totals)):
        if totals[t] < 0 or totals[t] > MAX_TOTAL or offsets[t + 1] <= offsets[t]:
            return BAD_INPUT
        if scratch_size(offsets[t + 1] - offsets[t]) > len(remainders):
            return NO_ROOM
        weight_sum = 0
        for i in range(offsets[t], offsets[t + 1]):
            if weights[i] < 0 or weights[i] > MAX_WEIGHT_SUM - weight_sum:
                return BAD_INPUT
            weight_sum += weights[i]
        if weight_sum == 0:
            return BAD_INPUT
    for t in range(len(totals)):
        weight_sum = np.int64(0)  # typed, not a plain 0: for a literal argument numba compiles the callee once more
        for i in range(offsets[t], offsets[t + 1]):
            weight_sum += weights[i]
        first, stop = np.uint64(offsets[t]), np.uint64(offsets[t + 1])
        split(totals[t], weight_sum, weights, first, stop, shares, first, remainders)
    return OK


split_many = njit_wrapping(_split_many)
