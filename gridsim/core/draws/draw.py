"""Random factors that depend on nothing but what they are drawn for: Philox4x32-10, and quantiles in integers.

Philox (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011) turns a counter of four
words and a key of two into four words that look random. The counter names what is drawn, so no draw depends on
another one, on threads or on order.

A word ``u`` of 32 bits stands for the probability ``p = (2 u + 1) / 2³³``, the middle of its interval: never 0 and
never 1, and ``~u`` stands for ``1 − p``. The quantile at ``p`` is interpolated in a table of integers whose nodes lie
at ``(128 + j) / 2⁷ × 2^(k − 33)`` for the octaves ``k`` from 0 to 31 and ``j`` from 0 to 127, and as far from the other
end for the upper half: every octave toward either tail has 128 segments of its own, so the tails are as good as the
middle. ``2 u + 1`` has at most 33 bits, so its float64 is exact, and the bits of that float are the node and the place
between two nodes.

Here a *row* is an int64 array with one place for each lane; a *lane* is one draw.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gridsim.core.jit import njit

__all__ = [
    "CLASS",
    "COMMON",
    "DRAW_ROWS",
    "FACTOR_BITS",
    "FACTOR_HALF",
    "FACTOR_ONE",
    "OCTAVES",
    "OWN",
    "PERIOD",
    "SCORE_TABLE_SIZE",
    "SEGMENTS",
    "TABLE_SIZE",
    "TERM",
    "Z_BITS",
    "Z_RANGE",
    "Z_STEP_BITS",
    "CommonDraws",
    "FactorTables",
    "draw_factors",
    "draw_shared",
    "philox_rows",
]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FACTOR_BITS = 24
FACTOR_ONE = 1 << FACTOR_BITS
"""A factor of one: factors are integers of 2⁻²⁴."""
Z_BITS = 27
"""Normal scores are integers of 2⁻²⁷."""
Z_RANGE = 9
"""Blends of two scores lie within ± so much: √ρ + √(1 − ρ) ≤ √2, and no score exceeds 6.35."""
SCORE_TABLE_SIZE = 2 * Z_RANGE * 256
Z_STEP_BITS = Z_BITS - 8
"""The nodes of a table by normal score lie 2⁻⁸ apart."""
OCTAVES = 32
SEGMENTS = 128
TERM = 4
"""A counter gives four words: the factors of four months."""
DRAW_ROWS = 2 * TERM + 1
"""Rows of scratch that `draw_factors` needs."""
COMMON, CLASS, OWN, PERIOD = range(4)
"""The last word of a counter: what is drawn. `PERIOD` has one for each period."""
TABLE_SIZE = 2 * OCTAVES * SEGMENTS
"""Entries of a table by probability: the lower half from its tail to the middle, then the upper half likewise."""

_WORD = 0xFFFFFFFF
_HALF_WORD = 1 << 31
FACTOR_HALF = 1 << (FACTOR_BITS - 1)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_ROUNDS = 10
_MANTISSA_SHIFT = 45  # of a float64's bits: the exponent and the first seven bits of the mantissa remain
_FRACTION_SHIFT = 13  # and of the other 45 bits of the mantissa the upper 32, behind which all are zero
_EXPONENT_ZERO = 1023 << 7
_UPPER_HALF = OCTAVES * SEGMENTS


def _philox_rows(
    key_low: int, key_high: int, first: int, word_1: int, word_2: int, word_3: int, words: Ints, row: int, lanes: int
) -> None:
    """Four words for each lane: Philox4x32-10 of the counters ``(first + lane, word_1, word_2, word_3)``.

    Parameters
    ----------
    key_low, key_high : int64
        The key, 32 bits each.
    first, word_1, word_2, word_3 : int64
        0 … 2³² − 1; ``first + lanes`` too.
    words : int64 array, shape (≥ row + 4, ≥ lanes)
        Output: the words of a lane stand in its column, from `row` on.
    row, lanes : int64
    """
    mask = np.uint64(_WORD)
    shift = np.uint64(32)
    for lane in range(lanes):
        a = np.uint64(first + lane)
        b = np.uint64(word_1)
        c = np.uint64(word_2)
        d = np.uint64(word_3)
        low = np.uint64(key_low)
        high = np.uint64(key_high)
        for _ in range(_ROUNDS):
            # The masks tell the compiler that a product of 32 bits will do.
            product_0 = (a & mask) * _MULTIPLIER_0
            product_1 = (c & mask) * _MULTIPLIER_1
            a = (product_1 >> shift) ^ b ^ low
            b = product_1 & mask
            c = (product_0 >> shift) ^ d ^ high
            d = product_0 & mask
            low = (low + _WEYL_0) & mask
            high = (high + _WEYL_1) & mask
        words[row, lane] = np.int64(a)
        words[row + 1, lane] = np.int64(b)
        words[row + 2, lane] = np.int64(c)
        words[row + 3, lane] = np.int64(d)


philox_rows = njit(_philox_rows)


def _quantile_row(values: Ints, row: int, table: Ints, nodes: Ints, lanes: int) -> None:
    """Replace the words of a row by their quantiles.

    Parameters
    ----------
    values : int64 array, shape (> row, ≥ lanes)
        Words of 32 bits in, quantiles out.
    row, lanes : int64
    table : int64 array, shape (TABLE_SIZE,)
        ``value × 2³² + rise``: the quantile at a node, and how far it is to the end of the segment: higher in the lower
        half, lower in the upper half, whose segments run from the tail inward; the rise is less than 2³¹.
    nodes : int64 array, shape (≥ lanes,)
        Scratch. Only the look-up itself goes lane by lane; what stands before and behind it is done for many at once.
    """
    for lane in range(lanes):
        place = 2 * values[row, lane] + 1
        is_upper = place > _WORD
        tail = 2 * (_WORD + 1) - place if is_upper else place
        bits = np.float64(tail).view(np.int64)
        nodes[lane] = (bits >> _MANTISSA_SHIFT) - (_EXPONENT_ZERO - _UPPER_HALF if is_upper else _EXPONENT_ZERO)
        fraction = (bits >> _FRACTION_SHIFT) & _WORD
        values[row, lane] = -fraction if is_upper else fraction
    for lane in range(lanes):
        nodes[lane] = table[nodes[lane]]
    for lane in range(lanes):
        fraction = values[row, lane]
        rise = ((nodes[lane] & _WORD) * abs(fraction) + _HALF_WORD) >> 32
        values[row, lane] = (nodes[lane] >> 32) + (-rise if fraction < 0 else rise)


quantile_row = njit(_quantile_row)


def _blend_rows(
    values: Ints, row: int, common: Ints, common_row: int, first: int, share: int, rest: int, lanes: int
) -> None:
    """Replace the normal scores of a row by ``share × common + rest × own``: a Gaussian copula.

    Parameters
    ----------
    values : int64 array
        Scores [2⁻²⁷].
    row : int64
    common : int64 array, shape (> common_row, ≥ first + lanes)
        Scores of what many users have in common.
    common_row, first, lanes : int64
    share, rest : int64
        [2⁻³⁰] with ``share² + rest² = 1``.
    """
    half = 1 << 29
    for lane in range(lanes):
        values[row, lane] = (share * common[common_row, first + lane] + rest * values[row, lane] + half) >> 30


blend_rows = njit(_blend_rows)


def _score_row(values: Ints, row: int, table: Ints, nodes: Ints, lanes: int) -> None:
    """Replace the normal scores of a row by the quantiles at their probabilities.

    Parameters
    ----------
    values : int64 array
        Scores [2⁻²⁷] within ± `Z_RANGE` in, quantiles out.
    row, lanes : int64
    table : int64 array, shape (SCORE_TABLE_SIZE,)
        ``value × 2³² + rise`` at the nodes from −`Z_RANGE` on; the rise is less than 2³¹.
    nodes : int64 array, shape (≥ lanes,)
        Scratch.
    """
    for lane in range(lanes):
        nodes[lane] = (values[row, lane] + (Z_RANGE << Z_BITS)) >> Z_STEP_BITS
    for lane in range(lanes):
        nodes[lane] = table[nodes[lane]]
    for lane in range(lanes):
        fraction = values[row, lane] & ((1 << Z_STEP_BITS) - 1)  # nodes lie at whole steps
        rise = ((nodes[lane] & _WORD) * fraction + (1 << (Z_STEP_BITS - 1))) >> Z_STEP_BITS
        values[row, lane] = (nodes[lane] >> 32) + rise


score_row = njit(_score_row)


def _multiply_row(
    values: Ints, row: int, by: Ints, by_row: int, first: int, into: Ints, into_row: int, lanes: int
) -> None:
    """A row's factors times those of another one, half up, into a third; the products stay below 2⁶²."""
    for lane in range(lanes):
        into[into_row, lane] = (values[row, lane] * by[by_row, first + lane] + FACTOR_HALF) >> FACTOR_BITS


