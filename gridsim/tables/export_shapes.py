"""Tables in the shape of an export, by their headings: one fault that names the cause, and what reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gridsim.errors import Fault, shorten, visible
from gridsim.tables.faults import columns_in_words
from gridsim.tables.raw import narrow
from gridsim.tables.typed import Words, delivery_of
from gridsim.words import Sentence, listed

if TYPE_CHECKING:
    from gridsim.columns import Table

__all__ = ["IMPORTED", "by_import", "export_fault"]

IMPORTED = ("load", "meter", "history", "bilateral", "orders", "deals", "tariffs")
"""Tables that ``gridsim import`` makes."""

_SLOT = re.compile(
    r"(?:第|时段|点|point|period|hour|[pth])?\s*_?(\d{1,2}[:点时]?\d{2}|\d{1,3})\s*(?:时段|点|时)?", re.IGNORECASE
)
_FEWEST = {"slots": 12, "months": 2, "periods": 2, "strange": 3}
_DATE = re.compile("(?:数据|用电|抄表|计量|电量)?(?:日期|日)|date|day", re.IGNORECASE)
_CLOCK = re.compile("(?:数据|用电|抄表|计量|电量)?(?:时间|时刻|时点)|time|hour", re.IGNORECASE)


def export_fault(unknown: Sequence[str], is_strange: Sequence[bool], table: Table, file: str) -> Fault | None:
    """The fault of a table whose headings have the shape of an export; None if they have not.

    Parameters
    ----------
    unknown : sequence of str
        Headings that name no column, of a table that lacks some.
    is_strange : sequence of bool
        Whether each is like none of those that it lacks.
    table : Table
    file : str
    """
    if table.name not in IMPORTED:
        return None
    plain = [narrow(text) for text in unknown]
    kinds = {column.kind for column in table}
    has_months = any(column.name == "month" for column in table)
    strange = [text for text, is_one in zip(plain, is_strange, strict=True) if is_one]
    if "time" in kinds and len(found := [text for text in plain if _SLOT.fullmatch(text)]) >= _FEWEST["slots"]:
        message = Sentence("a column for each interval of the day")
    elif has_months and len(found := _of_months(plain)) >= _FEWEST["months"]:
        message = Sentence("a column for each month")
    elif len(found := _of_periods(plain, table)) >= _FEWEST["periods"]:
        message = Sentence("a column for each period")
    elif "time" in kinds and len(found := _date_and_clock(plain)) == 2:
        message = Sentence("date and time of day in two columns")
    elif len(found := strange) >= _FEWEST["strange"]:
        message = Sentence("the table in another layout")
    else:
        return None
    row = Sentence("or a row for each, under the headings {codes}", codes=columns_in_words(table, mark="?"))
    value = shorten(visible(" … ".join((found[0], found[-1]))))
    return Fault.of_file(file, message, listed(by_import(table, file), row), value=value)


def by_import(table: Table, file: str) -> Sentence | None:
    """The command that reads files as meter systems and exchanges write them; None if it does not make this table."""
    if table.name not in IMPORTED:
        return None
    command = f"gridsim import {file.partition(':')[0]} --as {table.name} --out FOLDER"
    return Sentence("as an export has it: {command}", command=command)


def _of_months(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if delivery_of(text, 1) is not None]


def _of_periods(texts: Sequence[str], table: Table) -> list[str]:
    """Headings that begin with a period, such as 峰电量."""
    words = [word for column in table if column.of == "periods" for word in Words(column)]
    return [text for text in texts if any(text.startswith(word) for word in words)]


def _date_and_clock(texts: Sequence[str]) -> list[str]:
    both = [[text for text in texts if shape.fullmatch(text)] for shape in (_DATE, _CLOCK)]
    return [each[0] for each in both if each]
