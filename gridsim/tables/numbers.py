"""Numbers from the outside as exact integers, and a fault for each cell that is none."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gridsim.columns import Column
from gridsim.tables.allowed import LARGEST
from gridsim.tables.decimals import integers_of_decimals
from gridsim.tables.fine import MOST_DECIMALS, PLAIN_TEXT, Rests, fine_numbers
from gridsim.tables.fixed import (
    FINE,
    MISSING,
    NOT_A_NUMBER,
    NOT_FINITE,
    TOO_FINE,
    TOO_LARGE,
    plain_floats,
    reason_text,
    to_fixed,
)
from gridsim.tables.heading_units import heading_in_unit
from gridsim.tables.raw import ConvertedColumn, narrow, text_of_cell
from gridsim.tables.read_table import BoolArray, IntArray
from gridsim.units import decimals_of
from gridsim.words import Sentence, listed

__all__ = ["convert_numbers", "why_no_number"]

Reasons = NDArray[np.uint8]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_SEPARATORS = "[,' _\u00a0\u202f]"
_LEAST_PRICE = 10  # [yuan/MWh]: below it, a price was most likely meant in yuan/kWh
_SURE_DIGITS = 13  # of a float that a few additions have passed through
_THOUSANDS = re.compile(rf"[+-]?\d{{1,3}}({_SEPARATORS}\d{{3}})+(\.\d*)?", re.ASCII)

# Decimals of at most 15 digits and float64 correspond one to one; with the point that is 16 characters. (Sixteen
# digits without a point are whole, and beyond what any column may hold.)
_LONGEST_FAST = 16
_FAST_BYTES = np.zeros(256, dtype=bool)
_FAST_BYTES[list(b"0123456789.-")] = True


def convert_numbers(
    array: pa.Array, column: Column, allowed: Sentence, exponent: int = 0, *, is_fine: bool = False
) -> ConvertedColumn:
    """A column of numbers of any type as int64 of the column's fixed-point scale.

    Parameters
    ----------
    array : Arrow array
        Texts, floats, integers or decimals. A float counts as the shortest decimal that names it.
    column : Column
        Of kind energy, price, money or integer.
    allowed : Sentence
        What may stand there, for the messages.
    exponent : int
        The cells are in a unit of ``10**exponent`` of ours (`gridsim.tables.heading_units`): they have so many
        decimals more, or fewer.
    is_fine : bool
        Any number of decimals may stand there: the values are rounded down, and what they have beyond is kept apart.

    Returns
    -------
    ConvertedColumn
        ``values`` is int64, 0 where nothing could be read.
    """
    decimals = decimals_of(column.kind)
    assert decimals is not None  # the caller chose this function by the kind
    decimals += exponent
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    least = -LARGEST[column.kind] if column.signed else int(column.positive)
    plain = _plain_decimals(array, decimals)
    if plain is not None and plain.min() >= least and plain.max() <= LARGEST[column.kind]:
        return ConvertedColumn(plain)
    if pa.types.is_float64(array.type) and not array.null_count:
        found = plain_floats(np.asarray(array), decimals, least, LARGEST[column.kind])
        if found is not None:
            return ConvertedColumn(found)
    values, reasons, rests = _fixed_and_rests(array, decimals) if is_fine else (*_fixed(array, decimals), None)
    is_missing = reasons == MISSING
    is_large = (values > LARGEST[column.kind]) | (values < -LARGEST[column.kind])
    reasons[is_large] = TOO_LARGE
    bad: BoolArray = reasons != FINE

    def shown(position: int) -> str | None:
        return text_of_cell(array[position].as_py())

    cells = ConvertedColumn(np.where(bad, 0, values), rests=rests)
    if bad.any():
        if not column.optional:
            cells.add(np.flatnonzero(is_missing), Sentence("empty cell"), allowed, lambda _: None)
        most_decimals = MOST_DECIMALS if is_fine else decimals
        finest = reason_text(TOO_FINE, most_decimals) if most_decimals else Sentence("not a whole number")

        def allowed_of_finest(position: int) -> Sentence:
            value = array[position].as_py()
            return listed(allowed, _without_noise(value, decimals), _in_another_unit(value, column, exponent))

        cells.add(np.flatnonzero(reasons == TOO_FINE), finest, allowed_of_finest, shown)
        cells.add(np.flatnonzero(reasons == NOT_FINITE), reason_text(NOT_FINITE, decimals), allowed, shown)
        most = listed(allowed, Sentence("at most {number}", number=LARGEST[column.kind] // 10**decimals))
        cells.add(np.flatnonzero(reasons == TOO_LARGE), reason_text(TOO_LARGE, decimals), most, shown)
        _add_no_numbers(cells, np.flatnonzero(reasons == NOT_A_NUMBER).tolist(), array, allowed)
        if column.may_lack:
            cells.lacks = is_missing
            bad &= ~is_missing
        cells.mark_bad(bad)
    if not column.signed:
        negative = values < 0
        cells.add(np.flatnonzero(negative & ~bad), Sentence("negative"), allowed, shown)
        cells.mark_bad(negative)
    if column.positive:
        zero = (values == 0) & ~bad & ~is_missing
        cells.add(np.flatnonzero(zero), Sentence("zero"), allowed, shown)
        cells.mark_bad(zero)
    return cells


def why_no_number(text: str) -> tuple[Sentence, Sentence | None]:
    """For a text that is no number: what is wrong with it, and how to write it, if that is clear."""
    plain = narrow(text)
    if _THOUSANDS.fullmatch(plain):
        return Sentence("a thousands separator"), Sentence("write {text}", text=re.sub(_SEPARATORS, "", plain))
    if plain != text.strip() and _NUMBER.fullmatch(plain):
        return Sentence("full-width digits"), Sentence("write {text}", text=plain)
    if plain.endswith("%") and _NUMBER.fullmatch(plain[:-1].rstrip()):
        return Sentence("a percentage"), Sentence("a plain number is meant")
    return Sentence("not a number"), None


def _without_noise(value: object, decimals: int) -> Sentence | None:
    """How to write a float whose last digits are what binary arithmetic left, as formulas of spreadsheets have them."""
    if isinstance(value, str) and len(value) > _SURE_DIGITS and _NUMBER.fullmatch(value.strip()):
        value = float(value)  # of a column that has texts, too
    if not isinstance(value, float):
        return None
    plain = f"{value:.{_SURE_DIGITS}g}"
    if "e" in plain or len(plain.partition(".")[2]) > decimals:
        return None
    return Sentence("write {text}, in a formula {formula}", text=plain, formula=f"=ROUND(…,{decimals})")


def _in_another_unit(value: object, column: Column, exponent: int) -> Sentence | None:
    """How to write a price that is most likely in yuan/kWh: small, finer than any in yuan/MWh, and no unit named."""
    if column.kind != "price" or exponent or not 0 < float(str(value)) < _LEAST_PRICE:
        return None
    heading = heading_in_unit(column.name, column.zh[0], "yuan/kWh", "元/千瓦时")
    return Sentence("of prices in yuan/kWh the heading is {heading}", heading=heading)


def _add_no_numbers(cells: ConvertedColumn, positions: list[int], array: pa.Array, allowed: Sentence) -> None:
    """Faults of cells that are no numbers, sorted by what is wrong with them."""
    texts = {position: text_of_cell(array[position].as_py()) or "" for position in positions}
    rows_of: dict[Sentence, list[int]] = {}
    for position, text in texts.items():
        rows_of.setdefault(why_no_number(text)[0], []).append(position)

    def allowed_at(position: int) -> Sentence:
        return listed(allowed, why_no_number(texts[position])[1])

    for reason, rows in rows_of.items():
        cells.add(np.array(rows), reason, allowed_at, texts.__getitem__)


def _fixed(array: pa.Array, decimals: int) -> tuple[IntArray, Reasons]:
    """Values, and a reason of `gridsim.tables.fixed` for each, by the fastest exact way that the type allows."""
    kind = array.type
    is_null = np.array(array.is_null())
    if pa.types.is_integer(kind):
        values, reasons = to_fixed(pd.Series(np.asarray(pc.fill_null(array, 0))), decimals)
    elif pa.types.is_floating(kind):
        floats = np.asarray(pc.fill_null(array.cast(pa.float64()), 0.0))
        values, reasons = to_fixed(pd.Series(floats), decimals)
        reasons[reasons == MISSING] = NOT_FINITE  # NaN that is no gap
    elif pa.types.is_decimal(kind):
        values, reasons = _of_decimals(array, decimals)
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        values, reasons = _of_texts(array.cast(pa.string()), decimals)
    elif pa.types.is_null(kind):
        values, reasons = _nothing(array, MISSING)
    else:
        values, reasons = _nothing(array, NOT_A_NUMBER)
    reasons[is_null] = MISSING
    return values, reasons


def _fixed_and_rests(array: pa.Array, decimals: int) -> tuple[IntArray, Reasons, Rests | None]:
    """As `_fixed`, with what is finer than `decimals` kept apart."""
    is_text = pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
    if is_text and not _is_clean(array.cast(pa.string())):  # to look at each for its reason would take long
        plain = np.asarray(pc.fill_null(pc.match_substring_regex(array, PLAIN_TEXT), False))
        values, reasons = np.zeros(len(array), dtype=np.int64), np.full(len(array), TOO_FINE, dtype=np.uint8)
        others = pa.array(~plain)
        values[~plain], reasons[~plain] = _fixed(array.filter(others), decimals)
    else:
        values, reasons = _fixed(array, decimals)
    rows = np.flatnonzero(reasons == TOO_FINE)
    if not len(rows):
        return values, reasons, None
    values[rows], rests, is_too_fine = fine_numbers(array.take(pa.array(rows)), decimals)
    reasons[rows[~is_too_fine]] = FINE
    return values, reasons, rests.at(rows)


def _plain_decimals(array: pa.Array, decimals: int) -> IntArray | None:
    """A column of decimals whose scale is the one that is asked for and that has no gap; None if it is another."""
    if not pa.types.is_decimal(array.type) or array.type.scale != decimals or array.null_count or not len(array):
        return None
    try:
        return integers_of_decimals(array, decimals)
    except pa.ArrowInvalid:  # beyond int64: which ones?
        return None


def _nothing(array: pa.Array, reason: int) -> tuple[IntArray, Reasons]:
    """No value at all, for one reason."""
    return np.zeros(len(array), dtype=np.int64), np.full(len(array), reason, dtype=np.uint8)


def _of_decimals(array: pa.Array, decimals: int) -> tuple[IntArray, Reasons]:
    try:
        filled = pc.fill_null(array, pa.scalar(0, array.type)) if array.null_count else array
        return integers_of_decimals(filled, decimals), np.full(len(array), FINE, dtype=np.uint8)
    except pa.ArrowInvalid:  # finer, or beyond int64: which ones?
        return to_fixed(array.cast(pa.string()).to_pandas(), decimals)


def _of_texts(array: pa.Array, decimals: int) -> tuple[IntArray, Reasons]:
    """Texts by way of float64, where the shape and the length of all of them allow it."""
    if _is_clean(array):
        try:
            floats = np.asarray(pc.fill_null(array.cast(pa.float64()), 0.0))
        except pa.ArrowInvalid:
            pass  # the right characters in some wrong order: look at each
        else:
            return to_fixed(pd.Series(floats), decimals)
    return to_fixed(array.to_pandas(), decimals)


def _is_clean(array: pa.Array) -> bool:
    """Whether every text has digits, points and minus signs alone, and few enough of them."""
    longest = pc.max(pc.binary_length(array)).as_py()
    _, offsets, data = array.buffers()
    if longest is None or data is None:  # no text at all
        return True
    if longest > _LONGEST_FAST:
        return False
    ends = np.frombuffer(offsets, dtype=np.int32)[array.offset : array.offset + len(array) + 1]
    return bool(_FAST_BYTES[np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]]].all())
