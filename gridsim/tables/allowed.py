"""What may stand in a cell, in words: one place, so that every message and page says the same."""

from __future__ import annotations

from functools import cache

from gridsim.columns import Column, Table
from gridsim.tables.faults import tables_in_words
from gridsim.tables.heading_units import OUR_UNITS, HeadingUnit
from gridsim.units import decimals_of
from gridsim.words import Sentence, both, listed

__all__ = ["LARGEST", "allowed", "is_key_text"]

LARGEST = {
    "energy": 10**15,
    "power": 10**12,
    "apparent": 10**11,
    "demand": 10**11,
    "reactive": 10**15,
    "per_apparent": 10**7,
    "per_demand": 10**7,
    "price": 10**12,
    "money": 10**18,
    "ratio": 10**9,
    "integer": 10**9,
}
"""The largest that a cell of each kind may hold, in exact integers: beyond every market, and products stay in int64."""


def is_key_text(column: Column) -> bool:
    """Whether a text is compared with other texts, so that a stray space would make another thing of it."""
    return column.kind in ("id", "ref") or (column.kind == "text" and (column.joins or not column.optional))


def allowed(column: Column, table: Table, year: int | None, unit: HeadingUnit | None = None) -> Sentence:
    """What may stand in a cell of this column.

    Parameters
    ----------
    column : Column
    table : Table
        Whose column it is.
    year : int or None
        Of the scenario, if it is known.
    unit : HeadingUnit, optional
        Of the cells, where their heading names another than ours.
    """
    return _allowed(column, column.year_in(table, year), unit)


@cache  # asked for with every column of every frame, however small
def _allowed(column: Column, year: int | None, unit: HeadingUnit | None) -> Sentence:
    words = _words(column, year, unit)
    if column.remains:
        words = listed(words, Sentence("enter what is left"))
    return listed(words, Sentence("may be empty")) if column.optional else words


def _words(column: Column, year: int | None, named_unit: HeadingUnit | None) -> Sentence:
    """What may stand there; `year` None: months of any year."""
    kind = column.kind
    decimals = decimals_of(kind)
    if kind == "integer":
        return Sentence("a whole number")
    if kind == "ratio":
        return Sentence("a number, 0 or above, at most {decimals} decimals", decimals=decimals)
    if decimals is not None:
        unit = OUR_UNITS[kind] if named_unit is None else named_unit.words
        decimals += 0 if named_unit is None else named_unit.exponent
        if column.signed:
            return Sentence(
                "a number of {unit}, may be negative, at most {decimals} decimals", unit=unit, decimals=decimals
            )
        if column.may_be_finer(named_unit is not None):
            return Sentence("a number of {unit}, 0 or above", unit=unit)
        if not decimals:
            if column.positive:
                return Sentence("a whole number of {unit}, above 0", unit=unit)
            return Sentence("a whole number of {unit}, 0 or above", unit=unit)
        if column.positive:
            return Sentence("a number of {unit}, above 0, at most {decimals} decimals", unit=unit, decimals=decimals)
        return Sentence("a number of {unit}, 0 or above, at most {decimals} decimals", unit=unit, decimals=decimals)
    if kind == "enum":
        return both(", ".join(column.values), "、".join(column.values_zh))
    if kind == "bool":
        return both("true, false", "是、否")
    if kind == "month":
        if column.has_days:
            return Sentence("a month YYYY-MM, or a day YYYY-MM-DD")
        if not year:
            return Sentence("a month YYYY-MM")
        return Sentence("a month of {year}, {first} to {last}", year=year, first=f"{year}-01", last=f"{year}-12")
    if kind == "delivery":
        if year is None:
            return Sentence("a month YYYY-MM, a year YYYY, or months of it such as YYYY-H2, YYYY-Q2, YYYY-04/YYYY-05")
        return Sentence(
            "a month {first} to {last}, the year {year}, or months of it such as {half}, {quarter}, {some}",
            first=f"{year}-01",
            last=f"{year}-12",
            year=year,
            half=f"{year}-H2",
            quarter=f"{year}-Q2",
            some=f"{year}-04/{year}-05",
        )
    if kind == "date":
        return Sentence("a date YYYY-MM-DD")
    if kind == "time":
        return Sentence("local time YYYY-MM-DD HH:MM:SS without zone")
    if kind == "ref":
        return Sentence("an id of {tables}", tables=tables_in_words(column.refers))
    return Sentence("text")
