"""Numbers finer than their column: kept exactly until they are summed and rounded once (rulebook part 1).

A meter counts tenths of a kWh or less. A cell of such a column is its whole units, rounded down, as an int64 like any
other, and a rest beside it, of any number of decimals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.tables.decimals import integers_of_decimals
from gridsim.units import round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    IntArray = NDArray[np.int64]

__all__ = ["MOST_DECIMALS", "PLAIN_TEXT", "Rests", "fine_numbers"]

MOST_DECIMALS = 400
"""The smallest float64 has fewer; what is finer was written to break something."""
PLAIN_TEXT = r"^(?P<whole>[0-9]{1,15})(?:\.(?P<rest>[0-9]{0,18}))?$"
"""Texts that are split a column at a time."""

_LIMB = 9
_BASE = 10**_LIMB  # so many of its multiples, one for each row of a table, still fit into int64
_LIMBS = 2
_DIGITS = _LIMB * _LIMBS
_FLOAT_DIGITS = 15  # so many significant digits a float64 holds without doubt; what it has beyond is noise
_SURE_POWER = 22  # 10**22 is the largest power of ten that is a float64
_NEAR_HALF = 0.4  # a scaled float is off by a sixteenth at most


@dataclass(frozen=True, eq=False)
class Rests:
    """What the cells of a column have beyond its last decimal.

    Parameters
    ----------
    rows : (k,) int64 array
        Those that have any, ascending.
    limbs : (2, k) int64 array
        Nine digits each: ``limbs[0]`` in 10⁻⁹, ``limbs[1]`` in 10⁻¹⁸ of the column's last decimal.
    further : mapping of int to Fraction
        By row, what is left beyond those, for the few that have it.
    """

    rows: IntArray
    limbs: IntArray
    further: Mapping[int, Fraction] = field(default_factory=dict)

    def __len__(self) -> int:
        further = np.fromiter(self.further, dtype=np.int64)  # few, and the rows ascend: nothing need be sorted
        place = np.searchsorted(self.rows, further)
        is_among = place < len(self.rows)
        is_among[is_among] = self.rows[place[is_among]] == further[is_among]
        return len(self.rows) + int(np.count_nonzero(~is_among))

    def at(self, rows: IntArray) -> Rests:
        """The same of a longer column, of which `rows` are these cells."""
        return Rests(rows[self.rows], self.limbs, {int(rows[row]): rest for row, rest in self.further.items()})

    def summed(self, key: IntArray, size: int) -> tuple[IntArray, Mapping[int, Fraction]]:
        """The rests of a column summed and rounded once, half up.

        Parameters
        ----------
        key : (n,) int64 array
            The sum that each row of the table belongs to; -1: to none.
        size : int
            How many sums there are.

        Returns
        -------
        added : (size,) int64 array
            What the rests add to the whole units of each sum.
        fractions : mapping of int to Fraction
            By sum, what it has beyond whole units before it is rounded; of those that are no whole number alone.
        """
        of = key[self.rows]
        is_in = of >= 0
        sums = np.zeros((_LIMBS, size), dtype=np.int64)
        for total, limb in zip(sums, self.limbs, strict=True):
            np.add.at(total, of[is_in], limb[is_in])
        sums[0] += sums[1] // _BASE
        sums[1] %= _BASE
        whole, sums[0] = np.divmod(sums[0], _BASE)
        added = whole + (sums[0] >= _BASE // 2)
        found = np.flatnonzero(sums.any(axis=0))
        fractions = {
            place: Fraction(first * _BASE + second, _BASE**_LIMBS)
            for place, first, second in zip(found.tolist(), *sums[:, found].tolist(), strict=True)
        }
        beyond: dict[int, Fraction] = {}
        for row, rest in self.further.items():
            if key[row] >= 0:
                beyond[int(key[row])] = beyond.get(int(key[row]), Fraction(0)) + rest
        for place, rest in beyond.items():
            exact = int(whole[place]) + fractions.get(place, Fraction(0)) + rest
            added[place] = round_half_up(exact.numerator, exact.denominator)
            fractions[place] = exact % 1
        return added, {place: rest for place, rest in sorted(fractions.items()) if rest}


def fine_numbers(array: pa.Array, decimals: int) -> tuple[IntArray, Rests, NDArray[np.bool_]]:
    """Numbers as whole units of ``10**-decimals``, rounded down, and what they have beyond.

    Parameters
    ----------
    array : Arrow array
        Numbers as texts, floats or decimals, none of them missing. A float counts as the decimal of fifteen
        significant digits that is nearest to it.
    decimals : int

    Returns
    -------
    values : (n,) int64 array
    rests : Rests
    is_too_fine : (n,) bool array
        More than `MOST_DECIMALS`.
    """
    values = np.zeros(len(array), dtype=np.int64)
    limbs = np.zeros((_LIMBS, len(array)), dtype=np.int64)
    if pa.types.is_floating(array.type):
        plain = np.asarray(array.cast(pa.float64()))
        left = _split_floats(plain, decimals, values, limbs)
    elif pa.types.is_decimal(array.type):
        left = _split_decimals(array, decimals, values, limbs)
    else:
        left = _split_texts(array, decimals, values, limbs)
    further: dict[int, Fraction] = {}
    is_too_fine = np.zeros(len(array), dtype=bool)
    for row in left.tolist():
        number = _decimal(array[row].as_py())
        if number.adjusted() < -MOST_DECIMALS:
            is_too_fine[row] = True
            continue
        exact = Fraction(number) * 10**decimals
        values[row] = math.floor(exact)
        digits = (exact % 1) * 10**_DIGITS
        limbs[:, row] = divmod(math.floor(digits), _BASE)
        if digits % 1:
            further[row] = (digits % 1) / 10**_DIGITS
    rows = np.flatnonzero(limbs.any(axis=0)).astype(np.int64)
    return values, Rests(rows, limbs[:, rows], further), is_too_fine


def _decimal(value: Any) -> Decimal:
    """The decimal that a cell means."""
    if isinstance(value, float):
        return Decimal(f"{value:.{_FLOAT_DIGITS}g}")
    return Decimal(value.strip() if isinstance(value, str) else value)


def _split_texts(array: pa.Array, decimals: int, values: IntArray, limbs: IntArray) -> NDArray[np.intp]:
    """Fill in what plain texts are; the rows of all others."""
    if _split_short_texts(array, decimals, values, limbs):
        return np.zeros(0, dtype=np.intp)
    parts = pc.extract_regex(array, PLAIN_TEXT)
    plain = np.asarray(parts.is_valid())
    found = np.flatnonzero(plain)
    parts = parts.filter(pa.array(plain))
    whole, rest = (pc.struct_field(parts, name) for name in ("whole", "rest"))
    digits = np.asarray(pc.utf8_rpad(rest, _DIGITS, "0").cast(pa.int64()))
    _fill(found, digits, _DIGITS - decimals, values, limbs)
    values[found] += np.asarray(whole.cast(pa.int64())) * 10**decimals
    return np.flatnonzero(~plain)


def _split_short_texts(array: pa.Array, decimals: int, values: IntArray, limbs: IntArray) -> bool:
    """Fill in what texts are that a float64 holds without doubt; False where some are longer, or not plain."""
    if (pc.max(pc.binary_length(array)).as_py() or 0) > _FLOAT_DIGITS + 1:  # digits and point
        return False
    if not pc.all(pc.match_substring_regex(array, PLAIN_TEXT)).as_py():
        return False
    point = pc.find_substring(array, ".")
    behind = pc.if_else(pc.less(point, 0), 0, pc.subtract(pc.subtract(pc.binary_length(array), point), 1))
    most = max(pc.max(behind).as_py() or 0, decimals)
    digits = np.rint(np.asarray(array.cast(pa.float64())) * float(10**most))
    if not len(digits) or digits.max() >= 10.0**_FLOAT_DIGITS or most - decimals > _DIGITS:
        return False
    _fill(np.arange(len(array)), digits.astype(np.int64), most - decimals, values, limbs)
    return True


def _split_decimals(array: pa.Array, decimals: int, values: IntArray, limbs: IntArray) -> NDArray[np.intp]:
    """Fill in what decimals are that fit into 64 bits; the rows of all others, which are all rows or none."""
    every = np.arange(len(array))
    beyond = array.type.scale - decimals
    try:
        digits = integers_of_decimals(array, array.type.scale)
    except pa.ArrowInvalid:
        return every
    if beyond > _DIGITS:
        return every
    _fill(every, digits, beyond, values, limbs)
    return every[:0]


def _split_floats(floats: NDArray[np.float64], decimals: int, values: IntArray, limbs: IntArray) -> NDArray[np.intp]:
    """Fill in what floats are to fifteen significant digits; the rows of those whose last digit is not sure."""
    is_left = np.ones(len(floats), dtype=bool)
    size = np.zeros(len(floats), dtype=np.int64)
    is_number = floats > 0
    size[is_number] = np.floor(np.log10(floats[is_number])).astype(np.int64)
    for power in np.unique(size[is_number]).tolist():
        shift = _FLOAT_DIGITS - 1 - power
        if not (0 <= shift <= _SURE_POWER and 0 < shift - decimals <= _DIGITS):
            continue
        rows = np.flatnonzero(is_number & (size == power))
        scaled = floats[rows] * float(10**shift)
        digits = np.rint(scaled)
        is_sure = (np.abs(scaled - digits) < _NEAR_HALF) & (digits >= _FIRST) & (digits < 10 * _FIRST)
        rows = rows[is_sure]
        _fill(rows, digits[is_sure].astype(np.int64), shift - decimals, values, limbs)
        is_left[rows] = False
    return np.flatnonzero(is_left)


_FIRST = 10 ** (_FLOAT_DIGITS - 1)


def _fill(rows: NDArray[np.intp], digits: IntArray, beyond: int, values: IntArray, limbs: IntArray) -> None:
    """Integers of which the last `beyond` digits, at most eighteen, are the rest."""
    values[rows], rest = np.divmod(digits, 10**beyond)
    if beyond <= _LIMB:
        limbs[0, rows] = rest * 10 ** (_LIMB - beyond)
    else:
        limbs[0, rows], rest = np.divmod(rest, 10 ** (beyond - _LIMB))
        limbs[1, rows] = rest * 10 ** (_DIGITS - beyond)
