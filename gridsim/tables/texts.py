"""Texts from the outside: ids, names, choices, months. What is said of a column is decided once per distinct text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gridsim.calendar import SPREADSHEET_DAY_0, deliveries, is_day, is_month, months_of
from gridsim.columns import Column, Table
from gridsim.suggest import may_stand_for, nearest, nearest_in_words
from gridsim.tables.allowed import is_key_text
from gridsim.tables.blocks import looked_up
from gridsim.tables.encoded import Encoded, encode, recode
from gridsim.tables.raw import ConvertedColumn, narrow, text_of
from gridsim.tables.read_table import BoolArray
from gridsim.tables.typed import Words, bool_of, delivery_of, time_of
from gridsim.words import Sentence, listed, named

__all__ = ["convert_bools", "convert_texts"]

_INVISIBLE = re.compile("[\x00-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_SHORTENED = re.compile(r"\d(\.\d+)?[eE]\+\d+", re.ASCII)
_DELIVERY = re.compile(r"\d{4}(-[HQ]\d|-\d{2}/\d{4}-\d{2})?", re.ASCII)
_MONTH_AND_YEAR = re.compile(r"([A-Za-z]{3})-(\d{2})", re.ASCII)  # as spreadsheets show 2021-04 unasked: Apr-21
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-\d{2}", re.ASCII)
_SERIAL = re.compile(r"[2-7]\d{4}", re.ASCII)  # as spreadsheets number the days from 1954 to 2118


def convert_texts(
    array: pa.Array, column: Column, table: Table, year: int | None, allowed: Sentence
) -> ConvertedColumn:
    """A column of kind id, ref, text, enum, month or delivery as categories.

    Parameters
    ----------
    array : Arrow array
    column : Column
    table : Table
        Whose column it is.
    year : int or None
        Of the scenario, if it is known.
    allowed : Sentence
        What may stand there, for the messages.

    Returns
    -------
    ConvertedColumn
        ``values`` is `Encoded`: of choices, deliveries and months of a known year over all of them in their order.
    """
    encoded = encode(array, text_of(column))
    cells = ConvertedColumn(None)
    _note_missing(cells, encoded, column, allowed)
    if column.kind in ("id", "ref", "text"):
        encoded = _clean(cells, encoded, allowed) if is_key_text(column) else encoded
        cells.values = encoded
        return cells
    categories: list[str] | None
    if column.kind == "enum":
        categories = list(column.values)
    elif column.kind == "delivery":
        categories = None if year is None else list(deliveries(year))
    else:
        of_table = column.year_in(table, year)
        categories = None if of_table is None else list(months_of(of_table))
    if column.kind == "enum":
        words = Words(column)
        meant = [_value(text, column, words) for text in encoded.texts]
        message_of: Callable[[str], Sentence] = partial(_why_no_value, column=column, words=words)
        hint_of: Callable[[str], Sentence | None] = partial(_like_a_value, column=column, words=words)
    else:
        of_year = column.year_in(table, year)
        meant = [_months(text, column, categories, of_year) for text in encoded.texts]
        message_of, hint_of = partial(_why_no_month, column=column, year=of_year), _like_a_month
    _note_wrong(cells, encoded, [text is None for text in meant], message_of, hint_of, allowed)
    if categories is None:
        cells.values = encoded if meant == encoded.texts else recode(encoded.codes, meant)
    else:
        place = {text: code for code, text in enumerate(categories)}
        kind = "int8" if len(categories) < np.iinfo(np.int8).max else "int32"
        empty = place.get(column.default, -1) if isinstance(column.default, str) else -1
        target: NDArray[Any] = np.array([-1 if text is None else place[text] for text in meant] + [empty], dtype=kind)
        cells.values = Encoded(looked_up(target, encoded.codes), categories)
    return cells


def convert_bools(array: pa.Array, column: Column, allowed: Sentence) -> ConvertedColumn:
    """A column of true and false as booleans; an empty cell takes the column's default."""
    if pa.types.is_boolean(array.type) and not array.null_count:
        return ConvertedColumn(array.to_numpy(zero_copy_only=False))
    encoded = encode(array)
    cells = ConvertedColumn(None)
    if column.default is None:
        _note_missing(cells, encoded, column, allowed)
    meant = [bool_of(text) for text in encoded.texts]
    wrong = [each is None for each in meant]
    _note_wrong(cells, encoded, wrong, lambda _: Sentence("neither true nor false"), lambda _: None, allowed)
    value = np.array([bool(each) for each in meant] + [bool(column.default)], dtype=bool)
    cells.values = value[encoded.codes]
    return cells


def _value(text: str, column: Column, words: Words) -> str | None:
    """The value that a cell means; None if it means none, or may mean several."""
    plain = text.strip(" \t")
    if plain in column.values:
        return plain
    meant = words.values(text)
    return meant[0] if len(meant) == 1 else None


def _months(text: str, column: Column, categories: list[str] | None, year: int | None) -> str | None:
    """The month or delivery that a cell means, or None if it means nothing that is allowed."""
    plain = text.strip(" \t")
    if categories is not None and plain in categories:
        return plain
    if column.has_days and (day := _day(plain)) is not None:
        return day[:7] if day.endswith("-01") else day
    meant = delivery_of(text, year)
    if categories is not None:
        return meant if meant in categories else None
    is_delivery = column.kind == "delivery" and meant is not None and _DELIVERY.fullmatch(meant) is not None
    return meant if is_month(meant) or is_delivery else None


def _note_missing(cells: ConvertedColumn, encoded: Encoded, column: Column, allowed: Sentence) -> None:
    if column.optional or not encoded.has_gaps():
        return
    missing = encoded.codes < 0
    cells.add(np.flatnonzero(missing), Sentence("empty cell"), allowed, lambda _: None)
    cells.mark_bad(missing)


