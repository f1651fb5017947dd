"""From the cells of a grid to the columns of a table: users, months, periods, instants, and the amounts of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gridsim.errors import WrongValueError
from gridsim.importing.amounts import Amounts
from gridsim.importing.cells import day_and_minute, id_of, month_of, year_of
from gridsim.importing.parts import Part, Raw, UnitSeen
from gridsim.tables.raw import text_of_cell
from gridsim.words import Sentence, both, listed, named

if TYPE_CHECKING:
    from gridsim.column import Column
    from gridsim.importing.choices import Choices
    from gridsim.importing.headings import Vocabulary

__all__ = ["columns_of", "fill_columns", "fill_measures"]

_ANY_YEAR = 2000
Read = Callable[[object], "str | None"]
"""What a cell says in a column of the table; None if it cannot be read."""


def columns_of(words: Vocabulary) -> list[Column]:
    """The columns of a table that say what a row is: all but the amounts."""
    return [column for column in words.table if column.name not in words.measures]


def fill_columns(part: Part, words: Vocabulary, choices: Choices, without: tuple[str, ...] = ()) -> None:
    """The columns of the table that say what a row is.

    Parameters
    ----------
    part : Part
    words : Vocabulary
    choices : Choices
    without : tuple of str
        Columns that are filled elsewhere.
    """
    for column in columns_of(words):
        if column.name in without:
            continue
        if _by_rows(part, column, words, choices) or _by_headings(part, column, choices):
            continue
        if column.name in choices.constants:
            _constant(part, column.name, choices.constants[column.name])
        elif not column.optional:
            part.raw.problems.whole(
                Sentence("no column, heading or title says the {column}", column=_called(column)),
                Sentence("a column of it, or its value in MAP.yaml under constants"),
            )


def _by_rows(part: Part, column: Column, words: Vocabulary, choices: Choices) -> bool:
    """By the cells of a column, or by what stands above the headings."""
    raw = part.raw
    read = _reader(column, words, choices, raw.layout.context.year or choices.year)
    if column.name in raw.keyed:
        _take_cells(part, column.name, column, read, choices)
        return True
    for key in _INSTEAD.get(column.name, ()):
        if key in raw.keyed and all(_said(read, cell) is not None for cell in raw.keyed[key].cells):
            _take_cells(part, key, column, read, choices)
            return True
    if column.name in raw.layout.context.keys:
        text = _said(read, raw.layout.context.keys[column.name])
        if text is not None:
            _constant(part, column.name, choices.ids.get(text, text))
            return True
    context = raw.layout.context
    if column.name == "month" and not _headings_say(raw, "month"):
        year = context.year or choices.year
        if context.month and not year and "year" not in raw.keyed:
            raw.problems.whole(Sentence("months without their year"), Sentence("--year YYYY"))
            return True
        if context.month and year:
            _constant(part, "month", f"{year}-{context.month:02d}")
            return True
    if column.name == "year" and (context.year or choices.year) and not _headings_say(raw, "year"):
        _constant(part, "year", str(context.year or choices.year))
        return True
    return False


_INSTEAD = {"month": ("date",), "year": ("month", "date")}
"""Keys from which a column is made where it does not stand there itself."""


def _take_cells(part: Part, key: str, column: Column, read: Read, choices: Choices) -> None:
    raw, keyed = part.raw, part.raw.keyed[key]
    texts: dict[str, int] = {}
    target = np.full(len(keyed.cells) + 1, -1, dtype=np.int64)
    wrong: dict[Sentence, list[int]] = {}
    for place, cell in enumerate(keyed.cells):
        try:
            text = read(cell)
        except WrongValueError as error:
            wrong.setdefault(error.sentence, []).append(place)
            continue
        if text is None:
            wrong.setdefault(_unread(column), []).append(place)
        else:
            text = choices.ids.get(text, text) if column.kind in ("id", "ref") else text
            target[place] = texts.setdefault(text, len(texts))
    codes = keyed.codes[raw.kept]
    for message, places in wrong.items():
        rows = raw.kept[np.isin(codes, places)]
        allowed = (
            Sentence("the column formatted as text, as the system exports it")
            if "digits" in message
            else _allowed(column)
        )
        raw.problems.rows(rows, raw.layout.keys[key], lambda row: keyed.cells[keyed.codes[row]], message, allowed)
    empty = raw.kept[codes < 0]
    if len(empty) and not column.optional:
        raw.problems.rows(empty, raw.layout.keys[key], lambda _: None, Sentence("empty cell"), _allowed(column))
    part.codes[column.name] = target[codes][:, None]
    part.texts[column.name] = list(texts)


def _by_headings(part: Part, column: Column, choices: Choices) -> bool:
    """By the headings of the amounts: a month, a year, a period."""
    raw = part.raw
    what = _OF_HEADINGS.get(column.name)
    if what is None or not _headings_say(raw, what):
        return False
    meanings = [raw.layout.meanings[place] for place in _columns(raw)]
    if what == "month" and column.kind in ("month", "delivery"):
        return _months_of_headings(part, [(meaning.year, meaning.month) for meaning in meanings], choices)
    if what == "user":
        _set(part, column.name, [[choices.ids.get(meaning.user, meaning.user) for meaning in meanings]])
        return True
    said = [f"{meaning.month:02d}" if what == "month" else str(getattr(meaning, what)) for meaning in meanings]
    _set(part, column.name, [said])
    return True


_OF_HEADINGS = {"user_id": "user", "period": "period", "product": "period", "month": "month", "year": "year"}
"""Columns of tables, and what of a heading says them."""


def _months_of_headings(part: Part, months: list[tuple[int, int]], choices: Choices) -> bool:
    """Months by headings: of their own year, of the year of each row, or of the one that is said for all."""
    raw = part.raw
    years = [[year or raw.layout.context.year or choices.year for year, _ in months]]
    if not all(years[0]) and "year" in raw.keyed:
        keyed = raw.keyed["year"]
        by_cell = [*(year_of(cell) or 0 for cell in keyed.cells), 0]
        years = [[year or by_cell[code] for year, _ in months] for code in keyed.codes[raw.kept].tolist()]
    if not all(map(all, years)):
        raw.problems.whole(Sentence("months without their year"), Sentence("--year YYYY"), _columns(raw)[0])
    _set(
        part, "month", [[f"{year}-{month:02d}" for year, (_, month) in zip(row, months, strict=True)] for row in years]
    )
    return True


def _set(part: Part, column: str, cells: list[list[str]]) -> None:
    texts: dict[str, int] = {}
    part.codes[column] = np.array(
        [[texts.setdefault(text, len(texts)) for text in row] for row in cells], dtype=np.int64
    )
    part.texts[column] = list(texts)


def _headings_say(raw: Raw, what: str) -> bool:
    places = _columns(raw)
    return bool(places) and all(getattr(raw.layout.meanings[place], what) for place in places)


def _columns(raw: Raw) -> list[int]:
    """One column of amounts for each combination that the headings tell apart: those of the first measure."""
    places = raw.layout.values
    kinds = [_kind(raw, place) for place in places]
    first = "energy" if "energy" in kinds else kinds[0]
    dated = [place for place, kind in zip(places, kinds, strict=True) if kind == first]
    return dated


def _kind(raw: Raw, place: int) -> str:
    meaning = raw.layout.meanings[place]
    return raw.units[place].quantity if not meaning.measure else meaning.measure


def fill_measures(part: Part, words: Vocabulary) -> None:
    """The amounts of each measure, a column for each combination that the headings tell apart."""
    raw = part.raw
    main = _columns(raw)
    said = {_kind(raw, place): [] for place in raw.layout.values}  # type: dict[str, list[int]]
    for place in raw.layout.values:
        said[_kind(raw, place)].append(place)
    for kind, places in said.items():
        measure = _measure(words, kind)
        if kind == "power":
            raw.problems.whole(
                Sentence("power is no energy: kW and MW are left to the meter"),
                Sentence("columns of energy, such as kWh"),
                places[0],
            )
        elif measure is None:
            raw.problems.whole(
                Sentence("the table {table} has no such amounts", table=words.table.name),
                Sentence("columns of {names}", names=named(words.measures)),
                places[0],
            )
        else:
            part.measures[measure] = _spread(part, places, main)
            part.units[measure] = _one_unit(raw, places)
    for measure in words.measures:
        column = words.table[measure]
        if measure not in part.measures and not column.optional and "power" not in said:
            raw.problems.whole(
                Sentence("no column of {column}", column=_called(column)),
                Sentence("a heading such as {names}", names=named((column.zh or (column.name,))[:2])),
            )


def _measure(words: Vocabulary, kind: str) -> str | None:
    """The column of the table that amounts of a kind belong to."""
    if kind in words.measures:
        return kind
    found = [name for name in words.measures if words.table[name].kind == kind]
    return found[0] if len(found) == 1 else None


def _spread(part: Part, places: list[int], main: list[int]) -> Amounts:
    """Amounts beside those of the main measure: of the same period and month, or the same for all of them."""
    raw = part.raw
    if places == main:
        return raw.matrix(places)
    chosen = []
    for place in main:
        of = raw.layout.meanings[place]
        fits = [other for other in places if raw.layout.meanings[other].is_beside(of)]
        chosen.append(fits[0] if fits else places[0])
    return raw.matrix(chosen)


def _one_unit(raw: Raw, places: list[int]) -> UnitSeen:
    """The unit of a measure: unknown where that of some column is, for they are all asked for together."""
    seen = [raw.units[place] for place in places]
    unknown = [unit for unit in seen if unit.exponent is None]
    if unknown and len(unknown) < len(seen):
        raw.problems.whole(
            Sentence("some columns name a unit and some don't"),
            Sentence("a unit in each heading, or in none and --unit"),
            places[seen.index(unknown[0])],
        )
    return unknown[0] if unknown else seen[0]


def _constant(part: Part, column: str, text: str) -> None:
    part.codes[column] = np.zeros((1, 1), dtype=np.int64)
    part.texts[column] = [text]


def _said(read: Read, cell: object) -> str | None:
    try:
        return read(cell)
    except WrongValueError:
        return None


def _reader(column: Column, words: Vocabulary, choices: Choices, year: int) -> Read:
    if column.kind in ("id", "ref"):
        return id_of
    if column.kind == "month":
        return lambda cell: month_of(cell, year)
    if column.kind == "delivery":
        return lambda cell: _delivery(cell, year)
    if column.kind == "integer":
        return _year
    if column.name == "month":  # a month of a year that stands beside it
        return lambda cell: None if (found := month_of(cell, year or _ANY_YEAR)) is None else found[5:]
    if column.kind in ("time", "date"):
        return _time
    if column.of == "periods" or column.of == "products":
        return words.period_of
    return text_of_cell


def _year(cell: object) -> str | None:
    found = year_of(cell)
    month = month_of(cell) if found is None else None
    return month[:4] if month is not None else None if found is None else str(found)


def _delivery(cell: object, year: int) -> str | None:
    month = month_of(cell, year)
    if month is not None:
        return month
    whole = year_of(cell)
    return text_of_cell(cell) if whole is None else str(whole)


def _time(cell: object) -> str | None:
    """A day or an instant as ISO 8601 has it; what is none stays as it is, for the reader of the table to judge."""
    found = day_and_minute(cell)
    if found is None:
        return cell.isoformat(" ") if isinstance(cell, dt.datetime) else text_of_cell(cell)
    day = str(np.datetime64(found[0], "D"))
    return day if found[1] is None else f"{day} {found[1] // 60:02d}:{found[1] % 60:02d}"


def _unread(column: Column) -> Sentence:
    if column.kind == "month":
        return Sentence("no month")
    if column.kind == "integer":
        return Sentence("no year")
    return Sentence("unknown value")


def _allowed(column: Column) -> Sentence:
    if column.kind == "month":
        return Sentence("a month such as 2021-04, 2021年4月 or 202104; of 4月 the year is asked for: --year 2021")
    if column.values:
        return named([*column.values, *column.values_zh])
    name = both(column.name, column.zh[0] if column.zh else column.name)
    return listed(Sentence("{column}, in each row", column=name), Sentence("合计 in the first cell of a row of totals"))


def _called(column: Column) -> Sentence:
    return named([column.name, *column.zh[:1]])