multiply_row = njit(_multiply_row)


class FactorTables(NamedTuple):
    """What factors are drawn from. A part that is not drawn has a table of length 0.

    All factors are integers of 2⁻²⁴, and so small that the product of the largest of each is at most 2¹².
    """

    own: Ints
    """(TABLE_SIZE,) by probability: factors, or normal scores if `own_by_score` has entries"""
    own_by_score: Ints
    """(SCORE_TABLE_SIZE,) factors by normal score; empty if the users draw independently of each other"""
    blend: Ints
    """(2,) [2⁻³⁰] the weights of the score of the user's class and of its own"""
    period: Ints
    """(TABLE_SIZE,) factors by probability"""


class CommonDraws(NamedTuple):
    """What many users have in common in each draw: D draws from `first` on."""

    common: Ints
    """(12, D) the factor of each month"""
    score: Ints
    """(12 × classes, D) the normal score of each class and month; no rows if users draw independently"""
    drawn: Flags
    """(12,) the months that are drawn; in the others, which are metered, every factor is 1"""


def _draw_factors(
    key_low: int, key_high: int, draw: int, term: int, users: Ints, first: int, last: int, classes: Ints,
    tables: FactorTables, shared: CommonDraws, offset: int, periods: int, factors: Ints, scratch: Ints, lanes: int,
) -> None:  # fmt: skip
    """The factors of some users in the four months of a term, for draws side by side.

    Parameters
    ----------
    key_low, key_high : int64
        The seed, 32 bits each.
    draw : int64
        Of the first lane.
    term : int64
        0 to 2: January to April, and so on.
    users, classes : int64 array
        Rows and classes of users; those from `first` up to, not including, `last` draw.
    first, last : int64
    tables : FactorTables
    shared : CommonDraws
    offset : int64
        Column of `shared` that belongs to `draw`.
    periods : int64
        How many the market has; each has a factor of its own if `tables` have one by period.
    factors : int64 array, shape (≥ rows, ≥ lanes)
        Output [2⁻²⁴]: the rows of user ``first + i`` begin at ``4 i``, one a month; with factors by period at
        ``4 × periods × i``, four months of each period after the other.
    scratch : int64 array, shape (DRAW_ROWS, ≥ lanes)
    lanes : int64
    """
    has_period = len(tables.period) > 0
    nodes = scratch[DRAW_ROWS - 1]
    out = factors
    step = periods * TERM if has_period else TERM
    for user in range(first, last):
        row = (user - first) * step
        place = row
        if has_period:
            out = scratch
            place = 0
        if len(tables.own) > 0:
            philox_rows(key_low, key_high, draw, users[user], term, OWN, out, place, lanes)
        for month in range(TERM):
            shared_month = term * TERM + month
            if not shared.drawn[shared_month]:
                for lane in range(lanes):
                    out[place + month, lane] = FACTOR_ONE
                continue
            if len(tables.own) == 0:
                for lane in range(lanes):
                    out[place + month, lane] = shared.common[shared_month, offset + lane]
                continue
            quantile_row(out, place + month, tables.own, nodes, lanes)
            if len(tables.own_by_score) > 0:
                score = classes[user] * 3 * TERM + shared_month
                blend_rows(out, place + month, shared.score, score, offset, tables.blend[0], tables.blend[1], lanes)
                score_row(out, place + month, tables.own_by_score, nodes, lanes)
            multiply_row(out, place + month, shared.common, shared_month, offset, out, place + month, lanes)
        if has_period:
            for period in range(periods):
                philox_rows(key_low, key_high, draw, users[user], term, PERIOD + period, scratch, TERM, lanes)
                for month in range(TERM):
                    into = row + period * TERM + month
                    if not shared.drawn[term * TERM + month]:
                        for lane in range(lanes):
                            factors[into, lane] = FACTOR_ONE
                        continue
                    quantile_row(scratch, TERM + month, tables.period, nodes, lanes)
                    multiply_row(scratch, month, scratch, TERM + month, 0, factors, into, lanes)


draw_factors = njit(_draw_factors)


def _draw_shared(
    key_low: int, key_high: int, first: int, stream: int, number: int, table: Ints, values: Ints, row: int, nodes: Ints,
    lanes: int,
) -> None:  # fmt: skip
    """Twelve months of what is shared by many: of the province (`COMMON`) or of a class (`CLASS`).

    Parameters
    ----------
    key_low, key_high, first : int64
        The seed, and the draw of the first lane.
    stream : int64
        `COMMON` or `CLASS`.
    number : int64
        Of the class; 0 for the province.
    table : int64 array, shape (TABLE_SIZE,)
    values : int64 array, shape (≥ row + 12, ≥ lanes)
        Output.
    row, lanes : int64
    nodes : int64 array, shape (≥ lanes,)
        Scratch.
    """
    for term in range(3):
        philox_rows(key_low, key_high, first, number, term, stream, values, row + term * TERM, lanes)
        for month in range(TERM):
            quantile_row(values, row + term * TERM + month, table, nodes, lanes)


draw_shared = njit(_draw_shared)