def _note_wrong(
    cells: ConvertedColumn,
    encoded: Encoded,
    wrong: list[bool],
    message_of: Callable[[str], Sentence],
    hint_of: Callable[[str], Sentence | None],
    allowed: Sentence,
) -> None:
    """Faults of some of the distinct texts. Hints are looked for only when a fault is listed: there may be many."""
    if not any(wrong):
        return
    codes_of: dict[Sentence, list[int]] = {}
    for code, is_wrong in enumerate(wrong):
        if is_wrong:
            codes_of.setdefault(message_of(encoded.texts[code]), []).append(code)

    @cache  # many rows may hold one text
    def allowed_of(code: int) -> Sentence:
        return listed(allowed, hint_of(encoded.texts[code]))

    def allowed_at(position: int) -> Sentence:
        return allowed_of(int(encoded.codes[position]))

    for message, codes in codes_of.items():
        chosen = np.zeros(len(encoded.texts), dtype=bool)
        chosen[codes] = True
        cells.add(encoded.rows_of(chosen), message, allowed_at, encoded.text)
    cells.mark_bad(_mask(encoded, np.array(wrong)))


def _why_no_value(text: str, column: Column, words: Words) -> Sentence:
    barred = dict(column.barred).get(text.strip())
    if barred is not None:
        return barred
    meant = words.values(text)
    return Sentence("a word that may mean {values}", values=named(meant)) if meant else Sentence("unknown value")


def _like_a_value(text: str, column: Column, words: Words) -> Sentence | None:
    if words.values(text) or text.strip() in dict(column.barred):
        return None
    if text.replace(".", "", 1).isdigit() and all(value[:1].isdigit() for value in column.values):
        return None  # a number is like another by its digits alone
    found = nearest(text, column.values)
    if found is None:
        word = nearest(text, [word for word in words if may_stand_for(text, word)])
        found = words.values(word)[0] if word is not None and len(words.values(word)) == 1 else None
    return nearest_in_words(found)


def _day(text: str) -> str | None:
    """The day that a text names; spreadsheets have its first instant."""
    date, _, time = (time_of(text) or "").partition(" ")
    return date if is_day(date) and time in ("", "00:00", "00:00:00") else None


def _why_no_month(text: str, column: Column, year: int | None) -> Sentence:
    is_delivery = column.kind == "delivery"
    meant = delivery_of(text, year)
    if meant is not None and year is not None and meant[:4] != f"{year:04d}" and (is_month(meant) or is_delivery):
        return Sentence("delivery outside the year") if is_delivery else Sentence("month outside the year")
    return Sentence("not a delivery") if is_delivery else Sentence("not a month")


def _like_a_month(text: str) -> Sentence | None:
    plain = narrow(text)
    if _SERIAL.fullmatch(plain):
        month = SPREADSHEET_DAY_0 + dt.timedelta(days=int(plain))
        return Sentence(
            "a spreadsheet's number of a day? give the cell a text format and write {what}", what=f"{month:%Y-%m}"
        )
    match = _MONTH_AND_YEAR.fullmatch(plain)
    if match and match[1].lower() in _MONTHS:
        number = _MONTHS.index(match[1].lower()) + 1
        month_text = f"20{match[2]}-{number:02d}"
        return Sentence(
            "a month as a spreadsheet shows it? give the cell a text format and write {what}", what=month_text
        )
    any_year = delivery_of(text, 2000)
    if any_year is not None and is_month(any_year) and delivery_of(text, None) is None:
        return Sentence("a month without its year: write {what}", what=f"YYYY{any_year[4:]}")
    if _DAY.match(plain):
        return listed(Sentence("a day and no month"), Sentence("write {text} if that month is meant", text=plain[:7]))
    return None


def _clean(cells: ConvertedColumn, encoded: Encoded, allowed: Sentence) -> Encoded:
    """Texts that name things: no space at an end, nothing invisible, no number that a spreadsheet shortened.

    For the checks that follow, a text with a fault counts as what it most likely means, so that one fault
    does not make another elsewhere.
    """
    together = "".join(encoded.texts)
    if together.isprintable() and " " not in together and "+" not in together:
        return encoded  # neither a space nor anything invisible in any of them, nor a shortened number
    meant = [_INVISIBLE.sub("", text).strip() for text in encoded.texts]
    wrong = [
        plain != text or _SHORTENED.fullmatch(text) is not None
        for plain, text in zip(meant, encoded.texts, strict=True)
    ]
    if not any(wrong):
        return encoded
    missing = cells.bad
    _note_wrong(cells, encoded, wrong, _why_no_name, _like_a_name, allowed)
    empty = np.array([not plain for plain in meant], dtype=bool)
    cells.bad = missing  # of the others the checks have what they mean
    cells.mark_bad(_mask(encoded, empty))
    return recode(encoded.codes, [plain or None for plain in meant])


def _why_no_name(text: str) -> Sentence:
    if _SHORTENED.fullmatch(text):
        return Sentence("a number that a spreadsheet has shortened")
    plain = _INVISIBLE.sub("", text)
    if not plain.strip():
        return Sentence("nothing but spaces")
    return Sentence("an invisible character in it") if plain != text else Sentence("a space at its beginning or end")


def _like_a_name(text: str) -> Sentence | None:
    if _SHORTENED.fullmatch(text):
        return Sentence("write all its digits, as text")
    plain = _INVISIBLE.sub("", text).strip()
    return Sentence("write {text}", text=plain) if plain else None


def _mask(encoded: Encoded, chosen: NDArray[np.bool_]) -> BoolArray:
    mask: BoolArray = np.append(chosen, False)[encoded.codes]
    return mask
