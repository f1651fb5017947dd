"""A column of decimals as exact integers, a whole column at a time.

`gridsim.units.fixed_point` says what one value means. This module gives the same answers for the columns of a
DataFrame: in one stroke for what columns mostly hold, and by `fixed_point` itself for the odd value.
"""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridsim.errors import WrongValueError
from gridsim.tables.blocks import unlocked
from gridsim.units import INT64_MAX, fixed_point
from gridsim.words import NOTHING, Sentence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Fixed = tuple[NDArray[np.int64], NDArray[np.uint8]]

__all__ = [
    "FINE",
    "MANY",
    "MISSING",
    "NOT_A_NUMBER",
    "NOT_FINITE",
    "TOO_FINE",
    "TOO_LARGE",
    "plain_floats",
    "reason_text",
    "to_fixed",
]

FINE, MISSING, NOT_A_NUMBER, NOT_FINITE, TOO_FINE, TOO_LARGE = range(6)

# Decimal reads more than this (1_000, full-width digits), but in a table that is no number.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?(nan|inf|infinity)", re.ASCII | re.IGNORECASE)
_DIGITS_OF_INT64 = 18  # so many digits always fit
_DIGITS_OF_DECIMAL128 = 38
_WORD = 64
_SURE = 10**15  # a float64 below it, in units of its last decimal, is named by one decimal without doubt

MANY = 100_000
"""From so many rows on a compiled pass is worth its call, where numba is loaded already."""


def reason_text(reason: int, decimals: int) -> Sentence:
    """A reason of `to_fixed` in words, such as ``more than 3 decimals``."""
    return _reasons(decimals)[reason]


@cache
def _reasons(decimals: int) -> dict[int, Sentence]:
    return {
        FINE: NOTHING,
        MISSING: Sentence("empty cell"),
        NOT_A_NUMBER: Sentence("not a number"),
        NOT_FINITE: Sentence("not a finite number"),
        TOO_FINE: Sentence("more than {decimals} decimals", decimals=decimals),
        TOO_LARGE: Sentence("too large"),
    }


def to_fixed(series: pd.Series, decimals: int) -> Fixed:
    """Turn a column of numbers into integers of ``10**-decimals``: exactly, or with a reason for each row that fails.

    A float counts as the shortest decimal that names it, which is what its user typed.

    Parameters
    ----------
    series : Series
        Integers, floats, decimals, text, categories of these, or objects of any kind.
    decimals : int
        3 for energies and prices.

    Returns
    -------
    values : int64 array, shape (rows,)
        0 where a row fails.
    reasons : uint8 array, shape (rows,)
        `FINE` (0), or why the row fails: `MISSING`, `NOT_A_NUMBER`, `NOT_FINITE`, `TOO_FINE`, `TOO_LARGE`.
        `reason_text` has the words.
    """
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        values, reasons = to_fixed(pd.Series(dtype.categories), decimals)
        codes = series.cat.codes.to_numpy()
        return np.append(values, np.int64(0))[codes], np.append(reasons, np.uint8(MISSING))[codes]
    if pd.api.types.is_integer_dtype(dtype):
        return _from_integers(series, decimals)
    if pd.api.types.is_float_dtype(dtype):
        return _from_floats(series, decimals)
    kind = pd.api.types.infer_dtype(series, skipna=True)
    if kind == "string":
        return _from_text(series, decimals)
    if kind == "decimal":
        return _from_decimals(series, decimals)
    return _one_by_one(series, decimals)


def _from_integers(series: pd.Series, decimals: int) -> Fixed:
    is_missing = series.isna().to_numpy(dtype=bool)
    numbers = series.fillna(0).to_numpy()
    bound = INT64_MAX // 10**decimals
    is_large = (numbers > bound) | (numbers < -bound)
    reasons = np.where(is_missing, MISSING, np.where(is_large, TOO_LARGE, FINE)).astype(np.uint8)
    return np.where(is_large, 0, numbers).astype(np.int64) * 10**decimals, reasons


def _from_floats(series: pd.Series, decimals: int) -> Fixed:
    floats = series.to_numpy(na_value=np.nan) if series.hasnans else series.to_numpy()
    scale = float(10**decimals)
    # Decimals of so few digits survive the way to this float type and back (15 for float64). So a float that is the
    # nearest to n / scale is named by that decimal and no other; and n itself is found by rounding, because two
    # roundings at float64's precision move it by far less than a half. Larger floats go one by one.
    sure = 10 ** min(np.finfo(floats.dtype).precision, 15)
    if len(floats) >= MANY and floats.dtype == np.float64:
        plain = plain_floats(floats, decimals, -_SURE, _SURE)
        if plain is not None:
            return plain, np.zeros(len(floats), dtype=np.uint8)
    is_sure = np.abs(floats) <= sure / scale  # False for what is not finite
    scaled = np.rint(np.where(is_sure, floats, 0).astype(np.float64) * scale)
    is_exact = (scaled / scale).astype(floats.dtype) == floats
    is_missing = np.isnan(floats)
    reasons = np.where(is_missing, MISSING, np.where(is_sure & ~is_exact, TOO_FINE, FINE)).astype(np.uint8)
    values = np.where(is_sure & is_exact, scaled, 0).astype(np.int64)
    for row in np.flatnonzero(~is_sure & ~is_missing):
        values[row], reasons[row] = _one(floats[row], decimals)
    return values, reasons


