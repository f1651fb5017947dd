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

__all__ = ["IMPORTED", "export_fault"]

IMPORTED = ("load", "meter", "history", "bilateral", "orders", "tariffs")
"""Tables that ``gridsim import`` makes."""

_SLOT = re.compile(
    r"(?:第|时段|点|point|period|hour|[pth])?\s*_?(\d{1,2}[:点时]?\d{2}|\d{1,3})\s*(?:时段|点|时)?", re.IGNORECASE
)
_FEWEST = {"slots": 12, "months": 2, "periods": 2}
_DATES = ("日期", "用电日期", "数据日期", "抄表日期", "电量日期", "date", "day")
_CLOCKS = ("时间", "时刻", "用电时间", "数据时间", "抄表时间", "time", "hour")


def export_fault(texts: Sequence[str], unknown: Sequence[int], table: Table, file: str) -> Fault | None:
    """The fault of a table whose headings have the shape of an export; None if they have not.

    Parameters
    ----------
    texts : sequence of str
        Its headings.
    unknown : sequence of int
        Places of those that name no column.
    table : Table
    file : str
    """
    if table.name not in IMPORTED:
        return None
    plain = [narrow(texts[place]) for place in unknown]
    kinds = {column.kind for column in table}
    found: list[str] = []
    message = None
    if "time" in kinds and len(found := [text for text in plain if _SLOT.fullmatch(text)]) >= _FEWEST["slots"]:
        message = Sentence("a column for each interval of the day")
    elif (
        kinds & {"month", "delivery"}
        and len(found := [text for text in plain if delivery_of(text, 1)]) >= _FEWEST["months"]
    ):
        message = Sentence("a column for each month")
    elif len(found := _of_periods(plain, table)) >= _FEWEST["periods"]:
        message = Sentence("a column for each period")
    elif "time" in kinds and len(found := _date_and_clock(plain)) == 2:
        message = Sentence("date and time of day in two columns")
    if message is None:
        return None
    row = Sentence("a row for each, under the headings {codes}", codes=columns_in_words(table))
    command = f"gridsim import {file} --as {table.name} --out FOLDER"
    by_import = Sentence("{command} makes this table of it", command=command)
    return Fault.of_file(
        file, message, listed(by_import, row), value=shorten(visible(" … ".join((found[0], found[-1]))))
    )


def _of_periods(texts: Sequence[str], table: Table) -> list[str]:
    """Headings that begin with a period, such as 峰电量."""
    words = [word for column in table if column.of == "periods" for word in Words(column)]
    return [text for text in texts if any(text.startswith(word) for word in words)]


def _date_and_clock(texts: Sequence[str]) -> list[str]:
    both = [[text for text in texts if text.casefold() in names] for names in (_DATES, _CLOCKS)]
    return [each[0] for each in both if each]
