"""What may stand in a cell, in words: one place, so that every message and page says the same."""

from __future__ import annotations

from gridsim.columns import Column, Table
from gridsim.scenario.reading import decimals_of

__all__ = ["LARGEST", "allowed", "is_key_text"]

LARGEST = {"energy": 10**15, "price": 10**12, "money": 10**18, "integer": 10**9}
"""The largest that a cell of each kind may hold, in exact integers: beyond every market, and products stay in int64."""

_UNITS = {"energy": "MWh", "price": "yuan/MWh", "money": "yuan"}


def is_key_text(column: Column) -> bool:
    """Whether a text is compared with other texts, so that a stray space would make another thing of it."""
    return column.kind in ("id", "ref") or (column.kind == "text" and not column.optional)


def allowed(column: Column, table: Table, year: int | None) -> str:
    """What may stand in a cell of this column.

    Parameters
    ----------
    column : Column
    table : Table
        Whose column it is.
    year : int or None
        Of the scenario, if it is known.
    """
    words = _words(column, table, year)
    return f"{words}; may be empty" if column.optional else words


def _words(column: Column, table: Table, year: int | None) -> str:
    kind = column.kind
    decimals = decimals_of(kind)
    if kind == "integer":
        return "a whole number"
    if decimals is not None:
        least = "above 0" if column.positive else "0 or above"
        return f"a number of {_UNITS[kind]}, {least}, at most {decimals} decimals"
    if kind == "enum":
        return ", ".join(column.values)
    if kind == "bool":
        return "true, false"
    if kind == "month":
        return f"a month of {year}, {year}-01 to {year}-12" if table.name == "meter" and year else "a month YYYY-MM"
    if kind == "delivery":
        if year is None:
            return "a month YYYY-MM, a year YYYY, or its second half YYYY-H2"
        return f"a month {year}-01 to {year}-12, the year {year}, or its second half {year}-H2"
    if kind == "date":
        return "a date YYYY-MM-DD"
    if kind == "time":
        return "local time YYYY-MM-DD HH:MM:SS without zone"
    if kind == "ref":
        return "an id of " + " or ".join(column.refers)
    return "text"
