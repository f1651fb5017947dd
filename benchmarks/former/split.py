"""The split of commit b002059: five ways, by the number of weights. The proof stands in `gridsim.core.split`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gridsim.core.jit import BAD_INPUT, NO_ROOM, OK, njit, njit_wrapping

__all__ = ["MAX_TOTAL", "MAX_WEIGHT_SUM", "scratch_size", "split", "split_many"]

MAX_TOTAL = 10**15
MAX_WEIGHT_SUM = 2**62 - 1

_RANKED = 8  # up to so many remainders are ranked by comparing each with each
FEW = 128  # up to so many, bisection finds which are served: a count of them takes no more than a few vectors
_VECTOR = 32  # the compiler's loops over 64-bit numbers take so many at once, and the rest one by one
_BINS = 256  # beyond that a radix selection with bins of eight bits finds the smallest remainder that is served
_BITS = 8


Ints = npt.NDArray[np.int64]


def _scratch_size(longest: int) -> int:
    """Length of the scratch array that splits of up to `longest` weights need."""
    return longest + _BINS


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
    """The `left`-th largest of ``remainders[:count]``, and how many of its equals are among the `left` largest.

    Radix selection from the top bits down: linear whatever the numbers are. Destroys ``remainders[:count]`` and
    counts in the `_BINS` places behind them.
    """
    bins = remainders[count : count + _BINS]
    shift = 0
    while (weight_sum >> shift) >> _BITS > 0:
        shift += 1
    mask = _BINS - 1
    while count > _RANKED and shift >= 0:
        bins[:] = 0
        for i in range(count):
            bins[(remainders[i] >> shift) & mask] += 1
        digit = mask
        while bins[digit] < left:
            left -= bins[digit]
            digit -= 1
        kept = 0
        for i in range(count):
            if (remainders[i] >> shift) & mask == digit:
                remainders[kept] = remainders[i]
                kept += 1
        count = kept
        if shift == 0:
            shift = -1
        else:
            # The last digit may overlap the one before it; where it does, all that are left agree.
            shift = max(shift - _BITS, 0)
    if shift < 0:
        return remainders[0], left
    i = 0
    while True:
        larger = 0
        equal = 0
        for j in range(count):
            larger += remainders[j] > remainders[i]
            equal += remainders[j] == remainders[i]
        if larger < left <= larger + equal:
            return remainders[i], left - larger
        i += 1


threshold_of_many = njit(_threshold)


def _threshold_of_few(left: int, count: int, weight_sum: int, remainders: Ints) -> tuple[int, int]:
    """What `_threshold` finds, by bisection: a number that exactly `left` remainders exceed, if there is one.

    Else the number is the remainder that not all of its equals are served of, and the second result says how many are.
    Leaves ``remainders[:count]`` as they are and fills up the places behind them to a whole number of vectors.
    """
    padded = remainders[: (count + _VECTOR - 1) // _VECTOR * _VECTOR]
    for i in range(count, len(padded)):
        padded[i] = -1
    low = 0  # more than `left` exceed it
    high = weight_sum  # fewer than `left` exceed it
    above_high = 0  # namely so many
    while high - low > 1:
        middle = (low + high) >> 1
        above = 0
        for i in range(len(padded)):
            above += padded[i] > middle
        if above == left:
            return middle, 0
        if above > left:
            low = middle
        else:
            high = middle
            above_high = above
    return high, left - above_high


_threshold_of_few_jit = njit(_threshold_of_few, inlined=True)


def _split_long(
    total: int, weight_sum: int, weights: Ints, start: np.uint64, stop: np.uint64, shares: Ints, remainders: Ints
) -> None:
    """`split` for any number of weights: quotients, then one unit each to the largest remainders."""
    ratio = float(total) / float(weight_sum)
    unsigned_total = np.uint64(total)
    unsigned_sum = np.uint64(weight_sum)
    count = np.int64(stop - start)
    left = total
    for i in range(count):
        quotient, remainder = divide(weights[start + np.uint64(i)], ratio, unsigned_total, unsigned_sum)
        shares[start + np.uint64(i)] = quotient
        remainders[i] = remainder
        left -= quotient
    if left == 0:
        return
    if count <= _RANKED:
        for i in range(count):
            rank = 0
            for j in range(i):
                rank += remainders[j] >= remainders[i]
            for j in range(i + 1, count):
                rank += remainders[j] > remainders[i]
            shares[start + np.uint64(i)] += rank < left
        return
    if count <= FEW:
        threshold, equals = _threshold_of_few_jit(left, count, weight_sum, remainders)
        for i in range(count):
            shares[start + np.uint64(i)] += remainders[i] > threshold
        i = 0
        while equals > 0:
            is_equal = remainders[i] == threshold
            shares[start + np.uint64(i)] += is_equal
            equals -= is_equal
            i += 1
        return
    threshold, equals = threshold_of_many(left, count, weight_sum, remainders)
    for i in range(count):
        # The selection has mixed up the remainders; with the quotient known, each is one exact difference away.
        place = start + np.uint64(i)
        rest = np.int64(unsigned_total * np.uint64(weights[place]) - np.uint64(shares[place]) * unsigned_sum)
        if rest > threshold:
            shares[place] += 1
        elif rest == threshold and equals > 0:
            shares[place] += 1
            equals -= 1


_split_long_jit = njit_wrapping(_split_long)


def _split(total: int, weight_sum: int, weights: Ints, start: int, stop: int, shares: Ints, remainders: Ints) -> None:
    """Share `total` out over ``weights[start:stop]`` into ``shares[start:stop]``. For use inside other kernels.

    Parameters
    ----------
    total : int64
        0 … 10¹⁵.
    weight_sum : int64
        ``sum(weights[start:stop])``, 1 … 2⁶² − 1.
    weights : int64 array
        Not negative.
    start, stop : int64
        ``0 <= start < stop``.
    shares : int64 array
        Output; must not be `weights` itself.
    remainders : int64 array
        Scratch of at least ``scratch_size(stop - start)``; used from its beginning.

    Notes
    -----
    Nothing is checked here. If ``total <= weight_sum``, no share exceeds its weight: ``total * w / weight_sum <= w``,
    and a unit left over goes only where that quotient is not whole (the remainders sum to ``left * weight_sum`` and
    each is below `weight_sum`, so more than `left` of them are positive).

    Two or three weights (a user's periods, a position's contracts) are by far the commonest: their remainders are
    ranked in registers, and because this function is inlined nothing is passed either.
    """
    # Unsigned, or numba asks of every index whether it counts from the end.
    first = np.uint64(start)
    count = np.int64(stop - start)
    if count == 1:
        shares[first] = total
        return
    if total == weight_sum:
        for i in range(first, np.uint64(stop)):
            shares[i] = weights[i]
        return
    if count > 3:
        _split_long_jit(total, weight_sum, weights, first, np.uint64(stop), shares, remainders)
        return
    ratio = float(total) / float(weight_sum)
    unsigned_total = np.uint64(total)
    unsigned_sum = np.uint64(weight_sum)
    one, rest_one = divide(weights[first], ratio, unsigned_total, unsigned_sum)
    two, rest_two = divide(weights[first + np.uint64(1)], ratio, unsigned_total, unsigned_sum)
    two_first = np.int64(rest_two > rest_one)
    if count == 2:
        one += np.int64(two_first < total - one - two)
        shares[first] = one
        shares[first + np.uint64(1)] = total - one
        return
    three, rest_three = divide(weights[first + np.uint64(2)], ratio, unsigned_total, unsigned_sum)
    left = total - one - two - three
    # A share's rank is how many remainders go before its own: the larger ones, and equal ones that are earlier.
    one += np.int64(two_first + np.int64(rest_three > rest_one) < left)
    two += np.int64(1 - two_first + np.int64(rest_three > rest_two) < left)
    shares[first] = one
    shares[first + np.uint64(1)] = two
    shares[first + np.uint64(2)] = total - one - two


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
        if offsets[t + 1] - offsets[t] + _BINS > len(remainders):
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
        # Unsigned as in the settlement kernels, so that one compilation serves both.
        split(totals[t], weight_sum, weights, np.uint64(offsets[t]), np.uint64(offsets[t + 1]), shares, remainders)
    return OK


split_many = njit_wrapping(_split_many)