def plain_floats(floats: NDArray[np.float64], decimals: int, least: int, most: int) -> NDArray[np.int64] | None:
    """Floats as integers of ``10**-decimals`` in one pass; None if any is no plain decimal from `least` to `most`.

    None also where numba is not loaded: that takes longer than NumPy's passes, and what only reads (`gridsim check`)
    needs no kernel.
    """
    if "numba" not in sys.modules:
        return None
    from gridsim.core.rounding import plain_decimals

    scale = float(10**decimals)
    low, high = max(least, -_SURE) / scale, min(most, _SURE) / scale
    if len(floats) < MANY:
        if not np.all((floats >= low) & (floats <= high)):
            return None
        scaled = np.rint(floats * scale)
        return scaled.astype(np.int64) if np.all(scaled / scale == floats) else None
    values = np.empty(len(floats), dtype=np.int64)
    return values if plain_decimals(unlocked(np.ascontiguousarray(floats)), scale, low, high, values) else None


def _from_text(series: pd.Series, decimals: int) -> Fixed:
    text = pa.array(series, type=pa.large_string(), from_pandas=True)
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    fraction = rf"(\.[0-9]{{1,{decimals}}})?" if decimals else ""
    plain = pc.match_substring_regex(text, rf"^-?[0-9]{{1,{_DIGITS_OF_INT64 - decimals}}}{fraction}$")
    is_plain = np.asarray(pc.fill_null(plain, False))
    is_missing = np.asarray(text.is_null())
    reasons = np.where(is_missing, MISSING, FINE).astype(np.uint8)
    values = np.zeros(len(series), dtype=np.int64)
    values[is_plain] = _words(text.filter(pa.array(is_plain)), decimals)[:, 0]
    for row in np.flatnonzero(~is_plain & ~is_missing):
        values[row], reasons[row] = _one(text[row].as_py(), decimals)
    return values, reasons


def _from_decimals(series: pd.Series, decimals: int) -> Fixed:
    is_missing = series.isna().to_numpy(dtype=bool)
    try:
        words = _words(pa.array(series, from_pandas=True), decimals)
    except (pa.ArrowInvalid, TypeError):  # finer than `decimals` somewhere, beyond 38 digits, or not finite
        return _one_by_one(series, decimals)
    low, high = words[:, 0], words[:, 1]
    is_large = ~is_missing & ((high != low >> (_WORD - 1)) | (low < -INT64_MAX))
    reasons = np.where(is_missing, MISSING, np.where(is_large, TOO_LARGE, FINE)).astype(np.uint8)
    return np.where(reasons == FINE, low, 0), reasons


def _words(array: pa.Array | pa.ChunkedArray, decimals: int) -> NDArray[np.int64]:
    """Each value as a 128-bit integer of ``10**-decimals``: the low and the high half, shape (rows, 2)."""
    array = array.cast(pa.decimal128(_DIGITS_OF_DECIMAL128, decimals))
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    words = np.frombuffer(array.buffers()[1], dtype=np.int64)
    return words.reshape(-1, 2)[array.offset : array.offset + len(array)]


def _one_by_one(series: pd.Series, decimals: int) -> Fixed:
    pairs = np.array([_one(value, decimals) for value in series.astype(object)], dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0].copy(), pairs[:, 1].astype(np.uint8)


def _one(value: Any, decimals: int) -> tuple[int, int]:
    """One value, and the reason if it fails."""
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return 0, MISSING
        if not _NUMBER.fullmatch(value):
            return 0, NOT_A_NUMBER
    elif pd.api.types.is_scalar(value) and pd.isna(value):
        return 0, MISSING
    elif isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, Decimal, np.integer, np.floating)):
        return 0, NOT_A_NUMBER
    try:
        number = fixed_point(value, decimals)
    except WrongValueError as error:
        for reason in (NOT_A_NUMBER, NOT_FINITE, TOO_FINE, TOO_LARGE):
            if error.sentence == reason_text(reason, decimals):
                return 0, reason
        raise  # fixed_point has found a new reason: it needs a code here
    return (0, TOO_LARGE) if abs(number) > INT64_MAX else (number, FINE)
